"""
Changes to shoot at the service with a token that opens it: updates drawn and mutilated, graphs in every format and in none.

Change *n* of a seed is always the same but for the token, as shots are.
"""

from collections.abc import Sequence
from random import Random
from urllib.parse import quote

from tests.fuzz.grammar import PREFIXES, Grammar
from tests.fuzz.shots import ACCEPTS, HEADERS, Shot, is_broken, mutilated, written

BASE = "https://w3id.org/hankintaverkko/"
UPDATE, FORM = "application/sparql-update", "multipart/form-data"
TURTLE, TRIPLES, RDF_XML, JSON_LD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
_OTHERS = tuple(f"urn:example:g{number}" for number in range(5))
_OURS = tuple(f"{BASE}graph/{name}" for name in ("entry/fuzz", "entry/other", "x/y", "nobody"))
_BUILT = tuple(
    f"{BASE}graph/{name}" for name in ("vocab", "inferred", "prov", "ontology", "registry", "src/000", "links")
)
GRAPHS = _OTHERS * 4 + _OURS + _BUILT
_NO_GRAPHS = (
    "relative",
    "",
    "urn:a b",
    "http://[::1",
    "\x00",
    "urn:\u202e",
    "x" * 9000,
    "http://127.0.0.1/",
    f"{BASE}graph/../x",
)
_TERMS = (
    "<urn:example:a>", "<urn:example:b>", "<urn:example:c>", "_:x", "_:y", '"text"', '"teksti"@fi', '"1"^^xsd:integer', "007",
    '"not one"^^xsd:date', '"\\u00e5\\n"', "hv:Measure", f"<{BASE}id/measure/ap22-m14>", f"<{BASE}id/measure/fuzz>", "true", "1e400",
)  # fmt: skip
_NODES = tuple(term for term in _TERMS if term[0] in "<_h")
_PREDICATES = (
    "a",
    "skos:prefLabel",
    "hv:isPartOf",
    "hv:dependsOn",
    "<urn:example:p>",
    "<urn:example:q>",
    "dcterms:title",
)
_ENDLESS = """INSERT { GRAPH <urn:example:g0> { ?a <urn:example:p> ?f } }
WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = '') }"""
_GROWING = f"""INSERT {{ GRAPH <urn:example:g0> {{ <urn:example:a> <urn:example:p> ?v30 }} }}
WHERE {{ BIND('0123456789' AS ?v0) {" ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))} }}"""
_MANY = """INSERT { GRAPH <urn:example:many> { ?a <urn:example:p> ?f } }
WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } }"""
_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:example:">'
_XML_END = "</rdf:RDF>"
_BOMB = "".join(
    f'<!ENTITY a{number} "{(f"&a{number - 1};" if number else "aaaaaaaaaa") * 10}">' for number in range(10)
)
_DOCUMENTS = (
    (TURTLE, "<urn:example:a> <urn:example:p> 1, 'two'@en, [ <urn:example:q> ( 1 2 3 ) ] ."),
    (TURTLE, f"<{BASE}id/measure/fuzz> a <{BASE}def/Measure> ; <{BASE}def/isPartOf> <{BASE}id/programme/hankinta-suomi> ."),
    (TRIPLES, '<urn:example:a> <urn:example:p> "x" .\n_:a <urn:example:p> _:a .\n'),
    (RDF_XML, f'{_XML}<rdf:Description rdf:about="urn:example:a"><e:q rdf:parseType="Literal"><b/></e:q></rdf:Description>{_XML_END}'),
    (JSON_LD, '{"@context": {"p": "urn:example:p"}, "@id": "urn:example:a", "p": [1, {"@id": "_:b"}, {"@list": [true, null]}]}'),
    (JSON_LD, '{"@context": "http://127.0.0.1:8000/context.jsonld", "@id": "urn:example:a", "title": {"fi": "x"}}'),
)  # fmt: skip
_HOSTILE = (
    (TURTLE, "<a:a> <a:p> " + "(" * 50_000 + ")" * 50_000 + " ."),
    (TURTLE, "<a:a> <a:p> " + "[ <a:p> " * 20_000 + "1" + "]" * 20_000 + " ."),
    (TURTLE, "<a:a> <a:p> '" + "x" * 1_500_000 + "' ."),
    (TURTLE, "".join(f"<a:a> <a:p> {number} ." for number in range(50_000))),
    (TURTLE, "@prefix : <a:> ." * 50_000 + ":a :b :c ."),
    (TURTLE, "<a:a> <a:p> '\x00', '\\uD800', '\\U00110000' ."),
    (TURTLE, "<< <a:a> <a:b> <a:c> >> <a:p> 1 ."),
    (TURTLE, "GRAPH <a:g> { <a:a> <a:b> <a:c> }"),
    (TRIPLES, "<a:a> <a:b> <a:c> <a:g> ."),
    (TRIPLES, "x" * 1_500_000),
    (TRIPLES, "\ufeff<a:a> <a:b> <a:c> ."),
    (RDF_XML, f"<!DOCTYPE x [{_BOMB}]>{_XML}<rdf:Description><e:p>&a9;</e:p></rdf:Description>{_XML_END}"),
    (RDF_XML, f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_XML}<rdf:Description><e:p>&a;</e:p></rdf:Description></rdf:RDF>'),
    (RDF_XML, _XML + "<rdf:Description><e:p>" * 20_000),
    (RDF_XML, '<?xml version="1.0" encoding="UTF-16"?>' + _XML + "</rdf:RDF>"),
    (JSON_LD, '{"@context": "http://127.0.0.1:9/", "@id": "urn:example:a"}'),
    (JSON_LD, '{"@context": {"@import": "http://127.0.0.1:9/"}, "@id": "urn:example:a"}'),
    (JSON_LD, "[" * 100_000 + "]" * 100_000),
    (JSON_LD, '{"urn:example:p": ' * 2_000 + "1" + "}" * 2_000),
    (JSON_LD, '{"@context": {"a": "b:", "b": "a:"}, "a:x": 1e999, "@graph": [{"@id": 7}]}'),
    (JSON_LD, '{"@id": "urn:a", "@graph": [{"@id": "urn:b", "urn:p": 1}]}'),
    (JSON_LD, "null"), (JSON_LD, "7"), (JSON_LD, '"\\ud800"'), (JSON_LD, '{"@type": [[[]]], "@id": "\\u0000"}'),
)  # fmt: skip
_TYPES = (
    TURTLE, TRIPLES, RDF_XML, JSON_LD, UPDATE, FORM, "application/trig", "application/n-quads", "text/plain", "", "/", "text/turtle;;",
    "text/turtle; charset=utf-16", "multipart/form-data; boundary=" + "x" * 300, "application/sparql-query", "text/turtle; charset=",
)  # fmt: skip


