"""The SPARQL endpoint: five ways to ask, ten formats, and clear refusals."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from tests.http.asking import ASK, GRAPHS, WAYS, asked

SELECT = """PREFIX hv: <https://w3id.org/hankintaverkko/def/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?code ?title { <https://w3id.org/hankintaverkko/id/measure/ap22-m14> skos:notation ?code ; skos:prefLabel ?title
FILTER(LANG(?title) = "sv") }"""
CONSTRUCT = (
    "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/hankintaverkko/id/measure/ap22-m14> } ?s ?p ?o }"
)
DESCRIBE = "DESCRIBE <https://w3id.org/hankintaverkko/id/measure/ap22-m14>"

RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}


def _columns(response: httpx.Response, kind: str) -> list[str]:
    match kind:
        case "json":
            return list(response.json()["head"]["vars"])
        case "xml":
            space = "{http://www.w3.org/2005/sparql-results#}"
            root = ET.fromstring(response.content)  # noqa: S314 - our own answer
            return [each.attrib["name"] for each in root.iter(f"{space}variable")]
        case "csv":
            return next(csv.reader(io.StringIO(response.text)))
        case _:
            return [name.removeprefix("?") for name in response.text.splitlines()[0].split("\t")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("media_type", RESULTS)
def test_solutions_come_as_accepted(client: TestClient, way: str, media_type: str) -> None:
    """A SELECT query is answered in each of the four result formats, however it is sent, and says of which version."""
    response = asked(client, way, SELECT, media_type)

    assert 200 == response.status_code
    assert media_type == response.headers["content-type"].partition(";")[0]
    assert ["code", "title"] == _columns(response, RESULTS[media_type])
    assert "14" in response.text
    assert "1" == response.headers["hankinta-version"]
    assert "*" == response.headers["access-control-allow-origin"]
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_graphs_come_as_accepted(client: TestClient, way: str, media_type: str, query: str) -> None:
    """CONSTRUCT and DESCRIBE are answered in each of the six graph formats with the same triples."""
    response = asked(client, way, query, media_type)
    plain = asked(client, way, query, "application/n-triples")

    assert 200 == response.status_code
    assert media_type == response.headers["content-type"].partition(";")[0]
    found = {quad.triple for quad in parse(response.content, GRAPHS[media_type])}
    assert found == {quad.triple for quad in parse(plain.content, RdfFormat.N_TRIPLES)}
    assert len(found) > 10


def test_small_jsonld_is_compact_and_large_is_not(client: TestClient) -> None:
    """A small graph comes with short names, a large one expanded, and the profile says which; expanded can be asked for."""
    small = asked(client, "GET", DESCRIBE, "application/ld+json")
    large = asked(client, "GET", "CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json")
    expanded = asked(client, "GET", DESCRIBE, 'application/ld+json; profile="http://www.w3.org/ns/json-ld#expanded"')
    profiles = [each.headers["content-type"].partition("#")[2] for each in (small, large, expanded)]

    assert ['compacted"', 'expanded"', 'expanded"'] == profiles
    assert {"@context", "@graph"} == small.json().keys()
    assert 10_000 < len({(quad.subject, quad.predicate) for quad in parse(large.content, RdfFormat.JSON_LD)})


@pytest.mark.parametrize("way", WAYS)
def test_ask_answers_true_or_false(client: TestClient, way: str) -> None:
    """ASK is answered true or false."""

    assert asked(client, way, ASK).json()["boolean"] is True
    assert asked(client, way, ASK.replace("m14", "m999")).json()["boolean"] is False


@pytest.mark.parametrize(
    ("name", "media_type"), [(name, kind) for kind, name in RESULTS.items()] + [("text/csv", "text/csv")]
)
def test_parameter_format_wins_over_accept(client: TestClient, name: str, media_type: str) -> None:
    """``format=`` decides, whatever the header says."""
    response = asked(client, "GET", SELECT, "application/sparql-results+xml", format=name)

    assert media_type == response.headers["content-type"].partition(";")[0]


def test_charset_is_said_and_held(client: TestClient) -> None:
    """Text formats come in UTF-8 and say so."""
    response = asked(client, "GET", SELECT, "text/csv")

    assert "text/csv; charset=utf-8; header=present" == response.headers["content-type"]
    assert any(letter in response.content.decode("utf-8") for letter in "åäö")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9999/> { ?s ?p ?o } }", "SERVICE"),
        ("PREFIX : <http://127.0.0.1:9999/> SELECT * { ?s ?p ?o.SERVICE:x{ ?a ?b ?c } }", "SERVICE"),
        ("LOAD <http://127.0.0.1:9999/>", "LOAD"),
    ],
)
def test_reaching_out_is_refused(client: TestClient, way: str, query: str, word: str) -> None:
    """SERVICE and LOAD are refused with 403 and a problem document that says so."""
    response = asked(client, way, query)

    assert 403 == response.status_code
    assert "application/problem+json" == response.headers["content-type"]
    assert {"type", "title", "status", "detail"} <= response.json().keys()
    assert word in response.json()["detail"]
    assert "*" == response.headers["access-control-allow-origin"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT ?s {\n  ?s ?p }", 2, 10),
        ("SELECT ?s\n{ ?s ?p ?o ", 2, 1),
        ("\nFROM x", 2, 1),
        ("SELECT * { x:y ?p ?o }", 1, None),
    ],
)
def test_syntax_error_has_its_place(client: TestClient, way: str, query: str, line: int, column: int | None) -> None:
    """A query that is not SPARQL is answered 400 with line and column of the error."""
    response = asked(client, way, query)

    assert 400 == response.status_code
    assert line == response.json()["line"]
    assert isinstance(response.json()["column"], int)
    assert column in {None, response.json()["column"]}


@pytest.mark.parametrize(
    ("accept", "query", "listed"),
    [
        ("image/png", SELECT, RESULTS),
        ("text/turtle", SELECT, RESULTS),
        ("text/csv", CONSTRUCT, GRAPHS),
        ("*/*;q=0", SELECT, RESULTS),
    ],
)
def test_what_cannot_be_sent_is_listed(client: TestClient, accept: str, query: str, listed: dict[str, object]) -> None:
    """When nothing fits what the client accepts, 406 lists what there is."""
    response = asked(client, "GET", query, accept)

    assert 406 == response.status_code
    assert all(media_type in response.text for media_type in listed)


@pytest.mark.parametrize(
    "accept",
    [
        ";;;,,,",
        "text",
        "a/b/c",
        "text/csv;q=x",
        "*/*;q=9",
        "*",
        "\xe5\xe4/\xf6",
        "text/csv;q=nan, */*;q=0.1",
        ",".join(["a/b"] * 9000),
    ],
)
def test_odd_accept_is_answered(client: TestClient, accept: str) -> None:
    """A header that makes no sense is answered by 200 or 406 and never by a server error."""
    response = client.get("/sparql", params={"query": ASK}, headers={"Accept": accept.encode("latin-1")})

    assert response.status_code in {200, 406}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ([("query", ASK), ("query", ASK)], "2 times"),
        ([("default-graph-uri", "http://e/")], "missing"),
        ([("update", "CLEAR ALL")], "update"),
        ([("query", ASK), ("timeout", "-1")], "timeout"),
        ([("query", ASK), ("timeout", "nan")], "timeout"),
        ([("query", "")], "none of SELECT"),
        ([("query", "INSERT DATA { <a> <b> <c> }")], "/update"),
    ],
)
def test_bad_parameters_are_told(client: TestClient, parameters: list[tuple[str, str]], words: str) -> None:
    """A request that is no query operation is answered 400, with what to send."""
    response = client.get("/sparql", params=parameters)

    assert 400 == response.status_code
    assert words in response.json()["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "", "multipart/form-data; boundary=x"])
def test_other_bodies_are_unsupported(client: TestClient, content_type: str) -> None:
    """A body that is neither a form nor a query is answered 415."""
    response = client.post("/sparql", content=ASK.encode(), headers={"Content-Type": content_type})

    assert 415 == response.status_code


def test_body_that_is_no_text_is_told(client: TestClient) -> None:
    """Bytes that are no UTF-8 are answered 400."""
    response = client.post("/sparql", content=b"ASK { \xff }", headers={"Content-Type": "application/sparql-query"})

    assert 400 == response.status_code
    assert "UTF-8" in response.json()["detail"]


def test_dataset_of_the_request_is_the_dataset(client: TestClient) -> None:
    """Graphs named by the request are the dataset of the query."""
    base = "https://w3id.org/hankintaverkko/graph/"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def counted(**graphs: str) -> int:
        response = client.get("/sparql", params={"query": count, **graphs}, headers={"Accept": "text/csv"})
        return int(response.text.split()[1])

    assert 0 == counted(**{"default-graph-uri": base + "nothing"})
    assert 0 < counted(**{"default-graph-uri": base + "src/d000"}) < counted()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_bare_endpoint_shows_a_form_to_browsers_only(client: TestClient, method: str) -> None:
    """Without a query, a browser gets the form and a program the service description."""
    browser = client.request(method, "/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    program = client.request(method, "/sparql", headers={"Accept": "application/json"})

    assert (200, 200) == (browser.status_code, program.status_code)
    assert browser.headers["content-type"].startswith("text/html")
    assert program.headers["content-type"].startswith("application/ld+json")


def test_numbers_and_terms_survive(client: TestClient) -> None:
    """Terms come back as they were bound."""
    response = asked(client, "GET", 'SELECT ?x { VALUES ?x { 1.5 "a\\"b"@sv <http://e/å> true } }')
    values = [binding["x"]["value"] for binding in json.loads(response.content)["results"]["bindings"]]

    assert ["1.5", 'a"b', "http://e/å", "true"] == values
