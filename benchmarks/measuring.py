"""
How the benchmarks measure: tasks in processes of their own under a deadline, and the machine that they ran on.
"""

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent.parent
_COMPARED = ("pyoxigraph", "rdflib", "pyshacl")


@dataclass(frozen=True, slots=True)
class Measured:
    """
    What a task told, line by line. Unless *finished*, it was cut off after *seconds*.
    """

    told: Sequence[dict[str, Any]]
    finished: bool
    seconds: float

    def all(self, name: str) -> list[Any]:
        """Every value that was told under *name*, in order."""
        return [line[name] for line in self.told if name in line]

    def last(self, name: str) -> Any | None:
        """The last value that was told under *name*; None when none was."""
        return (self.all(name) or [None])[-1]


NOTHING = Measured((), finished=False, seconds=0)
"""What a task has told that was not begun, for want of time."""


class Bench:
    """
    Runs tasks one after the other, all of them together within *budget* seconds.
    """

    def __init__(self, budget: float) -> None:
        self._ends = time.monotonic() + budget

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self._ends - time.monotonic())

    def run(self, task: str, *arguments: object, deadline: float) -> Measured:
        """
        What *task* of `benchmarks.tasks` tells before its *deadline*, in seconds, and before the budget is spent.

        Raises:
            RuntimeError: The task failed.
        """
        shown = " ".join(str(each) for each in (task, *arguments) if not isinstance(each, Path))
        started, allowed = time.monotonic(), min(deadline, self.left)
        if not allowed:
            return NOTHING
        sys.stderr.write(f"bench: {shown}\n")
        command = [sys.executable, "-m", "benchmarks.tasks", task, *map(str, arguments)]
        process = subprocess.Popen(command, cwd=_HERE, stdout=subprocess.PIPE, start_new_session=True)
        finished = True
        try:
            output, _ = process.communicate(timeout=allowed)
        except BaseException as met:
            # The session is the task's own: this ends its worker processes too.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            if not isinstance(met, subprocess.TimeoutExpired):
                raise  # somebody has stopped the benchmarks
            finished = False
        if finished and process.returncode:
            raise RuntimeError(f"the task {shown} failed with exit status {process.returncode}; its words are above")
        lines = output.decode().splitlines(keepends=True)
        told = [json.loads(line) for line in lines if line.endswith("\n")]
        return Measured(told, finished, time.monotonic() - started)


def machine() -> str:
    """One line about the machine: cores, memory, load, versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _COMPARED)
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{cores} cores, {memory:.0f} GiB, {load}; {system}, {versions}"
