"""
How a zygote lays out its memory, so that its workers begin soon and their queries find free memory at once.

Where the C library is not glibc, or the kernel not Linux 6.1 or later, it lies as it comes.

Source: malloc(3), mallopt(3); madvise(2), MADV_COLLAPSE; proc_pid_maps(5).
"""

import contextlib
import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _COLLAPSE = -1, -3, 25  # of mallopt and madvise
_KEPT = 64 << 20  # bytes
_MAPPED = 32 << 20  # bytes, the most that glibc takes
_HUGE = 2 << 20  # bytes of a huge page; where they are larger, nothing is done


def apart(function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs) -> Result:
    """
    What *function* gives, called in a thread of its own that has ended then.

    What it has allocated lies in an arena of that thread. The gaps that are left there are in nobody's way: a query that had to
    look for memory among millions of them would take three times as long, and make their pages its own.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments, **named).result()


def keep_what_is_freed() -> None:
    """Keep up to 64 MiB of freed memory for the next query, instead of giving it back and having it filled with zeros again."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _MAPPED)


def use_huge_pages() -> None:
    """Have all memory of this process lie in huge pages, whose table a fork copies in a millisecond."""
    madvise = getattr(ctypes.CDLL(None), "madvise", None)
    if madvise is None:
        return
    with contextlib.suppress(OSError):
        for begin, end in list(_own()):
            madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _COLLAPSE)


def _own() -> Iterator[tuple[int, int]]:
    """The whole huge pages in the ranges of writable memory that belong to no file."""
    for line in Path("/proc/self/maps").read_text(encoding="ascii", errors="replace").splitlines():
        place, rights, _, _, inode, *name = line.split(None, 5)
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            begin, end = (int(each, 16) for each in place.split("-"))
            begin, end = -(-begin // _HUGE) * _HUGE, end // _HUGE * _HUGE
            if begin < end:
                yield begin, end
