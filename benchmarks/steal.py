"""
The time in which a hypervisor gave the processors of this machine to others: what nobody here did, and nobody here could have
answered in.
"""

import contextlib
import os
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

_COUNTERS = Path("/proc/stat")
_STEAL = 8  # which field of its first line


def stolen() -> float:
    """
    Seconds that the processors of this machine were kept from it since it started, summed over them; 0 where the system does
    not tell. Source: proc_stat(5), steal.
    """
    with contextlib.suppress(OSError, IndexError), _COUNTERS.open() as lines:
        return int(lines.readline().split()[_STEAL]) / os.sysconf("SC_CLK_TCK")
    return 0.0


class Watch:
    """What *clock* and *counter*, `stolen` or one like it, have shown whenever somebody looked."""

    def __init__(self, clock: Callable[[], float], counter: Callable[[], float] = stolen) -> None:
        self._clock, self._counter = clock, counter
        self._times: list[float] = []
        self._counts: list[float] = []
        self.look()

    def look(self) -> None:
        """Note what the counter shows now."""
        self._times.append(self._clock())
        self._counts.append(self._counter())

    def since(self, time: float) -> float:
        """Seconds that were stolen from the last look before *time* of the clock until the last one."""
        return self._counts[-1] - self._counts[max(0, bisect_right(self._times, time) - 1)]
