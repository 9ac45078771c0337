"""The load driver knows where a response ends, sends what it was given, and says what became of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

import pytest

from benchmarks import driver
from benchmarks.driver import BROKEN, DISTURBS, UNIQUE, Driven, Load, drive, together
from benchmarks.loads import Rounds
from benchmarks.questions import QUESTIONS, request
from benchmarks.responses import BrokenResponse, Response
from benchmarks.steal import Watch

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n0\r\n\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"


@contextmanager
def server(*answers: bytes, pause: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """
    A server that gives *answers* in turn, each after a *pause* in seconds, and closes its connection behind the last: its
    port, and what it was sent.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    for answer in answers:
                        heard.append(connection.recv(65536))
                        if not heard[-1]:
                            break
                        time.sleep(pause)
                        connection.sendall(answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize("whole", [LENGTH, CHUNKED, UNCHANGED], ids=["length", "chunked", "unchanged"])
def test_a_response_is_whole_with_its_last_byte(whole: bytes) -> None:
    """A response is whole when its last byte has come, in however many pieces, and not before."""
    response = Response()
    fed = [response.feed(whole[at : at + 1]) for at in range(len(whole))]

    assert [False] * (len(whole) - 1) + [True] == fed
    assert Response().feed(whole)


def test_what_is_no_response_is_said() -> None:
    """Bytes behind the end of a response, or something else than HTTP, stop the load."""
    for wrong in (LENGTH + b"!", b"SSH-2.0\r\n\r\n"):
        with pytest.raises(BrokenResponse):
            Response().feed(wrong)


def test_each_request_has_a_number_of_its_own() -> None:
    """The place for a number holds another number in each request; the answers are counted and timed."""
    with server(*[LENGTH] * 100_000) as (port, heard):
        driven = drive(Load(port, [f"GET /{UNIQUE} HTTP/1.1\r\n\r\n"], 1, 0.1, 2))

    assert {"200": len(driven.durations)} == driven.statuses
    assert len(driven.durations) == len({each for each in heard if each})
    assert 0 < (driven.quantile(0.5) or 0) <= (driven.quantile(0.99) or 0) < 1


def test_an_answer_that_is_cut_off_counts_as_broken() -> None:
    """A connection that is closed within an answer counts as a broken answer, and the load goes on over another."""
    with server(LENGTH, LENGTH[:-1]) as (port, _):
        driven = drive(Load(port, ["GET / HTTP/1.1\r\n\r\n"], 1, 0.1, 2))

    assert {"200", BROKEN} == set(driven.statuses)


def test_what_is_not_answered_in_time_is_counted() -> None:
    """Patience ends; what had no answer by then is counted as such."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driven = drive(Load(silent.getsockname()[1], ["GET / HTTP/1.1\r\n\r\n"], 2, 0.05, 0.1))

    assert ([], 2) == (driven.durations, driven.unanswered)


def test_quantiles_are_of_what_was_answered() -> None:
    """A quantile is one of the durations; without any there is none."""
    assert (2.0, 3.0) == (Driven([3.0, 1.0, 2.0]).quantile(0.5), Driven([3.0, 1.0, 2.0]).quantile(0.99))
    assert Driven().quantile(0.5) is None


def test_cold_questions_are_new_each_time_and_warm_ones_are_not() -> None:
    """There are twelve kinds; only cold texts have a place for a number, and both ask for the same."""
    assert 12 == len({question.words for question in QUESTIONS})
    for question in QUESTIONS:
        cold, warm = question.cold(1000), question.warm(1000)
        assert all(UNIQUE in text for text in cold)
        assert [text.replace(UNIQUE, "") for text in cold] == list(warm)
        assert "$" not in "".join(warm)
        assert UNIQUE in request("/sparql", cold[0], question.accept)


def test_a_pace_is_kept_and_who_waits_is_counted_from_when_it_was_due() -> None:
    """At a pace requests become due one after the other; one that had to wait for a slow answer counts the waiting too."""
    with server(*[LENGTH] * 100_000) as (port, _):
        even = drive(Load(port, ["GET / HTTP/1.1\r\n\r\n"], 1, 0.5, 5, pace=100))
    with server(*[LENGTH] * 100_000, pause=0.1) as (port, _):
        late = drive(Load(port, ["GET / HTTP/1.1\r\n\r\n"], 1, 0.2, 5, pace=50))

    assert len(even.durations) in {50, 51}  # the last one may become due at the very end
    assert even.seconds > 0.45
    assert len(late.durations) in {10, 11}
    assert 0.1 * 10 - 0.2 < late.durations[-1]


def test_at_a_pace_what_is_never_sent_is_unanswered_too() -> None:
    """A request that became due and found no free connection before patience ended counts as unanswered."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driven = drive(Load(silent.getsockname()[1], ["GET / HTTP/1.1\r\n\r\n"], 2, 0.2, 0.1, pace=50))

    assert ([], 10) == (driven.durations, driven.unanswered)


@pytest.mark.parametrize(("step", "left"), [(0.0, 10), (DISTURBS, 0)], ids=["own", "kept"])
def test_answers_without_a_processor_are_told_apart(monkeypatch: pytest.MonkeyPatch, step: float, left: int) -> None:
    """An answer during which the machine was kept from its processors is counted, and not among the undisturbed ones."""
    taken = (step * each for each in count())
    monkeypatch.setattr(driver, "Watch", partial(Watch, counter=lambda: next(taken)))
    with server(*[LENGTH] * 100_000) as (port, _):
        found = drive(Load(port, ["GET / HTTP/1.1\r\n\r\n"], 1, 0.2, 5, pace=50))

    assert (10, left) == (len(found.durations), len(found.undisturbed))
    assert (found.quantile(1) if left else None) == found.quantile_undisturbed(1)


def test_at_a_pace_an_answer_that_is_cut_off_counts_as_broken() -> None:
    """At a pace as well, a connection that is closed within an answer is replaced, and counted."""
    with server(LENGTH, LENGTH[:-1]) as (port, _):
        driven = drive(Load(port, ["GET / HTTP/1.1\r\n\r\n"], 1, 0.2, 5, pace=50))

    assert {"200": 5, BROKEN: 5} == driven.statuses


def test_rounds_are_put_together() -> None:
    """Several loads count as one: their durations, statuses, bytes and times."""
    one, other = Driven([0.1], {"200": 1}, 5, 1.0), Driven([0.2, 0.3], {"200": 1, "503": 1}, 6, 2.0, 1)

    assert Driven([0.1, 0.2, 0.3], {"200": 2, "503": 1}, 11, 3.0, 1) == together([one, other])
    assert 1 == together([one, other]).refused


def test_a_ratio_is_that_of_the_median_round() -> None:
    """Two that were asked in turn are compared round by round, so that a slow minute of the machine meets both."""
    ours = [Driven([1.0], seconds=1), Driven([1.0] * 2, seconds=1), Driven([1.0] * 9, seconds=1)]
    theirs = [Driven([1.0] * 2, seconds=1), Driven([1.0] * 4, seconds=1), Driven([1.0] * 9, seconds=1)]

    assert 0.5 == Rounds(ours, theirs).ratio(lambda driven: driven.rate)
    assert Rounds(ours, [Driven(), *theirs[1:]]).ratio(lambda driven: driven.rate) is None
