"""
What a web process and its writing process say to each other: a job, a reply, and what may go wrong.

::

    WriteError
    |-- NotAuthenticated     the request has no token, or one that is none
    |-- WritingClosed        nobody may write, as there is no token
    |-- WriteTooLarge        the body, or the memory that the change takes, passes a limit
    |-- WriteTimeout         the deadline passed; the writing process was killed and nothing was published
    |-- WriterLost           the writing process ended before it answered; nothing was published
    |-- Unreadable           what was sent cannot be read as what it says it is
    |-- GraphReserved        the graph is written by the build alone
    |-- GraphUnknown         there is no such graph
    |-- GraphElsewhere       the change would touch another graph than its own
    |-- NodeNameless         a graph of the project would have a node without an IRI
    |-- ThingForeign         a graph of the project would speak of a thing that another one describes
    |-- ConditionFailed      the graph is not in the state that the request asks for
    `-- ShapesViolated       the change violates the shapes; the report says where and what to do
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sparql import wire


class WriteError(Exception):
    """Nothing was written; *fields* are further members of the problem document."""

    def __init__(self, message: str, fields: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class NotAuthenticated(WriteError):
    """The request has no token, or one that is none."""


class WritingClosed(WriteError):
    """Nobody may write here, as no token has been created."""


class WriteTooLarge(WriteError):
    """The body of the request, or the memory that the change takes, passes a limit; nothing was published."""


class WriteTimeout(WriteError):
    """The change was not made when its deadline passed; it was stopped, and nothing was published."""


class WriterLost(WriteError):
    """The writing process ended before it answered; nothing was published."""


class Unreadable(WriteError):
    """What was sent cannot be read as what it says it is; nothing of it was published."""


class GraphReserved(WriteError):
    """The graph is written by the build alone."""


class GraphUnknown(WriteError):
    """There is no graph of that name."""


class GraphElsewhere(WriteError):
    """The change would touch another graph than the one that it is about."""


class NodeNameless(WriteError):
    """A graph of the project would have a node without an IRI."""


class ThingForeign(WriteError):
    """A graph of the project would speak of a thing that another one of them describes."""


class ConditionFailed(WriteError):
    """The graph is not in the state that ``If-Match``, ``If-None-Match`` or ``If-Unmodified-Since`` asks for."""


class ShapesViolated(WriteError):
    """The change violates the shapes; the report says where, and what to do."""


class Verb(StrEnum):
    """What is to be done: the methods of the Graph Store Protocol, and an update of any graphs."""

    PUT = "PUT"
    POST = "POST"
    DELETE = "DELETE"
    PATCH = "PATCH"
    UPDATE = "UPDATE"


@dataclass(frozen=True, slots=True)
class Job:
    """
    One change. *graph* is the key of the graph it is about (`sparql.store.graph_key`), none for an update.

    RDF comes beside the job as a file, of the *media_type*; an update is *text*. *match* and *none_match* are the states
    of `loaders.amendment.Condition`. A report is written in the format called *report*, in *language* where it is text.
    """

    verb: Verb
    who: str
    graph: str = ""
    media_type: str = ""
    text: str = ""
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    match: tuple[str, ...] | None = None
    none_match: tuple[str, ...] | None = None
    report: str = "json"
    language: str = "en"

    def encode(self) -> bytes:
        """The job as sent."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, body: bytes) -> "Job":
        """The job that `encode` made."""
        fields = json.loads(body)
        for name in ("using", "using_named", "match", "none_match"):
            fields[name] = None if fields[name] is None else tuple(fields[name])
        return cls(**{**fields, "verb": Verb(fields["verb"])})


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What came of a job.

    *version* is the number of the version that holds what was asked for, made *now* or before; *created* tells whether
    the graph was not there before. *error* names a class of this module, or of `sparql.errors`, with its *message* and
    further *fields*; then nothing was published. A *report* is given as the job wants it.
    """

    version: int = 0
    now: bool = False
    created: bool = False
    changed: tuple[str, ...] = ()
    triples: int = 0
    warnings: int = 0
    error: str = ""
    message: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    report: str = ""

    def encode(self) -> bytes:
        """The reply as sent."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, body: bytes) -> "Reply":
        """The reply that `encode` made."""
        fields = json.loads(body)
        return cls(**{**fields, "changed": tuple(fields["changed"])})


_EMPTY = bytes(8)  # the head of an empty message


def send(channel: socket.socket, message: bytes, descriptor: int | None = None) -> None:
    """Send a *message* of any length, and a file beside it."""
    head = len(message).to_bytes(8)
    if descriptor is None:
        channel.sendall(head)
    else:
        socket.send_fds(channel, [head], [descriptor])
    channel.sendall(message)


def receive(channel: socket.socket) -> tuple[bytes, int | None]:
    """
    The next message, and the descriptor of the file that came with it. An empty message, which only asks whether somebody
    reads, is answered on the way.

    Raises:
        ConnectionError: The other end closed.
        TimeoutError: It did not come within the timeout of *channel*.
    """
    while True:
        head, descriptors, *_ = socket.recv_fds(channel, 8, 1)
        if not head:
            raise ConnectionError("the other end closed the connection")
        head += wire.receive_exactly(channel, 8 - len(head))
        if head != _EMPTY:
            return wire.receive_exactly(channel, int.from_bytes(head)), descriptors[0] if descriptors else None
        channel.sendall(_EMPTY)


def reads(channel: socket.socket, patience: float) -> bool:
    """Whether the other end of *channel*, which owes no message, answers within *patience* seconds."""
    channel.settimeout(patience)
    try:
        channel.sendall(_EMPTY)
        return wire.receive_exactly(channel, len(_EMPTY)) == _EMPTY
    except OSError:
        return False
