"""
The load driver: one process, each of its connections with one request under way at a time.

``python -m benchmarks.driver`` reads a `Load` as JSON from standard input and prints a `Driven` as JSON. Whatever it takes for
a request hides part of a difference between servers, so over one connection it waits in the system call that reads, and
over many it asks for all that are ready at once.
"""

import contextlib
import gc
import json
import math
import selectors
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.responses import Response
from benchmarks.steal import Watch

UNIQUE = "00000000"
"""What stands in a request for a number that no other request of the load has; it has as many digits."""
BROKEN = "broken"
"""What stands for the status of a response that was not whole when its connection was closed."""
DISTURBS = 0.02
"""
Seconds of a processor without which a response was disturbed: two steps of the system's counter, where one may be the rest
of a step long past.
"""
_CHUNK = 1 << 16  # above 128 KiB the allocator maps fresh pages for each answer, which doubles what a request costs us


@dataclass(frozen=True, slots=True)
class Load:
    """
    *requests*, whole as they go over the wire, one after the other for *seconds*, over as many *connections* to *port*
    of this machine. A response that has not come whole after *patience* seconds ends the load.

    With a *pace* so many requests become due in a second, as those of clients who do not know of each other; each goes over
    a connection that is free and counts from when it was due. At 0 each follows upon the answer to the one before it.
    The numbers in the requests follow upon *first*.
    """

    port: int
    requests: Sequence[str]
    connections: int
    seconds: float
    patience: float
    pace: float = 0.0
    first: int = 0


@dataclass(slots=True)
class Driven:
    """
    What came of a load: the *durations* of the responses in seconds, how often each status came, the bytes of all
    responses, the *seconds* it took, and how many requests were still *unanswered* when patience was at its end. Of a load
    with a pace also the seconds *stolen* from this machine during each of the responses.
    """

    durations: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    received: int = 0
    seconds: float = 0.0
    unanswered: int = 0
    stolen: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.durations) / self.seconds if self.seconds else 0.0

    @property
    def refused(self) -> int:
        """How many responses were something else than 200."""
        return sum(count for status, count in self.statuses.items() if status != "200")

    @property
    def undisturbed(self) -> list[float]:
        """The durations of those responses during which this machine had its processors."""
        return [took for took, lost in zip(self.durations, self.stolen, strict=True) if lost < DISTURBS]

    def quantile(self, share: float) -> float | None:
        """The duration that *share* of the responses did not exceed; None when there were none."""
        return quantile(self.durations, share)

    def quantile_undisturbed(self, share: float) -> float | None:
        """The same of the *undisturbed* durations."""
        return quantile(self.undisturbed, share)


def quantile(durations: Iterable[float], share: float) -> float | None:
    """The duration that *share* of the *durations* did not exceed; None when there are none."""
    ordered = sorted(durations)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def together(rounds: Iterable[Driven]) -> Driven:
    """What came of several loads, as of one that was interrupted."""
    found, statuses = Driven(), Counter[str]()
    for each in rounds:
        found.durations += each.durations
        found.stolen += each.stolen
        statuses.update(each.statuses)
        found.received += each.received
        found.seconds += each.seconds
        found.unanswered += each.unanswered
    found.statuses = dict(statuses)
    return found


