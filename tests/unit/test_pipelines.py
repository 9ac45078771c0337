"""Requests on one connection, however they are cut up and whatever protocol they offer to speak."""

import asyncio
import random
from dataclasses import dataclass

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from server.connections import Connection

WAITING = 20  # seconds
_LETTERS = b"abc\r\n {}GET"


@dataclass(frozen=True, slots=True)
class _Sent:
    """One request as *written*, and what `_echo` *tells* of it."""

    written: bytes
    tells: bytes


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell the method, the query string and the body of the request, and whether it offers another protocol."""
    request = Request(scope, receive)
    offers = b"offer" if "upgrade" in request.headers else b"none"
    told = b"|".join([request.method.encode(), scope["query_string"], offers, await request.body()])
    await Response(told)(scope, receive, send)


def _request(chance: random.Random, number: int, *, last: bool) -> _Sent:
    head, tokens = b"Host: x\r\n", [b"close"] if last else []
    if chance.random() < 0.6:
        head += b"Upgrade: " + chance.choice([b"h2c", b"websocket", b"TLS/1.0"]) + b"\r\nHTTP2-Settings: AAA\r\n"
        tokens = [b"Upgrade", b"HTTP2-Settings", *tokens]
    if tokens:
        head += b"Connection: " + b", ".join(tokens) + b"\r\n"
    query, body = b"n=%d" % number, bytes(chance.choices(_LETTERS, k=chance.choice([0, 1, 5, 3000, 70_000])))
    target = b"/echo?" + query + b" HTTP/1.1\r\n" + head
    match chance.choice(["GET", "length", "chunks"]):
        case "GET":
            return _Sent(b"GET " + target + b"\r\n", b"GET|" + query + b"|none|")
        case "length":
            written = b"POST " + target + b"Content-Length: %d\r\n\r\n" % len(body) + body
        case _:
            size = chance.randint(1, 30_000)
            parts = [body[at : at + size] for at in range(0, len(body), size)]
            chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
            written = b"POST " + target + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    return _Sent(written, b"POST|" + query + b"|none|" + body)


async def _talked(data: bytes, chance: random.Random) -> bytes:
    """What comes back when *data* is sent in pieces of any size, until the connection is closed."""
    config = Config(_echo, log_level="error", access_log=False, ws="none")
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    async with server, asyncio.timeout(WAITING):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        answer = asyncio.ensure_future(reader.read())
        sizes = [1, 2, 7, 50, 400] if len(data) < 10_000 else [50, 4000, 100_000]
        while data:
            size = chance.choice(sizes)
            writer.write(data[:size])
            await writer.drain()
            await asyncio.sleep(0)
            data = data[size:]
        told = await answer
        writer.close()
    return told


def _bodies(answers: bytes) -> list[bytes]:
    found = []
    while answers:
        head, _, rest = answers.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        found.append(rest[:length])
        answers = rest[length:]
    return found


@pytest.mark.parametrize("seed", range(25))
def test_every_request_is_answered_as_it_was_sent(seed: int) -> None:
    """Each of several requests sent at once gets its own answer, in order, with nothing of its body lost or added."""
    chance = random.Random(seed)  # noqa: S311 - to be the same each time
    count = chance.randint(1, 5)
    sent = [_request(chance, number, last=number == count - 1) for number in range(count)]
    answers = asyncio.run(_talked(b"".join(each.written for each in sent), chance))

    assert [each.tells for each in sent] == _bodies(answers)
