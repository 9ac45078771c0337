"""
Lanes: the way straight to workers that the pool has lent, for queries that take a moment only.

A web process has a few lanes to each version that it was asked about lately. A query takes a free one, or waits for one.
As soon as it has taken long the pool attends to it, with turns and a deadline, and another lane takes the place of its own
for those who wait.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path

from sparql import wire
from sparql.lane import Lane, Loan, State

_AT_ONCE = max(2, os.cpu_count() or 0)  # queries on lanes to one version; who waits gets there no later
_SPARE = 2  # lanes that are kept beside those when the pool lends them anew
LONG = 0.1  # seconds that a query may have a lane to itself
_LONG_BESIDE = 0.02  # the same while others are long already
_FEW = 2  # claimed queries that are not yet many
_VERSIONS = 2  # versions with lanes
_QUEUE = 64  # queries that may wait for a lane to one version
_PATIENCE = 10.0  # seconds for a worker to be lent
_PAUSE = 1.0  # seconds before a worker is asked for again where there was none

Turn = asyncio.Future[Lane | None]


class Road:
    """
    The lanes to one version but those with a claimed query, the one used last at the end; and the turns of those who wait.

    *order* is called for each lane that is missing.
    """

    def __init__(self, order: Callable[["Road"], bool]) -> None:
        self._order = order
        self.lanes: list[Lane] = []
        self.waiting: deque[Turn] = deque()
        self.ordered = 0
        self._claimed: set[Lane] = set()
        self._open = True

    @property
    def long(self) -> float:
        """
        For how many seconds a query may have a lane to itself.

        Those that take some tens of milliseconds are done soonest one after the other; nobody should wait so long for each of
        many that never end.
        """
        return LONG if len(self._claimed) < _FEW else _LONG_BESIDE

    def fill(self) -> None:
        """Order what is missing. Where nothing can be had, nobody waits."""
        while self._open and len(self.lanes) + self.ordered < _AT_ONCE and self._order(self):
            self.ordered += 1
        if not self.lanes and not self.ordered:
            while self.waiting:
                _give(self.waiting.popleft(), None)

    def add(self, lane: Lane | None) -> None:
        """An order has brought *lane*, or nothing."""
        self.ordered -= 1
        if lane:
            lane.free()
        self.fill()

    def free(self) -> Lane | None:
        """The free lane that was used last; none while as many are taken as may be."""
        if sum(lane.state is State.TAKEN for lane in self.lanes) >= _AT_ONCE:
            return None
        return next((lane for lane in reversed(self.lanes) if lane.state is State.FREE), None)

    def freed(self, lane: Lane) -> None:
        """*lane*, new or used before, is free: for who waits longest, or to be kept."""
        self._forget(lane)
        if not self._open or len(self.lanes) >= _AT_ONCE + _SPARE:
            lane.close()
            return
        self.lanes.append(lane)
        self._hand()

    def claimed(self, lane: Lane) -> None:
        """*lane* is with the pool until its query has ended; another takes its place."""
        self.closed(lane)
        self._claimed.add(lane)

    def closed(self, lane: Lane) -> None:
        """*lane* is of no more use; another takes its place."""
        self._forget(lane)
        self.fill()
        self._hand()

    def _forget(self, lane: Lane) -> None:
        self._claimed.discard(lane)
        if lane in self.lanes:
            self.lanes.remove(lane)

    def _hand(self) -> None:
        while self.waiting and (lane := self.free()):
            lane.state = State.TAKEN
            if not _give(self.waiting.popleft(), lane):
                lane.state = State.FREE

    def close(self) -> None:
        """Give back every worker, once its query has ended."""
        self._open = False
        for lane in list(self.lanes):
            lane.recall()
        self.fill()


def _give(turn: Turn, lane: Lane | None) -> bool:
    """Whether somebody still waited for *turn*, who gets *lane*."""
    if turn.done():
        return False
    turn.set_result(lane)
    return True


class Lanes:
    """The lanes of one event loop to the pool that listens on the Unix socket *address*."""

    def __init__(self, address: Path) -> None:
        self._address = address
        self._roads: OrderedDict[int, Road] = OrderedDict()
        self._orders: set[asyncio.Task[None]] = set()
        self._asked = 0  # the version that was asked last
        self._not_before = 0.0

    async def take(self, version: int, asked: float, deadline: float, client: int) -> Lane | None:
        """
        A lane to *version*, for a query of *client* that was *asked* at that time of the monotonic clock and has *deadline*, in
        seconds; None when it had better go the ordinary way, or its time is over.
        """
        road = self._road(version)
        if road is None:
            return None
        lane = None if road.waiting else road.free()
        if lane is None:
            lane = await _turn(road, asked + deadline)
        if lane is not None:
            lane.begin(asked, deadline, client)
        return lane

    def _road(self, version: int) -> Road | None:
        # Who goes through many versions once gets no lanes.
        wanted, self._asked = self._asked == version, version
        road = self._roads.get(version)
        if road is None:
            if not wanted:
                return None
            road = self._roads[version] = Road(lambda road: self._order(version, road))
            while len(self._roads) > _VERSIONS:
                self._roads.popitem(last=False)[1].close()
        elif wanted:
            self._roads.move_to_end(version)
        road.fill()
        return road

    def _order(self, version: int, road: Road) -> bool:
        if time.monotonic() < self._not_before:
            return False
        order = asyncio.ensure_future(self._ordered(version, road))
        self._orders.add(order)
        order.add_done_callback(self._orders.discard)
        return True

    async def _ordered(self, version: int, road: Road) -> None:
        lane = None
        try:
            async with asyncio.timeout(_PATIENCE):
                lane = await self._lent(version, road)
        except (OSError, TimeoutError):
            pass
        finally:
            if lane is None:
                self._not_before = time.monotonic() + _PAUSE
            road.add(lane)

    async def _lent(self, version: int, road: Road) -> Lane | None:
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
            lane = Lane(road)
            lane.loan = Loan(lane)
            await loop.create_unix_connection(lambda: lane, sock=worker)
            await loop.create_unix_connection(lambda: lane.loan, sock=connection)
            unless_lent.pop_all()
            return lane

    def close(self) -> None:
        """Give back every worker."""
        for order in list(self._orders):
            order.cancel()
        while self._roads:
            self._roads.popitem()[1].close()


async def _turn(road: Road, end: float) -> Lane | None:
    """The lane that comes free for who waits on *road* until *end* of the monotonic clock; None when none does, or not in time."""
    if not (road.lanes or road.ordered) or len(road.waiting) >= _QUEUE:
        return None
    loop = asyncio.get_running_loop()
    turn: Turn = loop.create_future()
    road.waiting.append(turn)
    late = loop.call_later(end - time.monotonic(), _give, turn, None)
    try:
        return await turn
    except asyncio.CancelledError:
        if turn.done() and not turn.cancelled() and (lane := turn.result()):
            lane.free()
        raise
    finally:
        late.cancel()
