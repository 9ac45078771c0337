"""
Queries and updates that mean harm, or do harm by carelessness, each with what must happen.

``BAIT`` in a text stands for the address of a listener that nobody may ever connect to.
"""

from dataclasses import dataclass
from enum import Enum

from tests.hostile.greed import GREEDY, ODD, SENSELESS, TRIPLES, P, grown


class Must(Enum):
    """What must happen to a query."""

    BE_REFUSED = "403: it would reach out of this machine"
    BE_TOLD = "400: it is no query, or none that the engine runs"
    BE_TOO_LONG = "413: it has too many characters"
    BE_ANSWERED = "200: it only looks bad"
    HIT_A_LIMIT = "422 or 504: it takes too much"
    END = "200, 400, 422 or 504, whichever the machine's speed makes of it"


@dataclass(frozen=True, slots=True)
class Case:
    """
    One *text* and what *must* happen to it. A *slow* one may run until its deadline.
    """

    text: str
    must: Must
    slow: bool = False


_SERVICE = "SERVICE <BAIT> { ?s ?p ?o }"
_REACHING = {
    "plain": f"SELECT * {{ {_SERVICE} }}",
    "mixed case": "SELECT * { sErViCe <BAIT> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <BAIT> { ?s ?p ?o } }",
    "without spaces": "SELECT*{SERVICE<BAIT>{?s?p?o}}",
    "tabs and line ends": "SELECT *\r\n{\tSERVICE\t\r<BAIT>\n{ ?s ?p ?o } }",
    "after a byte order mark": f"\ufeffSELECT * {{ {_SERVICE} }}",
    "optional": f"SELECT * {{ ?s ?p ?o OPTIONAL {{ {_SERVICE} }} }}",
    "union": f"SELECT * {{ {{ ?s ?p ?o }} UNION {{ {_SERVICE} }} }}",
    "minus": f"SELECT * {{ ?s ?p ?o MINUS {{ {_SERVICE} }} }}",
    "in a graph": f"SELECT * {{ GRAPH ?g {{ {_SERVICE} }} }}",
    "not exists": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {_SERVICE} }} }}",
    "exists in bind": f"SELECT * {{ BIND(EXISTS {{ {_SERVICE} }} AS ?x) }}",
    "exists in the projection": f"SELECT (EXISTS {{ {_SERVICE} }} AS ?x) {{ }}",
    "exists in having": f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {_SERVICE} }})",
    "exists in order by": f"SELECT ?s {{ ?s ?p ?o }} ORDER BY (EXISTS {{ {_SERVICE} }})",
    "exists in group by": f"SELECT ?x {{ ?s ?p ?o }} GROUP BY (EXISTS {{ {_SERVICE} }} AS ?x)",
    "exists in an aggregate": f"SELECT (COUNT(EXISTS {{ {_SERVICE} }}) AS ?x) {{ ?s ?p ?o }}",
    "exists in if": f"SELECT * {{ FILTER(IF(EXISTS {{ {_SERVICE} }}, true, false)) }}",
    "exists in in": f"SELECT * {{ FILTER(true IN (EXISTS {{ {_SERVICE} }})) }}",
    "nested in itself": f"SELECT * {{ SERVICE <BAIT> {{ {_SERVICE} }} }}",
    "twenty sub-selects down": "SELECT * {" * 20 + _SERVICE + "}" * 20,
    "beside values": "SELECT * { VALUES ?e { <BAIT> } SERVICE ?e { ?s ?p ?o } }",
    "endpoint from the data": "SELECT * { ?e a <http://example.org/Endpoint> . SERVICE ?e { ?s ?p ?o } }",
    "endpoint bound": "SELECT * { BIND(IRI('BAIT') AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "endpoint with a prefix": "PREFIX b: <BAIT> SELECT * { SERVICE b: { ?s ?p ?o } }",
    "endpoint against a base": "BASE <BAIT> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "prefix with the name of the keyword": "PREFIX service: <BAIT> SELECT * { SERVICE service:x { ?s ?p ?o } }",
    "cloud metadata": "SELECT * { SERVICE <http://169.254.169.254/latest/meta-data/> { ?s ?p ?o } }",
    "loopback of version 6": "SELECT * { SERVICE <http://[::1]:7878/> { ?s ?p ?o } }",
    "a file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_SERVICE} }}",
    "describe": f"DESCRIBE ?s {{ {_SERVICE} }}",
    "ask": f"ASK {{ {_SERVICE} }}",
    "escaped first letter": r"SELECT * { \u0053ERVICE <BAIT> { ?s ?p ?o } }",
    "escaped wholly": r"SELECT * { \u0053\u0045\u0052\u0056\u0049\u0043\u0045 <BAIT> { ?s ?p ?o } }",
    "escaped in the long form": r"SELECT * { \U00000053ervice <BAIT> { ?s ?p ?o } }",
    "escaped bracket": r"SELECT * { SERVICE <BAIT> \u007B ?s ?p ?o } }",
    "escaped quotation mark before": r"SELECT * { ?s ?p \u0022a\u0022 . SERVICE <BAIT> { ?s ?p ?o } #' }",
    "escaped line end of a comment": r"SELECT * { # x \u000A SERVICE <BAIT> { ?s ?p ?o }" + "\n}",
    "comment between": "SELECT * { SERVICE # {\n <BAIT> # }\n { ?s ?p ?o } }",
    "comment ended by a carriage return": f"SELECT * {{ # nothing\r {_SERVICE} }}",
    "comment with quotes": f"SELECT * {{ # it's \"here\n {_SERVICE} }}",
    "hash in a string": f'SELECT * {{ ?s ?p "#" . {_SERVICE} }}',
    "hash in an IRI": f"SELECT * {{ ?s <http://example.org/#p> ?o . {_SERVICE} }}",
    "escaped quotation mark in a string": rf'SELECT * {{ ?s ?p "\"" . {_SERVICE} }}',
    "backslash at the end of a string": rf'SELECT * {{ ?s ?p "\\" . {_SERVICE} }}',
    "long string with quotation marks": f"SELECT * {{ ?s ?p '''a ''b'' c''' . {_SERVICE} }}",
    "strings of both kinds": f"""SELECT * {{ ?s ?p "'" , '"' . {_SERVICE} }}""",
    "less-than that looks like an IRI": "SELECT * { ?s ?p ?a , ?b FILTER(?a<?b) SERVICE<BAIT>{?s ?p ?o} FILTER(?b>?a) }",
    "keyword inside such an IRI": "SELECT * { ?s ?p ?a FILTER(?a<1)SERVICE?e{?s ?p ?o}FILTER(2>?a) }",
    "triple term before": f"SELECT * {{ << ?a ?b ?c >> ?p ?o . {_SERVICE} }}",
    "behind a thousand strings": "SELECT * { " + "?s ?p '}' . " * 1000 + _SERVICE + " }",
    "at the end of a megabyte": "SELECT * { #" + "x" * 900_000 + f"\n{_SERVICE} }}",
}
_REACHING_UPDATES = {
    "load": "LOAD <BAIT>",
    "load in small letters": "load silent <BAIT> into graph <http://example.org/g>",
    "load escaped": r"L\u004FAD <BAIT>",
    "load after another operation": "CLEAR DEFAULT ;\n# next\nLOAD <BAIT>",
    "load after data with a semicolon": 'INSERT DATA { <a:a> <a:b> ";" } ; LOAD <BAIT>',
    "load with a prefix": "PREFIX b: <BAIT> LOAD b:",
    "service in insert where": f"INSERT {{ ?s ?p ?o }} WHERE {{ {_SERVICE} }}",
    "service in delete where": f"DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 1 }} USING <a:b> WHERE {{ {{ SELECT * {{ {_SERVICE} }} }} }}",
    "service in with": f"WITH <a:b> DELETE {{ ?s ?p ?o }} WHERE {{ {_SERVICE} }}",
}
_HARMLESS = {
    "dataset from an address": "SELECT * FROM <BAIT> { ?s ?p ?o }",
    "named graph from an address": "SELECT * FROM NAMED <BAIT> { GRAPH ?g { ?s ?p ?o } }",
    "dataset from a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "a thousand graphs": "SELECT * " + "".join(f"FROM <BAIT{n}> " for n in range(1000)) + "{ ?s ?p ?o }",
    "graph at an address": "SELECT * { GRAPH <BAIT> { ?s ?p ?o } }",
    "subject at an address": "SELECT * { <BAIT> ?p ?o }",
    "describe an address": "DESCRIBE <BAIT>",
    "keyword in a string": 'SELECT * { ?s ?p "SERVICE <BAIT> { }" }',
    "keyword in a comment": "SELECT * { ?s ?p 1 } # SERVICE <BAIT> { }",
    "keyword as a variable": "SELECT ?service ?load { ?service ?load 1 }",
    "keyword as a prefix": "PREFIX load: <http://example.org/> SELECT * { ?s load:service 1 }",
    "keyword as a language": "SELECT * { ?s ?p 'x'@service }",
    "base at an address": "BASE <BAIT> SELECT * { <x> ?p ?o }",
    "function IRI": "SELECT (IRI('BAIT') AS ?x) { }",
    "function of somebody else": "SELECT (<BAIT>(1) AS ?x) { }",
    "twenty functions of somebody else": "ASK { FILTER(" + "||".join(f"<BAIT/{n}>(1)" for n in range(20)) + ") }",
    "old regular expression bomb": "SELECT * { FILTER(REGEX('" + "a" * 30_000 + "', '^(a+)+$')) }",
    "regular expression with alternatives": "SELECT * { FILTER(REGEX('" + "ab" * 10_000 + "', '^((a|b|ab)*)*c$')) }",
    "regular expression that is too large": "SELECT * { FILTER(REGEX('a', '((a{1000}){1000}){1000}')) }",
    "regular expression that is none": "SELECT * { FILTER(REGEX('a', '(((')) }",
    "replace with what matches empty": "SELECT (STRLEN(REPLACE('" + "a" * 10_000 + "', '', 'bc')) AS ?n) { }",
    "numbers out of range": "SELECT (1e400 AS ?a) (99999999999999999999999999 AS ?b) (-1/0 AS ?c) { }",
    "integers that overflow": "SELECT (9223372036854775807 + 1 AS ?a) (-9223372036854775808 * -1 AS ?b) { }",
    "decimal that overflows": "SELECT (1000000000000.5 * 1000000000000.5 AS ?a) { }",
    "dates out of range": 'SELECT (YEAR("999999999-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>) AS ?y) { }',
    "substring out of range": "SELECT (SUBSTR('abc', -1000000000, 9223372036854775807) AS ?x) { }",
    "comparison of what cannot be": "SELECT * { FILTER(<a:b> < 'x' || ?nothing > 1) }",
    "right to left and zero width": "SELECT * { ?s ?p '\u202e\u200b\u2066\u0000x' }".replace("\u0000", ""),
    "letters beyond the first plane": "SELECT ?x { ?x <a:\U00020000> '\U0001f4a9' }",
    "very long variable": "SELECT ?" + "v" * 500_000 + " { }",
    "very long string": "SELECT (STRLEN('" + "x" * 900_000 + "') AS ?n) { }",
    "very long IRI": "SELECT * { <http://example.org/" + "x" * 900_000 + "> ?p ?o }",
    "twenty thousand prefixes": "".join(f"PREFIX p{n}: <a:{n}> " for n in range(20_000)) + "ASK { }",
    "fifty thousand values": "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 50_000 + "} }",
    "fifty thousand members": "ASK { FILTER(1 IN (" + ",".join(["2"] * 50_000) + ")) }",
    "two hundred brackets": "ASK { FILTER(" + "(" * 190 + "1" + ")" * 190 + ") }",
    "comments only, and then little": "#\n" * 300_000 + "ASK { }",
    "limit of nothing": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 0",
    "cross product cut short": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } LIMIT 10",
    "cycle in a path": f"SELECT (COUNT(*) AS ?n) {{ <http://example.org/0> ({P}/{P})+ ?x }}",
    "path of nothing": "SELECT * { <http://example.org/0> <a:nothing>* ?x }",
    "describe all that there is, nearly": "DESCRIBE ?s { ?s ?p ?o } LIMIT 5",
}
_BAD = {
    "nothing": "",
    "a comment": "# SELECT * { ?s ?p ?o }",
    "zero bytes": "\0" * 100,
    "zero byte inside": "SELECT * { ?s ?p '\0' ? }",
    "half of a pair": "SELECT * { ?s ?p '\ud800' ?x ?y ?z }",
    "full-width letters": "SELECT * { \uff33\uff25\uff32\uff36\uff29\uff23\uff25 <BAIT> { ?s ?p ?o } }",
    "a letter of another script": "SELECT * { \u0405ERVICE <BAIT> { ?s ?p ?o } }",
    "a letter of no width": "SELECT * { SER\u200bVICE <BAIT> { ?s ?p ?o } }",
    "a form feed": "SELECT * { SERVI\x0cCE <BAIT> { ?s ?p ?o } }",
    "an update": "INSERT DATA { <a:a> <a:b> <a:c> }",
    "a query and an update": "SELECT * { ?s ?p ?o } ; DROP ALL",
    "two queries": "ASK { } ASK { }",
    "unfinished": "SELECT * { ?s ?p",
    "unfinished string": "SELECT * { ?s ?p 'abc",
    "unfinished escape": r"SELECT * { ?s ?p '\u00",
    "escape beyond Unicode": r"SELECT * { ?s ?p '\UFFFFFFFF' }",
    "prefix that was not declared": "SELECT * { ?s nobody:knows ?o }",
    "limit that is no number of ours": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999",
    "negative limit": "SELECT * { ?s ?p ?o } LIMIT -1",
    "thirty functions of somebody else": "ASK { FILTER(" + "||".join(f"<BAIT/{n}>(1)" for n in range(30)) + ") }",
    "aggregate in the wrong place": "SELECT * { FILTER(COUNT(?x) > 1) }",
    "variable bound twice": "SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }",
    "a hundred thousand brackets": "SELECT * { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "a hundred thousand groups": "SELECT * " + "{" * 100_000 + "}" * 100_000,
    "two thousand collections": "SELECT * { ?s ?p " + "(" * 2000 + ")" * 2000 + " }",
    "two thousand blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 2000 + "1" + "]" * 2000 + " }",
    "brackets hidden by a comparison": "SELECT * { FILTER(1<2) " + "{" * 100_000 + "}" * 100_000 + " FILTER(2>1) }",
    "brackets across a string": "SELECT * { ?s ?p ')' FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
}
_CHAINS = {
    "not": "ASK { FILTER(" + "!" * 200_000 + "true) }",
    "minus": "ASK { FILTER(" + "- " * 200_000 + "1) }",
    "or": "ASK { FILTER(false" + " || false" * 80_000 + ") }",
    "and": "ASK { FILTER(true" + " && true" * 80_000 + ") }",
    "sum": "SELECT (1" + " + 1" * 200_000 + " AS ?x) { }",
    "product": "SELECT (1" + " * 1" * 200_000 + " AS ?x) { }",
    "path": "ASK { ?s " + "/".join(["<a:p>"] * 100_000) + " ?o }",
    "path of alternatives": "ASK { ?s " + "|".join(["<a:p>"] * 100_000) + " ?o }",
    "path of inverses": "ASK { ?s " + "/".join(["^<a:p>"] * 100_000) + " ?o }",
    "path repeated": "ASK { ?s <a:p>" + "*" * 200_000 + " ?o }",
    "union": "ASK { { }" + " UNION { }" * 80_000 + " }",
    "optional": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 40_000 + " }",
    "minus of groups": "ASK { " + "MINUS { ?s ?p ?o } " * 40_000 + " }",
    "filter": "ASK { ?s ?p ?o " + "FILTER(1) " * 90_000 + " }",
    "bind": "ASK { " + "".join(f"BIND({n} AS ?v{n}) " for n in range(30_000)) + " }",
    "triples": "ASK { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(30_000)) + " }",
    "joined triples": "ASK { " + "".join(f"?a{n} <a:p> ?a{n + 1} . " for n in range(25_000)) + " }",
    "sub-selects side by side": "ASK { " + "{ SELECT * { ?s ?p ?o } } " * 30_000 + " }",
    "nested sub-selects": "SELECT * {" * 190 + "?s ?p ?o" + "}" * 190,
    "nested optionals": "SELECT * {" + "OPTIONAL { ?s ?p ?o " * 190 + "}" * 191,
    "nested exists": "ASK {" + "FILTER EXISTS { ?s ?p ?o " * 190 + "}" * 191,
    "nested not exists": "ASK {" + "FILTER NOT EXISTS { ?s ?p ?o " * 190 + "}" * 191,
    "graphs in graphs": "SELECT * {" + "GRAPH ?g { " * 190 + "?s ?p ?o" + "}" * 191,
    "if in if": "SELECT (" + "IF(true, " * 190 + "1" + ", 2)" * 190 + " AS ?x) { }",
    "triple terms": "ASK { " + "<< " * 2000 + "?s ?p ?o" + " >> ?p ?o" * 2000 + " }",
    "brackets that look like an IRI": "ASK { FILTER(1<" + "(" * 100_000 + "1" + ")" * 100_000 + ">2) }",
    "distinct aggregates": "SELECT "
    + "".join(f"(COUNT(DISTINCT ?s) AS ?n{n}) " for n in range(20_000))
    + "{ ?s ?p ?o }",
    "ordered by everything": "SELECT * { ?s ?p ?o } ORDER BY " + "?s " * 200_000,
}
_TAKING = {
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = '') }}",
    "cross product sorted": f"SELECT * {{ {TRIPLES} }} ORDER BY ?i LIMIT 1",
    "cross product distinct": f"SELECT DISTINCT ?a ?d ?g {{ {TRIPLES} }}",
    "cross product grouped": f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {TRIPLES} }} GROUP BY ?a ?d",
    "cross product skipped": f"SELECT * {{ {TRIPLES} }} OFFSET 9000000000",
    "cross product constructed": f"CONSTRUCT {{ ?a ?e ?i }} {{ {TRIPLES} }}",
    "cross product asked": f"ASK {{ {TRIPLES} FILTER(STR(?c) = CONCAT(STR(?f), STR(?i), 'x')) }}",
    "cross product of sub-selects": "SELECT * { "
    + "".join(f"{{ SELECT ?a{n} ?c{n} {{ ?a{n} ?b ?c{n} }} }} " for n in range(4))
    + "} ORDER BY ?c3",
    "cross product of optionals": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }} " for n in range(5))
    + "}",
    "cross product of unions": "SELECT (SUM(STRLEN(STR(?c0))) AS ?n) { "
    + "".join(f"{{ ?a{n} ?b{n} ?c{n} }} UNION {{ ?c{n} ?b{n} ?a{n} }} " for n in range(4))
    + "}",
    "cross product of values": "SELECT (MAX(?x0 + ?x1 + ?x2) AS ?n) { "
    + "".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(2000)))} }} " for n in range(3))
    + "}",
    "minus of a cross product": f"SELECT * {{ ?s ?p ?o MINUS {{ ?s ?p ?o . {TRIPLES} FILTER(STR(?c) = CONCAT(STR(?f), STR(?i), 'x')) }} }}",
    "not exists of a cross product": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {TRIPLES} FILTER(STR(?c) = CONCAT('x', STR(?f))) }} }}",
    "all pairs of nodes": "SELECT (COUNT(*) AS ?n) { ?a (!<a:p>|^!<a:p>)* ?b . ?c (!<a:p>|^!<a:p>)* ?d }",
    "paths of paths": f"SELECT (COUNT(*) AS ?n) {{ ?a (({P}+/^{P}+)*|({P}*/{P}*)*)* ?b . ?b {P}* ?c . ?c ^{P}* ?d }}",
    "text that grows": "SELECT (STRLEN(?v12) AS ?n) { "
    + grown("'0123456789'", f"CONCAT({', '.join(['{0}'] * 10)})", 12)
    + " }",
    "text that grows by encoding": "SELECT (STRLEN(?v9) AS ?n) { "
    + grown("'%%%%%%%%%%'", f"ENCODE_FOR_URI(CONCAT({', '.join(['{0}'] * 8)}))", 9)
    + " }",
    "text that grows by replacing": "SELECT (STRLEN(?v9) AS ?n) { "
    + grown("'aaaaaaaaaa'", "REPLACE({0}, 'a', 'aaaaaaaaaa')", 9)
    + " }",
    "all text gathered": f"SELECT (GROUP_CONCAT(STR(?c)) AS ?all) {{ {TRIPLES} }}",
    "hashes of a cross product": f"SELECT (COUNT(DISTINCT SHA512(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) {{ {TRIPLES} }}",
    "new nodes for ever": f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {TRIPLES} BIND(UUID() AS ?x) }}",
    "matching for ever": f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(.*)*9(.*)*8(.*)*7x', 'i')) }}",
}

CASES: dict[str, Case] = (
    {f"reaching out: {name}": Case(text, Must.BE_REFUSED) for name, text in _REACHING.items()}
    | {f"harmless: {name}": Case(text, Must.BE_ANSWERED) for name, text in (_HARMLESS | ODD).items()}
    | {
        f"bad: {name}": Case(text, Must.BE_TOLD)
        for name, text in (_BAD | {f"a megabyte of {name}": text for name, text in SENSELESS.items()}).items()
    }
    | {
        f"too long: {name}": Case("ASK { } #" + text, Must.BE_TOO_LONG)
        for name, text in {"ascii": "x" * 1_048_576, "wide": "\U0001f4a9" * 1_048_576}.items()
    }
    | {f"chain: {name}": Case(text, Must.END, slow=True) for name, text in _CHAINS.items()}
    | {f"taking: {name}": Case(text, Must.HIT_A_LIMIT, slow=True) for name, text in _TAKING.items()}
    | {name: Case(text, Must.END, slow=True) for name, text in GREEDY.items()}
)
UPDATES = _REACHING_UPDATES
