"""
The lock that lets publishers through one after the other, whatever process or thread they run in.

It is a POSIX record lock: the system frees it the moment its process ends, even by SIGKILL, and a forked child (a
validation worker, say) does not keep it alive. As such a lock does not tell threads of one process apart, each process
adds a thread lock of its own.
"""

import contextlib
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sparql.errors import StoreBusy

_PAUSE = 0.02  # seconds between two tries: far below what a publisher notices, far above what a processor does
_IN_PROCESS: dict[tuple[int, str], threading.Lock] = {}
_REGISTRY = threading.Lock()


def _thread_lock(path: Path) -> threading.Lock:
    # The process id is part of the key, so that a forked child starts with locks that nobody holds.
    with _REGISTRY:
        return _IN_PROCESS.setdefault((os.getpid(), str(path.resolve())), threading.Lock())


def _holder(note: Path) -> str:
    """
    Who holds the lock, as a phrase; "another process" when the holder has not said.
    """
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        return f"{said['who']} (process {said['process']}, since {said['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextlib.contextmanager
def held(path: Path, who: str, deadline: float) -> Iterator[None]:
    """
    Hold the lock file *path* for the length of the block.

    *who* is shown to those who wait. *deadline* is how long to wait for the present holder, in seconds; 0 tries once.

    Raises:
        StoreBusy: The lock was still taken when *deadline* had passed; the message says by whom.
    """
    end = time.monotonic() + deadline
    note = path.with_suffix(".json")
    threads = _thread_lock(path)
    if not threads.acquire(timeout=max(deadline, 0.0)):
        raise StoreBusy(_holder(note), deadline)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while True:
                try:
                    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except (BlockingIOError, PermissionError):
                    if time.monotonic() >= end:
                        raise StoreBusy(_holder(note), deadline) from None
                    time.sleep(_PAUSE)
            with _announced(note, who):
                yield
        finally:
            os.close(descriptor)
    finally:
        threads.release()


@contextlib.contextmanager
def _announced(note: Path, who: str) -> Iterator[None]:
    """
    The note beside the lock that names its holder. A courtesy: a disk too full for it stops nobody.
    """
    since = datetime.now(UTC).isoformat(timespec="seconds")
    with contextlib.suppress(OSError):
        note.write_text(json.dumps({"who": who, "process": os.getpid(), "since": since}), encoding="utf-8")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
