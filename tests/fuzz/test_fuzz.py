"""Thousands of requests, drawn from a grammar and from accidents to valid ones, do the service no harm."""

import asyncio
import contextlib
import os

import psutil
import pytest

from server.settings import CHECKOUT
from tests.conftest import suites
from tests.fuzz.shots import shot
from tests.fuzz.target import settled, shoot
from tests.live.conftest import Serve, Served

COUNT, SEED = "FUZZ_REQUESTS", "FUZZ_SEED"
AT_ONCE = 16
PATIENCE = 60.0  # seconds; far beyond the deadline and the time in the queue together
LIMITS = {
    "HANKINTA_DEADLINE": "1",
    "HANKINTA_QUERY_MEMORY": str(256 << 20),
    "HANKINTA_ANSWER_BYTES": str(8 << 20),
    "HANKINTA_ANSWER_ROWS": "20000",
}
GROWTH = 96 << 20  # bytes that a process which lives on may hold more than after the first tenth of the requests
SMALL = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def valid() -> list[str]:
    """The saved queries, and W3C's where they are."""
    files = sorted((CHECKOUT / "sparql" / "queries").glob("*.rq"))
    folder = suites()
    files += sorted(folder.glob("sparql/**/*.r[qu]")) if folder else []
    return [file.read_text(encoding="utf-8") for file in files]


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of *processes* that have not ended; one that has is there until its parent asks how."""
    found = []
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def lasting(served: Served) -> dict[int, int]:
    """The bytes held by the processes that outlive a query, by process: the web process and the query pool."""
    found = {}
    for each in served.family():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # a worker may end just now
            if "sparql.zygote" not in each.cmdline():
                found[each.pid] = each.memory_info().rss
    return found


@pytest.mark.long
def test_no_request_does_harm(serve: Serve) -> None:
    """
    Every request has a whole answer or a declared end, no process grows or gets lost, and a small query is answered at once.

    ``FUZZ_REQUESTS`` says how many, ``FUZZ_SEED`` which; a fault names its number, so that it can be sent again by itself.
    """
    count, seed = int(os.environ.get(COUNT, "2000")), int(os.environ.get(SEED, "1"))
    served, texts = serve(**LIMITS), valid()
    port = int(served.address.rpartition(":")[2])
    shots = ((number, shot(seed, number, texts)) for number in range(count))

    async def play() -> tuple[dict[str, int], list[tuple[int, str]], dict[int, int], float]:
        warming = [next(shots) for _ in range(count // 10)]
        first = await shoot(port, warming, AT_ONCE, PATIENCE)
        before = lasting(served)
        rest = await shoot(port, shots, AT_ONCE, PATIENCE)
        return dict(first.statuses + rest.statuses), first.faults + rest.faults, before, await settled(port, SMALL, 30)

    statuses, faults, before, seconds = asyncio.run(play())
    print(f"seed {seed}: {dict(sorted(statuses.items()))}; then a small query took {1000 * seconds:.0f} ms")
    after = lasting(served)

    assert [] == faults[:20], (len(faults), statuses)
    assert sum(statuses.values()) == count
    assert len(before) >= 2
    assert set(before) <= set(after)
    assert {} == {pid: (before[pid], after[pid]) for pid in before if after[pid] - before[pid] > GROWTH}
    assert len(running(served.family())) < 20
    assert seconds < 2


def test_the_same_number_is_the_same_shot() -> None:
    """A shot can be sent again by itself: its number and the seed are all that it depends on."""
    texts = valid()

    assert [shot(1, number, texts) for number in range(200)] == [shot(1, number, texts) for number in range(200)]
    assert shot(1, 7, texts) != shot(2, 7, texts)
