"""Requests as some clients write them, byte for byte: those that offer another protocol, old ones, and those out of form."""

import json
import socket
import time
from urllib.parse import quote, urlsplit

import httpx
import pytest

from server.connections import LONGEST_HEAD, LONGEST_URL
from tests.clients import facts
from tests.clients.conftest import Opened

pytestmark = pytest.mark.long
# What the HTTP client of Java 11 and later says of HTTP/2 with the first request of each connection.
OFFER = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n"
)
CLOSE = b"Connection: close\r\n"
ASK = b"/sparql?query=ASK%7B%7D"
GRAPH = "http://example.org/wire"
WAITING = 30  # seconds


def _sent(address: str, *pieces: bytes) -> bytes:
    """What comes back until the service closes the connection, each of *pieces* having been sent by itself."""
    parts = urlsplit(address)
    answer = b""
    with socket.create_connection((parts.hostname, parts.port), WAITING) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            client.sendall(piece)
        while got := client.recv(1 << 16):
            answer += got
    return answer


def _read(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, and what follows."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}, body


def _with_body(method: bytes, target: bytes, content_type: bytes, body: bytes, more: bytes) -> tuple[bytes, bytes]:
    length = str(len(body)).encode()
    return (
        method + b" " + target + b" HTTP/1.1\r\nHost: x\r\n" + more + b"Content-Type: " + content_type + b"\r\n"
        b"Content-Length: " + length + b"\r\n\r\n",
        body,
    )


@pytest.mark.parametrize("apart", [False, True], ids=["in-one-piece", "body-apart"])
def test_an_offer_of_http2_leaves_the_query(endpoint: str, apart: bool) -> None:
    """A query posted with an offer to speak HTTP/2, as Java sends it, is answered over HTTP/1.1."""
    kept = OFFER.replace(b"Upgrade, ", b"close, Upgrade, ")
    head, body = _with_body(b"POST", b"/sparql", b"application/sparql-query", facts.YES_QUERY.encode(), kept)
    status, headers, answer = _read(_sent(endpoint, head, body) if apart else _sent(endpoint, head + body))

    assert 200 == status
    assert "upgrade" not in headers
    assert json.loads(answer)["boolean"] is True


def test_an_offer_of_http2_leaves_chunks_and_what_comes_after(endpoint: str) -> None:
    """Of several requests sent at once, each with an offer of HTTP/2 and one in chunks, each is answered."""
    chunked = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n"
    )
    first = chunked + OFFER + b"\r\n3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n"
    second = b"GET " + ASK + b" HTTP/1.1\r\nHost: x\r\n" + OFFER + b"\r\n"
    third = b"GET " + ASK + b" HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n"

    assert 3 == _sent(endpoint, first + second + third).count(b'"boolean":true')


def test_an_offer_of_http2_leaves_the_change(opened: Opened) -> None:
    """An update and a graph sent with an offer of HTTP/2 are made, and not taken for empty ones."""
    token = (
        b"Authorization: Bearer " + opened.token.encode() + b"\r\n" + OFFER.replace(b"Upgrade, ", b"close, Upgrade, ")
    )
    update = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <http://example.org/s> <http://example.org/p> 1 }} }}".encode()
    made, _, told = _read(
        _sent(opened.address, *_with_body(b"POST", b"/update", b"application/sparql-update", update, token))
    )
    target = b"/store?graph=" + quote(GRAPH, safe="").encode()
    sent = b"<http://example.org/s> <http://example.org/p> 2 ."
    replaced, _, _ = _read(_sent(opened.address, *_with_body(b"PUT", target, b"text/turtle", sent, token)))
    found = httpx.get(
        f"{opened.address}/store", params={"graph": GRAPH}, headers={"Accept": "application/n-triples"}, timeout=WAITING
    )

    assert (200, True) == (made, json.loads(told)["published"])
    assert 204 == replaced
    assert '"2"' in found.text


def test_a_quiet_connection_is_kept(endpoint: str) -> None:
    """A client that asks again after a while, as pools of connections and proxies do, finds its connection open."""
    parts = urlsplit(endpoint)
    request = b"GET " + ASK + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), WAITING) as client:
        for _ in range(2):
            client.sendall(request)
            answer = b""
            while not answer.endswith(b"true}"):
                got = client.recv(1 << 16)
                assert got, "the connection was closed"
                answer += got
            time.sleep(7)


@pytest.mark.parametrize("query", [facts.YES_QUERY, "CONSTRUCT WHERE { ?s ?p ?o }"], ids=["small", "streamed"])
def test_old_clients_get_a_length(endpoint: str, query: str) -> None:
    """A client of HTTP/1.0 gets the whole answer with its length, without chunks, which it could not read."""
    target = b"/sparql?query=" + quote(query, safe="").encode()
    accept = b"Accept: application/n-triples, application/sparql-results+json\r\n"
    status, headers, body = _read(_sent(endpoint, b"GET " + target + b" HTTP/1.0\r\n" + accept + b"\r\n"))
    now = httpx.get(f"{endpoint}{target.decode().removeprefix('/sparql')}", headers={"Accept": accept.decode()[8:-2]})

    assert 200 == status
    assert "transfer-encoding" not in headers
    assert str(len(body)) == headers["content-length"]
    assert sorted(now.content.splitlines()) == sorted(body.splitlines())


def test_old_clients_ask_for_the_head(endpoint: str) -> None:
    """HEAD by HTTP/1.0 gets the headers and no body."""
    status, headers, body = _read(_sent(endpoint, b"HEAD " + ASK + b" HTTP/1.0\r\n\r\n"))

    assert (200, b"") == (status, body)
    assert "transfer-encoding" not in headers


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (b"GET " + ASK + b"a" * LONGEST_URL + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "POST"),
        (b"GET " + ASK + b" HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 10 * LONGEST_HEAD, 431, "headers"),
        (b"GET " + b"/" + b"a" * 10 * LONGEST_HEAD, 414, "POST"),
        (b"GET " + ASK + b" HTTP/1.1\r\n\r\n", 400, "0 headers Host"),
        (b"GET " + ASK + b" HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "2 headers Host"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400, "chunked"),
        (b"CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\n\r\n", 400, "no proxy"),
        (b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n", 400, "percent-encoded"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "no HTTP request"),
    ],
    ids=["url", "header", "endless-url", "no-host", "two-hosts", "coding", "connect", "space", "tls"],
)
def test_requests_out_of_form_are_told_so(endpoint: str, request_: bytes, status: int, words: str) -> None:
    """A request that is none, or whose head is too long, ends in a problem document that other people's pages may read."""
    met, headers, body = _read(_sent(endpoint, request_))

    assert (status, "application/problem+json") == (met, headers["content-type"])
    assert ("*", "close") == (headers["access-control-allow-origin"], headers["connection"])
    assert status == json.loads(body)["status"]
    assert words in json.loads(body)["detail"]


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_who_has_said_all_is_answered(endpoint: str, version: bytes) -> None:
    """A client that ends its side of the connection after its query, as `nc -N` does, gets the answer."""
    parts = urlsplit(endpoint)
    with socket.create_connection((parts.hostname, parts.port), WAITING) as client:
        client.sendall(b"GET " + ASK + b" HTTP/" + version + b"\r\nHost: x\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(1 << 16), b""))

    assert answer.endswith(b'"boolean":true}')
