"""SERVICE where the operator has named endpoints: their answers are joined, and nobody else is asked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from starlette.testclient import TestClient

from tests.http.asking import asked
from tests.http.conftest import Serve

THING = "https://w3id.org/hankintaverkko/id/measure/ap22-m14"


class _Endpoint(BaseHTTPRequestHandler):
    """Says one thing about one measure of ours; fails at /broken."""

    heard: list[str]

    def do_POST(self) -> None:
        """Answer a query."""
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
        type(self).heard.append(query)
        row = {"m": {"type": "uri", "value": THING}, "note": {"type": "literal", "value": "from elsewhere"}}
        body = json.dumps({"head": {"vars": ["m", "note"]}, "results": {"bindings": [row]}}).encode()
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads what was heard."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of another endpoint on this machine."""
    _Endpoint.heard = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def federated(serve: Serve, endpoint: str) -> TestClient:
    """A client of a service that may ask two addresses of the endpoint."""
    return serve(query_workers=2, federation=f"{endpoint}/sparql {endpoint}/broken", federation_private="127.0.0.1")


def _query(endpoint: str, path: str = "/sparql", more: str = "") -> str:
    return (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?code ?note "
        f"{{ ?m skos:notation ?code {more} SERVICE <{endpoint}{path}> {{ ?m skos:note ?note }} }}"
    )


def test_the_answer_of_another_endpoint_is_joined(federated: TestClient, endpoint: str) -> None:
    """What the named endpoint says is joined with what we know; it is asked its pattern and nothing else."""
    response = asked(federated, "GET", _query(endpoint), "text/csv")

    assert (200, "code,note\r\nap22-m14,from elsewhere\r\n") == (response.status_code, response.text)
    assert ["PREFIX skos: <http://www.w3.org/2004/02/skos/core#>  SELECT * { ?m skos:note ?note }"] == _Endpoint.heard


def test_the_answer_is_asked_for_each_time(federated: TestClient, endpoint: str) -> None:
    """What somebody else says may change at any time, so that no answer with it is kept."""
    for _ in range(2):
        assert 200 == asked(federated, "GET", _query(endpoint)).status_code

    assert 2 == len(_Endpoint.heard)


def test_a_failure_is_told_unless_it_is_to_be_silent(federated: TestClient, endpoint: str) -> None:
    """An endpoint that fails makes 502 that names it; where SILENT stands, its pattern counts as answered by nothing."""
    failed = asked(federated, "GET", _query(endpoint, "/broken"))
    silent = asked(federated, "GET", _query(endpoint, "/broken").replace("SERVICE", "SERVICE SILENT"), "text/csv")

    assert 502 == failed.status_code
    assert f"{endpoint}/broken" in failed.json()["detail"]
    assert 200 == silent.status_code
    assert "ap22-m14,\r\n" in silent.text


@pytest.mark.parametrize("path", ["/", "/sparql/", "/elsewhere"])
def test_another_address_is_refused(federated: TestClient, endpoint: str, path: str) -> None:
    """An address that is not named is refused, though its host is that of one which is; nothing is sent there."""
    refused = asked(federated, "GET", _query(endpoint, path))

    assert 403 == refused.status_code
    assert f"{endpoint}/sparql" in refused.json()["detail"]
    assert [] == _Endpoint.heard


def test_addresses_within_are_not_asked(serve: Serve, endpoint: str) -> None:
    """An endpoint on this machine is not asked unless its host is named as such, even though the endpoint is."""
    client = serve(federation=f"{endpoint}/sparql")
    failed = asked(client, "GET", _query(endpoint))

    assert 502 == failed.status_code
    assert "not on the open internet" in failed.json()["detail"]
    assert [] == _Endpoint.heard


def test_nobody_is_asked_by_default(client: TestClient, endpoint: str) -> None:
    """Without a setting, SERVICE is refused."""
    refused = asked(client, "GET", _query(endpoint))

    assert 403 == refused.status_code
    assert "SERVICE is switched off" in refused.json()["detail"]
    assert [] == _Endpoint.heard
