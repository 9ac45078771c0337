"""W3C's suites of the SPARQL Protocol and of the Graph Store Protocol: request after request, response after response."""

from urllib.parse import quote

import httpx
import pytest

from tests.conformance import solutions
from tests.conformance.manifests import Exchange, GraphStoreTest, ProtocolTest
from tests.conformance.served import Service

pytestmark = pytest.mark.long

HOST = "http://www.example"
MEDIA_TYPES = {
    "boolean": {"application/sparql-results+xml", "application/sparql-results+json"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"},
    "tabular": {solutions.CSV, *(media_type for media_type, _ in solutions.RESULTS.values())},
}


def test_protocol(service: Service, protocol_test: ProtocolTest) -> None:
    """Each request of the sequence gets the status, the kind of answer and the truth that the suite says."""
    service.hold(protocol_test.data)
    for exchange in protocol_test.exchanges:
        response = sent(service, exchange, _at_endpoint(exchange), exchange.body)
        check_status(exchange, response)
        media_type = response.headers.get("content-type", "").partition(";")[0]
        assert exchange.format is None or media_type in MEDIA_TYPES[exchange.format], response.headers
        if exchange.boolean is not None:
            suffix = "srx" if media_type.endswith("xml") else "srj"
            assert exchange.boolean == solutions.read(response.content, suffix, ""), response.text


def _at_endpoint(exchange: Exchange) -> str:
    """The path of the request here, where queries and updates have an endpoint each."""
    body = exchange.body or b""
    media_type = exchange.headers.get("content-type", "")
    updates = b"update=" in body or "update=" in exchange.path or media_type.startswith("application/sparql-update")
    return exchange.path.replace("/sparql/", "/update" if updates else "/sparql", 1)


@pytest.mark.parametrize("below", ["/graph/", "/store/"])
def test_graph_store(service: Service, graph_store_test: GraphStoreTest, below: str) -> None:
    """Each request of the sequence gets the status and the graph that the suite says, in both places of named graphs."""
    service.hold(graph_store_test.data)
    service.update("DROP ALL")
    made: dict[str, str] = {}
    for exchange in graph_store_test.exchanges:
        path, body = exchange.path, exchange.body
        for name, location in made.items():
            path = path.replace(name, quote(location, safe="") if "graph=" in path else location)
            body = None if body is None else body.replace(name.encode(), location.encode())
        response = sent(service, exchange, _at_store(service, path, below), body)
        check_status(exchange, response)
        if exchange.location:
            made[exchange.location] = response.headers["location"]
        if exchange.expected_type:
            assert _media(exchange.expected_type) == _media(response.headers["content-type"])
        if exchange.expected_body is not None:
            expected = solutions.read(exchange.expected_body.encode(), "ttl", HOST)
            assert solutions.same(expected, solutions.read(response.content, "ttl", HOST)), response.text


def _at_store(service: Service, path: str, below: str) -> str:
    """The path of the request here: the suite's ``/gsp`` is our ``/store``, and what lies under it lies under *below*."""
    if not path.startswith("/gsp"):
        return path.removeprefix(service.address)
    return path.replace("/gsp/", below, 1) if path.startswith("/gsp/") else path.replace("/gsp", "/store", 1)


def _media(content_type: str) -> tuple[str, str]:
    media_type, _, charset = content_type.lower().replace(" ", "").partition(";charset=")
    return media_type, charset or "utf-8"


def sent(service: Service, exchange: Exchange, path: str, body: bytes | None) -> httpx.Response:
    """The response to a request of a suite, sent with the token and with no header that the suite does not give."""
    service.holds = None
    request = httpx.Request(exchange.method, service.address + path, content=body)
    request.headers.update(exchange.headers)
    if exchange.method != "GET":
        request.headers["Authorization"] = f"Bearer {service.token}"
    return service.client.send(request)


def check_status(exchange: Exchange, response: httpx.Response) -> None:
    """Fail unless the status is one of those that the suite accepts."""
    status = str(response.status_code)
    assert {status, f"{status[0]}xx"} & exchange.statuses, (exchange.method, exchange.path, status, response.text)