class _Connection:
    """One place in the load; a server may close the connection behind an answer, and then there is another."""

    __slots__ = ("_port", "begun", "response", "socket")

    def __init__(self, port: int) -> None:
        self._port = port
        self.response = Response()
        self.begun = 0.0
        self.socket = self._opened()

    def _opened(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send(self, request: bytes, begun: float) -> bool:
        """Send *request*, which counts from *begun*; whether that took another connection."""
        again = self.socket.fileno() < 0
        if again:
            self.socket = self._opened()
        self.response = Response()
        self.begun = begun
        self.socket.sendall(request)
        return again

    def receive(self) -> bytes:
        """
        What has come; nothing when the server has closed the connection.

        Raises:
            TimeoutError: Nothing came in time.
        """
        with contextlib.suppress(ConnectionError):
            return self.socket.recv(_CHUNK)
        return b""


def drive(load: Load) -> Driven:
    """
    Carry out *load*.

    Raises:
        BrokenResponse: A server does not speak HTTP/1.1.
    """
    requests, place = [request.encode() for request in load.requests], UNIQUE.encode()
    sent = load.first

    def following() -> bytes:
        nonlocal sent
        sent += 1
        return requests[sent % len(requests)].replace(place, b"%08d" % sent)

    with contextlib.ExitStack() as stack:
        connections = [_Connection(load.port) for _ in range(load.connections)]
        for connection in connections:
            stack.callback(lambda each: each.socket.close(), connection)
        if load.pace:
            return _paced(load, connections, following)
        if len(connections) == 1:
            return _one_by_one(load, connections[0], following)
        return _many(load, connections, following)


def _one_by_one(load: Load, connection: _Connection, following: Callable[[], bytes]) -> Driven:
    driven, statuses, clock = Driven(), Counter[str](), time.perf_counter
    began = now = clock()
    ends, last = began + load.seconds, began + load.seconds + load.patience
    connection.socket.settimeout(load.seconds + load.patience)
    while now < ends:
        if connection.send(following(), clock()):
            connection.socket.settimeout(max(0.001, last - clock()))
        response, whole = connection.response, False
        try:
            while not whole:
                data = connection.receive()
                driven.received += len(data)
                whole = not data or response.feed(data)
        except TimeoutError:
            driven.unanswered = 1
            break
        now = clock()
        driven.durations.append(now - connection.begun)
        statuses[response.status if data else BROKEN] += 1
        if not data:
            connection.socket.close()
    driven.statuses, driven.seconds = dict(statuses), clock() - began
    return driven


def _paced(load: Load, connections: Sequence[_Connection], following: Callable[[], bytes]) -> Driven:
    driven, statuses, clock = Driven(), Counter[str](), time.perf_counter
    watch = Watch(clock)
    free = deque(connections)  # each in its turn, for a server closes one that is not used for long
    with selectors.SelectSelector() as selector:  # it waits to the microsecond, others to the millisecond
        began = due = clock()
        # Half a step is left out at the end: a sum of steps is never quite what it should be.
        ends, last = began + load.seconds - 0.5 / load.pace, began + load.seconds + load.patience
        while (now := clock()) < last and (due < ends or len(free) < len(connections)):
            while free and due <= now and due < ends:
                connection = free.popleft()
                connection.send(following(), due)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                due += 1 / load.pace
            ready = selector.select(max(0.0, (due if free and due < ends else last) - now))
            watch.look()
            for key, _ in ready:
                connection = key.data
                data = connection.receive()
                driven.received += len(data)
                if data and not connection.response.feed(data):
                    continue
                driven.durations.append(clock() - connection.begun)
                driven.stolen.append(watch.since(connection.begun))
                statuses[connection.response.status if data else BROKEN] += 1
                selector.unregister(connection.socket)
                if not data:
                    connection.socket.close()
                free.append(connection)
        driven.seconds = clock() - began
    driven.unanswered = len(connections) - len(free) + max(0, math.ceil((ends - due) * load.pace))
    driven.statuses = dict(statuses)
    return driven


def _many(load: Load, connections: Sequence[_Connection], following: Callable[[], bytes]) -> Driven:
    driven, statuses, clock = Driven(), Counter[str](), time.perf_counter
    with selectors.DefaultSelector() as selector:
        began = clock()
        ends, last = began + load.seconds, began + load.seconds + load.patience
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(following(), clock())
        waiting = set(connections)
        while waiting and (now := clock()) < last:
            for key, _ in selector.select(last - now):
                connection = key.data
                data = connection.receive()
                if not data:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                driven.received += len(data)
                if connection not in waiting or (data and not connection.response.feed(data)):
                    continue
                now = clock()
                driven.durations.append(now - connection.begun)
                statuses[connection.response.status if data else BROKEN] += 1
                if now >= ends:
                    waiting.discard(connection)
                elif connection.send(following(), clock()):
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
        driven.seconds = clock() - began
    driven.statuses, driven.unanswered = dict(statuses), len(waiting)
    return driven


def main() -> int:
    """Carry out the load that standard input describes, and print what came of it."""
    load = Load(**json.load(sys.stdin))
    gc.disable()  # nothing here refers to itself, and a collection would be a pause of our own among the durations
    print(json.dumps(asdict(drive(load))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
