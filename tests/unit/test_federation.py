"""SERVICE patterns are found as the engine would find them, and become data; what can be read in two ways is refused."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolution, QuerySolutions, Store

from sparql.errors import QueryRefused, QuerySyntaxError, ServiceFailed
from sparql.federation import MOST_ROWS, calls, replaced, values
from sparql.guard import admit
from tests.unit.test_guard import HARMLESS, REACHING_OUT

ENDPOINT = "http://example.org/sparql"
ALLOWED = {ENDPOINT, "http://example.org/other"}


def _answer(names: list[str], *rows: Mapping[str, object]) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _solutions(query: str) -> list[QuerySolution]:
    results = Store().query(query)
    assert isinstance(results, QuerySolutions)
    return list(results)


def _taken_out(text: str, allowed: set[str]) -> None:
    made = calls(text, allowed)
    admit(replaced(text, made, ["{}"] * len(made)))


def test_a_pattern_is_taken_out_with_its_prefixes() -> None:
    """The endpoint is asked the pattern alone, with the prologue of the query; the rest stays as it was."""
    begin, pattern, end = (
        "PREFIX e: <http://example.org/> # x\nSELECT * { ?a ?b ?c . ",
        "{ ?s e:p '}' { } }",
        "?d ?e ?f }",
    )
    text = f"{begin}SERVICE <{ENDPOINT}> {pattern}{end}"
    (call,) = calls(text, ALLOWED)

    assert ENDPOINT == call.endpoint
    assert f"PREFIX e: <http://example.org/> # x\n SELECT * {pattern}" == call.query
    assert not call.silent
    assert f"{begin}\n# SERVICE <{ENDPOINT}>\n{{}} {end}" == replaced(text, [call], ["{}"])
    admit(replaced(text, [call], ["{}"]))


def test_every_form_of_naming_the_endpoint_is_known() -> None:
    """An endpoint by IRI or prefixed name, SILENT or not, in any nesting and case."""
    text = (
        "PREFIX a: <http://elsewhere.example/> PREFIX e: <http://example.org/> "
        "SELECT * { { SELECT * { service silent e:sparql{ ?s ?p ?o } } } "
        "FILTER EXISTS { SERVICE # over there\n <http://example.org/other>\n{ ?s ?p ?o } } }"
    )
    first, second = calls(text, ALLOWED)

    assert (ENDPOINT, True) == (first.endpoint, first.silent)
    assert ("http://example.org/other", False) == (second.endpoint, second.silent)
    admit(replaced(text, [first, second], ["{}", "{}"]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { SERVICE <http://elsewhere.example/> { ?s ?p ?o } }", "is not among the endpoints"),
        ("SELECT * { SERVICE <http://example.org/sparql/> { ?s ?p ?o } }", "is not among the endpoints"),
        ("SELECT * { SERVICE <HTTP://EXAMPLE.ORG/sparql> { ?s ?p ?o } }", "is not among the endpoints"),
        ("BASE <http://example.org/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }", "is not among the endpoints"),
        ("SELECT * { VALUES ?e { <http://example.org/sparql> } SERVICE ?e { ?s ?p ?o } }", "by its IRI"),
        ("SELECT * { SERVICE SILENT ?e { ?s ?p ?o } }", "by its IRI"),
        ("SELECT * { SERVICE nobody:knows { ?s ?p ?o } }", "by its IRI"),
        ("SELECT * { SERVICE", "by its IRI"),
        (f"SELECT * {{ SERVICE <{ENDPOINT}> {{ SERVICE <{ENDPOINT}> {{ ?s ?p ?o }} }} }}", "inside a SERVICE"),
        (f"SELECT * {{ {f'SERVICE <{ENDPOINT}> {{ ?s ?p ?o }} ' * 6} }}", "6 times; at most 5"),
        (rf"SELECT * {{ \u0053ERVICE <{ENDPOINT}> {{ ?s ?p ?o }} }}", "can be read in two ways"),
    ],
)
def test_what_is_not_named_plainly_is_refused(text: str, words: str) -> None:
    """Other endpoints, however alike, endpoints from variables, and what could be read in another way are refused."""
    with pytest.raises(QueryRefused, match=words):
        _taken_out(text, ALLOWED)


@pytest.mark.parametrize("text", [*REACHING_OUT.values()], ids=REACHING_OUT)
def test_nothing_gets_past_both(text: str) -> None:
    """With other endpoints allowed than those named, the hostile corpus of the guard is refused as without any."""
    with pytest.raises((QueryRefused, QuerySyntaxError)):
        _taken_out(text, {"http://allowed.example/"})


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_speaking_of_services_asks_nobody(text: str) -> None:
    """A query in which the word only occurs in strings, names, comments and IRIs asks no endpoint."""

    assert [] == calls(text, ALLOWED)


@pytest.mark.parametrize(
    "text", [f"SELECT * {{ SERVICE <{ENDPOINT}> {{ ?s ?p ?o", f"SELECT * {{ SERVICE <{ENDPOINT}> ?s }}"]
)
def test_a_pattern_without_end_is_told(text: str) -> None:
    """A SERVICE without a whole pattern is a syntax error with its line."""
    with pytest.raises(QuerySyntaxError, match="1:1"):
        calls(text, ALLOWED)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_comes_through_as_data(texts: list[str]) -> None:
    """Whatever an endpoint puts into a literal is a literal in the query, and nothing else."""
    rows = [{"x": {"type": "literal", "value": text, "xml:lang": "fi"}} for text in texts]
    found = _solutions(f"SELECT ?x {{ {values(_answer(['x'], *rows), ENDPOINT)} }}")

    assert sorted(str(Literal(text, language="fi")) for text in texts) == sorted(str(each["x"]) for each in found)


def test_unbound_empty_and_blank_come_through() -> None:
    """Rows without a binding, answers without a row or a variable, and blank nodes are taken over as they are meant."""
    blank = {"type": "bnode", "value": "b0"}
    both = values(_answer(["x", "y"], {"x": blank}, {"y": {"type": "uri", "value": "http://e/"}}), ENDPOINT)

    assert "VALUES (?x ?y) { (<urn:hankinta:blank:http://example.org/sparql#b0> UNDEF) (UNDEF <http://e/>) }" in both
    for rows, expected in (((), 0), (({},), 1), (({}, {}), 2)):
        assert expected == len(_solutions(f"SELECT * {{ {values(_answer([], *rows), ENDPOINT)} }}"))
    assert [] == _solutions(f"SELECT * {{ {values(_answer(['x']), ENDPOINT)} }}")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"",
        b'{"head": {}, "boolean": true}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "no IRI> } DROP ALL"}}]}}',
        _answer(["x"], *[{"x": {"type": "literal", "value": "1"}}] * (MOST_ROWS + 1)),
    ],
    ids=["page", "nothing", "boolean", "bad IRI", "too many"],
)
def test_what_is_no_answer_is_told(answer: bytes) -> None:
    """An answer that is no document of solutions, is broken or is too long is a failure of the endpoint."""
    with pytest.raises(ServiceFailed, match="http://example.org/sparql"):
        values(answer, ENDPOINT)
