"""A system that is measured gives no figures that are not its own, and a bare server sends what the service would send."""

import contextlib
import http.server
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks import engine, peers
from benchmarks.answers import Answer, got
from benchmarks.driver import Driven
from benchmarks.loads import COLD, WARM, Cell
from benchmarks.processes import Peer
from benchmarks.questions import QUESTIONS
from benchmarks.service import SMALL
from benchmarks.subject import LATE, UNASKED, Subject

ASK = QUESTIONS[0]
PLAN = replace(SMALL, measures=50, connections=(1, 2), seconds=0.4, rounds=2, patience=20, asking=1, deadline=1)
ROUNDS = 8  # with the whole time for each, it would be that many times as long in all
BODY = json.dumps({"head": {}, "boolean": True}).encode()


@contextmanager
def answering(status: int = 200, *, slow: float = 0.0) -> Iterator[tuple[Peer, list[str]]]:
    """A system that answers every question, *slow* seconds later, and the texts that it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        """Writes down what is asked."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer, later."""
            asked.append(parse_qs(urlsplit(self.path).query)["query"][0])
            time.sleep(slow)
            self.send_response(status)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        def handle(self) -> None:
            """Answer as long as somebody listens."""
            with contextlib.suppress(ConnectionError):  # who asks may go before the answer comes
                super().handle()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener,
        subprocess.Popen(["sleep", "60"]) as process,
    ):
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        try:
            yield Peer("some system", listener.server_port, process), asked
        finally:
            listener.shutdown()
            thread.join()
            process.kill()


def test_every_cell_is_filled_and_a_warm_one_is_warm() -> None:
    """A question has a cell for each temperature and number of connections; no cold text comes twice."""
    with answering() as (peer, asked):
        subject = Subject(peer, PLAN, PLAN.connections, 60)
        met = subject.meet(ASK)
        before = asked.copy()
        subject.measure(ASK)
        found = subject.measured()

    assert met is not None
    assert [ASK.warm(PLAN.measures)[0]] == before
    assert {Cell(ASK.words, each, count) for each in (COLD, WARM) for count in (1, 2)} == set(found.cells)
    assert {ASK.words: 1} == found.results
    cold = [text for text in asked if text not in ASK.warm(PLAN.measures)]
    assert 0 < len(cold) == len(set(cold))


def test_a_warm_text_is_answered_once_before_it_counts() -> None:
    """Each warm text is answered before the load begins, so that no cache meets it for the first time in a cell."""
    with answering() as (peer, asked):
        subject = Subject(peer, replace(PLAN, seconds=0.0), (1,), 60)
        subject.meet(ASK)
        subject.measure(ASK)

    assert list(ASK.warm(PLAN.measures)) == asked


def test_something_else_is_asked_in_turn() -> None:
    """What is asked beside a cell is asked in rounds with it, for as long in all as the cell lasts."""
    lasted: list[float] = []

    def other(seconds: float) -> Driven:
        lasted.append(seconds)
        return Driven([0.1], {"200": 1}, 0, seconds)

    with answering() as (peer, _):
        subject = Subject(peer, replace(PLAN, rounds=ROUNDS), (1,), 60)
        subject.measure(ASK, {(WARM, 1): other})
        found = subject.measured()

    cell = Cell(ASK.words, WARM, 1)
    assert [PLAN.seconds / ROUNDS] * ROUNDS == lasted
    assert {cell} == set(subject.rounds)
    assert PLAN.seconds <= found.cells[cell].seconds < ROUNDS * PLAN.seconds / 2


def test_what_is_not_answered_in_time_has_no_cells() -> None:
    """A system that does not answer in time is told so for that question."""
    with answering(slow=1.0) as (peer, _):
        subject = Subject(peer, replace(PLAN, patience=0.2), (1,), 60)

        assert subject.meet(ASK) is None
        assert {ASK.words: LATE} == subject.measured().missing


def test_a_beginning_counts_for_nothing() -> None:
    """A system is asked small cold questions before anything counts; they are in no cell, and not asked again."""
    with answering() as (peer, asked):
        subject = Subject(peer, PLAN, (1,), 60)
        subject.begin()
        before = set(asked)
        subject.measure(ASK)
        found = subject.measured()

    assert before
    assert len(asked) == len(before) + sum(len(cell.durations) for cell in found.cells.values()) + len(ASK.warm(50)) - 1
    assert not before & set(asked[len(before) :])


def test_a_system_that_does_not_come_to_rest_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that goes on with what nobody waits for has no more figures, for they would not be its own."""
    with answering(slow=0.5) as (peer, _):
        subject = Subject(peer, replace(PLAN, patience=0.1), (1,), 60)
        monkeypatch.setattr(Peer, "busy", lambda *_: 1.0)

        assert subject.meet(ASK) is None
        assert subject.meet(QUESTIONS[1]) is None
        assert {ASK.words: LATE, QUESTIONS[1].words: UNASKED} == subject.measured().missing


def test_a_refusal_is_no_answer() -> None:
    """A system that answers with an error has no figures; the status is told."""
    with answering(503) as (peer, _):
        subject = Subject(peer, PLAN, (1,), 60)

        assert subject.meet(ASK) is None
        assert {ASK.words: "answered 503"} == subject.measured().missing


def test_a_system_is_asked_no_longer_than_it_may_be() -> None:
    """When its time is spent a system is not asked any more, and that is told."""
    with answering() as (peer, asked):
        subject = Subject(peer, PLAN, PLAN.connections, 0.05)
        subject.meet(ASK)
        subject.measure(ASK)
        count = len(asked)

        assert subject.meet(QUESTIONS[1]) is None
        assert {ASK.words: UNASKED, QUESTIONS[1].words: UNASKED} == subject.measured().missing
        assert count == len(asked)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, (("content-type", "text/x"), ("ETag", '"1"'), ("Transfer-Encoding", "chunked")), b"some body"),
        Answer(304, (("etag", '"1"'), ("vary", "accept")), b""),
    ],
    ids=["whole", "unchanged"],
)
def test_the_bare_server_sends_what_the_service_sent(answer: Answer, tmp_path: Path) -> None:
    """The bare server sends status, headers and body of an answer of the service, and nothing of its own."""
    file = tmp_path / "answer"
    file.write_bytes(answer.wire())
    with peers.bare(file, tmp_path / "log") as bare:
        again = got(bare, ASK, "ASK {}", 5)

    assert (answer.status, answer.body, '"1"') == (again.status, again.body, again.tag)
    expected = {name.lower() for name, _ in answer.headers} - {"transfer-encoding"}
    assert {name.lower() for name, _ in again.headers} - {"content-length"} == expected


def test_the_engine_answers_again_and_again(tmp_path: Path) -> None:
    """The engine in a process of its own holds the data and is asked for as long as one wants, once at least."""
    file = tmp_path / "data.nq"
    file.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    with engine.holding(file) as inside:
        once = inside.ask(["SELECT ?v00000000 { ?v00000000 ?p ?o }"], 0)
        often = inside.ask(["ASK { <urn:a> <urn:b> ?v00000000 }"], 0.1)

    assert 1 == len(once.durations)
    assert len(often.durations) > 10
    assert often.seconds >= 0.1
