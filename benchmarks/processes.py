"""
Servers in processes of their own, on this machine: begun, looked at, left to settle, and ended with all that they started.
"""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_HERE = Path(__file__).resolve().parent.parent
_QUIET = 0.02  # of one core; a process that takes less has nothing more to prepare


class NotMeasurable(RuntimeError):
    """A system cannot be measured here; the message says why, and goes on from the system's name."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A system called *name* that could not be measured here, and *why*."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A server called *name* that answers at *path* of *port*; *loading* is how long it took to have the data, in seconds."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]" = field(repr=False)
    loading: float = 0.0
    path: str = "/sparql"

    def memory(self) -> int:
        """What it and all that it started hold, in bytes (PSS): a page that several processes share counts once."""
        return sum(each.memory_full_info().pss for each in self._family())

    def busy(self, seconds: float) -> float:
        """The share of one core that it takes, looked at for *seconds*."""
        before = self._processor_time()
        time.sleep(seconds)
        return (self._processor_time() - before) / seconds

    def _processor_time(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._family())

    def _family(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [each for each in (first, *first.children(recursive=True)) if each.status() != psutil.STATUS_ZOMBIE]


@contextlib.contextmanager
def started(
    name: str, command: Sequence[str], port: int, environment: Mapping[str, str], log: Path, patience: float
) -> Iterator[Peer]:
    """
    The server that *command* starts, as soon as it listens on *port*, for which it has *patience* seconds; what it says
    goes to *log*. It is ended with the block, and so is all that it started.

    Raises:
        NotMeasurable: It ended, or did not listen in time.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=_HERE, env=dict(environment), stdout=out, stderr=out)
    try:
        _wait(process, port, log, patience)
        yield Peer(name, port, process)
    finally:
        family = []
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended by itself
            first = psutil.Process(process.pid)
            family = [first, *first.children(recursive=True)]
        process.terminate()
        _, alive = psutil.wait_procs(family, timeout=10)
        for each in alive:
            each.kill()
        process.wait()


def finished(command: Sequence[str], environment: Mapping[str, str], log: Path, patience: float) -> None:
    """
    Run *command* to its end, for which it has *patience* seconds; what it says goes to *log*.

    Raises:
        NotMeasurable: It failed, or had not ended by then.
    """
    words = " ".join(command[:2])
    with log.open("wb") as out:
        try:
            done = subprocess.run(
                command, cwd=_HERE, env=dict(environment), stdout=out, stderr=out, timeout=patience, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotMeasurable(f"{words} had not loaded the data after {patience:.0f} seconds") from None
    if done.returncode:
        raise NotMeasurable(f"{words} ended with exit status {done.returncode}: {last_words(log)}")


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path, patience: float) -> None:
    ends = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            raise NotMeasurable(f"it ended with exit status {process.returncode} before it listened: {last_words(log)}")
        if time.monotonic() > ends:
            raise NotMeasurable(f"it did not listen after {patience:.0f} seconds")
        time.sleep(0.1)


def last_words(log: Path) -> str:
    """The last line of *log* that is not empty."""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"


def settle(peer: Peer, patience: float) -> bool:
    """Wait until *peer* has nothing more to prepare, at most *patience* seconds; whether it came to rest."""
    ends = time.monotonic() + patience
    while peer.busy(0.5) > _QUIET:
        if time.monotonic() > ends:
            return False
    return True


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
