"""
How publishing ends: one of three verdicts, and the seconds that each step took.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from pyoxigraph import Quad

from shapes.report import Report
from sparql.store import Version

Step: TypeAlias = Callable[[str], None]


class Validator(Protocol):
    """Who judges: `shapes.validator.Validator`, or another with the same two verbs."""

    def full(self, asserted: Iterable[Quad], inferred: Iterable[Quad], *, ask: Any, today: dt.date | None) -> Report:
        """The report on a whole dataset: *asserted* as written, *inferred*, and *ask* to query both."""
        ...

    def entry(self, before: Iterable[Quad], written: Iterable[Quad], ask: Any, *, today: dt.date | None) -> Report:
        """The report on graphs that held *before* and now hold *written*; *ask* queries the dataset as changed."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """
    A new *version* is served, made upon *base*. *times* has the seconds that each step took; *report* may hold warnings.
    """

    version: Version
    report: Report | None
    times: Mapping[str, float]
    base: Version | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The *report* has violations, and nothing was published."""

    report: Report
    times: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What was asked for is what *version* holds already; None when there is none."""

    version: Version | None


Outcome: TypeAlias = Published | Refused | Unchanged


@dataclass(slots=True)
class Clock:
    """Tells *step* what begins, and keeps what each step took, in seconds."""

    step: Step
    times: dict[str, float] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """Tell that step *name* begins, which somebody else times."""
        self.step(name)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """The length of the block is what step *name* took."""
        self.begin(name)
        started = time.perf_counter()
        yield
        self.times[name] = time.perf_counter() - started
