"""Connections on which nothing, or not enough, or what is no request is said."""

import asyncio
import json
from functools import cache
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from server import connections
from server.app import Application, create
from server.connections import APPLICATION, LONGEST_HEAD, LONGEST_URL
from server.problems import kinds
from server.settings import Settings
from tests.unit.conversing import Talk, conversed

PUBLIC = "https://data.example"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
# What is sent, beside a preference of a language; with it the status, the type, and a word of the detail in each language.
REFUSED = {
    "url": (b"GET /" + b"a" * LONGEST_URL + b" HTTP/1.1\r\nHost: x\r\n%s\r\n", 414, "url-too-long", "osoite", "adressen", "URL"),
    "headers": (HEAD + b"%sX: " + b"a" * 10 * LONGEST_HEAD, 431, "head-too-long", "otsakkeet", "huvudena", "headers"),
    "host": (b"GET / HTTP/1.1\r\n%s\r\n", 400, "malformed", "lähetä yksi", "skicka ett", "send one"),
    "coding": (HEAD + b"Transfer-Encoding: gzip\r\n%s\r\n", 400, "malformed", "vain chunked", "bara vara chunked", "nothing else"),
    "proxy": (b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n%s\r\n", 400, "malformed", "välityspalvelin", "ingen proxy", "no proxy"),
    "address": (b"GET http:///x HTTP/1.1\r\nHost: x\r\n%s\r\n", 400, "malformed", "esimerkiksi /", "till exempel /", "such as /"),
    "late": (HEAD + b"%sX-", 408, "too-slow", "sekunnissa", "sekunder", "seconds"),
    "out of form": (HEAD + b"%sX-Y: z\r\n: \r\n\r\n", 400, "malformed", "ei ole HTTP-pyyntö", "ingen HTTP-begäran", "no HTTP request"),
}  # fmt: skip


@cache
def _application() -> Application:
    return create(Settings(var=Path("none"), public_url=PUBLIC))


def _talked(talk: Talk) -> bytes:
    """What *talk* has read on a connection whose head may take a tenth of a second."""
    return conversed(talk, PlainTextResponse("yes"), ServerState(), {APPLICATION: _application()})


def _answered(request: bytes) -> bytes:
    """What the whole application answers to one request, after which the client ends its side."""

    async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        writer.write_eof()
        return await reader.read()

    return conversed(_send, _application(), ServerState(), {APPLICATION: _application()})


def _told(sent: bytes, *, ends: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name and body of what is answered to *sent*, after which the client may end its side."""

    async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(sent)
        if ends:
            writer.write_eof()
        return await reader.read()

    head, _, body = _talked(_send).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}, body


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


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_refusal_is_a_problem_like_all_others(case: str, language: str) -> None:
    """What ends before the application sees it is told in the reader's language, with a type that `/problems` describes."""
    request, status, name, *words = REFUSED[case]
    met, headers, body = _told(request.replace(b"%s", f"Accept-Language: {language}\r\n".encode()))
    problem = json.loads(body)

    assert (status, status) == (met, problem["status"])
    assert f"{PUBLIC}/problems#{name}" == problem["type"]
    assert name in {kind.name for kind in kinds()}
    assert words[("fi", "sv", "en").index(language)] in problem["detail"]
    assert language == headers["content-language"]
    assert ("close", "no-store", "*") == (
        headers["connection"], headers["cache-control"], headers["access-control-allow-origin"]
    )  # fmt: skip
    assert len(body) == int(headers["content-length"])


def test_a_refusal_is_a_page_for_a_browser() -> None:
    """A browser whose address is too long gets a page in its language, as with any other problem."""
    request = REFUSED["url"][0].replace(b"%s", b"Accept: text/html\r\nAccept-Language: sv\r\n")
    status, headers, body = _told(request)

    assert (414, "text/html; charset=utf-8") == (status, headers["content-type"])
    assert "Adressen är för lång" in body.decode()
    assert b"aaaa" not in body


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"HELO there\r\nAccept-Language: fi\r\n\r\n"])
def test_what_is_no_request_is_told_so_in_english(sent: bytes) -> None:
    """Where no head could be read, nobody knows the reader's language."""
    status, headers, body = _told(sent)

    assert (400, "en") == (status, headers["content-language"])
    assert json.loads(body)["detail"].startswith("this is no HTTP request: ")


def test_a_refusal_does_not_take_the_language_of_the_request_before() -> None:
    """What follows an answered request and is none itself is told in English, whatever the first one asked for."""

    async def _both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(HEAD + b"Accept-Language: fi\r\n\r\n")
        await reader.readuntil(b"yes")
        writer.write(b"\x16\x03\x01\r\n\r\n")
        return await reader.read()

    assert b"content-language: en" in _talked(_both)


def test_the_head_of_a_refusal_has_no_body() -> None:
    """HEAD that is refused gets the headers alone."""
    request = REFUSED["url"][0].replace(b"GET", b"HEAD").replace(b"%s", b"")
    status, headers, body = _told(request)

    assert (414, b"") == (status, body)
    assert int(headers["content-length"]) > 100


def test_a_head_that_breaks_off_is_told_so() -> None:
    """A client that ends its side within the headers, as by forgetting the empty line, is told what is missing."""
    status, headers, body = _told(HEAD + b"Accept-Language: sv\r\nX-Y: z\r\n", ends=True)

    assert (400, "sv") == (status, headers["content-language"])
    assert "tom rad" in json.loads(body)["detail"]


@pytest.mark.parametrize("target", [b"*", b"http://data.example"])
def test_the_service_as_a_whole_tells_its_methods(target: bytes) -> None:
    """OPTIONS of no address in particular is answered 204, with every method that some address takes."""
    answer = _answered(b"OPTIONS " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 204 ")
    assert b"\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY\r\n" in answer


@pytest.mark.parametrize(
    ("target", "there"),
    [
        (b"http://data.example", b"there is nothing at /;"),
        (b"http://data.example/none?a=b", b"nothing at /none"),
        (b"http://data.example?query=x", b"there is nothing at /;"),
        (b"*", b"there is nothing at *;"),
    ],
)
def test_an_address_may_come_whole(target: bytes, there: bytes) -> None:
    """A request that names the host in its address is answered as one that names the path alone."""
    answer = _answered(b"DELETE " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 405 "))
    assert there in answer or b"not possible at /;" in answer


@pytest.mark.parametrize("target", ["/sparql?query=ASK {}", "/sparql?query=ä", "/ä", "/sparql?query=SELECT * WHERE"])
def test_a_url_with_plain_spaces_or_letters_is_told_so(target: str) -> None:
    """Whoever pastes a query into an address as it is learns that it must be percent-encoded, and how."""
    status, _, body = _told(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert 400 == status
    assert "percent-encoded" in json.loads(body)["detail"]
    assert "--data-urlencode" in json.loads(body)["detail"]
