"""
Frames between those who ask and the workers that answer, over Unix stream sockets.

A request is a fixed preamble and a JSON object; the pool reads the preamble and passes the connection on unread, so the
query itself goes straight to the worker. An answer is frames: a header, data, and an end or an error. An answer without
its last frame is no answer.

Who asks often has a worker lent: a preamble of `lend` is answered by the frame ``LENT`` with a socket to the worker, over
which requests go one after the other. Over the connection to the pool goes a `CLAIM` when one of them takes long and `RELEASED` when
that is answered, and comes what the pool has to say: ``LENT`` when the worker is lent anew after a claim, an error, or
``RECALLED`` when the worker should be given back after the query that it answers.
"""

import array
import io
import json
import os
import select
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Any

from sparql.rows import RowCounter

# Version number (0 = current), deadline in seconds, key of the client (0 = none), length of the JSON request.
PREAMBLE = struct.Struct("!QdQI")
# What a holder says of a query that takes long: its age and its deadline in seconds, key of the client (0 = none).
CLAIM = struct.Struct("!ddQ")
RELEASED = b"r"  # what it says when the answer to that query has come whole
_HEAD = struct.Struct("!BI")
_NARROWER = "narrow the query, or page with LIMIT and OFFSET"
_ERROR_BEGINS = b'{"kind": '
CHUNK = 65_536  # bytes; an answer that fits in one is complete before its status is sent


class Frame(IntEnum):
    """Kinds of frames."""

    HEADER = 1
    DATA = 2
    END = 3
    ERROR = 4
    LENT = 5
    RECALLED = 6


@dataclass(frozen=True, slots=True)
class Request:
    """
    One query for a worker.

    *format* names an entry of `sparql.formats.FORMATS`; *substitutions* are variables with terms in N-Triples syntax. The
    dataset is that of *default_graphs* and *named_graphs* when one of them has an item, else that of the query's own FROM
    clauses when it *names_dataset*, else the union of all graphs; or, without *union*, the stored one. *limit* bounds the
    answer in bytes, *rows* in solutions. JSON-LD is *compact* while it is small, see `sparql.compaction`. With *graph*, the
    key of a graph (`sparql.store.graph_key`), its statements are the answer, and there is no query.
    """

    query: str
    format: str
    base_iri: str
    limit: int
    substitutions: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    names_dataset: bool = False
    union: bool = True
    rows: int | None = None
    compact: bool = False
    graph: str | None = None

    def encode(self, version: int, deadline: float, client: int = 0) -> bytes:
        """The request as sent: preamble and JSON. *client* is below 2^64; requests of equal keys come from one client."""
        body = json.dumps(
            {
                "query": self.query,
                "format": self.format,
                "base_iri": self.base_iri,
                "substitutions": dict(self.substitutions),
                "default_graphs": self.default_graphs,
                "named_graphs": self.named_graphs,
                "names_dataset": self.names_dataset,
                "union": self.union,
                "limit": self.limit,
                "rows": self.rows,
                "compact": self.compact,
                "graph": self.graph,
            }
        ).encode()
        return PREAMBLE.pack(version, deadline, client, len(body)) + body

    @classmethod
    def decode(cls, body: bytes) -> "Request":
        """The request that `encode` made, without its preamble."""
        fields = json.loads(body)
        fields["default_graphs"] = tuple(fields["default_graphs"])
        fields["named_graphs"] = tuple(fields["named_graphs"])
        return cls(**fields)


_KINDS = {int(kind): kind for kind in Frame}


def lend(version: int) -> bytes:
    """What asks the pool to lend a worker over version number *version*: a preamble before no request."""
    return PREAMBLE.pack(version, 0.0, 0, 0)


def frame(kind: Frame, payload: bytes = b"") -> bytes:
    """One frame as sent."""
    return _HEAD.pack(kind, len(payload)) + payload


