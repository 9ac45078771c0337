"""
The one pool of query workers of a machine: who asks waits here for a worker, and a worker past its deadline dies here.

The pool listens on a Unix socket. It reads the preamble of a request, waits for an idle worker of the version asked for,
and hands it the connection; the answer goes from the worker straight to the asker. Who asks often has a worker lent. The
pool never parses a query and never touches data, so nothing can hold it up.
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

from sparql import wire
from sparql.errors import StoreError
from sparql.limits import Limits
from sparql.loans import Loans
from sparql.metrics import AT_WORK, LENT, QUERIES, SERVED, Outcome
from sparql.served import Disk, ServedVersion
from sparql.supervisor import Query, Supervisor, resolve, say
from sparql.turns import Turn
from sparql.versions import Versions

log = logging.getLogger("hankinta.pool")
_COUNT = 1.0  # seconds between two counts of what is at work
_REQUEST = 5.0  # seconds within which a request must have come whole
KEPT_VERSIONS = 3  # versions with idle workers; asking for another lets go of the one unused for longest


class Pool:
    """The pool over *versions*, listening on the Unix socket *address*; *supervisor* knows what is at work."""

    supervisor: Supervisor

    def __init__(self, versions: Versions, address: Path, limits: Limits) -> None:
        self._versions, self._address, self._limits = versions, address, limits
        self._served: dict[int, ServedVersion] = {}
        self._jobs: set[asyncio.Task[None]] = set()

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """
        Listen until cancelled; then end every worker. *ready* is set when connections are accepted.
        """
        loop = asyncio.get_running_loop()
        self._disk = Disk()
        self.supervisor = Supervisor(self._limits, self._disk, self._begin)
        self._loans = Loans(self._limits, self.supervisor)
        with contextlib.suppress(FileNotFoundError):
            self._address.unlink()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self._address))
            self._address.chmod(0o600)
            listener.listen(512)
            listener.setblocking(False)
            self._begin(self._count())
            self._prepare()
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
        turns, at_work, lent = self.supervisor.turns, self.supervisor.at_work, self._loans.lent
        while True:
            images = sum(served.from_memory for served in self._served.values())
            AT_WORK.labels("waiting").set(turns.waiting)
            AT_WORK.labels("standing").set(turns.standing)
            AT_WORK.labels("running").set(len(at_work) - turns.standing)
            LENT.set(len(lent))
            SERVED.labels("memory").set(images)
            SERVED.labels("disk").set(len(self._served) - images)
            await asyncio.sleep(_COUNT)

    def _end(self) -> None:
        for job in self._jobs:
            job.cancel()
        for served in self._served.values():
            served.let_go()
        for each in (*self.supervisor.at_work, *self._loans.lent):
            each.kill()
        self._disk.stop()

    async def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.setblocking(False)
            begun = time.monotonic()
            try:
                async with asyncio.timeout(_REQUEST):
                    preamble = await self._preamble(connection)
                number, deadline, client, length = wire.PREAMBLE.unpack(preamble)
                served = self._version(number or self._versions.current() or 0)
                if not length:
                    connection.recv(wire.PREAMBLE.size)
                    await self._loans.lend(connection, served, await served.worker(self._disk, self._limits.memory))
                    return
                outcome = await self._answer(
                    connection, served, Query(client, begun, min(deadline, self._limits.deadline))
                )
            except StoreError as met:
                say(connection, type(met).__name__, str(met))
            except (ConnectionError, TimeoutError):
                return  # nobody asked anything
            else:
                QUERIES.labels(outcome).observe(time.monotonic() - begun)

    async def _answer(self, connection: socket.socket, served: ServedVersion, query: Query) -> Outcome:
        async def work(turn: Turn) -> Outcome:
            try:
                each = await served.worker(self._disk, self._limits.memory)
            except ConnectionError as met:
                say(connection, "WorkerLost", f"{met}; ask again")
                return Outcome.LOST
            return await self.supervisor.answer(connection, served, each, query, turn)

        return await self.supervisor.in_turn(connection, query, work)

    async def _preamble(self, connection: socket.socket) -> bytes:
        # Peeked, not read: the worker reads it again, so that the connection is handed on untouched.
        loop = asyncio.get_running_loop()
        while True:
            readable: asyncio.Future[None] = loop.create_future()
            loop.add_reader(connection, resolve, readable, connection)
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

    def _begin(self, job: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    def _prepare(self) -> None:
        """Begin to load the newest version before anybody asks for it."""
        with contextlib.suppress(StoreError):  # whoever asks is told
            if number := self._versions.current():
                self._version(number)

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
