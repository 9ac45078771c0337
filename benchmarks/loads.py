"""
What a peer is asked, cell by cell: each kind of question cold and warm, with few connections and with many.
"""

import contextlib
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.driver import Driven, Load
from benchmarks.peers import Peer
from benchmarks.questions import QUESTIONS, RUNAWAY, Question, request, target

_HERE = Path(__file__).resolve().parent.parent
_PATIENCE = 90  # seconds; longer than any deadline
COLD, WARM = "cold", "warm"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to measure: data of so many *measures*; a cell lasts *seconds*, and its last answers are waited for with
    *patience*; *loading* is how long a peer may take to have the data, *deadline* that of a query. All times are in seconds.
    """

    measures: int
    connections: tuple[int, ...]
    seconds: float
    patience: float
    loading: float
    deadline: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of question by its words, whether it was *cold* or *warm*, and over how many connections."""

    question: str
    temperature: str
    connections: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """
    A peer called *name*: the seconds of *loading*, and by the words of each question that it answers how many *results* it
    gave and the *sizes* of the answers in bytes; what came of each of the *cells*, and the *memory* held in the end, in bytes.
    """

    name: str
    loading: float
    results: dict[str, int]
    sizes: dict[str, int]
    cells: dict[Cell, Driven]
    memory: int


def driven(load: Load) -> Driven:
    """What came of *load*, driven by a process of its own."""
    return _Driver(load).outcome()


class _Driver:
    def __init__(self, load: Load) -> None:
        command = [sys.executable, "-m", "benchmarks.driver"]
        self._process = subprocess.Popen(command, cwd=_HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(load)))
        self._process.stdin.close()
        self._process.stdin = None

    def outcome(self) -> Driven:
        output, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("the load driver failed; its words are above")
        return Driven(**json.loads(output))


def measured(peer: Peer, plan: Plan, connections: Sequence[int]) -> Measurement:
    """Every question that *peer* can answer in time, cold and warm, over each number of *connections*."""
    peers.settle(peer, plan.loading)
    answers: dict[str, bytes] = {}
    for question in QUESTIONS:
        try:
            answers[question.words] = _got(peer, question, plan)[0]
        except TimeoutError:
            peers.settle(peer, plan.loading)  # it may go on with what nobody waits for
    asked = [question for question in QUESTIONS if question.words in answers]
    return Measurement(
        peer.name,
        peer.loading,
        results={question.words: results(answers[question.words], question) for question in asked},
        sizes={words: len(body) for words, body in answers.items()},
        cells=_cells(peer, asked, plan, connections),
        memory=peer.memory(),
    )


def _cells(peer: Peer, questions: Sequence[Question], plan: Plan, connections: Sequence[int]) -> dict[Cell, Driven]:
    found = {}
    for question in questions:
        for temperature in (COLD, WARM):
            texts = question.cold(plan.measures) if temperature == COLD else question.warm(plan.measures)
            requests = [request(peer.path, text, question.accept) for text in texts]
            for count in connections:
                sys.stderr.write(f"bench: {peer.name}: {question.words}, {temperature}, {count}\n")
                outcome = driven(Load(peer.port, requests, count, plan.seconds, plan.patience))
                found[Cell(question.words, temperature, count)] = outcome
                if outcome.unanswered:
                    peers.settle(peer, plan.patience)
    return found


def _got(peer: Peer, question: Question, plan: Plan) -> tuple[bytes, str]:
    """The whole answer to the first warm text of *question*, and its entity tag."""
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=plan.patience)
    with contextlib.closing(connection):
        connection.request(
            "GET", target(peer.path, question.warm(plan.measures)[0]), headers={"Accept": question.accept}
        )
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{peer.name} answered {response.status} to {question.words}: {body[:300]!r}")
        return body, response.headers.get("ETag", "")


def results(body: bytes, question: Question) -> int:
    """How many rows or triples there are in *body*, an answer to *question*; 1 where it is true or false."""
    if question.gives_graph:
        return sum(not line.startswith(b"#") for line in body.splitlines() if line)
    read = json.loads(body)
    return len(read["results"]["bindings"]) if "results" in read else 1


def unchanged(peer: Peer, question: Question, plan: Plan, connections: int) -> Driven:
    """What comes of asking again and again for what the client has already: each request should be answered 304."""
    tag = f"If-None-Match: {_got(peer, question, plan)[1]}"
    requests = [request(peer.path, text, question.accept, tag) for text in question.warm(plan.measures)[:1]]
    return driven(Load(peer.port, requests, connections, plan.seconds, plan.patience))


def same_request(peer: Peer, question: Question, plan: Plan, connections: int) -> Driven:
    """What comes of sending a bare server the warm requests of *question*."""
    requests = [request(peer.path, text, question.accept) for text in question.warm(plan.measures)]
    return driven(Load(peer.port, requests, connections, plan.seconds, plan.patience))


@dataclass(frozen=True, slots=True)
class Rush:
    """Small questions by themselves, the same beside many that never end, and what became of those."""

    quiet: Driven
    beside: Driven
    runaways: Driven


def rush(peer: Peer, plan: Plan, many: int, seconds: float) -> Rush:
    """Ask small cold questions over one connection, by themselves and then beside *many* runaway ones."""
    small = QUESTIONS[0]
    requests = [request(peer.path, text, small.accept) for text in small.cold(plan.measures)]
    quiet = driven(Load(peer.port, requests, 1, seconds, plan.patience))
    wild = _Driver(Load(peer.port, [request(peer.path, RUNAWAY, small.accept)], many, seconds, _PATIENCE))
    time.sleep(seconds / 4)  # until all of them are at work or in the queue
    beside = driven(Load(peer.port, requests, 1, seconds, _PATIENCE))
    return Rush(quiet, beside, wild.outcome())
