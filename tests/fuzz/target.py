"""
Shooting at a served instance: over the wire, many at once, each answer read as strictly as HTTP says.
"""

import asyncio
import contextlib
import csv
import io
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

import h11
from pyoxigraph import RdfFormat, parse

from tests.fuzz.shots import Shot

DECLARED = {503, 504}
"""The statuses above 500 that the service documents: overload, and a query past its deadline."""
ABORTED = "aborted"
_RDF = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a *status* with *headers* and *body*; *whole* is false when the connection ended within it."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool


@dataclass(slots=True)
class Outcome:
    """How often each status came, and what must not be: the number of the shot with what is wrong."""

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


async def shoot(port: int, shots: Iterable[tuple[int, Shot]], at_once: int, patience: float) -> Outcome:
    """Send *shots* over *at_once* connections; an answer is due within *patience* seconds."""
    outcome, waiting = Outcome(), iter(shots)

    async def play() -> None:
        for number, shot in waiting:
            try:
                async with asyncio.timeout(patience):
                    answer = await _answered(port, shot)
            except TimeoutError:
                outcome.faults.append((number, f"no answer after {patience:g} seconds"))
                continue
            except h11.RemoteProtocolError as met:
                outcome.faults.append((number, f"the answer is no HTTP: {met}"))
                continue
            outcome.statuses[_named(answer)] += 1
            if answer and (fault := _fault(shot, answer)):
                outcome.faults.append((number, fault))

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(play())
    return outcome


def _named(answer: Answer | None) -> str:
    return "none" if answer is None else str(answer.status) if answer.whole else ABORTED


async def _answered(port: int, shot: Shot) -> Answer | None:
    """The answer; None when there is none because of how the shot was made, or when nobody waited for it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with contextlib.suppress(ConnectionError):  # it may have been refused half-way
            writer.write(shot.content)
            if not shot.rude:
                return await _read(reader, shot)
        return None
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader, shot: Shot) -> Answer | None:
    parser = h11.Connection(h11.CLIENT)
    method = shot.method.encode() if shot.method.isupper() else b"GET"
    parser.send(h11.Request(method=method, target=b"/", headers=[(b"Host", b"x")]))
    parser.send(h11.EndOfMessage())
    head: h11.Response | None = None
    body = bytearray()
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(1 << 16)
            if not data:
                return _cut(head, body, shot)
            if shot.broken and not head and not data.startswith(b"HTTP/"):
                return None
            parser.receive_data(data)
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            return None if head is None else _answer(head, body, whole=True)


def _cut(head: h11.Response | None, body: bytearray, shot: Shot) -> Answer | None:
    if head is None and not shot.broken:
        raise h11.RemoteProtocolError("the connection was closed without an answer")
    return None if head is None else _answer(head, body, whole=False)


def _answer(head: h11.Response, body: bytearray, *, whole: bool) -> Answer:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
    return Answer(head.status_code, headers, bytes(body), whole)


def _fault(shot: Shot, answer: Answer) -> str | None:
    """What is wrong with *answer*; None when nothing is."""
    if answer.status >= 500 and answer.status not in DECLARED and not (answer.status == 501 and shot.broken):
        return f"status {answer.status}: {answer.body[:300]!r}"
    if answer.status in {429, 503} and "retry-after" not in answer.headers:
        return f"status {answer.status} without Retry-After"
    if not answer.whole or shot.method == "HEAD":
        return None
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status in {200, 422} and media_type != "application/problem+json":
        return _unreadable(media_type, answer.body)
    if answer.status < 400:
        return None
    if media_type == "application/problem+json":
        return _misshapen(answer)
    if media_type in {"text/html", "text/plain"} and answer.body:
        return None
    return f"status {answer.status} as {media_type or 'nothing'}: {answer.body[:300]!r}"


def _unreadable(media_type: str, body: bytes) -> str | None:
    """Why *body* is not what it says it is; None when it is, or when no reader of this type is strict."""
    try:
        if media_type in _RDF:
            list(parse(body, format=_RDF[media_type]))
        elif media_type == "application/xml" or media_type.endswith("+xml"):
            expat.ParserCreate().Parse(body, True)
        elif media_type == "application/json" or media_type.endswith("+json"):
            json.loads(body)
        elif media_type == "text/csv":
            list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))
    except (ValueError, SyntaxError, csv.Error, expat.ExpatError) as met:
        return f"the answer is no {media_type}: {met}: {body[:300]!r}"
    return None


def _misshapen(answer: Answer) -> str | None:
    """What a problem document lacks. Source: RFC 9457 section 3.1."""
    try:
        document = json.loads(answer.body)
    except ValueError as met:
        return f"the problem document is no JSON: {met}"
    if not isinstance(document, dict) or document.get("status") != answer.status:
        return f"the problem document does not say {answer.status}: {answer.body[:300]!r}"
    missing = [
        name for name in ("type", "title", "detail") if not isinstance(document.get(name), str) or not document[name]
    ]
    return f"the problem document lacks {', '.join(missing)}: {answer.body[:300]!r}" if missing else None


async def settled(port: int, query: bytes, patience: float) -> float:
    """The seconds that a small query takes, sent at once."""
    began = time.monotonic()
    async with asyncio.timeout(patience):
        answer = await _answered(port, Shot("GET", query))
    assert answer is not None
    assert answer.status == 200, answer
    return time.monotonic() - began
