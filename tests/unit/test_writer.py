"""
The way to the writing process: what is told when it is slow, greedy, dies, or speaks of an error.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server import changes, writes
from server.settings import Settings
from server.writer import Writer
from server.writes import Job, Reply, Verb
from sparql import errors

Start = Callable[..., Writer]
MINUTE = 60.0  # seconds; so long that only a fault takes it
PREAMBLE = (
    "import os, socket, sys, time\nfrom server.writes import *\nchannel = socket.socket(fileno=int(sys.argv[1]))\n"
)
ECHO = """
while True:
    message, body = receive(channel)
    job = Job.decode(message)
    told = os.fdopen(body, "rb").read().decode() if body is not None else job.text
    send(channel, Reply(version=os.getpid(), message=told).encode())
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """A function that gives the way to a process that runs some lines."""
    started: list[Writer] = []

    def made(lines: str, deadline: float = MINUTE) -> Writer:
        settings = Settings(var=tmp_path, write_deadline=deadline)
        started.append(Writer(settings, lambda _, number: [sys.executable, "-c", PREAMBLE + lines, str(number)]))
        return started[-1]

    yield made
    for each in started:
        each.close()


def _written(writer: Writer, text: str = "text") -> Reply:
    return asyncio.run(writer.write(Job(Verb.UPDATE, "tests", text=text)))


def test_jobs_and_bodies_arrive(start: Start) -> None:
    """A job of any length arrives, a file beside it too, and one process serves them all."""
    writer = start(ECHO)
    long = _written(writer, "å" * 2_000_000)
    with tempfile.TemporaryFile() as body:
        body.write(b"statements")
        body.flush()
        body.seek(0)
        filed = asyncio.run(writer.write(Job(Verb.PUT, "tests", "x:g"), body))

    assert "å" * 2_000_000 == long.message
    assert "statements" == filed.message
    assert long.version == filed.version


def test_slow_process_is_killed_at_the_deadline(start: Start) -> None:
    """A change that is not made in time is stopped, and the next one has a process of its own."""
    writer = start("job = Job.decode(receive(channel)[0])\ntime.sleep(60 if job.text == 'slow' else 0)\n" + ECHO, 3.0)
    begun = time.monotonic()
    with pytest.raises(writes.WriteTimeout, match="3 seconds and was stopped; nothing was published"):
        _written(writer, "slow")

    assert 3 <= time.monotonic() - begun < MINUTE / 2


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ("receive(channel); os.abort()", writes.WriteTooLarge),
        ("receive(channel); sys.exit(1)", writes.WriterLost),
        ("receive(channel); os.kill(os.getpid(), 9)", writes.WriterLost),
        ("sys.exit(1)", writes.WriterLost),
        ("send(channel, Reply(error='GraphReserved', message='no').encode())", writes.GraphReserved),
        ("send(channel, Reply(error='StoreFull', message='no').encode())", errors.StoreFull),
        ("send(channel, Reply(error='QueryRefused', message='no').encode())", errors.QueryRefused),
    ],
)
def test_what_went_wrong_is_told(start: Start, lines: str, error: type[Exception]) -> None:
    """A process that ends before it answers, and an error that it tells, come back as what they are."""
    with pytest.raises(error, match="nothing was published|no"):
        _written(start(lines))


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (Reply(version=2, now=True), "made"),
        (Reply(version=2), "unchanged"),
        (writes.ShapesViolated("no"), "refused"),
        (writes.WriteTooLarge("no"), "refused"),
        (errors.UpdateFailed("no"), "refused"),
        (writes.WriteTimeout("no"), "error"),
        (errors.StoreFull("no"), "error"),
        (errors.Overloaded("no"), "error"),
        (OSError("no"), "error"),
    ],
)
def test_outcome_tells_whose_turn_it_is(end: Reply | Exception, outcome: str) -> None:
    """What the sender must repair is counted apart from what the operator must look at."""
    assert outcome == changes.outcome_of(end)


def test_process_that_died_is_replaced(start: Start) -> None:
    """A process that ended after it had answered is followed by another one, unnoticed."""
    writer = start(ECHO.replace("while True:", "for _ in range(1):"))
    first = _written(writer)
    assert writer._running is not None
    assert 0 == writer._running.process.wait(MINUTE)

    assert first.version != _written(writer).version


def test_changes_queue_and_too_many_are_refused(start: Start) -> None:
    """Changes asked for at once are made one after the other; beyond what may wait, the next is told to come again."""
    writer = start(ECHO)

    async def scene() -> list[Reply | BaseException]:
        jobs = (writer.write(Job(Verb.UPDATE, "tests", text=str(number))) for number in range(20))
        return await asyncio.gather(*jobs, return_exceptions=True)

    found = asyncio.run(scene())
    made = [each.message for each in found if isinstance(each, Reply)]

    assert [str(number) for number in range(16)] == sorted(made, key=int)
    assert 4 == sum(isinstance(each, errors.Overloaded) for each in found)


def test_process_ends_with_the_one_who_started_it(start: Start) -> None:
    """When the channel is closed the writing process ends by itself."""
    writer = start(ECHO)
    _written(writer)
    running = writer._running
    assert running is not None
    running.channel.close()

    assert 1 == running.process.wait(MINUTE)
    writer._running = None