class Updates(Grammar):
    """Draws updates, of graphs of other people above all."""

    def update(self) -> str:
        """One to three operations."""
        operations = (self._one_of(self._data, self._data, self._modify, self._whole) for _ in range(self._count()))
        return PREFIXES + " ;\n".join(operations)

    def document(self) -> str:
        """A Turtle document."""
        return f"{PREFIXES}{self._statements(' .', braces=False)}"

    def _count(self) -> int:
        return self._chance.choice((1, 1, 1, 2, 3))

    def _graph(self) -> str:
        return f"<{self._chance.choice(GRAPHS)}>"

    def _statements(self, end: str = "", *, braces: bool = True, nodes: Sequence[str] = _NODES) -> str:
        lines = [
            f"{self._chance.choice(nodes)} {self._chance.choice(_PREDICATES)} {self._chance.choice((*_TERMS, *nodes))}"
            for _ in range(self._chance.choice((0, 1, 2, 5, 50)))
        ]
        text = " .\n".join(lines) + (end if lines else "")
        return (
            f"{{ GRAPH {self._graph()} {{ {text} }} }}"
            if braces and self._chance.random() < 0.9
            else text
            if not braces
            else f"{{ {text} }}"
        )

    def _data(self) -> str:
        verb = self._chance.choice(("INSERT DATA", "INSERT DATA", "DELETE DATA", "DELETE WHERE"))
        nodes = _NODES if verb.startswith("INSERT") else tuple(term for term in _NODES if term[0] != "_")
        return f"{verb} {self._statements(nodes=nodes)}"

    def _modify(self) -> str:
        template = f"{{ GRAPH {self._graph()} {{ ?a <urn:example:p> {self._object()} }} }}"
        verbs = self._chance.choice(
            (f"INSERT {template}", f"DELETE {template}", f"DELETE {template} INSERT {template}")
        )
        where = f"{{ GRAPH {self._graph()} {self._group()} }}" if self._chance.random() < 0.8 else self._group()
        return f"{self._maybe(f'WITH {self._graph()} ', 0.2)}{verbs} {self._maybe(f'USING {self._graph()} ', 0.1)}WHERE {where}"

    def _whole(self) -> str:
        silent = self._maybe("SILENT ", 0.3)
        target = self._chance.choice((f"GRAPH {self._graph()}", f"GRAPH {self._graph()}", "DEFAULT", "NAMED", "ALL"))
        places = (self._graph(), self._graph(), "DEFAULT")
        one, two = self._chance.choice(places), self._chance.choice(places)
        return self._chance.choice(
            (f"CLEAR {silent}{target}", f"DROP {silent}{target}", f"CREATE {silent}GRAPH {self._graph()}",
             f"COPY {silent}{one} TO {two}", f"MOVE {silent}{one} TO {two}", f"ADD {silent}{one} TO {two}",
             f"LOAD {silent}<http://127.0.0.1:9/> INTO GRAPH {self._graph()}")
        )  # fmt: skip


