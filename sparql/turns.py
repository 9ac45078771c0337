"""
Turns: which queries run now, which wait, and which stand aside because they have run long already.

Nobody can tell a small query from a runaway before it runs. So every query begins at once in a slot for young ones, and one
that is still at work after a moment gives that slot away and goes on with what time the others leave. Of these only so many
run at once; the rest stand still until one ends. Small queries are answered beside any number of large ones.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator

from sparql import wire
from sparql.errors import Overloaded, TooManyAtOnce
from sparql.limits import Limits
from sparql.processes import WorkerProcess

_LOOK = 0.25  # seconds between looks whether somebody in the queue has gone


class Turns:
    """
    The turns of the queries of a pool within *limits*. *waiting* counts those that have not begun, *standing* those that
    have run long and stand still.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.young = asyncio.Semaphore(limits.workers)
        self.long = asyncio.Semaphore(limits.long)
        self._clients: Counter[int] = Counter()
        self.waiting = 0
        self.standing = 0

    @contextlib.asynccontextmanager
    async def turn(self, connection: socket.socket, client: int, left: float) -> AsyncIterator["Turn"]:
        """
        A turn for the query that came over *connection* from *client*, 0 meaning nobody in particular, and has *left* seconds.

        Raises:
            Overloaded: The queue is full, or no slot came free in time.
            TimeoutError: No slot came free in the time that is left.
            TooManyAtOnce: The client has as many queries here as one client may have.
            ConnectionError: The asker has gone.
        """
        if self.waiting >= self.limits.waiting:
            raise Overloaded("too many queries are waiting; try again later")
        if client and self.limits.per_client and self._clients[client] >= self.limits.per_client:
            raise TooManyAtOnce(
                f"{self.limits.per_client} queries of yours are at work or waiting; send the next when one is answered"
            )
        self._clients[client] += 1
        try:
            await self._begin(connection, left)
            turn = Turn(self)
            try:
                yield turn
            finally:
                turn.end()
        finally:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    async def _begin(self, connection: socket.socket, left: float) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(min(self.limits.patience, left)):
                await self._slot(connection)
        except TimeoutError:
            if left < self.limits.patience:
                raise
            raise Overloaded("no worker came free in time; try again later") from None
        finally:
            self.waiting -= 1

    async def _slot(self, connection: socket.socket) -> None:
        # Those who gave up in the queue make room at once for those who wait behind them.
        free = asyncio.ensure_future(self.young.acquire())
        try:
            while not free.done():
                await asyncio.wait({free}, timeout=_LOOK)
                if not free.done() and wire.has_gone(connection):
                    raise ConnectionError("the asker has gone")
        except BaseException:
            if not free.cancel() and not free.cancelled():
                self.young.release()
            raise


class Turn:
    """The turn of one query among *turns*: the slot that it holds, at first one for young queries."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._slot: asyncio.Semaphore | None = turns.young

    async def grow_old(self, worker: WorkerProcess) -> None:
        """
        Leave the slot to a younger query; *worker* goes on with what time is left over, once it may.

        Raises:
            Overloaded: As many stand still already as may wait.
        """
        turns = self._turns
        stands = turns.long.locked()
        if stands and turns.standing >= turns.limits.waiting:
            raise Overloaded("too many long queries are waiting; try again later, or narrow the query")
        worker.yield_to_others()
        if stands:
            worker.stand_still()
        self.end()
        turns.standing += stands
        try:
            await turns.long.acquire()
        finally:
            turns.standing -= stands
        self._slot = turns.long
        worker.go_on()

    def end(self) -> None:
        """Give back the slot that it holds, if any."""
        if self._slot:
            self._slot.release()
            self._slot = None
