"""
Single answers, looked at: what a client has of them, how much there is in them, and how they go over the wire.
"""

import contextlib
import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processes import Peer
from benchmarks.questions import Question, target

_HOP_BY_HOP = frozenset({"transfer-encoding", "connection", "keep-alive", "content-length"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a client has it: its *status*, its *headers*, its *body*."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    @property
    def tag(self) -> str:
        """The entity tag; empty when there is none."""
        return next((value for name, value in self.headers if name.lower() == "etag"), "")

    def wire(self) -> bytes:
        """Whole as it goes over the wire, with a length where it has a body."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in _HOP_BY_HOP]
        if self.status not in {204, 304}:
            kept.append(("content-length", str(len(self.body))))
        lines = [f"HTTP/1.1 {self.status} -", *(f"{name}: {value}" for name, value in kept), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


def got(peer: Peer, question: Question, text: str, patience: float, **headers: str) -> Answer:
    """
    The whole answer to *text*, a question of the kind *question*, asked with more *headers*, in whose names ``_`` stands for ``-``.

    Raises:
        TimeoutError: There was none within *patience* seconds.
        OSError, HTTPException: The server cannot be reached, or does not speak HTTP.
    """
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=patience)
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(connection):
        where = target(peer.path, text)
        connection.request("GET", where, headers={"Accept": question.accept, **more})
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())


def results(body: bytes, question: Question) -> int:
    """How many rows or triples there are in *body*, an answer to *question*; what it counts, if it does; 1 for true or false."""
    if question.gives_graph:
        return sum(not line.startswith(b"#") for line in body.splitlines() if line)
    read = json.loads(body)
    if "results" not in read:
        return 1
    bindings = read["results"]["bindings"]
    return int(next(iter(bindings[0].values()))["value"]) if question.counts else len(bindings)
