"""
A lane: the way straight to one worker that the pool has lent.

A query on a lane that has taken long is *claimed*: the pool attends to it from then on. When it is answered the worker is
released, and the pool lends it anew or wants it back.
"""

import asyncio
import time
from enum import Enum, auto
from typing import Protocol

from sparql import wire
from sparql.channel import Channel
from sparql.metrics import QUERIES, Outcome

_ANSWERED = QUERIES.labels(Outcome.ANSWERED)


class Road(Protocol):
    """Who is told what becomes of a lane; *long* is for how many seconds a query may have it to itself."""

    @property
    def long(self) -> float:
        """Seconds after which a query is claimed."""

    def freed(self, lane: "Lane") -> None:
        """*lane* is free for the next query."""

    def claimed(self, lane: "Lane") -> None:
        """The query on *lane* takes long; the pool attends to it."""

    def closed(self, lane: "Lane") -> None:
        """*lane* is of no more use."""


class State(Enum):
    """What becomes of a lane: free, taken by a query, its query claimed, its worker released, closed."""

    FREE = auto()
    TAKEN = auto()
    CLAIMED = auto()
    RELEASED = auto()
    CLOSED = auto()


class Lane(Channel):
    """
    A channel to a worker, and *loan*, the connection to the pool that lent it. *road* is told what becomes of it.

    The pool closes the loan when the worker has ended or is no longer lent, and says why before.
    """

    loan: "Loan"

    def __init__(self, road: Road) -> None:
        super().__init__()
        self._road = road
        self.state = State.FREE
        self._recalled = False
        self._began = self._asked = self._deadline = 0.0
        self._client = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_lost(self, _: Exception | None) -> None:
        """The worker has gone; the pool will say why."""

    def begin(self, asked: float, deadline: float, client: int) -> None:
        """A query of *client* begins that was *asked* at that time of the monotonic clock and has *deadline*, in seconds."""
        self.state = State.TAKEN
        self._began = time.monotonic()
        self._asked, self._deadline, self._client = asked, deadline, client
        self._timer = asyncio.get_running_loop().call_later(self._road.long, self._claim)

    def _claim(self) -> None:
        self.state = State.CLAIMED
        self.loan.send(wire.CLAIM.pack(time.monotonic() - self._asked, self._deadline, self._client))
        self._road.claimed(self)

    def done(self) -> None:
        """The query is answered; the next may come, or the pool is told."""
        if self._recalled:
            self.close()
        elif self.state is State.CLAIMED:
            self.state = State.RELEASED
            self.loan.send(wire.RELEASED)
        elif self.state is State.TAKEN:
            if self._timer:
                self._timer.cancel()
            _ANSWERED.observe(time.monotonic() - self._began)
            self.free()

    def free(self) -> None:
        """Let the next query have the lane, unless it is closed."""
        if self._recalled:
            self.close()
        elif self.state is not State.CLOSED:
            self.state = State.FREE
            self._road.freed(self)

    def recall(self) -> None:
        """The pool wants the worker back; a query that has begun may end."""
        self._recalled = True
        if self.state not in {State.TAKEN, State.CLAIMED}:
            self.close()

    def lose(self) -> None:
        """The loan is over."""
        self.recall()
        super().lose()

    def close(self) -> None:
        """Give the worker back, or leave it in the middle of a query, which ends it. Closing twice is allowed."""
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        if self._timer:
            self._timer.cancel()
        super().close()
        self.loan.close()
        self._road.closed(self)


class Loan(Channel):
    """The connection to the pool by which *lane* has its worker."""

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._lane = lane

    def add(self, kind: wire.Frame, payload: bytes) -> None:
        """The pool lends the worker anew, or says how the answer or the loan ends."""
        if kind is wire.Frame.LENT:
            self._lane.free()
            return
        if kind is wire.Frame.ERROR:
            self._lane.add(kind, payload)
        self._lane.recall()

    def lose(self) -> None:
        """The pool has ended the loan, or has gone."""
        self._lane.lose()