@lru_cache(maxsize=64)
def header(content_type: str, format_: str, unknown: tuple[str, ...] = ()) -> bytes:
    """The frame before an answer: its *content_type*, the name of its *format_*, and the IRIs of *unknown* functions."""
    return frame(Frame.HEADER, json.dumps([content_type, format_, unknown]).encode())


@lru_cache(maxsize=64)
def parse_header(payload: bytes) -> tuple[str, str, tuple[str, ...]]:
    """What `header` was given, from the payload of the frame."""
    content_type, format_, unknown = json.loads(payload)
    return content_type, format_, tuple(unknown)


def error(kind: str, message: str) -> bytes:
    """An error frame; *kind* names a class of `sparql.errors`."""
    return frame(Frame.ERROR, json.dumps({"kind": kind, "message": message}).encode())


def error_at_end(broken: bytes) -> bytes | None:
    """
    The payload of the error frame with which *broken* ends, bytes that hold no whole frame from their beginning.

    A worker that was killed within a frame leaves a part of it, and what the pool says comes right behind.
    """
    at = broken.rfind(_ERROR_BEGINS)
    head = broken[at - _HEAD.size : at] if at >= _HEAD.size else b""
    return broken[at:] if head == _HEAD.pack(Frame.ERROR, len(broken) - at) else None


HEAD_SIZE = _HEAD.size


def parse_head(head: bytes) -> tuple[Frame, int]:
    """The kind of a frame and the length of its payload, in bytes."""
    kind, length = _HEAD.unpack(head)
    return _KINDS[kind], length


def receive_exactly(connection: socket.socket, length: int) -> bytes:
    """
    *length* bytes from a blocking socket.

    Raises:
        ConnectionError: The other end closed before that.
    """
    parts: list[bytes] = []
    while length:
        part = connection.recv(min(length, 1 << 20))
        if not part:
            raise ConnectionError("the other end closed the connection")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def receive_with_descriptor(channel: socket.socket, size: int) -> tuple[bytes, socket.socket | None]:
    """
    At most *size* bytes from a blocking Unix socket, none when the other end is closed, and the socket that came with them.
    """
    numbers = array.array("i")
    message, ancillary, *_ = channel.recvmsg(size, socket.CMSG_SPACE(numbers.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    for surplus in numbers[1:]:
        os.close(surplus)
    return message, socket.socket(fileno=numbers[0]) if numbers else None


def has_gone(connection: socket.socket) -> bool:
    """Whether the other end of a Unix stream socket is closed, even when not all that it sent has been read."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP | select.POLLHUP)
    return bool(poll.poll(0))


class TooLarge(Exception):
    """More was written than a limit allows; the message says which limit, and what to do."""


class FrameWriter(io.RawIOBase):
    """
    A writable stream that sends what the engine serialises as frames of at most `CHUNK` bytes.

    The frame *header* goes out with the first data, so an error met before `CHUNK` bytes is still a real error.
    """

    def __init__(self, connection: socket.socket, header: bytes, limit: int, rows: RowCounter | None = None) -> None:
        super().__init__()
        self._connection = connection
        self._header = header
        self._buffer = bytearray()
        self._limit = self._left = limit
        self._rows = rows

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: Any) -> int:
        """
        Take *data*; send when a chunk is full.

        Raises:
            TooLarge: A limit is passed.
        """
        size = len(data)
        self._left -= size
        if self._left < 0:
            raise TooLarge(f"the answer is larger than {self._limit:,} bytes; {_NARROWER}")
        if self._rows and not self._rows.admits(data):
            raise TooLarge(f"the answer has more than {self._rows.limit:,} solutions; {_NARROWER}")
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._send(b"")
        return size

    def finish(self) -> None:
        """Send what is left, and the frame that says the answer is complete."""
        self._send(frame(Frame.END))

    def _send(self, tail: bytes) -> None:
        data = frame(Frame.DATA, bytes(self._buffer)) if self._buffer else b""
        self._connection.sendall(self._header + data + tail)
        self._header = b""
        self._buffer.clear()
