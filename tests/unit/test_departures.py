"""Clients that send no more: those that wait are answered, those that are gone are noticed, on either event loop."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import uvloop
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from server.connections import Connection

GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
WAITING = 20  # seconds
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@dataclass
class Slow:
    """
    An application that answers with the path of the request, after *seconds*; with *pieces* more after the first, one each
    time. It notes the paths that it *answered* and those whose clients *left*.
    """

    seconds: float = 1.0
    pieces: int = 0
    answered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    noticed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or stop when its client leaves."""
        while (await receive()).get("more_body"):
            pass
        answer, leaving = asyncio.ensure_future(self._answer(scope, send)), asyncio.ensure_future(receive())
        await asyncio.wait([answer, leaving], return_when=asyncio.FIRST_COMPLETED)
        (self.answered if answer.done() else self.left).append(scope["path"])
        self.noticed.set()
        answer.cancel()
        leaving.cancel()

    async def _answer(self, scope: Scope, send: Send) -> None:
        piece = scope["path"].encode()
        if self.pieces:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        for _ in range(self.pieces):
            await asyncio.sleep(self.seconds)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not self.pieces:
            await asyncio.sleep(self.seconds)
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(piece))]}
            )
        await send({"type": "http.response.body", "body": b"" if self.pieces else piece})


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


@pytest.fixture(params=LOOPS)
def talked(request: pytest.FixtureRequest) -> Callable[[Talk, Slow], bytes]:
    """A function that gives what a talk has read on a connection to an application, on one of the event loops."""

    async def _run(talk: Talk, app: Slow) -> bytes:
        config = Config(app, log_level="error", access_log=False, ws="none", lifespan="off")
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
        async with server, asyncio.timeout(WAITING):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                return await talk(reader, writer)
            finally:
                writer.close()

    def run(talk: Talk, app: Slow) -> bytes:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            return runner.run(_run(talk, app))

    return run


def _all_said(request: bytes) -> Talk:
    """A client that sends *request*, ends its side, and reads on."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        writer.write_eof()
        return await reader.read()

    return talk


def _leaving(request: bytes, app: Slow, *, abruptly: bool = False, after: int = 0, patience: float = 0.1) -> Talk:
    """
    A client that sends *request*, has read *after* bytes, and goes away *patience* seconds later; it is over when *app* has
    noticed.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        got = await reader.readexactly(after)
        await asyncio.sleep(patience)
        if abruptly:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()
        async with asyncio.timeout(3):
            await app.noticed.wait()
        return got

    return talk


def test_who_has_said_all_is_answered(talked: Callable[[Talk, Slow], bytes]) -> None:
    """A client that ends its side after the request gets its answer, and then the end, however long it takes."""
    app = Slow(1.5)
    answer = talked(_all_said(GET % b"a"), app)
    interim, found, rest = answer.partition(b"HTTP/1.1 200 OK")

    assert (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK") == (interim, found)
    assert rest.endswith(b"\r\n\r\n/a")
    assert b"connection: close" in rest
    assert (["/a"], []) == (app.answered, app.left)


def test_a_quick_answer_comes_alone(talked: Callable[[Talk, Slow], bytes]) -> None:
    """Before an answer that comes at once, nothing else is sent."""
    assert talked(_all_said(GET % b"a"), Slow(0)).startswith(b"HTTP/1.1 200 OK")


def test_all_that_was_asked_is_answered(talked: Callable[[Talk, Slow], bytes]) -> None:
    """Requests sent at once, before the client ended its side, are all answered in order."""
    app = Slow(0.3)
    answer = talked(_all_said(b"".join(GET % path for path in (b"a", b"b", b"c"))), app)

    assert 3 == answer.count(b"200 OK")
    assert ["/a", "/b", "/c"] == app.answered
    assert answer.index(b"\r\n\r\n/a") < answer.index(b"\r\n\r\n/b") < answer.index(b"\r\n\r\n/c")


def test_an_answer_in_pieces_comes_whole(talked: Callable[[Talk, Slow], bytes]) -> None:
    """Of an answer that has begun, nothing is lost and nothing is put between its pieces."""
    answer = talked(_all_said(GET % b"a"), Slow(0.3, pieces=3))

    assert answer.endswith(b"2\r\n/a\r\n" * 4 + b"0\r\n\r\n")
    assert b"100 Continue" not in answer


def test_an_old_client_is_waited_for_a_moment(talked: Callable[[Talk, Slow], bytes]) -> None:
    """A client of HTTP/1.0, which takes no interim answers, gets an answer that comes within a second, and no later one."""
    request = (GET % b"a").replace(b"1.1", b"1.0")

    assert talked(_all_said(request), Slow(0.6)).startswith(b"HTTP/1.1 200 OK")
    late = Slow(10)
    assert b"" == talked(_all_said(request), late)
    assert ["/a"] == late.left


@pytest.mark.parametrize("abruptly", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("before", [b"", GET % b"first"], ids=["alone", "after-another"])
def test_who_is_gone_is_noticed(talked: Callable[[Talk, Slow], bytes], before: bytes, abruptly: bool) -> None:
    """A client that closes its connection is noticed within a moment, and what is being made for it is given up."""
    app = Slow(60)
    talked(_leaving(before + GET % b"a", app, abruptly=abruptly), app)

    assert ["/first" if before else "/a"] == app.left


def test_who_goes_during_the_answer_is_noticed(talked: Callable[[Talk, Slow], bytes]) -> None:
    """A client that closes its connection when it has read a piece of its answer is noticed when the next is sent."""
    app = Slow(0.4, pieces=100)
    talked(_leaving(GET % b"a", app, after=15), app)

    assert ["/a"] == app.left


def test_who_goes_long_after_an_answer_has_begun_is_noticed_at_once(talked: Callable[[Talk, Slow], bytes]) -> None:
    """A client that closes its connection when its answer has begun is noticed even though nothing more of it comes."""
    app = Slow(60, pieces=1)
    talked(_leaving(GET % b"a", app, after=15, patience=1.2), app)

    assert ["/a"] == app.left


def test_a_body_without_its_end_is_given_up(talked: Callable[[Talk, Slow], bytes]) -> None:
    """A client that ends its side within a body is not waited for."""
    app = Slow(0)

    assert b"" == talked(_all_said(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"), app)
