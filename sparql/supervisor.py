"""
The supervision of queries at work: each ends with its answer, at its deadline, with its asker or with its worker.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sparql import wire, worker
from sparql.errors import Overloaded, QueryTimeout, TooManyAtOnce
from sparql.limits import Limits
from sparql.metrics import Outcome
from sparql.processes import WorkerProcess
from sparql.served import Disk, ServedVersion
from sparql.turns import Turn, Turns

_LOOKS = 20  # times that a query which has hardly worked is still young
_REQUEST = 5.0  # seconds within which a worker must have read its request
_SOON = 2.0  # seconds; a worker whose query took longer may have grown large, and is let go
_PATIENCE = 40  # moments that an error waits for a client to read
_MOMENT = 0.05  # seconds; the asker may close as soon as it has the last frame, a moment before the worker says that it is done

Begin = Callable[[Coroutine[None, None, None]], None]
"""Begins a job that goes on by itself."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of *client* that was *begun* at that time of the monotonic clock and has *deadline*, in seconds from then."""

    client: int
    begun: float
    deadline: float

    @property
    def age(self) -> float:
        """The seconds since it began."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """The seconds that it has left; below 0 when it is late."""
        return self.deadline - self.age


class Supervisor:
    """
    Who supervises the workers *at_work*, in the order of *turns*. *killed* counts workers stopped at their deadline, *lost*
    those that ended by themselves.

    A worker that has answered goes back to its version, to wait for the next query; any other is ended.
    """

    def __init__(self, limits: Limits, disk: Disk, begin: Begin) -> None:
        self._limits, self._disk, self._begin = limits, disk, begin
        self.turns = Turns(limits)
        self.at_work: set[WorkerProcess] = set()
        self.killed = 0
        self.lost = 0

    async def in_turn(
        self, connection: socket.socket, query: Query, work: Callable[[Turn], Awaitable[Outcome]]
    ) -> Outcome:
        """How *work* for *query* ended, once it was its turn; when it gets none, that is said over *connection*."""
        try:
            async with self.turns.turn(connection, query.client, query.left) as turn:
                return await work(turn)
        except (Overloaded, TooManyAtOnce) as met:
            say(connection, type(met).__name__, str(met))
            return Outcome.OVERLOADED if isinstance(met, Overloaded) else Outcome.TOO_MANY
        except TimeoutError:
            return self._late(connection, query)
        except ConnectionError:
            return Outcome.LEFT

    async def answer(
        self, connection: socket.socket, served: ServedVersion, each: WorkerProcess, query: Query, turn: Turn
    ) -> Outcome:
        """Have *each*, a worker of *served*, answer *query*, which comes over *connection*."""
        try:
            socket.send_fds(each.control, [worker.QUERY], [connection.fileno()])
            async with asyncio.timeout(_REQUEST):
                taken = await asyncio.get_running_loop().sock_recv(each.control, 1) == worker.TAKEN
        except (ConnectionError, TimeoutError):
            taken = False
        if taken:
            return (await self.attend(connection, served, each, query, turn))[0]
        try:
            return await self.explain(connection, each)
        finally:
            each.end()

    async def attend(
        self, connection: socket.socket, served: ServedVersion, each: WorkerProcess, query: Query, turn: Turn
    ) -> tuple[Outcome, bool]:
        """
        Attend to *query*, which *each* is at work at: how it ended, and whether its holder has released *each*, which is not let
        go of then.

        The asker says nothing more over *connection* but `wire.RELEASED`; when that is closed, the query is over.
        """
        loop = asyncio.get_running_loop()
        self.at_work.add(each)
        ended, kept = _End.EARLY, False
        gone: asyncio.Future[None] = loop.create_future()
        growing_old = asyncio.create_task(self._grow_old(served, turn, each))
        try:
            async with asyncio.timeout(query.left):
                loop.add_reader(connection, resolve, gone, connection)
                ended = await self._ended(each, connection, gone, growing_old)
            if ended in {_End.DONE, _End.RELEASED}:
                if each.yields and query.age < _SOON:
                    each.stop_yielding()
                kept = ended is _End.RELEASED and not served.is_stale(each)
                return Outcome.ANSWERED, kept
            return Outcome.LEFT if gone.done() else await self.explain(connection, each), False
        except TimeoutError:
            self.killed += 1
            each.kill()
            return self._late(connection, query), False
        finally:
            growing_old.cancel()
            loop.remove_reader(connection)
            self.at_work.discard(each)
            if not kept and not (ended is _End.DONE and served.take_back(each)):
                each.end()

    def _late(self, connection: socket.socket, query: Query) -> Outcome:
        say(connection, "QueryTimeout", str(QueryTimeout.after(query.deadline)))
        return Outcome.TIMEOUT

    async def explain(self, connection: socket.socket, each: WorkerProcess) -> Outcome:
        """Say over *connection* why *each*, which has ended by itself, did so."""
        if await each.ran_out():
            say(
                connection,
                "AnswerTooLarge",
                "the query needs more memory, or nests deeper, than a query may; narrow it",
            )
            return Outcome.RAN_OUT
        self.lost += 1
        say(connection, "WorkerLost", "the worker ended before its answer did")
        return Outcome.LOST

    async def _grow_old(self, served: ServedVersion, turn: Turn, each: WorkerProcess) -> None:
        # What counts is work: on a busy machine a small query may wait long for little. One that waits for the disk counts too.
        young, begun = self._limits.young, each.worked()
        for _ in range(_LOOKS):
            await asyncio.sleep(young)
            if each.worked() - begun > young / 2:
                break
        # It will not come back to be used again.
        self._begin(served.prepare(self._disk, self._limits.memory))
        await turn.grow_old(each)

    async def _ended(
        self,
        each: WorkerProcess,
        connection: socket.socket,
        gone: "asyncio.Future[None]",
        growing_old: "asyncio.Task[None]",
    ) -> "_End":
        answer = asyncio.ensure_future(asyncio.get_running_loop().sock_recv(each.control, 1))
        try:
            either: set[asyncio.Future[Any]] = {answer, gone}
            await asyncio.wait({*either, growing_old}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and not gone.done():
                growing_old.result()  # raises when it may not go on
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and connection.recv(1, socket.MSG_DONTWAIT) == wire.RELEASED:
                return _End.RELEASED
            if not answer.done():
                await asyncio.wait({answer}, timeout=_MOMENT)
            is_done = answer.done() and not answer.exception() and answer.result() == worker.DONE
            return _End.DONE if is_done else _End.EARLY
        finally:
            # The event loop must forget the socket before it is closed: the next one may get its number.
            answer.cancel()
            asyncio.get_running_loop().remove_reader(each.control)


class _End(Enum):
    """How a worker left off: its answer sent, its answer sent and lent still, or before that."""

    DONE = auto()
    RELEASED = auto()
    EARLY = auto()


def resolve(future: "asyncio.Future[None]", connection: socket.socket) -> None:
    """Resolve *future* unless it is done; what *connection* calls when it is readable, once."""
    asyncio.get_running_loop().remove_reader(connection)
    if not future.done():
        future.set_result(None)


def say(connection: socket.socket, kind: str, message: str) -> None:
    """
    Send an error frame to the asker, soon if it does not read now; *kind* names a class of `sparql.errors`.
    """
    saying = asyncio.create_task(_say(connection.dup(), wire.error(kind, message)))
    _SAYING.add(saying)
    saying.add_done_callback(_SAYING.discard)


async def _say(connection: socket.socket, left: bytes) -> None:
    # A worker that had the connection made it blocking, and the pool must never block on a client that does not read.
    with connection, contextlib.suppress(ConnectionError):
        for _ in range(_PATIENCE):
            with contextlib.suppress(BlockingIOError):
                left = left[connection.send(left, socket.MSG_DONTWAIT) :]
            if not left:
                return
            await asyncio.sleep(_MOMENT)


_SAYING: set[asyncio.Task[None]] = set()
