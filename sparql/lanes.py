"""
Lanes: the way straight to a worker that the pool has lent, for queries that take a moment only.

A web process has a few lanes to each version that it was asked about lately. A query takes a free one, or waits for one while
the queries before it are short. As soon as it has taken long it is handed to the pool, which has turns and a deadline for it,
and whoever waited behind it goes the ordinary way.
"""

import asyncio
import contextlib
import socket
import time
from collections import OrderedDict, deque
from itertools import count
from pathlib import Path

from sparql import wire
from sparql.channel import Channel
from sparql.metrics import QUERIES, Outcome

LONG = 0.02  # seconds after which a query is handed to the pool
_EACH = 2  # lanes to one version
_VERSIONS = 2  # versions with lanes
_QUEUE = 32  # queries that may wait for one lane
_PATIENCE = 10.0  # seconds for a worker to be lent
_PAUSE = 1.0  # seconds before a worker is asked for again where there was none
_ANSWERED = QUERIES.labels(Outcome.ANSWERED)


class Lane(Channel):
    """
    One lane: a channel to a worker, and *loan*, the connection to the pool that lent it.

    The pool closes the loan when the worker has ended or is no longer lent, and says why before.
    """

    def __init__(self, lanes: "Lanes", version: int) -> None:
        super().__init__()
        self._lanes, self.version = lanes, version
        self.loan: _Loan
        self.waiting: deque[asyncio.Future[bool]] = deque()
        self.idle = self.recalled = False
        self._begun = 0.0
        self._deadline, self._client = 0.0, 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_lost(self, _: Exception | None) -> None:
        """The worker has gone; the pool will say why."""

    def begin(self, deadline: float, client: int) -> None:
        """A query of *client* begins that may take *deadline* seconds."""
        self.idle = False
        self._begun, self._deadline, self._client = time.monotonic(), deadline, client
        self._timer = asyncio.get_running_loop().call_later(LONG, self._claim)

    def _claim(self) -> None:
        self._timer = None
        self.loan.send(wire.CLAIM.pack(time.monotonic() - self._begun, self._deadline, self._client))
        self._leave()

    def _leave(self) -> None:
        """Nothing more begins here; those who wait go another way."""
        self._lanes.forget(self)
        while self.waiting:
            _tell(self.waiting.popleft(), False)

    def done(self) -> None:
        """The query is answered; the next may come."""
        if self._timer is None:  # the pool attends to it, and waits for the end of the loan
            self.close()
            return
        self._timer.cancel()
        _ANSWERED.observe(time.monotonic() - self._begun)
        if not self._lanes.keeps(self):
            self.close()
            return
        self.free()

    def free(self) -> None:
        """Let the next query have the lane, if one waits."""
        while self.waiting:
            if _tell(self.waiting.popleft(), True):
                return
        self.idle = True

    def recall(self) -> None:
        """The pool wants the worker back; a query that has begun may end."""
        self.recalled = True
        self._leave()
        if self.idle:
            self.close()

    def lose(self) -> None:
        """The loan is over."""
        self.recalled = True
        self._leave()
        super().lose()

    def close(self) -> None:
        """Give the worker back, or leave it in the middle of a query, which ends it."""
        if self._timer:
            self._timer.cancel()
        self._leave()
        super().close()
        self.loan.close()


class _Loan(Channel):
    """The connection to the pool by which *lane* has its worker."""

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._lane = lane

    def add(self, kind: wire.Frame, payload: bytes) -> None:
        """What the pool says is the end of the answer, or of the loan."""
        if kind is wire.Frame.ERROR:
            self._lane.add(kind, payload)
        self._lane.recall()

    def lose(self) -> None:
        """The pool has ended the loan, or has gone."""
        self._lane.lose()


def _tell(waiting: "asyncio.Future[bool]", word: bool) -> bool:
    if waiting.done():
        return False
    waiting.set_result(word)
    return True


