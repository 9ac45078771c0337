"""
The one pool of query workers of a machine: who asks waits here for a worker, and a worker past its deadline dies here.

The pool listens on a Unix socket. It reads the preamble of a request, waits for an idle worker of the version asked for,
and hands it the connection; the answer goes from the worker straight to the asker. The pool never parses a query and
never touches data, so nothing can hold it up.
"""

import asyncio
import contextlib
import json
import logging
import signal
import socket
import sys
import time
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sparql import wire, worker
from sparql.errors import Overloaded, StoreError, TooManyAtOnce
from sparql.limits import Limits
from sparql.metrics import AT_WORK, QUERIES, SERVED, Outcome
from sparql.processes import WorkerProcess
from sparql.served import Disk, ServedVersion
from sparql.turns import Turn, Turns
from sparql.versions import Versions

log = logging.getLogger("hankinta.pool")
_LOOKS = 10  # times that a query which has hardly worked is still young
_COUNT = 1.0  # seconds between two counts of what is at work
_REQUEST = 5.0  # seconds within which a request must have come whole
KEPT_VERSIONS = 3  # versions with idle workers; asking for another lets go of the one unused for longest


class Pool:
    """
    The pool over *versions*, listening on the Unix socket *address*.

    *killed* counts workers stopped at their deadline, *lost* those that ended by themselves.
    """

    def __init__(self, versions: Versions, address: Path, limits: Limits) -> None:
        self._versions, self._address, self._limits = versions, address, limits
        self._served: dict[int, ServedVersion] = {}
        self._busy: set[WorkerProcess] = set()
        self._turns = Turns(limits)
        self._jobs: set[asyncio.Task[None]] = set()
        self.killed = 0
        self.lost = 0

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """
        Listen until cancelled; then end every worker. *ready* is set when connections are accepted.
        """
        loop = asyncio.get_running_loop()
        self._disk = Disk()
        with contextlib.suppress(FileNotFoundError):
            self._address.unlink()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self._address))
            self._address.chmod(0o600)
            listener.listen(512)
            listener.setblocking(False)
            self._begin(self._count())
            if ready:
                ready.set()
            try:
                while True:
                    connection, _ = await loop.sock_accept(listener)
                    self._begin(self._serve(connection))
            finally:
                self._address.unlink(missing_ok=True)
                self._end()

    async def _count(self) -> None:
        while True:
            turns, images = self._turns, sum(served.from_memory for served in self._served.values())
            AT_WORK.labels("waiting").set(turns.waiting)
            AT_WORK.labels("standing").set(turns.standing)
            AT_WORK.labels("running").set(len(self._busy) - turns.standing)
            SERVED.labels("memory").set(images)
            SERVED.labels("disk").set(len(self._served) - images)
            await asyncio.sleep(_COUNT)

    def _end(self) -> None:
        for job in self._jobs:
            job.cancel()
        for served in self._served.values():
            served.let_go()
        for each in list(self._busy):
            each.kill()
        self._disk.stop()

    async def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.setblocking(False)
            begun = time.monotonic()
            try:
                async with asyncio.timeout(_REQUEST):
                    preamble = await self._preamble(connection)
                outcome = await self._admit(connection, *wire.PREAMBLE.unpack(preamble)[:3])
            except StoreError as met:
                _say(connection, type(met).__name__, str(met))
            except (ConnectionError, TimeoutError):
                return  # nobody asked anything
            else:
                QUERIES.labels(outcome).observe(time.monotonic() - begun)

    async def _admit(self, connection: socket.socket, number: int, deadline: float, client: int) -> Outcome:
        served = self._version(number or self._versions.current() or 0)
        try:
            async with self._turns.turn(connection, client) as turn:
                return await self._run(connection, served, min(deadline, self._limits.deadline), turn)
        except (Overloaded, TooManyAtOnce) as met:
            _say(connection, type(met).__name__, str(met))
            return Outcome.OVERLOADED if isinstance(met, Overloaded) else Outcome.TOO_MANY
        except ConnectionError:
            return Outcome.LEFT

    async def _preamble(self, connection: socket.socket) -> bytes:
        # Peeked, not read: the worker reads it again, so that the connection is handed on untouched.
        loop = asyncio.get_running_loop()
        while True:
            readable: asyncio.Future[None] = loop.create_future()
            loop.add_reader(connection, _resolve, readable)
            try:
                await readable
            finally:
                loop.remove_reader(connection)
            data = connection.recv(wire.PREAMBLE.size, socket.MSG_PEEK)
            if not data:
                raise ConnectionError("the asker has gone")
            if len(data) == wire.PREAMBLE.size:
                return data
            await asyncio.sleep(0.001)

    async def _run(self, connection: socket.socket, served: ServedVersion, deadline: float, turn: Turn) -> Outcome:
        loop = asyncio.get_running_loop()
        try:
            at_work = await served.worker(self._disk, self._limits.memory)
        except ConnectionError as met:
            _say(connection, "WorkerLost", f"{met}; ask again")
            return Outcome.LOST
        self._busy.add(at_work)
        finished = False
        gone: asyncio.Future[None] = loop.create_future()
        growing_old = asyncio.create_task(self._grow_old(served, turn, at_work))
        try:
            socket.send_fds(at_work.control, [b"c"], [connection.fileno()])
            async with asyncio.timeout(deadline):
                async with asyncio.timeout(_REQUEST):
                    taken = await loop.sock_recv(at_work.control, 1) == worker.TAKEN
                if taken:
                    # From here on the asker says nothing more: a readable connection is a closed one.
                    loop.add_reader(connection, _resolve, gone)
                    finished = await self._answered(at_work, gone, growing_old)
            if finished:
                return Outcome.ANSWERED
            return Outcome.LEFT if gone.done() else await self._lose(connection, at_work)
        except TimeoutError:
            self.killed += 1
            at_work.kill()
            message = f"the query was not done at its deadline of {deadline:g} seconds, and was stopped; narrow it, or give it more time"
            _say(connection, "QueryTimeout", message)
            return Outcome.TIMEOUT
        finally:
            growing_old.cancel()
            loop.remove_reader(connection)
            self._busy.discard(at_work)
            if not (finished and served.take_back(at_work)):
                at_work.kill()
                at_work.close()

    async def _grow_old(self, served: ServedVersion, turn: Turn, at_work: WorkerProcess) -> None:
        # What counts is work: on a busy machine a small query may wait long for little. One that waits for the disk counts too.
        young, begun = self._limits.young, at_work.worked()
        for _ in range(_LOOKS):
            await asyncio.sleep(young)
            if at_work.worked() - begun > young / 2:
                break
        # It will not come back to be used again.
        self._begin(served.prepare(self._disk, self._limits.memory))
        await turn.grow_old(at_work)

    def _begin(self, job: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _lose(self, connection: socket.socket, at_work: WorkerProcess) -> Outcome:
        if await at_work.ran_out():
            message = "the query needs more memory, or nests deeper, than a query may; narrow it"
            _say(connection, "AnswerTooLarge", message)
            return Outcome.RAN_OUT
        self.lost += 1
        _say(connection, "WorkerLost", "the worker ended before its answer did")
        return Outcome.LOST

    async def _answered(
        self, at_work: WorkerProcess, gone: "asyncio.Future[None]", growing_old: "asyncio.Task[None]"
    ) -> bool:
        answer = asyncio.ensure_future(asyncio.get_running_loop().sock_recv(at_work.control, 1))
        try:
            either: set[asyncio.Future[Any]] = {answer, gone}
            await asyncio.wait({*either, growing_old}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and not gone.done():
                growing_old.result()  # raises when it may not go on
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                # The asker may close as soon as it has the last frame, a moment before the worker says that it is done.
                await asyncio.wait({answer}, timeout=0.05)
            return answer.done() and not answer.exception() and answer.result() == worker.DONE
        finally:
            # The event loop must forget the socket before it is closed: the next one may get its number.
            answer.cancel()
            asyncio.get_running_loop().remove_reader(at_work.control)

    def _version(self, number: int) -> ServedVersion:
        served = self._served.pop(number, None)
        if served is None:
            version, hold = self._versions.hold(number or None)
            served = ServedVersion(version, self._versions.folder(version.number) / "store", hold)
            if version.triples <= self._limits.in_memory:
                served.load(self._served.values())
        self._served[number] = served  # last in the order of use
        while len(self._served) > KEPT_VERSIONS:
            self._served.pop(next(iter(self._served))).let_go()
        return served


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _say(connection: socket.socket, kind: str, message: str) -> None:
    # A worker that had the connection made it blocking, and the pool must never block on a client that does not read.
    with contextlib.suppress(OSError):
        connection.send(wire.error(kind, message), socket.MSG_DONTWAIT)


def command_line(root: Path, address: Path, limits: Limits) -> list[str]:
    """The command that runs a pool in a process of its own."""
    return [sys.executable, "-m", "sparql.pool", str(root), str(address), json.dumps(asdict(limits))]


def main(arguments: list[str]) -> int:
    """
    Run a pool until its standard input closes (whoever started it has gone), or it is asked to terminate.
    """
    root, address, limits = arguments

    async def until_told() -> None:
        loop = asyncio.get_running_loop()
        pool = asyncio.create_task(Pool(Versions(Path(root)), Path(address), Limits(**json.loads(limits))).run())
        loop.add_signal_handler(signal.SIGTERM, pool.cancel)
        loop.add_reader(sys.stdin, pool.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await pool

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us, when the last query is answered
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    asyncio.run(until_told())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
