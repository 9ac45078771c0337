"""
The load driver: one process, one loop over many connections, each with one request under way at a time.

``python -m benchmarks.driver`` reads a `Load` as JSON from standard input and prints a `Driven` as JSON. It speaks just
enough HTTP/1.1 to know where a response ends, so that it takes a fraction of the time of any server that it drives.
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

UNIQUE = "00000000"
"""What stands in a request for a number that no other request of the load has; it has as many digits."""
BROKEN = "broken"
"""What stands for the status of a response that was not whole when its connection was closed."""
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Load:
    """
    *requests*, whole as they go over the wire, one after the other for *seconds*, over as many *connections* to *port*
    of this machine. A response that has not come whole after *patience* seconds ends the load.
    """

    port: int
    requests: Sequence[str]
    connections: int
    seconds: float
    patience: float


@dataclass(slots=True)
class Driven:
    """
    What came of a load: the *durations* of the responses in seconds, how often each status came, the bytes of all
    responses, the *seconds* it took, and how many requests were still *unanswered* when patience was at its end.
    """

    durations: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    received: int = 0
    seconds: float = 0.0
    unanswered: int = 0

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.durations) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float | None:
        """The duration that *share* of the responses did not exceed; None when there were none."""
        ordered = sorted(self.durations)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


class BrokenResponse(ValueError):
    """A server sent what is no HTTP/1.1 response."""


class Response:
    """A response as it comes in: fed with bytes, it says when it is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._left: int | None = None
        self._chunked = False
        self.status = ""

    def feed(self, data: bytes) -> bool:
        """
        Whether the response is whole with *data*.

        Raises:
            BrokenResponse: It is none, or goes on behind its end.
        """
        self._buffer += data
        if not self.status and not self._begun():
            return False
        if self._chunked:
            return self._chunks()
        left = (self._left or 0) - (len(self._buffer) - self._at)
        if left < 0:
            raise BrokenResponse("there are bytes behind the end of a response")
        return left == 0

    def _begun(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        if not first.startswith("HTTP/1.1 "):
            raise BrokenResponse(f"a response begins {first[:40]!r}")
        self.status, self._at = first.split(" ", 2)[1], end + 4
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self._chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        if not self._chunked:
            self._left = 0 if self.status in {"204", "304"} else int(headers["content-length"])
        return True

    def _chunks(self) -> bool:
        while (end := self._buffer.find(b"\r\n", self._at)) >= 0:
            size = int(self._buffer[self._at : end].partition(b";")[0], 16)
            after = end + 2 + size + 2
            if len(self._buffer) < after:
                return False
            self._at = after
            if not size:
                return True
        return False


class _Connection:
    """One place in the load; a server may close the connection behind an answer, and then there is another."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._port, self._selector = port, selector
        self.response = Response()
        self.begun = 0.0
        self._connect()

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self, request: bytes) -> None:
        if self.socket.fileno() < 0:
            self._connect()
        self.response = Response()
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes:
        """What has come; nothing when the server has closed the connection."""
        with contextlib.suppress(ConnectionError):
            if data := self.socket.recv(_CHUNK):
                return data
        self.close()
        return b""

    def close(self) -> None:
        if self.socket.fileno() >= 0:
            self._selector.unregister(self.socket)
            self.socket.close()


def drive(load: Load) -> Driven:
    """
    Carry out *load*.

    Raises:
        BrokenResponse: A server does not speak HTTP/1.1.
    """
    requests, place = [request.encode() for request in load.requests], UNIQUE.encode()
    driven, statuses, sent = Driven(), Counter[str](), 0

    def following() -> bytes:
        nonlocal sent
        sent += 1
        return requests[sent % len(requests)].replace(place, b"%08d" % sent)

    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        open_ = [_Connection(load.port, selector) for _ in range(load.connections)]
        for connection in open_:
            stack.callback(connection.close)
        began = time.perf_counter()
        ends, last = began + load.seconds, began + load.seconds + load.patience
        for connection in open_:
            connection.send(following())
        waiting = set(open_)
        while waiting and (now := time.perf_counter()) < last:
            for key, _ in selector.select(last - now):
                connection = key.data
                data = connection.receive()
                driven.received += len(data)
                if connection not in waiting or (data and not connection.response.feed(data)):
                    continue
                now = time.perf_counter()
                driven.durations.append(now - connection.begun)
                statuses[connection.response.status if data else BROKEN] += 1
                if now < ends:
                    connection.send(following())
                else:
                    waiting.discard(connection)
        driven.seconds = time.perf_counter() - began
    driven.statuses, driven.unanswered = dict(statuses), len(waiting)
    return driven


def main() -> int:
    """Carry out the load that standard input describes, and print what came of it."""
    print(json.dumps(asdict(drive(Load(**json.load(sys.stdin))))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
