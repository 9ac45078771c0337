"""Functions that a query calls and nobody here has: errors in their expressions, and never in silence."""

from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.http.writable import empty, writable

KNOWN = "http://www.w3.org/2001/XMLSchema#integer"
MISSING = "http://example.org/f"
HEADER = "Hankinta-Unknown-Function"


def ask(client: TestClient, query: str, **parameters: str) -> dict[str, object]:
    """The answer in JSON; the header, if any, under ``unknown``."""
    answer = client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": "application/json"})
    assert 200 == answer.status_code, answer.text
    return {**answer.json(), "unknown": answer.headers.get(HEADER)}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (f"SELECT ?x {{ BIND(<{MISSING}>(1) AS ?x) }}", [{}]),
        (f"SELECT ?y {{ VALUES ?y {{ 1 }} FILTER(<{MISSING}>(?y)) }}", []),
        (f"SELECT ?y {{ VALUES ?y {{ 1 }} FILTER(<{MISSING}>(?y) || ?y = 1) }}", [{"y": "1"}]),
        (f"SELECT (COALESCE(<{MISSING}>(1), 'else') AS ?x) {{}}", [{"x": "else"}]),
        (f"SELECT ?y {{ VALUES ?y {{ 2 1 }} }} ORDER BY <{MISSING}>(?y) ?y", [{"y": "1"}, {"y": "2"}]),
    ],
)
def test_a_call_is_an_error_in_its_expression(client: TestClient, query: str, rows: list[dict[str, str]]) -> None:
    """The query is answered as the standard says, and the answer names the function."""
    found = ask(client, query)

    results = found["results"]
    assert isinstance(results, dict)
    assert rows == [{name: term["value"] for name, term in row.items()} for row in results["bindings"]]
    assert f"<{MISSING}>" == found["unknown"]


def test_each_function_is_named_once(client: TestClient) -> None:
    """Of several, and of some called often, each stands in the header once; names beyond ASCII are percent-encoded."""
    other = "http://example.org/ä"
    found = ask(client, f"ASK {{ FILTER(<{MISSING}>(<{other}>(1)) || <{MISSING}>(2)) }}")

    assert False is found["boolean"]
    assert {f"<{MISSING}>", f"<{quote(other, safe=':/')}>"} == set(str(found["unknown"]).split(", "))


def test_known_functions_are_not_named(client: TestClient) -> None:
    """A query that calls only what there is gets no such header."""
    assert ask(client, f"ASK {{ FILTER(<{KNOWN}>('1') = 1) }}") == {"head": {}, "boolean": True, "unknown": None}


@pytest.mark.parametrize(
    "query",
    [
        f"ASK {{ FILTER(<{MISSING}>(1)) }}",
        f"SELECT (<{MISSING}>(NOW()) AS ?x) {{}}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(COALESCE(<{MISSING}>(?o), true)) }} LIMIT 40000",
    ],
    ids=["kept", "changing", "long"],
)
def test_every_answer_says_so(client: TestClient, query: str) -> None:
    """An answer that is given again says so as the first did; one that is not kept or is long does, too, also to POST."""
    for method in ("GET", "GET", "HEAD"):
        answer = client.request(method, "/sparql", params={"query": query})
        assert f"<{MISSING}>" == answer.headers[HEADER]
    assert f"<{MISSING}>" == client.post("/sparql", data={"query": query}).headers[HEADER]
    assert HEADER in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("language", "words"), [("en", "not known here"), ("fi", "ei tunneta"), ("sv", "inte kända")])
@pytest.mark.parametrize("query", [f"ASK {{ FILTER(<{MISSING}>(1)) }}", f"SELECT ?x {{ BIND(<{MISSING}>(1) AS ?x) }}"])
def test_the_page_says_so(client: TestClient, language: str, words: str, query: str) -> None:
    """Whoever asks in the form reads above the answer which functions are unknown."""
    page = client.get("/sparql", params={"query": query, "lang": language}, headers={"Accept": "text/html"})

    assert 200 == page.status_code
    assert words in page.text
    assert f"<code>{MISSING}</code>" in page.text


def test_too_many_are_refused(client: TestClient) -> None:
    """A query that calls more than twenty unknown functions, or one with a very long name, is refused with the name of one."""
    calls = " || ".join(f"<http://example.org/f{number}>(1)" for number in range(21))
    for text in (f"ASK {{ FILTER({calls}) }}", f"ASK {{ FILTER(<http://example.org/{'f' * 300}>(1)) }}"):
        answer = client.get("/sparql", params={"query": text})
        assert 400 == answer.status_code
        assert "http://example.org/f" in answer.json()["detail"]


def test_updates_are_refused(tmp_path: Path) -> None:
    """An update that calls an unknown function changes nothing: what it would leave out cannot be told afterwards."""
    with writable(empty(tmp_path)) as service:
        call = f"VALUES ?y {{ 1 }} BIND(<{MISSING}>(?y) AS ?x)"
        refused = service.update("INSERT { <http://e/s> <http://e/p> ?x } WHERE { " + call + " }")

        assert refused.is_client_error
        assert MISSING in refused.text
