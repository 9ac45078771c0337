"""Answers for clients that know of no chunks."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.whole import Whole

_BEGIN: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]}


async def _receive() -> Message:
    return {"type": "http.disconnect"}


def _served(pieces: list[bytes], *, breaks: bool = False, method: str = "GET") -> list[Message]:
    """What `Whole` has sent of an answer in *pieces*, which *breaks* off before its end or does not."""
    sent: list[Message] = []

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send(_BEGIN)
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if breaks:
            raise ConnectionError
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        asyncio.run(Whole(app)({"type": "http", "method": method}, _receive, send))
    except ConnectionError:
        assert breaks
    return sent


@pytest.mark.parametrize("size", [0, 5, 3_000_000])
def test_a_streamed_answer_gets_its_length(size: int) -> None:
    """An answer in pieces, however large, goes out as it was, with its length."""
    begun, *pieces = _served([b"a" * (size // 2), b"b" * (size - size // 2)])

    assert (b"content-length", str(size).encode()) in begun["headers"]
    assert b"a" * (size // 2) + b"b" * (size - size // 2) == b"".join(each["body"] for each in pieces)
    assert not pieces[-1].get("more_body")


def test_a_broken_answer_is_not_begun() -> None:
    """Of an answer that breaks off nothing is sent, for its end would look like that of a whole one."""
    assert [] == _served([b"half of it"], breaks=True)


def test_a_head_promises_no_length() -> None:
    """The answer to HEAD, which has no body, says nothing of a length."""
    assert [_BEGIN, {"type": "http.response.body", "body": b""}] == _served([], method="HEAD")
