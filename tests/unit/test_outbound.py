"""Requests to other endpoints: to checked addresses of named hosts only, and bounded in time and size."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sparql.errors import ServiceFailed
from sparql.outbound import Outbound, is_public, looked_up

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n{}"


def _request(connection: socket.socket) -> bytes:
    heard = b""
    while not (found := re.search(rb"content-length: (\d+)\r\n(?s:.*?)\r\n\r\n", heard, re.IGNORECASE)):
        heard += connection.recv(65_536)
    while len(heard) < found.end() + int(found[1]):
        heard += connection.recv(65_536)
    return heard


@contextmanager
def answering(*answers: bytes, drip: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server on a port of its own that gives one of *answers* to each connection in turn; what it was sent is kept."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    heard.append(_request(connection))
                    with contextlib.suppress(OSError):  # the other end may have had enough
                        for piece in [bytes([byte]) for byte in answer] if drip else [answer]:
                            connection.sendall(piece)
                            time.sleep(drip)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _outbound(*addresses: str, **fields: Any) -> tuple[Outbound, list[str]]:
    asked: list[str] = []

    def lookup(host: str, _: int) -> list[str]:
        asked.append(host)
        return list(addresses)

    chosen: dict[str, Any] = {"hosts": {"endpoint.example"}, "private": {"endpoint.example"}, "seconds": 5.0} | fields
    return Outbound(lookup=lookup, **chosen), asked


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
     "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1"],
)  # fmt: skip
def test_addresses_within_are_known(address: str) -> None:
    """This machine, its network, metadata services and addresses that stand for them are not the open internet."""

    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_without_are_known(address: str) -> None:
    """Addresses of the open internet are, of whatever version."""

    assert is_public(address)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
)
def test_a_host_within_is_not_asked(addresses: list[str]) -> None:
    """A named host that resolves, even partly, to an address within is not connected to."""
    outbound, _ = _outbound(*addresses, private=set())
    with pytest.raises(ServiceFailed, match="not on the open internet"):
        outbound.ask("http://endpoint.example:9/sparql", "ASK {}")


@pytest.mark.parametrize(
    ("endpoint", "port"),
    [
        ("http://endpoint.example/sparql", 80),
        ("https://endpoint.example/sparql", 443),
        ("https://endpoint.example:8443/sparql", 8443),
    ],
)
def test_port_is_that_of_the_scheme_unless_it_is_named(endpoint: str, port: int) -> None:
    """A host is looked up with the port that its endpoint has; one without an address is a failure that says so."""
    asked: list[tuple[str, int]] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return []

    with pytest.raises(ServiceFailed, match=r"endpoint\.example has no address"):
        Outbound({"endpoint.example"}, set(), lookup=lookup).ask(endpoint, "ASK {}")

    assert [("endpoint.example", port)] == asked


def test_the_checked_address_is_the_one_connected_to() -> None:
    """A name is looked up once; what it resolves to afterwards does not matter."""
    with answering(OK) as (port, heard):
        outbound, asked = _outbound("127.0.0.1", "192.0.2.1")

        assert b"{}" == outbound.ask(f"http://endpoint.example:{port}/sparql?x=1", "SELECT * { ?ä ?b ?c }")
    assert ["endpoint.example"] == asked
    head = heard[0].decode()
    assert head.startswith("POST /sparql?x=1 HTTP/1.1\r\n")
    assert f"Host: endpoint.example:{port}" in head
    assert "%3F%C3%A4" in head


@pytest.mark.parametrize(
    "url",
    ["http://elsewhere.example/", "http://127.0.0.1/", "ftp://endpoint.example/", "file:///etc/passwd",
     "http://user@endpoint.example/", "http://endpoint.example@elsewhere.example/", "//elsewhere.example/x"],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_elsewhere_is_not_followed(url: str, status: int) -> None:
    """An endpoint cannot send us to a host that the operator has not named."""
    away = f"HTTP/1.1 {status} Away\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()
    with answering(away) as (port, _):
        outbound, _ = _outbound("127.0.0.1")
        with pytest.raises(ServiceFailed, match="no host that may be asked"):
            outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")


def test_a_redirect_is_looked_up_again_and_followed_a_few_times() -> None:
    """A redirect on a named host is checked like the first address and followed; a circle is told."""
    away = b"HTTP/1.1 307 Away\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
    with answering(away, OK) as (port, heard):
        outbound, asked = _outbound("127.0.0.1")

        assert b"{}" == outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")
    assert 2 == len(asked)
    assert heard[1].startswith(b"POST /there ")
    with answering(*[away] * 3, OK) as (port, _):
        assert b"{}" == outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")
    with answering(*[away] * 4) as (port, _), pytest.raises(ServiceFailed, match="redirects more than 3 times"):
        outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")


def test_an_answer_as_large_as_may_be_is_taken() -> None:
    """An answer of exactly as many bytes as are accepted is whole."""
    with answering(OK[:-2] + b"x" * 1000) as (port, _):
        outbound, _ = _outbound("127.0.0.1", size=1000)

        assert b"x" * 1000 == outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")


def test_an_address_is_what_the_system_knows() -> None:
    """The system gives the addresses of a host, each once; an address is its own."""
    assert ["127.0.0.1"] == looked_up("127.0.0.1", 80)
    assert ["::1"] == looked_up("::1", 443)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 500 Oh dear\r\n\r\n", "answered 500"),
        (b"nonsense\r\n\r\n", "could not be asked"),
        (b"", "could not be asked"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "could not be asked"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, "more than 1,000 bytes"),
    ],
)
def test_a_bad_answer_is_told(answer: bytes, told: str) -> None:
    """An endpoint that fails, talks nonsense, breaks off or does not stop is a failure that names it."""
    with answering(answer) as (port, _):
        outbound, _ = _outbound("127.0.0.1", size=1000)
        with pytest.raises(ServiceFailed, match=told):
            outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")


@pytest.mark.parametrize(
    "answer", [OK[:-2] + b"x" * 900, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 900], ids=["body", "header"]
)
def test_an_answer_that_drips_is_cut_off(answer: bytes) -> None:
    """The time for one request is bounded in all, not from byte to byte."""
    with answering(answer, drip=0.05) as (port, _):
        outbound, _ = _outbound("127.0.0.1", seconds=0.6)
        started = time.monotonic()
        with pytest.raises(ServiceFailed, match=r"not answered after 0\.6 seconds"):
            outbound.ask(f"http://endpoint.example:{port}/sparql", "ASK {}")

        assert 0.6 <= time.monotonic() - started < 20  # of the forty and more that the whole would take
