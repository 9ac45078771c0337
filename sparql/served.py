"""
One version as the pool serves it: its memory image once that has been loaded, and its idle workers.
"""

import asyncio
import contextlib
import logging
import math
import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sparql import image
from sparql.processes import WorkerProcess, ZygoteProcess
from sparql.store import Version

log = logging.getLogger("hankinta.pool")
_FAR = 0.5  # share of a version's triples in changed graphs above which reading all of it is no slower
_IDLE = 4  # workers that wait
_LOADS = 3  # times that a version is read into memory before its queries stay on disk


class Disk:
    """The zygote whose workers read from disk; started again when it has died."""

    def __init__(self) -> None:
        self._zygote = ZygoteProcess.start()

    async def fork(self, path: Path, memory: int) -> WorkerProcess:
        """
        A worker over the store at *path* that may take *memory* bytes.

        Raises:
            ConnectionError: It could not start, nor could the zygote be replaced.
        """
        zygote = self._zygote
        try:
            return await zygote.fork(path, memory, from_memory=False)
        except ConnectionError:
            if zygote is self._zygote:
                zygote.stop()
                self._zygote = ZygoteProcess.start()
            return await self._zygote.fork(path, memory, from_memory=False)

    def stop(self) -> None:
        """End it, and with it its workers."""
        self._zygote.stop()


@dataclass(slots=True, eq=False)
class ServedVersion:
    """
    The *version* whose store is at *path*. While the file *hold* is open, no sweep removes it.
    """

    version: Version
    path: Path
    hold: int
    _memory: ZygoteProcess | None = None
    _loading: asyncio.Task[None] | None = None
    _loads: int = 0
    _idle: deque[WorkerProcess] = field(default_factory=deque)
    _closed: bool = False
    _turned: asyncio.Event = field(default_factory=asyncio.Event)

    def load(self, others: Iterable["ServedVersion"] = ()) -> None:
        """
        Begin to hold the version in memory: as what became of that version among *others* to which it is nearest, or read
        whole. Until that is done, its queries read from disk.
        """
        self._loads += 1
        self._loading = asyncio.create_task(self._load(self._nearest(others)))

    def _nearest(self, others: Iterable["ServedVersion"]) -> "ServedVersion | None":
        held = [(self._distance(other), other) for other in others if other._loads]  # noqa: SLF001 - one of us
        distance, nearest = min(held, key=lambda each: each[0], default=(math.inf, None))
        return nearest if distance < self.version.triples * _FAR else None

    def _distance(self, other: "ServedVersion") -> int:
        ours, theirs = self.version, other.version
        keys = image.differing(ours.hashes, theirs.hashes)
        return sum(ours.counts.get(key, 0) + theirs.counts.get(key, 0) for key in keys)

    async def _load(self, nearest: "ServedVersion | None") -> None:
        try:
            zygote = await (self._read() if nearest is None else nearest.become(self.path))
        except ConnectionError:
            try:
                zygote = await self._read()
            except ConnectionError:
                log.warning("%s could not be held in memory; its queries read from disk", self.path)
                return
        self._memory = zygote
        self._dismiss()  # those that read from disk
        self._turn()

    @property
    def from_memory(self) -> bool:
        """Whether its queries read from memory now."""
        return self._memory is not None

    async def become(self, path: Path) -> ZygoteProcess:
        """
        A zygote that holds the version at *path*, made from the one that holds this version.

        Raises:
            ConnectionError: There is none, or it could not be made.
        """
        if self._loading:
            await asyncio.wait({self._loading})
        if self._memory is None:
            raise ConnectionError("the version is not held in memory")
        making = asyncio.ensure_future(self._memory.succeed(self.path, path))
        try:
            return await asyncio.shield(making)  # half a command would spoil the next one
        except asyncio.CancelledError:
            making.add_done_callback(_unwanted)
            raise

    async def _read(self) -> ZygoteProcess:
        zygote = ZygoteProcess.start()
        try:
            await zygote.load(self.path)
        except BaseException:
            zygote.stop()
            raise
        return zygote

    async def worker(self, disk: Disk, memory: int) -> WorkerProcess:
        """
        A worker that waits for a query: an idle one, else a new one that may take *memory* bytes.

        Raises:
            ConnectionError: None could start.
        """
        while self._idle:
            # The one that answered last: what it has touched of the image is its own by now.
            each = self._idle.pop()
            if each.lives():
                return each
            each.close()
        return await self._new(disk, memory)

    async def _new(self, disk: Disk, memory: int) -> WorkerProcess:
        if held := self._memory:
            try:
                return await held.fork(self.path, memory, from_memory=True)
            except ConnectionError:
                log.warning("the memory image of %s was lost; its queries read from disk meanwhile", self.path)
                self._forget(held)
        return await disk.fork(self.path, memory)

    async def prepare(self, disk: Disk, memory: int) -> None:
        """Have a worker wait here, so that the next query need not wait for one to start."""
        if self._idle:
            return
        with contextlib.suppress(ConnectionError):
            ready = await self._new(disk, memory)
            if not self.take_back(ready):
                ready.end()

    def _forget(self, lost: ZygoteProcess) -> None:
        if self._memory is lost:  # and not what somebody else has loaded meanwhile
            lost.stop()
            self._memory = None
            if self._loads < _LOADS:
                self.load()

    def take_back(self, worker: WorkerProcess) -> bool:
        """
        Whether *worker*, which has answered, waits here for the next query.

        It does not once the version is let go, nor when it still yields to others or reads from where it no longer should, nor
        when enough others wait.
        """
        if self.is_stale(worker) or len(self._idle) >= _IDLE:
            return False
        self._idle.append(worker)
        return True

    async def stale(self, worker: WorkerProcess) -> None:
        """Return once *worker* should not be asked again, for the reasons of `take_back`."""
        while not self.is_stale(worker):
            await self._turned.wait()

    def is_stale(self, worker: WorkerProcess) -> bool:
        """Whether *worker* should not be asked again, for the reasons of `take_back` but the last."""
        return self._closed or worker.yields or worker.from_memory != (self._memory is not None)

    def _turn(self) -> None:
        # Whoever waits wakes and looks; the next change has an event of its own.
        self._turned.set()
        self._turned = asyncio.Event()

    def let_go(self) -> None:
        """End the idle workers and the memory image, and let the version be swept."""
        self._closed = True
        if self._loading and not self._loading.done():
            self._loading.cancel()
        self._dismiss()
        self._turn()
        if self._memory:
            self._memory.stop()
            self._memory = None
        os.close(self.hold)

    def _dismiss(self) -> None:
        while self._idle:
            each = self._idle.popleft()
            each.end()


def _unwanted(making: "asyncio.Future[ZygoteProcess]") -> None:
    if not making.cancelled() and not making.exception():
        making.result().stop()
