"""
The loads that a system is put under: what is planned, how a load is driven, and how two are compared that were driven in turn.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.driver import Driven, Load

_HERE = Path(__file__).resolve().parent.parent
_NUMBERS = count(
    0, 100_000
)  # more than a load sends; no two loads of a run ask for the same, or the second would not be cold
COLD, WARM = "cold", "warm"
Other = Callable[[float], Driven]
"""What is asked in turn with a cell, for so many seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to measure: data of so many *measures*; a cell lasts *seconds*, in so many *rounds* where something else is asked
    beside it, and its last answers are waited for with *patience*; *loading* is how long a system may take to have the
    data, *asking* how long all questions to it together, *deadline* that of a query. Small questions come at a *pace*, so
    many a second, for a *window* by themselves and for as long beside runaway ones. All times are in seconds.
    """

    measures: int
    connections: tuple[int, ...]
    seconds: float
    rounds: int
    patience: float
    loading: float
    asking: float
    deadline: float
    pace: float
    window: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of question by its words, whether it was *cold* or *warm*, and over how many connections."""

    question: str
    temperature: str
    connections: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """What came of asking this service and something else in turn, so that both met the same machine: one by one."""

    ours: Sequence[Driven]
    theirs: Sequence[Driven]

    def ratio(self, figure: Callable[[Driven], float | None]) -> float | None:
        """The median over the rounds of how many times theirs our *figure* is; None where one of them has none."""
        found = []
        for our, their in zip(self.ours, self.theirs, strict=True):
            one, other = figure(our), figure(their)
            if not one or not other:
                return None
            found.append(one / other)
        return median(found)


def driven(load: Load) -> Driven:
    """
    What came of *load*, driven by a process of its own.

    Raises:
        RuntimeError: The server cannot be reached, or does not speak HTTP/1.1.
    """
    return Driving(load).outcome()


class Driving:
    """A load that is under way, in a process of its own."""

    def __init__(self, load: Load) -> None:
        command = [sys.executable, "-m", "benchmarks.driver"]
        self._process = subprocess.Popen(command, cwd=_HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(replace(load, first=next(_NUMBERS) % 10**8))))
        self._process.stdin.close()
        self._process.stdin = None

    def outcome(self) -> Driven:
        """
        What came of it, when it has ended.

        Raises:
            RuntimeError: The server cannot be reached, or does not speak HTTP/1.1.
        """
        output, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("the load driver failed; its words are above")
        return Driven(**json.loads(output))
