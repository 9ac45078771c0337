"""
Workers lent to those who ask often, who then put their queries straight to them.

A loan costs the pool nothing while queries are short. When one takes long, the holder claims a turn for it, and from then on
the pool attends to that query as to any other, until the holder releases the worker, which is lent anew.
"""

import asyncio
import socket
import time

from sparql import wire, worker
from sparql.limits import Limits
from sparql.metrics import QUERIES, Outcome
from sparql.processes import WorkerProcess
from sparql.served import ServedVersion
from sparql.supervisor import Query, Supervisor
from sparql.turns import Turn

_MOMENT = 0.25  # seconds within which a worker says that it is no longer lent; on a busy machine it needs some


class Loans:
    """The workers *lent* at this moment. *supervisor* attends to those of their queries that take long."""

    def __init__(self, limits: Limits, supervisor: Supervisor) -> None:
        self._limits, self._supervisor = limits, supervisor
        self.lent: set[WorkerProcess] = set()

    async def lend(self, connection: socket.socket, served: ServedVersion, each: WorkerProcess) -> None:
        """Lend *each*, a worker of *served*, to whoever is at the other end of *connection*, until that closes."""
        self.lent.add(each)
        returned = False
        try:
            _hand(connection, each)
            while isinstance(found := await self._claimed(connection, served, each), Query):
                self.lent.discard(each)
                if not await self._attend(connection, served, each, found):
                    returned = True  # or ended, by who has attended to it
                    return
                self.lent.add(each)
                connection.send(wire.frame(wire.Frame.LENT), socket.MSG_DONTWAIT)
            returned = found and served.take_back(each)
        except ConnectionError:
            pass  # the holder or the worker has gone
        finally:
            self.lent.discard(each)
            if not returned:
                each.end()

    async def _attend(
        self, connection: socket.socket, served: ServedVersion, each: WorkerProcess, query: Query
    ) -> bool:
        """Whether *each*, which is at work at *query*, is lent still when that has ended."""
        if self._supervisor.turns.young.locked():
            each.stand_still()
        kept = False

        async def work(turn: Turn) -> Outcome:
            nonlocal kept
            each.go_on()
            outcome, kept = await self._supervisor.attend(connection, served, each, query, turn)
            return outcome

        outcome = None
        try:
            outcome = await self._supervisor.in_turn(connection, query, work)
        finally:
            if outcome is not Outcome.ANSWERED:
                each.end()
        QUERIES.labels(outcome).observe(query.age)
        return kept

    async def _claimed(self, connection: socket.socket, served: ServedVersion, each: WorkerProcess) -> Query | bool:
        """The query that the holder claims a turn for; else whether the worker can be lent again."""
        loop = asyncio.get_running_loop()
        said = asyncio.ensure_future(loop.sock_recv(connection, wire.CLAIM.size))
        freed = asyncio.ensure_future(loop.sock_recv(each.control, 1))
        stale = asyncio.ensure_future(served.stale(each))
        try:
            await asyncio.wait({said, freed, stale}, return_when=asyncio.FIRST_COMPLETED)
            if stale.done() and not said.done() and not freed.done():
                connection.send(wire.frame(wire.Frame.RECALLED), socket.MSG_DONTWAIT)
                await asyncio.wait({said, freed}, return_when=asyncio.FIRST_COMPLETED)
            if not freed.done() and said.result():
                age, deadline, client = wire.CLAIM.unpack(said.result())
                return Query(client, time.monotonic() - age, min(deadline, self._limits.deadline))
            await asyncio.wait({freed}, timeout=_MOMENT)
            if not freed.done():
                return False  # at work for nobody
            if freed.result() == worker.DONE:
                return True
            await self._supervisor.explain(connection, each)
            return False
        finally:
            for waited in (said, freed, stale):
                waited.cancel()
            # The event loop must forget a socket before it is closed: the next one may get its number.
            loop.remove_reader(connection)
            loop.remove_reader(each.control)


def _hand(connection: socket.socket, each: WorkerProcess) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours, theirs:
        socket.send_fds(each.control, [worker.LENT], [theirs.fileno()])
        socket.send_fds(connection, [wire.frame(wire.Frame.LENT)], [ours.fileno()])
