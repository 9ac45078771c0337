"""
The tally of answers that were given again: counted and logged together, for one by one that would cost more than giving them.
"""

import asyncio
import datetime as dt
import time
from collections import defaultdict
from functools import lru_cache

from server import metrics
from server.accesslog import AccessLog, fields_of
from server.cache import Recent

_EVERY = 0.2  # seconds
_MOST = 10_000  # answers that wait to be counted


class Tally:
    """The answers that were given again and are neither counted nor, in *log* if there is one, logged."""

    def __init__(self, log: AccessLog | None, kept: metrics.CacheCount) -> None:
        self._log, self._kept = log, kept
        self._given: list[tuple[float, float, str, bool, Recent]] = []

    def add(self, began: float, method: str, known: bool, found: Recent) -> None:
        """
        *found* was given again to a request by *method* that came at *began* of the performance counter; when the client has
        *known* it, as a 304.
        """
        if not self._given:
            asyncio.get_running_loop().call_later(_EVERY, self.flush)
        self._given.append((time.time(), time.perf_counter() - began, method, known, found))
        if len(self._given) >= _MOST:
            self.flush()

    def flush(self) -> None:
        """Count and log now."""
        given, self._given = self._given, []
        durations: dict[tuple[str, int], list[float]] = defaultdict(list)
        for _, took, _, known, found in given:
            durations[found.path, 304 if known else 200].append(took)
        for (path, status), seconds in durations.items():
            metrics.observe_all(path, status, seconds)
        self._kept.count()
        if self._log:
            self._log.extend([_line(self._log, *each) for each in given])


def _line(log: AccessLog, when: float, took: float, method: str, known: bool, found: Recent) -> bytes:
    if found.logged is None:
        found.logged = {}
    rest = found.logged.get((method, known))
    if rest is None:
        size = 0 if known or method == "HEAD" else len(found.body.data)
        version = next((int(value) for name, value in found.headers(known) if name == b"hankinta-version"), None)
        said = fields_of(method, found.path, 304 if known else 200, size, version)
        rest = found.logged[method, known] = log.line(said, found.query)[1:]
    second, thousandths = divmod(int(when * 1000), 1000)
    return f'{{"time": "{_written(second)}.{thousandths:03}+00:00", "seconds": {took:.6f}, '.encode() + rest


@lru_cache(maxsize=2)
def _written(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
