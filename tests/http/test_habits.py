"""What clients made for other services send, and how one that was turned away learns what it may send."""

import gzip
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.http.writable import ONE, TURTLE, UPDATE, Writable, at

pytestmark = pytest.mark.xdist_group("store")  # one service that may be written to
ASK = "ASK {}"
CONSTRUCT = "CONSTRUCT WHERE { ?measure a <https://w3id.org/hankintaverkko/def/Measure> }"
SELECT = "SELECT ?measure { ?measure a <https://w3id.org/hankintaverkko/def/Measure> } LIMIT 1"
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    "extra",
    [
        {"default-graph-uri": ""},
        {"default-graph-uri": "", "named-graph-uri": ""},
        {
            "default-graph-uri": "",
            "should-sponge": "",
            "format": JSON,
            "timeout": "0",
            "debug": "on",
            "run": " Run Query ",
        },
        {"output": "json", "format": "json", "results": "json", "debug": "on"},
        {"resultFormat": "xml", "_": "1700000000000", "callback": "read"},
    ],
    ids=["blank-graph", "blank-graphs", "virtuoso", "sparqlwrapper", "unknown"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_parameters_of_other_services_do_no_harm(client: TestClient, method: str, extra: dict[str, str]) -> None:
    """Parameters that say nothing, as forms of other services and clients made for them send them, change nothing."""
    given = {"query": SELECT, **extra}
    sent: dict[str, Any] = {"params": given} if method == "GET" else {"data": given}
    answer = client.request(method, "/sparql", **sent)

    assert (200, JSON) == (answer.status_code, answer.headers["content-type"])
    assert 1 == len(answer.json()["results"]["bindings"])


@pytest.mark.parametrize(
    ("name", "query", "content_type"),
    [
        ("application/json", SELECT, JSON),
        ("application/xml", ASK, "application/sparql-results+xml"),
        ("application/json", CONSTRUCT, "application/ld+json"),
        ("text/n3", CONSTRUCT, "text/turtle"),
        ("application/x-turtle", CONSTRUCT, "text/turtle"),
    ],
)
def test_what_may_be_accepted_may_be_named(client: TestClient, name: str, query: str, content_type: str) -> None:
    """A media type that counts in ``Accept`` counts in ``?format=`` as well."""
    for sent in (
        client.get("/sparql", params={"query": query, "format": name}),
        client.get("/sparql", params={"query": query}, headers={"Accept": name}),
    ):
        assert (200, content_type) == (sent.status_code, sent.headers["content-type"].partition(";")[0])


def test_a_query_may_begin_with_a_byte_order_mark(client: TestClient) -> None:
    """A query from a file of an editor that marks its byte order is answered however it is sent."""
    marked = "\ufeff" + ASK
    sent = [
        client.get("/sparql", params={"query": marked}),
        client.post("/sparql", data={"query": marked}),
        client.post("/sparql", content=marked.encode(), headers={"Content-Type": DIRECT}),
    ]

    assert [True] * 3 == [each.json().get("boolean") for each in sent]


def test_an_update_may_begin_with_a_byte_order_mark(service: Writable) -> None:
    """An update from a file of an editor that marks its byte order is made, in a form as directly."""
    marked = "\ufeffDROP SILENT GRAPH <http://example.org/none>"
    sent = [
        service.send("POST", "/update", marked.encode(), UPDATE),
        service.send("POST", "/update", b"update=%EF%BB%BFDROP+SILENT+GRAPH+%3Chttp://example.org/none%3E", FORM),
    ]

    assert [200, 200] == [each.status_code for each in sent]


@pytest.mark.parametrize("path", ["/sparql/", "/sparql"])
def test_a_slash_at_the_end_is_no_other_endpoint(client: TestClient, path: str) -> None:
    """The endpoint is at its address with a slash as well, by every method."""
    sent = [
        client.get(path, params={"query": ASK}),
        client.post(path, data={"query": ASK}),
        client.request("QUERY", path, content=ASK, headers={"Content-Type": DIRECT}),
    ]

    assert [True] * 3 == [each.json()["boolean"] for each in sent]
    assert 200 == client.get(path).status_code
    assert 204 == client.options(path).status_code


def test_an_update_with_a_slash_at_the_end_is_made(service: Writable) -> None:
    """Updates are taken at their address with a slash as well."""
    sent = service.send("POST", "/update/", b"DROP SILENT GRAPH <http://example.org/none>", UPDATE)

    assert 200 == sent.status_code


@pytest.mark.parametrize(("method", "header"), [("POST", "Accept-Post"), ("QUERY", "Accept-Query")])
def test_what_holds_no_query_is_told_what_does(client: TestClient, method: str, header: str) -> None:
    """A body of a wrong media type is answered 415, with a header that lists the right ones."""
    refused = client.request(method, "/sparql", content=ASK, headers={"Content-Type": "text/plain"})

    assert 415 == refused.status_code
    for name in (DIRECT, FORM):
        assert name in refused.headers[header]
        assert name in client.options("/sparql").headers[header]


def test_a_body_without_a_media_type_is_told_so_in_a_sentence(client: TestClient) -> None:
    """What is wrong with a query sent without a Content-Type can be read aloud."""
    refused = client.post("/sparql", content=ASK)

    assert 415 == refused.status_code
    assert refused.json()["detail"].endswith("not as something without a Content-Type")


@pytest.mark.parametrize(
    ("method", "path", "header", "name"),
    [
        ("PUT", at("http://example.org/g"), "Accept", TURTLE),
        ("POST", at("http://example.org/g"), "Accept-Post", "multipart/form-data"),
        ("PATCH", at("http://example.org/g"), "Accept-Patch", UPDATE),
        ("POST", "/update", "Accept-Post", UPDATE),
    ],
)
def test_what_holds_no_change_is_told_what_does(
    service: Writable, method: str, path: str, header: str, name: str
) -> None:
    """A change in a wrong media type is answered 415, with a header that lists the right ones."""
    refused = service.send(method, path, b"something", "text/csv")

    assert 415 == refused.status_code
    assert name in refused.headers[header].split(", ")
    if header != "Accept":
        assert name in service.client.options(path).headers[header].split(", ")


def test_a_file_of_a_form_is_told_what_it_may_be(service: Writable, graph: str) -> None:
    """A form with a file in a wrong media type is answered 415, with the header that lists the right ones."""
    headers = {"Authorization": f"Bearer {service.token}"}
    refused = service.client.post(at(graph), files=[("a", ("a.csv", b"x", "text/csv"))], headers=headers)

    assert 415 == refused.status_code
    assert TURTLE in refused.headers["Accept-Post"].split(", ")


def test_encoded_bodies_are_told_to_come_as_they_are(client: TestClient, service: Writable) -> None:
    """A compressed query, update or graph is answered 415, with what may be sent instead; ``identity`` is nothing."""
    packed, encoded = gzip.compress(ASK.encode()), {"Content-Encoding": "gzip"}
    refused = [
        client.post("/sparql", content=packed, headers={"Content-Type": DIRECT, **encoded}),
        service.send("POST", "/update", packed, UPDATE, **encoded),
        service.send("PUT", at("http://example.org/g"), packed, TURTLE, **encoded),
    ]
    plain = client.post("/sparql", content=ASK, headers={"Content-Type": DIRECT, "Content-Encoding": "identity"})

    assert [(415, "identity")] * 3 == [(each.status_code, each.headers["Accept-Encoding"]) for each in refused]
    assert 200 == plain.status_code


def test_scripts_may_send_headers_of_their_own(client: TestClient) -> None:
    """A script on another page may send any header, and the token, which no wildcard covers."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "QUERY"}
    for path in ("/sparql", "/update", "/store", "/queries/measures", "/id/measure/ap22-m14"):
        allowed = client.options(path, headers=asked).headers["Access-Control-Allow-Headers"].split(", ")
        assert {"*", "Authorization", "Content-Type", "Prefer"} <= set(allowed)


def test_several_accept_headers_are_one(service: Writable, graph: str) -> None:
    """Formats in several ``Accept`` headers count as if they stood in one, for graphs as for queries."""
    service.put(graph, ONE)
    headers = [("Accept", "image/png"), ("Accept", "application/n-triples")]

    for path in (at(graph), "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D"):
        assert "application/n-triples" == service.client.get(path, headers=headers).headers["content-type"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/turtle", "text/turtle"),
        ("application/x-turtle", "text/turtle"),
        ("text/n3", "text/turtle"),
        ("text/rdf+n3;q=0.5, image/png", "text/turtle"),
        ("text/xml", "application/rdf+xml"),
        ("application/json", "application/ld+json"),
        ("application/*", "application/ld+json"),
        ("text/*", "text/turtle"),
    ],
)
def test_documents_are_known_by_older_names_of_their_formats(
    client: TestClient, accept: str, content_type: str
) -> None:
    """A document comes in the format that an older client knows by another name, as answers to queries do."""
    for path in ("/doc/measure/ap22-m14", "/def/Measure"):
        answer = client.get(path, headers={"Accept": accept})
        assert (200, content_type) == (answer.status_code, answer.headers["content-type"].partition(";")[0])
