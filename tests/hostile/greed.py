"""
Queries that take too much by what they are made of: paths, products, texts that double, orders, and a megabyte of each clause.

None reaches out and most are valid: what they may meet is a limit, and whether they meet it depends on the machine.
"""

P = "<http://example.org/p>"
_PAIRS = "?a ?b ?c . ?d ?e ?f"
TRIPLES = f"{_PAIRS} . ?g ?h ?i"
_DIGITS, _TWICE = "'0123456789'", "CONCAT({0}, {0})"
_MEGABYTE = 1_000_000  # characters; 48,576 fewer than the guard lets through


def grown(first: str, step: str, times: int) -> str:
    """Bindings of ``?v0`` to ``?v{times}``, each made by *step* of the one before, called ``{0}`` there."""
    steps = (f"BIND({step.format(f'?v{number}')} AS ?v{number + 1})" for number in range(times))
    return " ".join((f"BIND({first} AS ?v0)", *steps))


def _filling(text: str) -> str:
    """*text* as often as it goes into a megabyte."""
    return text * (_MEGABYTE // len(text))


def _counting(text: str, length: int = _MEGABYTE) -> str:
    """*text* with 0, 1, 2 and so on for its ``{0}``, for *length* characters at most."""
    return "".join(text.format(number) for number in range(length // (len(text) + 3)))


_PATHS = {
    "every pair of a closure, both ways": f"SELECT (COUNT(*) AS ?n) {{ ?a {P}* ?b . ?b {P}* ?a }}",
    "closure of both directions, twice": f"SELECT (COUNT(*) AS ?n) {{ ?a ({P}|^{P})* ?b . ?c ({P}|^{P})* ?d }}",
    "closures in closures": f"SELECT (COUNT(*) AS ?n) {{ ?a {'(' * 60}{P}{')*' * 60} ?b . ?b {'(' * 60}{P}{')+' * 60} ?c }}",
    "forty closures in a row": f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([P + '*'] * 40)} ?b }}",
    "two ways at each of forty steps": f"SELECT (COUNT(*) AS ?n) {{ <http://example.org/0> {'/'.join([f'({P}|{P})'] * 40)} ?b }}",
    "a step or none, forty times": f"SELECT (COUNT(*) AS ?n) {{ <http://example.org/0> {'/'.join([P + '?'] * 40)} ?b }}",
    "everything but much": f"SELECT (COUNT(*) AS ?n) {{ ?a !({'|'.join(f'<a:{n}>' for n in range(60_000))}) ?b }}",
    "closures in any two graphs": f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?a {P}* ?b }} GRAPH ?h {{ ?c {P}* ?d }} }}",
    "no step at all, of all nodes": "SELECT (COUNT(*) AS ?n) { ?a <a:x>? ?b . ?c <a:x>* ?d . ?e <a:x>? ?f }",
    "closure of a megabyte": f"ASK {{ ?a ({'|'.join([P] * 40_000)})* ?b FILTER(?a = <a:none>) }}",
    "inverses of a megabyte": f"ASK {{ ?a !({'|'.join(f'^<a:{n}>' for n in range(90_000))}) ?b . ?b !(<a:b>) <a:none> }}",
}
_TEXTS = {
    "text doubled": f"SELECT (STRLEN(?v60) AS ?n) {{ {grown(_DIGITS, _TWICE, 60)} }}",
    "text doubled in each row": f"SELECT (MAX(STRLEN(?v20)) AS ?n) {{ ?s ?p ?o {grown('STR(?o)', _TWICE, 20)} }}",
    "text doubled and kept": f"SELECT ?v16 {{ ?s ?p ?o {grown('STR(?o)', _TWICE, 16)} }} ORDER BY ?v16",
    "IRI doubled": f"SELECT (STRLEN(STR(?v40)) AS ?n) {{ {grown('<a:b>', 'IRI(CONCAT(STR({0}), STR({0})))', 40)} }}",
    "IRI of megabytes": f"SELECT (IRI(CONCAT('http://e/', ?v20)) AS ?x) {{ {grown(_DIGITS, _TWICE, 20)} }}",
    "language of megabytes": "SELECT (STRLANG('x', CONCAT('a', ?v20)) AS ?x) { "
    + grown("'-abcdefg'", _TWICE, 20)
    + " }",
    "text multiplied by its groups": "SELECT (STRLEN(?v12) AS ?n) { "
    + grown("'ab'", "REPLACE({0}, '(.*)', '$1$1$1$1$1$1$1$1$1$1')", 12)
    + " }",
    "text grown between its letters": "SELECT (STRLEN(?v12) AS ?n) { "
    + grown("'ab'", "REPLACE({0}, '', 'xxxxxxxxxx')", 12)
    + " }",
    "case changed for ever": "SELECT (STRLEN(?v26) AS ?n) { " + grown("'ßﬃ'", "UCASE(CONCAT({0}, {0}))", 26) + " }",
    "groups gathered of groups gathered": "SELECT ?x6 { "
    + "".join(
        f"{{ SELECT (GROUP_CONCAT(?x{n}; separator='0123456789') AS ?x{n + 1}) {{ VALUES ?r{n} {{ {'1 ' * 50}}} "
        for n in reversed(range(6))
    )
    + "BIND('aaaa' AS ?x0)"
    + " } }" * 6
    + " }",
    "pairs gathered": f"SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a), STR(?d)); separator='----------')) AS ?n) {{ {TRIPLES} }}",
    "different pairs gathered": f"SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {TRIPLES} }}",
    "separator of megabytes": f"SELECT (STRLEN(GROUP_CONCAT(?s; separator='{'x' * 900_000}')) AS ?n) {{ ?s ?p ?o }}",
    "gathered two hundred times": "SELECT "
    + " ".join(f"(GROUP_CONCAT(CONCAT(STR(?a), '{n}')) AS ?n{n})" for n in range(200))
    + f" {{ {_PAIRS} }}",
    "reference back": r"SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(a+)+\\1')) }",
    "reference back in a replacement": "SELECT (REPLACE(?t, '(.*)(.*)(.*)(.*)x', '$4$3$2$1$1$1$1') AS ?r) { BIND('"
    + "a" * 300_000
    + "x' AS ?t) }",
    "counted repetition": f"SELECT (COUNT(*) AS ?n) {{ {_PAIRS} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(?:a?){{500}}a{{500}}')) }}",
    "another pattern for each row": f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} "
    r"FILTER(REGEX(STR(?a), CONCAT('(\\w{1,50}){1,20}', STR(?d), STR(?g)))) }",
    "classes of letters": "SELECT * { FILTER(REGEX('x', '" + r"\\p{L}{100}" * 60 + "')) }",
    "eighty thousand alternatives": "SELECT * { FILTER(REGEX('x', '"
    + "|".join(f"a{n}b" for n in range(80_000))
    + "')) }",
    "groups in groups of a pattern": "SELECT * { FILTER(REGEX('x', '" + "(" * 100_000 + "x" + ")" * 100_000 + "')) }",
}
_PRODUCTS = {
    "values times values": "SELECT ?x0 { "
    + " ".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(4))
    + "} ORDER BY ?x3",
    "pairs of values": "SELECT (COUNT(DISTINCT *) AS ?n) { "
    + " ".join(f"VALUES (?x{n} ?y{n}) {{ {' '.join(f'({i} UNDEF)' for i in range(300))} }}" for n in range(4))
    + "}",
    "values that fit all": "SELECT (COUNT(*) AS ?n) { " + f"VALUES (?x ?y) {{ {'(UNDEF UNDEF) ' * 1000} }} " * 4 + "}",
    "equal values joined": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'1 ' * 200_000} }} VALUES ?x {{ {'1 ' * 200_000} }} }}",
    "twenty thousand columns": f"SELECT * {{ VALUES ({_counting('?v{0} ', 180_000)}) {{ ({'1 ' * 20_000}) }} }}",
    "optionals in optionals": "SELECT (COUNT(*) AS ?n) {"
    + "".join(f"OPTIONAL {{ ?a{n} ?p{n} ?a{n + 1} " for n in range(180))
    + "}" * 181,
    "optionals that share nothing": "SELECT (COUNT(*) AS ?n) {"
    + "".join(f"OPTIONAL {{ ?a{n} ?p{n} ?b{n} " for n in range(60))
    + "}" * 61,
    "two ways, thirty times": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"{{ BIND({n} AS ?v{n}) }} UNION {{ BIND({n + 1} AS ?v{n}) }}" for n in range(30))
    + " }",
    "rows doubled by unions": "SELECT (COUNT(*) AS ?n) { " + "{ ?s ?p ?o } UNION { ?s ?p ?o } " * 24 + "}",
    "rows doubled by sub-selects": "SELECT (COUNT(*) AS ?n) { "
    + "{ SELECT ?s { { ?s ?p ?o } UNION " * 40
    + "{ ?s ?p ?o }"
    + " } }" * 40
    + " }",
    "exists of a product": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {TRIPLES} FILTER(STR(?a) = CONCAT(STR(?d), STR(?s))) }} }}",
    "not exists in not exists": "SELECT * { ?a ?p ?b "
    + "".join(f"FILTER NOT EXISTS {{ ?x{n} ?y{n} ?z{n} FILTER(?x{n} != ?a) " for n in range(20))
    + "}" * 21,
    "minus in minus": "SELECT * { ?a ?p ?b " + "MINUS { ?a ?p ?b . ?c ?d ?e " * 20 + "}" * 21,
    "pairs in order": f"SELECT * {{ {_PAIRS} }} ORDER BY STR(?f) STR(?a) DESC(?c)",
    "pairs in fifty orders": f"SELECT ?a {{ {_PAIRS} }} ORDER BY "
    + " ".join(f"SHA512(CONCAT(STR(?a), STR(?d), '{n}'))" for n in range(50)),
    "different rows of a product": f"SELECT DISTINCT * {{ {TRIPLES} }}",
    "reduced rows of a product": f"SELECT REDUCED * {{ {TRIPLES} }}",
    "as many groups as rows": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {TRIPLES} }} GROUP BY ?a ?d ?g",
    "template of ten thousand": f"CONSTRUCT {{ {_counting('?s <a:{0}> ?o . ', 190_000)} }} {{ ?s ?p ?o }}",
    "template of blank nodes": f"CONSTRUCT {{ {_counting('_:b{0} ?p [] . ', 320_000)} }} {{ ?s ?p ?o }}",
    "template of lists": "CONSTRUCT { ?s <a:p> " + "(" * 150 + "?o" + ")" * 150 + f" }} {{ {_PAIRS} }}",
    "description of a product": f"DESCRIBE * {{ {TRIPLES} }}",
    "description of everything": "DESCRIBE * { ?s ?p ?o }",
    "description of sixty thousand": "DESCRIBE " + _counting("<a:{0}> ", 600_000),
    "a thousand long IRIs": "SELECT * { "
    + "".join(f"<http://e/{'x' * 900}{n}> ?p{n} ?o{n} . " for n in range(1000))
    + "}",
}
_MEGABYTES = {
    "patterns": f"ASK {{ {_filling('?s ?p ?o . ')} }}",
    "expressions": f"SELECT {_counting('(?s + {0} AS ?v{0}) ')} {{ ?s ?p ?o }}",
    "descriptions": f"DESCRIBE {_filling('?s ')} {{ ?s ?p ?o }}",
    "template": f"CONSTRUCT {{ {'?s ?p ?o . ' * 45_000} }} {{ {'?s ?p ?o . ' * 45_000} }}",
    "dataset": f"ASK {_counting('FROM <a:{0}> FROM NAMED <a:{0}> ')} {{ ?s ?p ?o }}",
    "groups": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY {_counting('(STR(?s) AS ?v{0}) ')}",
    "conditions of groups": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY ?s HAVING {_filling('(COUNT(*) > 0) ')}",
    "predicates": f"ASK {{ ?s {_filling('?p ?o ; ')} }}",
    "objects": f"ASK {{ ?s ?p {_filling('?o , ')} ?o }}",
    "collection": f"ASK {{ ?s ?p ( {_filling('1 ')} ) }}",
    "members": f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({_filling('1,')}2)) }}",
    "alternatives": f"SELECT (COALESCE({_filling('?x,')}2) AS ?y) {{ ?s ?p ?o }}",
    "parts of a text": "SELECT (STRLEN(CONCAT(" + _filling("'a',") + "'b')) AS ?y) { ?s ?p ?o }",
    "digits of a limit": f"SELECT * {{ ?s ?p ?o }} LIMIT {_filling('0')}1",
    "digits": f"SELECT ({_filling('9')} AS ?x) {{ }}",
    "decimal places": f"SELECT (0.{_filling('9')} AS ?x) {{ }}",
    "digits of an exponent": f"SELECT (1e{_filling('9')} AS ?x) {{ }}",
    "language": f"SELECT ('a'@a{_filling('-abcdefgh')} AS ?x) {{ }}",
    "escapes": f"SELECT ('{_filling(chr(92) + 'u0041')}' AS ?x) {{ }}",
    "backslashes": f"ASK {{ ?s ?p '{_filling(chr(92) * 2)}' }}",
    "bases": f"BASE <http://e/> {_filling('BASE <x/> ')} ASK {{ <y> ?p ?o }}",
    "steps up": f"BASE <http://e/{'a/' * 200_000}> ASK {{ <{'../' * 180_000}> ?p ?o }}",
    "comments with brackets": "ASK { " + _filling("# {\n") + "}",
    "strings with brackets": "ASK { ?s ?p " + _filling("'{',") + " 1 }",
    "white space": f"ASK {{{_filling(' ')}}}",
    "semicolons": f"ASK {{ ?s ?p ?o {_filling(';')} }}",
}
SENSELESS = {
    "per cent signs": f"SELECT * {{ <http://e/{_filling('%')}> ?p ?o }}",
    "full stops": f"ASK {{ ?s ?p ?o {_filling('. ')} }}",
    "empty strings": "ASK { ?s ?p " + _filling("''") + " }",
    "less-than signs": f"ASK {{ FILTER(1 {_filling('<')} 2) }}",
    "carets": f"ASK {{ ?s {_filling('^')}<a:p> ?o }}",
    "exclamation marks": f"ASK {{ ?s {_filling('!')}<a:p> ?o }}",
    "at signs": f"ASK {{ ?s ?p 'a'{_filling('@')} }}",
    "backslashes": f"ASK {_filling(chr(92))}",
    "half escapes": f"ASK {{ ?s ?p '{_filling(chr(92) + 'u')}' }}",
    "escaped halves of a pair": f"ASK {{ ?s ?p '{_filling(chr(92) + 'uD800')}' }}",
    "halves of a pair": f"ASK {{ ?s ?p '{_filling(chr(0xDC00))}' }}",
    "an IRI with half of a pair": "SELECT * { <a:\udc00> ?p ?o }",
    "a variable of half of a pair": "SELECT ?\udfff { }",
}
"""None is a query."""
ODD = {
    "zero byte in a string": "SELECT * { ?s ?p 'a\0b' }",
    "zero byte escaped": r"SELECT (STRLEN('\u0000') AS ?n) { }",
    "letters that are none": "SELECT ('\ufffe\uffff\U0010ffff' AS ?x) { }",
    "zero byte in an answer": r"SELECT ('\u0000\u0001\u001F' AS ?x) { }",
}
"""Each can be answered."""

GREEDY = (
    {f"path: {name}": text for name, text in _PATHS.items()}
    | {f"text: {name}": text for name, text in _TEXTS.items()}
    | {f"product: {name}": text for name, text in _PRODUCTS.items()}
    | {f"megabyte of: {name}": text for name, text in _MEGABYTES.items()}
)
"""Each ends with an answer or at a limit."""
