"""Connections on which nothing, or not enough, is said."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from server import connections
from tests.unit.conversing import Talk, conversed


def _talked(talk: Talk) -> bytes:
    """What *talk* has read on a connection whose head may take a tenth of a second."""
    return conversed(talk, PlainTextResponse("yes"), ServerState(), {})


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second for a head."""
    monkeypatch.setattr(connections, "SLOWEST_HEAD", 0.1)


def test_a_head_that_does_not_end_is_told_so() -> None:
    """A client that sends half of its headers and waits gets 408, and the connection is closed."""

    async def _half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
        return await reader.read()

    told = _talked(_half)

    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in told


def test_the_head_of_a_later_request_has_no_more_time() -> None:
    """On a connection that has had an answer, the next head has as much time as the first."""

    async def _second(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"yes")
        writer.write(b"GET / HTTP/1.1\r\n")
        return await reader.read()

    assert _talked(_second).startswith(b"HTTP/1.1 408 ")


def test_silence_is_ended_in_silence() -> None:
    """A client that opens a connection and says nothing is told nothing."""

    async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> bytes:
        return await reader.read()

    assert b"" == _talked(_silent)


def test_a_whole_head_takes_no_time() -> None:
    """A request whose body is slow, and a connection kept open, do not end when a head would have to."""

    async def _slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
        await asyncio.sleep(0.3)
        writer.write(b"1")
        await reader.readuntil(b"yes")
        await asyncio.sleep(0.3)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return await reader.read()

    assert _talked(_slow).startswith(b"HTTP/1.1 200 ")


def test_nothing_is_written_into_an_answer_under_way() -> None:
    """What is no request, sent while an answer is under way, ends the connection without a word in the middle of it."""

    async def _both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\r\n\r\n")
        return await reader.read()

    assert b"400" not in _talked(_both)
