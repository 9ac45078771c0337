"""
The asker's end of a connection to the pool or a worker: requests go out, frames come in.
"""

import asyncio
from collections import deque
from typing import cast

from sparql import errors, wire

_MOST = 4 * wire.CHUNK  # bytes that wait to be read before the other end is let wait


class Channel(asyncio.Protocol):
    """
    Frames in the order in which they came, read by one reader at a time.

    When the connection is closed before the frame that somebody waits for has come, `frame` raises `errors.WorkerLost`.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._rest = b""  # of what has come: the beginning of a frame
        self._frames: deque[tuple[wire.Frame, bytes]] = deque()
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep *transport*; called by the event loop."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take apart what has come; called by the event loop."""
        data = self._rest + data if self._rest else data
        at, size = 0, len(data)
        while size - at >= wire.HEAD_SIZE:
            kind, length = wire.parse_head(data[at : at + wire.HEAD_SIZE])
            end = at + wire.HEAD_SIZE + length
            if end > size:
                break
            self.add(kind, data[at + wire.HEAD_SIZE : end])
            at = end
        self._rest = data[at:]
        if self._held > _MOST and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def connection_lost(self, _: Exception | None) -> None:
        """Let whoever waits know, and what the pool has said if anything; called by the event loop."""
        if (payload := wire.error_at_end(self._rest)) is not None:
            self.add(wire.Frame.ERROR, payload)
        self.lose()

    def add(self, kind: wire.Frame, payload: bytes) -> None:
        """Put a frame behind those that have come."""
        self._frames.append((kind, payload))
        self._held += len(payload)
        self._wake()

    def lose(self) -> None:
        """No more frames will come."""
        self._lost = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def send(self, encoded: bytes) -> None:
        """Send a request, or whatever the other end understands."""
        self._transport.write(encoded)

    async def frame(self) -> tuple[wire.Frame, bytes]:
        """
        The next frame.

        Raises:
            WorkerLost: None comes any more.
        """
        while not self._frames:
            if self._lost:
                raise errors.WorkerLost("the worker ended before its answer did; ask again")
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        kind, payload = self._frames.popleft()
        self._held -= len(payload)
        if self._paused and self._held < _MOST // 2:
            self._paused = False
            self._transport.resume_reading()
        return kind, payload

    def done(self) -> None:
        """The last frame of an answer has been read."""
        self.close()

    def close(self) -> None:
        """Let go; the worker stops if it is still at work."""
        self._transport.close()