class Lanes:
    """The lanes of one event loop to the pool that listens on the Unix socket *address*."""

    def __init__(self, address: Path) -> None:
        self._address = address
        self._lanes: OrderedDict[int, list[Lane]] = OrderedDict()
        self._orders: dict[int, tuple[int, asyncio.Task[None]]] = {}  # by number: the version, and who orders a worker
        self._numbers = count()
        self._asked = 0  # the version that was asked last
        self._not_before = 0.0

    async def take(self, version: int, deadline: float, client: int) -> Lane | None:
        """A lane to *version*, for a query of *client* that may take *deadline* seconds; None when it had better go the ordinary way."""
        lanes = self._kept(version)
        shortest = None
        for lane in lanes:
            if lane.idle:
                lane.begin(deadline, client)
                return lane
            if shortest is None or len(lane.waiting) < len(shortest.waiting):
                shortest = lane
        if shortest is None or len(shortest.waiting) >= _QUEUE:
            return None
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        shortest.waiting.append(turn)
        try:
            if not await turn:
                return None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                shortest.free()
            raise
        shortest.begin(deadline, client)
        return shortest

    def _kept(self, version: int) -> list[Lane]:
        # Who goes through many versions once gets no lanes.
        wanted, self._asked = self._asked == version, version
        lanes = self._lanes.get(version)
        if lanes is None:
            if not wanted:
                return []
            lanes = self._lanes[version] = []
            while len(self._lanes) > _VERSIONS:
                for lane in self._lanes.popitem(last=False)[1]:
                    lane.recall()
        elif wanted:
            self._lanes.move_to_end(version)
        self._fill(version)
        return lanes

    def _fill(self, version: int) -> None:
        if time.monotonic() < self._not_before:
            return
        ordered = sum(each == version for each, _ in self._orders.values())
        for _ in range(_EACH - len(self._lanes[version]) - ordered):
            order = next(self._numbers)
            self._orders[order] = version, asyncio.ensure_future(self._order(version, order))

    def keeps(self, lane: Lane) -> bool:
        """Whether *lane* is still of use."""
        return lane in self._lanes.get(lane.version, ())

    def forget(self, lane: Lane) -> None:
        """Nothing more begins on *lane*; another takes its place."""
        if self.keeps(lane):
            self._lanes[lane.version].remove(lane)
            self._fill(lane.version)

    async def _order(self, version: int, order: int) -> None:
        lane = None
        try:
            async with asyncio.timeout(_PATIENCE):
                lane = await self._lent(version)
        except (OSError, TimeoutError):
            pass
        finally:
            del self._orders[order]
        if lane is None:
            self._not_before = time.monotonic() + _PAUSE
        elif lane.recalled or version not in self._lanes:
            lane.close()
        else:
            self._lanes[version].append(lane)
            lane.idle = True

    async def _lent(self, version: int) -> Lane | None:
        loop = asyncio.get_running_loop()
        with contextlib.ExitStack() as unless_lent:
            connection = unless_lent.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            connection.setblocking(False)
            await loop.sock_connect(connection, str(self._address))
            await loop.sock_sendall(connection, wire.lend(version))
            readable = asyncio.Event()
            loop.add_reader(connection, readable.set)
            try:
                await readable.wait()
            finally:
                loop.remove_reader(connection)
            _, worker = wire.receive_with_descriptor(connection, wire.HEAD_SIZE)
            if worker is None:
                return None  # it says why; whoever asks the ordinary way is told the same
            unless_lent.enter_context(worker)
            worker.setblocking(False)
            lane = Lane(self, version)
            lane.loan = _Loan(lane)
            await loop.create_unix_connection(lambda: lane, sock=worker)
            await loop.create_unix_connection(lambda: lane.loan, sock=connection)
            unless_lent.pop_all()
            return lane

    def close(self) -> None:
        """Give back every worker."""
        for _, order in list(self._orders.values()):
            order.cancel()
        while self._lanes:
            for lane in self._lanes.popitem()[1]:
                lane.recall()
