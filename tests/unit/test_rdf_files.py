# ruff: noqa: E501 - tables of cases are read one case per line
"""
RDF files: six formats are read as written, nothing is fetched, and problems carry line and column.
"""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from loaders import rdf
from loaders.errors import Problems
from loaders.limits import Limits
from ontology.iris import Iris
from ontology.namespaces import term

IRIS = Iris()
CONTEXT = "https://w3id.org/hankintaverkko/context.jsonld"
XSD = "http://www.w3.org/2001/XMLSchema#"
QUADS = [
    Quad(IRIS.entity("measure/x"), term("rdf:type"), term("hv:Measure"), DefaultGraph()),
    Quad(IRIS.entity("measure/x"), term("skos:prefLabel"), Literal('ä "q" \\ \n€', language="sv"), DefaultGraph()),
    Quad(IRIS.entity("measure/x"), term("hv:order"), Literal("007", datatype=term("xsd:integer")), DefaultGraph()),
    Quad(
        IRIS.entity("measure/x"), term("hv:confidence"), Literal("0.80", datatype=term("xsd:decimal")), DefaultGraph()
    ),
    Quad(
        IRIS.entity("measure/x"),
        term("dcterms:issued"),
        Literal("2021-02-30", datatype=term("xsd:date")),
        DefaultGraph(),
    ),
]


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Any attempt to reach the network fails the test."""

    def refuse(*_args, **_options):
        raise AssertionError("the network was reached for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def read(data, name="x.ttl", public="", iris=IRIS):
    """Quads and problems (as text) of a document."""
    problems = Problems()
    quads = rdf.read_bytes(data if isinstance(data, bytes) else data.encode(), name, iris, problems, public=public)
    return list(quads), [str(problem) for problem in problems.met]


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".rdf", ".xml", ".jsonld", ".json"])
def test_format_is_known_by_the_suffix(suffix):
    """Each format is known by its suffix and gives the same quads, with literals as they were written."""
    data = serialize(QUADS, format=rdf.FORMATS[suffix])

    assert (set(QUADS), []) == (set(read(data, f"x{suffix}")[0]), read(data, f"x{suffix}")[1])


@pytest.mark.parametrize(
    "format", [RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.JSON_LD]
)
def test_format_is_known_by_the_content(format):
    """A file without a telling suffix is known by what it holds."""
    data = serialize(QUADS, format=format)

    assert set(QUADS) == set(read(data, "upload")[0])


def test_formats_of_quads_keep_names_of_graphs():
    """N-Quads, TriG and JSON-LD keep the names of graphs; N-Quads is known by what it holds."""
    quads = [Quad(quad.subject, quad.predicate, quad.object, NamedNode("http://a/g")) for quad in QUADS]
    for format in (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD):
        assert set(quads) == set(read(serialize(quads, format=format), "upload")[0])


def test_relative_iris_are_resolved():
    """Relative IRIs are resolved with the base of the deployment."""
    quads, _ = read("<id/measure/x> a <http://a/B> .", iris=Iris("http://example.org/"))

    assert NamedNode("http://example.org/id/measure/x") == quads[0].subject


def test_blank_nodes_are_named_in_order():
    """Blank nodes get the same names every time, whatever labels the file uses."""
    first, _ = read("[] <http://a/p> [], _:z . _:z <http://a/p> 1 .")
    second, _ = read("[] <http://a/p> [], _:b0 . _:b0 <http://a/p> 1 .")

    assert first == second
    assert {"b0", "b1", "b2"} == {
        node.value for quad in first for node in (quad.subject, quad.object) if isinstance(node, BlankNode)
    }


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.ttl", b"<http://a> <http://b>\n  <c d> .\n<http://a> <http://b> foo .\n", ["x.ttl line 2, column 3: met Invalid IRI code point ' '", "x.ttl line 3, column 23: met foo is not a valid RDF object"]),
        ("x.ttl", b"<http://a> <http://b> 1\n<http://c> <http://b> 1 .", ["x.ttl line 2, column 1: met A dot is expected"]),
        ("x.ttl", b"x:a a x:B .", ["x.ttl line 1, column 1: met The prefix x: has not been declared"]),
        ("x.ttl", '<http://a> <http://b> "ä" .\n<http://a> <http://b> "ä" .'.encode("cp1252"), ["x.ttl line 1, column 24: met the byte 0xE4, which is no UTF-8; save the file in the encoding UTF-8"]),
        ("x.ttl", "<http://a>".encode("utf-16"), ["x.ttl line 1, column 1: met the byte 0xFF"]),
        ("x.nt", b"<http://a> <http://b> <http://c>\n", ["x.nt line 2, column 1: met"]),
        ("x.nq", b"<a> <http://b> <http://c> .\n", ["x.nq line 1, column 1: met"]),
        ("x.rdf", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description></rdf:RDF>', ["x.rdf"]),
        ("x.rdf", b'<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "b">]>\n<rdf:RDF/>', ["x.rdf line 2: met a document type declaration"]),
        ("x.rdf", b'<?xml version="1.0"?><!-- <!-- -->\n\n<!DOCTYPE r SYSTEM "file:///etc/passwd"><rdf:RDF/>', ["x.rdf line 3: met a document type declaration"]),
        ("x.ttl", b"<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .", ["x.ttl: met the triple term"]),
        ("x.jsonld", b'{"@id": "http://a/",\n "@type": }', ["x.jsonld line 2, column 11: met Expecting value"]),
        ("x.jsonld", b'{"a": 1, "a": 2}', ['x.jsonld line 1: met the key "a" twice in one object']),
        ("x.jsonld", b'"https://schema.org/"', ["x.jsonld: met the bare value "]),
        ("x.jsonld", b'{"a": NaN}', ["x.jsonld: met the number NaN"]),
        ("x.jsonld", b"[" * 100_000, ["x.jsonld: met JSON that is nested too deep"]),
        ("x.jsonld", b"[" * 200 + b"]" * 200, ["x.jsonld: met JSON that is nested too deep; nest at most 60 levels"]),
        ("x.jsonld", b'{"@context":\n "https://schema.org/", "name": "x"}', ['x.jsonld line 2: met the remote context "https://schema.org/", which is never fetched; refer to ' + CONTEXT]),
        ("x.jsonld", b'{"@context": {"@import": "http://a/c"}, "name": "x"}', ['x.jsonld line 1: met the remote context "http://a/c"']),
        ("x.jsonld", b'{"@context": {"a": {"@id": "http://a/", "@context": "file:///etc/passwd"}}, "a": {"b": 1}}', ['x.jsonld line 1: met the remote context "file:///etc/passwd"']),
        ("x.jsonld", f'{{"@context": "{CONTEXT}",\n"id": "id/measure/x",\n"themes": ["id/theme/t1"]}}'.encode(), ['x.jsonld line 3: met "themes", which no context explains; use a term of the context (did you mean theme']),
        ("x.jsonld", f'{{"@context": "{CONTEXT}", "id": "id/measure/x", "type": "Mesure"}}'.encode(), ['x.jsonld line 1: met "Mesure", which no context explains; use a term of the context (did you mean Measure']),
        ("x.jsonld", b'{"@id": "http://a b/", "http://a/p": {"@value": "x", "@language": "s v"}}', ['x.jsonld line 1: met "http://a b/" (Invalid IRI', 'x.jsonld line 1: met "s v" (']),
        ("x.jsonld", b'{"@context": {"a": "b", "b": "a"}, "@id": "http://a/", "a": 1}', ["x.jsonld: met invalid JSON-LD: Cyclical context definition detected (cyclic IRI mapping)"]),
    ],
)  # fmt: skip
def test_broken_document_gives_its_problems(name, data, expected):
    """A broken document gives nothing but its problems, with line and column where the parser knows them."""
    quads, problems = read(data, name)

    assert [] == quads
    assert expected == [problem[: len(start)] for problem, start in zip(problems, expected, strict=True)]


def test_many_problems_are_bounded():
    """A file that is something else altogether gives a bounded list of problems."""
    assert rdf.LISTED == len(read("<http://a> <http://b> foo .\n" * 1000)[1])


def test_entities_in_text_are_text():
    """The words <!DOCTYPE inside comments and character data are text."""
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><!-- <!DOCTYPE x> -->'
        '<rdf:Description rdf:about="http://a/"><rdf:value><![CDATA[<!DOCTYPE x>]]></rdf:value></rdf:Description></rdf:RDF>'
    )

    assert ["<!DOCTYPE x>"] == [quad.object.value for quad in read(data, "x.rdf")[0]]


def test_imports_are_not_followed():
    """owl:imports is a statement like any other."""
    quads, problems = read("<http://a/> <http://www.w3.org/2002/07/owl#imports> <http://b/> .")

    assert (1, []) == (len(quads), problems)


@pytest.mark.parametrize(
    ("context", "public"),
    [(CONTEXT, ""), ("http://127.0.0.1:8000/context.jsonld", "http://127.0.0.1:8000"), ("http://h.fi/x/context.jsonld", "http://h.fi/x/"), ("context.jsonld", "")],
)  # fmt: skip
def test_our_context_is_the_packaged_one(context, public):
    """Our own context resolves to the packaged one, under its permanent and under its public address."""
    quads, problems = read(
        f'{{"@context": "{context}", "id": "id/measure/x", "type": "Measure", "prefLabel": {{"sv": "å", "fi": "ä"}},'
        ' "theme": ["id/theme/t1"], "order": 3, "confidence": 0.85}',
        "x.jsonld",
        public,
    )

    assert [] == problems
    assert {
        (term("rdf:type"), term("hv:Measure")),
        (term("skos:prefLabel"), Literal("å", language="sv")),
        (term("skos:prefLabel"), Literal("ä", language="fi")),
        (term("hv:theme"), IRIS.entity("theme/t1")),
        (term("hv:order"), Literal("3", datatype=term("xsd:integer"))),
        (term("hv:confidence"), Literal("0.85", datatype=term("xsd:decimal"))),
    } == {(quad.predicate, quad.object) for quad in quads}


def test_public_address_of_another_service():
    """The public address of one service is not remembered for the next document."""
    text = '{"@context": "http://one.fi/context.jsonld", "id": "id/measure/x", "type": "Measure"}'

    assert [] == read(text, "x.jsonld", "http://one.fi")[1]
    assert 1 == len(read(text, "x.jsonld", "http://two.fi")[1])


def test_large_file_is_refused(tmp_path):
    """A file beyond the bound is refused before it is read."""
    path = tmp_path / "x.ttl"
    path.write_bytes(b"#" * 200)
    problems = Problems()

    assert () == rdf.read(path, IRIS, problems, limits=Limits(file_bytes=100))
    assert "at most 100 bytes" in str(problems.met[0])


_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
_LITERALS = st.one_of(
    _TEXT.map(Literal),
    st.tuples(_TEXT, st.sampled_from(["fi", "sv", "en"])).map(lambda pair: Literal(pair[0], language=pair[1])),
    st.tuples(_TEXT, st.sampled_from(["decimal", "date", "integer", "boolean"])).map(
        lambda pair: Literal(pair[0], datatype=NamedNode(XSD + pair[1]))
    ),
)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pq"), _LITERALS), max_size=6),
    st.sampled_from([RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.JSON_LD]),
)
def test_serialise_and_read(triples, format):
    """What is serialised reads back as it was, ill-typed literals and all."""
    graph = Dataset(
        Quad(NamedNode(f"http://a/{s}"), NamedNode(f"http://a/{p}"), o, DefaultGraph()) for s, p, o in triples
    )
    suffix = next(suffix for suffix, known in rdf.FORMATS.items() if known == format)
    quads, problems = read(serialize(graph, format=format), f"x{suffix}")

    assert ([], graph) == (problems, Dataset(quads))


@given(st.binary(max_size=200), st.sampled_from(sorted(rdf.FORMATS)))
def test_any_bytes_are_quads_or_problems(data, suffix):
    """Whatever bytes arrive, they are quads or problems, never another failure."""
    quads, problems = read(data, f"x{suffix}")

    assert not (quads and problems)


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@id", "@type", "@value", "@language", "@list", "@set", "@graph", "@context", "@reverse", "@container", "@base", "@vocab", "@included", "@index", "@json", "http://a/p", "x", ""]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_is_quads_or_problems(document):
    """Whatever JSON arrives, it is quads or problems, never another failure."""
    import json

    quads, problems = read(json.dumps(document), "x.jsonld")

    assert not (quads and problems)
