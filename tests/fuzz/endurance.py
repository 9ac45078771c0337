"""
What a served instance endures: all that is shot at it, the memory of its processes meanwhile, and a small query afterwards.
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import psutil

from tests.fuzz.shots import Shot
from tests.fuzz.target import settled, shoot
from tests.live.conftest import Served

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
MOST = 20  # processes that an instance has at most
SOON = 2  # seconds, within which a small query is answered when all is over
_GROWTH = 96 << 20  # bytes that a process which lives on may hold more than after the first requests
_PATIENCE = 120  # seconds
_SMALL = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Endured:
    """
    How often each status came, the faults with the numbers of their shots, and the *seconds* that a small query took then at best.

    *before* and *after* are the bytes held by each process that outlives a query, after the first shots and at the end.
    """

    statuses: Counter[str]
    faults: list[tuple[int, str]]
    before: dict[int, int]
    after: dict[int, int]
    seconds: float

    @property
    def grown(self) -> dict[int, tuple[int, int]]:
        """The processes that were there all the time and hold much more than at the beginning, with both sizes in bytes."""
        return {
            pid: (held, self.after[pid])
            for pid, held in self.before.items()
            if pid in self.after and self.after[pid] - held > _GROWTH
        }


def endured(served: Served, shots: Iterable[tuple[int, Shot]], first: int, *, at_once: int, patience: float) -> Endured:
    """
    What comes of *shots*, so many *at_once*, each answered within *patience* seconds; memory counts from the *first* on.
    """
    port, waiting = int(served.address.rpartition(":")[2]), iter(shots)

    async def play() -> tuple[Counter[str], list[tuple[int, str]], dict[int, int], float]:
        begun = await shoot(port, islice(waiting, first), at_once, patience)
        before = _lasting(served)
        rest = await shoot(port, waiting, at_once, patience)
        return (
            begun.statuses + rest.statuses,
            begun.faults + rest.faults,
            before,
            # The best of some: one may meet a moment in which the machine does something else.
            min([await settled(port, _SMALL, _PATIENCE) for _ in range(5)]),
        )

    statuses, faults, before, seconds = asyncio.run(play())
    print(f"seed {SEED}: {dict(sorted(statuses.items()))}; then a small query took {1000 * seconds:.0f} ms")
    return Endured(statuses, faults, before, _lasting(served), seconds)


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of *processes* that have not ended; one that has is there until its parent asks how."""
    found = []
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def _lasting(served: Served) -> dict[int, int]:
    """The bytes held by the processes that outlive a query, by process: the web process and the query pool."""
    found = {}
    for each in served.family():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # a worker may end just now
            command, parent = each.cmdline(), each.parent()
            # One that is about to end has no command any more, and one that has just begun still that of its parent.
            if command and "sparql.zygote" not in command and (parent is None or command != parent.cmdline()):
                found[each.pid] = each.memory_info().rss
    return found