def change(seed: int, number: int, token: str, valid: Sequence[str]) -> Shot:
    """Change *number* of *seed*, sent with *token*; the updates in *valid* are there to be mutilated."""
    chance = Random(f"change {seed}:{number}")  # noqa: S311 - it keeps no secret
    drawn = chance.random()
    if drawn < 0.35:
        return _update(chance, token, valid)
    return _graph(chance, token) if drawn < 0.9 else _patch(chance, token)


def _update(chance: Random, token: str, valid: Sequence[str]) -> Shot:
    drawn = chance.random()
    text = Updates(chance).update() if drawn < 0.7 else chance.choice((*valid, _MANY))
    if drawn < 0.015:
        text = chance.choice((_ENDLESS, _GROWING))
    elif drawn < 0.45:
        text = mutilated(chance, text)
    written_text = text.encode("utf-8", "surrogatepass")
    parameters = chance.choice(
        ("", "", "", "", f"?using-graph-uri={quote(chance.choice(GRAPHS))}", "?using-named-graph-uri=x", "?x=y")
    )
    if chance.random() < 0.3:
        body = b"update=" + quote(written_text, safe="").encode()
        return _sent(chance, token, "POST", "/update" + parameters, body, "application/x-www-form-urlencoded")
    return _sent(
        chance, token, "POST", "/update" + parameters, written_text, chance.choice((UPDATE,) * 9 + _TYPES[-3:])
    )


def _graph(chance: Random, token: str) -> Shot:
    method = chance.choice(("PUT", "PUT", "POST", "POST", "DELETE", "GET", "HEAD"))
    if method in {"GET", "HEAD", "DELETE"}:
        return _sent(chance, token, method, _place(chance), b"", "")
    drawn = chance.random()
    kind, text = chance.choice(_HOSTILE if drawn < 0.12 else _DOCUMENTS)
    if 0.12 <= drawn < 0.5:
        kind, text = TURTLE, Updates(chance).document()
    if chance.random() < 0.35:
        text = mutilated(chance, text)
    body = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        body = bytearray(body)
        for _ in range(chance.randint(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.15:
        kind, body = _form(chance, kind, bytes(body))
    return _sent(
        chance, token, method, _place(chance), bytes(body), kind if chance.random() < 0.9 else chance.choice(_TYPES)
    )


def _form(chance: Random, kind: str, body: bytes) -> tuple[str, bytes]:
    """*body* as a file of a form, now and then of one that is none."""
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="a"; filename="a.ttl"\r\nContent-Type: {kind}\r\n\r\n'.encode()
    )
    whole = bytearray((head + body + b"\r\n") * chance.choice((1, 1, 2, 3)) + b"--edge--\r\n")
    if chance.random() < 0.4:
        del whole[chance.randrange(len(whole)) :]
    return f"{FORM}; boundary={chance.choice(('edge', 'edge', 'edge', 'egde'))}", bytes(whole)


def _patch(chance: Random, token: str) -> Shot:
    text = Updates(chance).update()
    if chance.random() < 0.4:
        text = mutilated(chance, text)
    kind = chance.choice((UPDATE,) * 9 + _TYPES[-3:])
    return _sent(chance, token, "PATCH", _place(chance), text.encode("utf-8", "surrogatepass"), kind)


def _place(chance: Random) -> str:
    graph = chance.choice(GRAPHS) if chance.random() < 0.9 else chance.choice(_NO_GRAPHS)
    named = f"/store?graph={quote(graph, safe='')}"
    direct = f"/graph/{quote(graph.removeprefix(f'{BASE}graph/'), safe='/:')}"
    return chance.choice(
        (named, named, named, named, direct, "/store?default", "/store", named + "&default", named + "&x=y")
    )


def _sent(chance: Random, token: str, method: str, path: str, body: bytes, kind: str) -> Shot:
    given = [("Authorization", f"Bearer {token}"), ("Accept", chance.choice(("*/*", "*/*", *ACCEPTS)))]
    given += [("Content-Type", kind)] if kind else []
    given += [("If-Match", chance.choice(("*", '"x"', 'W/"x"', "x", '"', "," * 500)))] if chance.random() < 0.1 else []
    given += [("If-None-Match", chance.choice(("*", '"x/ttl"', "\u00e5")))] if chance.random() < 0.1 else []
    given += [
        each
        for each in (chance.choice(HEADERS),)
        if chance.random() < 0.1 and each[0] not in {"If-Match", "If-None-Match"}
    ]
    return Shot(
        method, written(method, path, given, body), rude=chance.random() < 0.02, broken=is_broken(method, given)
    )
