"""
The publishers' lock: one at a time, freed by death, and clear about who holds it.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sparql.errors import StoreBusy
from sparql.lock import held

HOLD = """
import sys, time
from pathlib import Path
from sparql.lock import held
with held(Path(sys.argv[1]), "the other process", 5):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
FORK = HOLD.replace(
    "    print",
    "    import os\n    if os.fork() == 0:\n        time.sleep(30)\n        os._exit(0)\n    print",
)


def _holder(lock: Path, seconds: float, script: str = HOLD) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(lock), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_lock_held_elsewhere_is_waited_for_until_the_deadline(tmp_path: Path) -> None:
    """A publisher waits as long as it was told to, then says which process is publishing."""
    lock = tmp_path / "lock"
    process = _holder(lock, 30)
    started = time.monotonic()
    with (
        pytest.raises(StoreBusy, match=f"the other process \\(process {process.pid}, since 2.*0.3 seconds"),
        held(lock, "me", 0.3),
    ):
        pass
    waited = time.monotonic() - started
    _ended(process)

    assert 0.3 <= waited < 15


def test_lock_is_had_as_soon_as_its_holder_is_done(tmp_path: Path) -> None:
    """A waiting publisher goes on when the one before it has finished."""
    lock = tmp_path / "lock"
    process = _holder(lock, 0.3)
    with held(lock, "me", 20):
        assert process.wait() == 0
    _ended(process)


def test_death_frees_the_lock(tmp_path: Path) -> None:
    """A publisher that is killed keeps nobody waiting, even when a child that it forked lives on."""
    lock = tmp_path / "lock"
    process = _holder(lock, 30, FORK)
    process.kill()
    process.wait()
    with held(lock, "me", 25):
        note = lock.with_suffix(".json").read_text()
    assert process.stdout is not None
    process.stdout.close()

    assert f'"process": {os.getpid()}' in note


def test_threads_of_one_process_queue_too(tmp_path: Path) -> None:
    """Two threads never hold the lock at once, and each gets its turn."""
    lock = tmp_path / "lock"
    inside: list[int] = []
    most: list[int] = []

    def publish(number: int) -> None:
        with held(lock, f"thread {number}", 20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 8


def test_thread_past_its_deadline_learns_who_publishes(tmp_path: Path) -> None:
    """Within one process, too, the message names the holder."""
    lock = tmp_path / "lock"
    with held(lock, "the editor", 1), pytest.raises(StoreBusy, match="the editor"), held(lock, "me", 0):
        pass


def test_error_inside_frees_the_lock(tmp_path: Path) -> None:
    """A publisher that fails leaves the lock free and no note behind."""
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), held(lock, "me", 1):
        raise ZeroDivisionError
    with held(lock, "me again", 0):
        pass

    assert not lock.with_suffix(".json").exists()
