"""Connections that give an answer again before the application is asked."""

import asyncio
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from server import memento
from server.accesslog import AccessLog
from server.answering import raw
from server.cache import Body, Cache, Recent
from server.metrics import CacheCount
from server.recall import Recall
from server.recalling import RECALL
from server.tally import Tally
from sparql.versions import Versions
from tests.unit.conversing import Talk, conversed

ETAG = b'W/"e"'
HEAD = b'etag: W/"e"\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n'
GET = b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\n"


class Anew:
    """An application that answers everything with ``anew``, and counts how often it was *asked*."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.asked += 1
        await PlainTextResponse("anew")(scope, receive, send)


class Service:
    """An application behind a `Recall` that knows the answer to one request, *body*; *direct* tells whether connections ask it."""

    def __init__(self, folder: Path, body: bytes = b"again", *, direct: bool = True) -> None:
        (folder / "versions" / "1").mkdir(parents=True, exist_ok=True)
        (folder / "current").unlink(missing_ok=True)
        (folder / "current").symlink_to("versions/1")
        self.anew, self.cache = Anew(), Cache(1 << 26)
        self.log = folder / "access.log"
        self._log = AccessLog(str(self.log), with_queries=False)
        self._tally = Tally(self._log, CacheCount(self.cache))
        self.recall = Recall(self.anew, self.cache, Versions(folder), self._tally)
        self.state = ServerState()
        self._state: dict[str, object] = {RECALL: self.recall} if direct else {}
        recent = Recent(
            memento.publication(str(folder / "current")),
            ETAG,
            HEAD % len(body),
            Body("text/plain", body),
            "/sparql",
            "x",
        )
        self.cache.remember(raw("/sparql", b"query=x", b"", b""), recent, 100)

    def talked(self, talk: Talk) -> bytes:
        """What *talk* has read on a connection."""

        async def _counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            try:
                return await talk(reader, writer)
            finally:
                self._tally.flush()
                self._log.flush()

        return conversed(_counted, self.recall, self.state, self._state)

    def told(self, *requests: bytes) -> bytes:
        """What comes for *requests*, sent at once; the last one ends the connection."""

        async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(b"".join(requests))
            async with asyncio.timeout(2):  # sooner than a connection at rest is closed
                return await reader.read()

        return self.talked(_talk)


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b'If-None-Match: W/"e"\r\n',
        b'If-None-Match: "other", "e"\r\n',
        b'If-None-Match: "other"\r\n',
        b"Accept: text/csv\r\n",
        b"If-None-Match: *\r\n",
        b"If-Modified-Since: Sat, 21 Nov 2026 10:00:00 GMT\r\n",
        b"Content-Length: 4\r\n\r\nbody",
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"POST"])
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_answers_are_those_of_the_application(tmp_path: Path, lines: bytes, method: bytes, version: bytes) -> None:
    """What comes from the connection itself is byte by byte what comes by way of ASGI."""
    if b"\r\n\r\n" not in lines:
        lines += b"\r\n"
    request = method + b" /sparql?query=x HTTP/" + version + b"\r\nHost: x\r\nConnection: close\r\n" + lines

    told = {Service(tmp_path, direct=direct).told(request) for direct in (True, False)}

    assert 1 == len(told)
    assert told.pop().startswith(b"HTTP/1.1 ")


def test_nothing_is_asked_of_the_application(tmp_path: Path) -> None:
    """Requests that came before are answered one after the other, and the application hears of none."""
    service = Service(tmp_path)

    told = service.told((GET + b"\r\n") * 3, GET + b"Connection: close\r\n\r\n")

    assert 4 == told.count(b"HTTP/1.1 200 OK\r\n") == told.count(b"\r\n\r\nagain")
    assert 1 == told.count(b"connection: close")
    assert 0 == service.anew.asked
    assert 4 == service.cache.hits
    assert 4 == service.log.read_text().count('"status": 200')


def test_order_of_requests_is_kept(tmp_path: Path) -> None:
    """Of many requests sent ahead of their answers, those that must be asked anew hold up the others, and none overtakes."""
    service, other = Service(tmp_path), GET.replace(b"=x", b"=y") + b"\r\n"

    told = service.told(other, (GET + b"\r\n") * 800, other, GET + b"Connection: close\r\n\r\n")

    bodies = [part.split(b"HTTP/1.1")[0] for part in told.split(b"\r\n\r\n")[1:]]
    assert [b"anew", *[b"again"] * 800, b"anew", b"again"] == bodies


def test_a_client_that_does_not_read_is_waited_for(tmp_path: Path) -> None:
    """Large answers to a client that does not read them wait until it does; all of them come whole."""
    body = b"z" * (4 << 20)
    service = Service(tmp_path, body)

    async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        size = 0
        writer.write((GET + b"\r\n") * 7 + GET + b"Connection: close\r\n\r\n")
        await asyncio.sleep(0.2)
        (connection,) = service.state.connections
        assert 2 * len(body) > connection.transport.get_write_buffer_size()
        while part := await reader.read(1 << 20):
            size += part.count(b"z")
        return str(size).encode()

    assert 8 * len(body) == int(service.talked(_talk))


def test_a_request_is_expected_before_its_body(tmp_path: Path) -> None:
    """A client that waits to be told to go on with its body is told so, and the next request is read where it begins."""

    async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        told = await reader.readuntil(b"again")
        writer.write(b"abc" + GET + b"Connection: close\r\n\r\n")
        return told + await reader.read()

    told = Service(tmp_path).talked(_talk)

    assert 2 == told.count(b"again")


def test_a_connection_at_rest_is_closed(tmp_path: Path) -> None:
    """After such an answer a connection is kept as long as after any other, and not for ever."""

    async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(GET + b"\r\n")
        return await reader.read()

    assert Service(tmp_path).talked(_talk).endswith(b"again")


def test_what_is_published_ends_it(tmp_path: Path) -> None:
    """As soon as a version is published, the application is asked again."""
    service = Service(tmp_path)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("versions/1")

    assert service.told(GET + b"Connection: close\r\n\r\n").endswith(b"anew")
    assert 1 == service.anew.asked
