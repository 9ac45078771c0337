"""
Queries drawn from the grammar of SPARQL 1.1: valid for the most part, about our words, and of no use to anybody.

Chance is a `random.Random` that is handed in, so that the same seed gives the same text.
"""

from collections.abc import Callable
from random import Random

PREFIXES = """PREFIX hv: <https://w3id.org/hankintaverkko/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
_THINGS = (
    "<https://w3id.org/hankintaverkko/id/measure/ap22-m14>",
    "<https://w3id.org/hankintaverkko/id/nobody>",
    "hv:Measure",
    "hv:Actor",
    "<relative>",
)
_PREDICATES = (
    "a",
    "skos:prefLabel",
    "skos:notation",
    "hv:isPartOf",
    "hv:dependsOn",
    "hv:responsible",
    "dcterms:identifier",
)
_LITERALS = (
    '"ap22-m14"', "'''kolme\nriviä'''", '"hankinta"@fi', '"2023-01-01"^^xsd:date', "1", "-1.5", "6.0e23", "true", '""',
    '"\\u00e5"', '"not a number"^^xsd:integer', '"99999999999999999999999999"^^xsd:integer', '"x"^^<urn:unknown>',
)  # fmt: skip
_VARIABLES = ("?a", "?b", "?c", "$d", "?å")
_DEEPEST = 4


class Grammar:
    """Draws texts; every method gives one production."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._depth = 0

    def query(self) -> str:
        """A query of one of the four forms."""
        form = self._one_of(self._select, self._select, self._select, self._construct, self._ask, self._describe)
        return PREFIXES + form

    def _one_of(self, *productions: Callable[[], str]) -> str:
        return self._chance.choice(productions)()

    def _maybe(self, text: str, share: float = 0.5) -> str:
        return text if self._chance.random() < share else ""

    def _variable(self) -> str:
        return self._chance.choice(_VARIABLES)

    def _term(self) -> str:
        return self._chance.choice((*_VARIABLES, *_VARIABLES, *_THINGS))

    def _object(self) -> str:
        return self._chance.choice(
            (*_VARIABLES, *_VARIABLES, *_THINGS, *_LITERALS, "[]", "[ a ?e ]", "( ?a 1 )", "_:b")
        )

    def _select(self) -> str:
        return f"SELECT {self._maybe('DISTINCT ', 0.2)}{self._projection()} {self._dataset()}{self._group()}{self._modifiers()}"

    def _projection(self) -> str:
        if self._chance.random() < 0.4:
            return "*"
        shown = [self._variable() for _ in range(self._chance.randint(1, 3))]
        return " ".join(dict.fromkeys(shown)) + self._maybe(f" ({self._aggregate()} AS ?n)", 0.3)

    def _construct(self) -> str:
        return f"CONSTRUCT {{ ?a hv:x {self._object()} . }} {self._dataset()}WHERE {self._group()}{self._modifiers()}"

    def _ask(self) -> str:
        return f"ASK {self._dataset()}{self._group()}"

    def _describe(self) -> str:
        return f"DESCRIBE {self._term()} {self._maybe(self._group())} {self._limit()}"

    def _dataset(self) -> str:
        graph = "<https://w3id.org/hankintaverkko/graph/registry>"
        return self._maybe(f"FROM {graph} ", 0.05) + self._maybe(f"FROM NAMED {graph} ", 0.05)

    def _modifiers(self) -> str:
        grouped = self._maybe(f" GROUP BY {self._variable()}", 0.2)
        having = self._maybe(f" HAVING({self._expression()})", 0.3) if grouped else ""
        order = self._maybe(f" ORDER BY {self._chance.choice(('', 'DESC'))}({self._expression()})", 0.2)
        return f"{grouped}{having}{order} {self._limit()}"

    def _limit(self) -> str:
        # Most have a limit, or the product of patterns that share no variable would be all that is ever measured.
        limit = self._maybe(f"LIMIT {self._chance.choice((0, 1, 10, 100, 1000))}", 0.9)
        return limit + self._maybe(f" OFFSET {self._chance.choice((0, 1, 10, 10**9))}", 0.1)

    def _group(self) -> str:
        self._depth += 1
        try:
            parts = [self._triples() for _ in range(self._chance.randint(1, 2))]
            if self._depth < _DEEPEST:
                parts += [self._part() for _ in range(self._chance.randint(0, 2))]
            self._chance.shuffle(parts)
            return f"{{ {' '.join(parts)} }}"
        finally:
            self._depth -= 1

    def _triples(self) -> str:
        more = self._maybe(f" ; {self._path()} {self._object()}", 0.3)
        return f"{self._term()} {self._path()} {self._object()}{more} ."

    def _path(self) -> str:
        predicate = self._chance.choice((*_PREDICATES, *_PREDICATES, "?p"))
        if predicate == "?p" or self._chance.random() < 0.8:
            return predicate
        other = self._chance.choice(_PREDICATES)
        forms = (f"^{predicate}", f"{predicate}/{other}", f"({predicate}|{other})", f"{predicate}+", f"{predicate}*",
                 f"({predicate}/{other})?", f"!({predicate}|^{other})")  # fmt: skip
        return self._chance.choice(forms)

    def _part(self) -> str:
        return self._one_of(
            lambda: f"OPTIONAL {self._group()}",
            lambda: f"{self._group()} UNION {self._group()}",
            lambda: f"MINUS {self._group()}",
            lambda: f"GRAPH {self._term()} {self._group()}",
            lambda: f"FILTER({self._expression()})",
            lambda: f"FILTER {self._maybe('NOT ')}EXISTS {self._group()}",
            lambda: f"BIND({self._expression()} AS ?bound{self._chance.randint(1, 99)})",
            lambda: f"VALUES {self._variable()} {{ {self._chance.choice(_LITERALS)} UNDEF }}",
            lambda: f"{{ {self._select()} }}",
        )

    def _aggregate(self) -> str:
        name = self._chance.choice(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
        return f"{name}({self._maybe('DISTINCT ')}{self._expression()})"

    def _expression(self) -> str:
        self._depth += 1
        try:
            if self._depth > _DEEPEST + 1 or self._chance.random() < 0.3:
                return self._chance.choice((*_VARIABLES, *_LITERALS))
            return self._one_of(self._operator, self._call)
        finally:
            self._depth -= 1

    def _operator(self) -> str:
        sign = self._chance.choice(("+", "-", "*", "/", "=", "!=", "<", ">=", "&&", "||"))
        return f"({self._maybe('!', 0.1)}{self._expression()} {sign} {self._expression()})"

    def _call(self) -> str:
        one, two = self._expression(), self._expression()
        calls = (
            f"STR({one})", f"LANG({one})", f"DATATYPE({one})", f"BOUND({self._variable()})", f"isIRI({one})",
            f"STRLEN(STR({one}))", f"UCASE(STR({one}))", f"CONCAT(STR({one}), STR({two}))", f"REGEX(STR({one}), STR({two}))",
            f"REPLACE(STR({one}), STR({two}), 'x')", f"SUBSTR(STR({one}), {self._chance.choice((-1, 0, 1, 10**12))})",
            f"IF({one}, {two}, ?a)", f"COALESCE({one}, {two})", f"({one} IN ({two}, 1))", f"xsd:integer({one})",
            f"YEAR({one})", "NOW()", "RAND()", f"IRI({one})", f"STRDT(STR({one}), xsd:date)", f"SHA256(STR({one}))",
            f"ENCODE_FOR_URI(STR({one}))", f"STRLANG(STR({one}), 'fi')", f"ROUND({one})", "BNODE()", "UUID()",
        )  # fmt: skip
        return self._chance.choice(calls)
