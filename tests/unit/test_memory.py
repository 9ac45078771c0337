"""The layout of a zygote's memory."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sparql.memory import apart

_PRELUDE = """
import ctypes, resource
from pathlib import Path
from sparql import memory

def place(size=100_000):
    block = bytearray(size)
    return block, ctypes.addressof(ctypes.c_char.from_buffer(block))

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def huge():
    said = Path("/proc/self/smaps_rollup").read_text()
    return int(said.partition("AnonHugePages:")[2].split()[0])
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel and the C library of Linux")


def _run(text: str) -> str:
    """What a process of its own prints that runs *text*."""
    done = subprocess.run(
        [sys.executable, "-c", _PRELUDE + text], check=False, capture_output=True, text=True, timeout=60
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout.strip()


@linux
def test_a_process_short_of_memory_writes_no_backtrace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose memory is bounded is not asked by the environment to take some for telling where it got no more."""
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    text = "import os\nfrom sparql import worker\nworker.limit_memory(1 << 30)\nos.execvp('printenv', ['printenv', 'RUST_BACKTRACE'])"

    assert "1" == _run("import os\nos.execvp('printenv', ['printenv', 'RUST_BACKTRACE'])")
    assert "0" == _run(text)


def test_what_is_done_apart_comes_back() -> None:
    """The result of what is done apart is given, and so is its error."""
    assert 3 == apart(max, 1, 3)
    with pytest.raises(OSError, match="nowhere"):
        apart(Path("/nowhere").read_bytes)


@linux
def test_what_is_done_apart_lies_apart() -> None:
    """Memory that is taken apart is not in the heap from which others take theirs."""
    said = _run("""
blocks = [memory.apart(place), place()]
heap = next(line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("[heap]"))
begin, end = (int(each, 16) for each in heap.split()[0].split("-"))
print([begin <= address < end for _, address in blocks])
""")
    assert "[False, True]" == said


@linux
def test_memory_lies_in_huge_pages() -> None:
    """All of a large block lies in huge pages afterwards, and holds what it held."""
    release = re.match(r"(\d+)\.(\d+)", Path("/proc/sys/kernel/osrelease").read_text(encoding="ascii"))
    if not release or tuple(map(int, release.groups())) < (6, 1):
        pytest.skip("the kernel is older than 6.1, which first had MADV_COLLAPSE; nothing is done there")
    said = _run("""
block, _ = memory.apart(place, 10_000_000)
blocks = memory.apart(lambda: [bytes([number % 251]) * 40_000 for number in range(2_000)])
before = huge()
memory.use_huge_pages()
print(huge() - before, all(block == bytes([number % 251]) * 40_000 for number, block in enumerate(blocks)))
""")
    grown, same = said.split()

    assert "True" == same
    assert int(grown) > 60_000, "kilobytes, of 80,000"


@linux
def test_what_is_freed_is_kept() -> None:
    """Memory that was used and freed is used again without the system having to give it anew."""
    said = _run("""
memory.keep_what_is_freed()
before = 0
for number in range(20):
    if number == 5:
        before = faults()
    first, second = bytearray(30 << 20), bytearray(30 << 20)
    del first, second
print(faults() - before)
""")
    assert int(said) < 15 * 7_680, "each time half of the pages would be"
