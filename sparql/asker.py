"""
Asking the pool: the one way in which a query of anybody reaches the data.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sparql import errors, wire
from sparql.channel import Channel
from sparql.lanes import LONG, Lanes


@dataclass(slots=True)
class Answer:
    """
    An answer whose first bytes are known to exist: *content_type*, *format*, the IRIs of *unknown* functions that the query
    calls, and the body, streamed.

    The body raises `errors.WorkerLost` or `errors.QueryTimeout` when it breaks off, so that nobody takes a part for the whole.
    """

    content_type: str
    format: str
    unknown: tuple[str, ...]
    _first: bytes
    _complete: bool
    _channel: Channel

    async def body(self) -> AsyncIterator[bytes]:
        """The bytes of the answer, in chunks of at most `wire.CHUNK` and a little more."""
        try:
            yield self._first
            while not self._complete:
                kind, payload = await self._channel.frame()
                if kind is wire.Frame.ERROR:
                    self.end()
                    raise _error(payload)
                if kind is wire.Frame.END:
                    self.end()
                yield payload
        finally:
            self.close()

    def end(self) -> None:
        """The last frame has come."""
        self._complete = True
        self._channel.done()

    async def read(self) -> bytes:
        """The whole body."""
        return b"".join([part async for part in self.body()])

    @property
    def whole(self) -> bytes | None:
        """The whole body when it came in one piece, else None."""
        return self._first if self._complete else None

    def close(self) -> None:
        """Let go; the worker stops if it is still at work."""
        if not self._complete:
            self._complete = True
            self._channel.close()


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks the pool that listens on the Unix socket *address*."""

    address: Path

    async def ask(self, request: wire.Request, version: int, deadline: float, client: int = 0) -> Answer:
        """
        The answer to *request* over version number *version*, 0 meaning the newest, within *deadline* seconds.

        Requests with the same *client* other than 0 count together. A worker that is lost before anything of the answer has
        come is made good once by another.

        Raises:
            QueryError: One of the classes of `sparql.errors`, as the pool or the worker said.
            UnknownVersion: There is no such version.
        """
        end = time.monotonic() + deadline
        try:
            return await self._ask(request.encode(version, deadline, client))
        except errors.WorkerLost:
            if (left := end - time.monotonic()) <= 0:
                raise
            return await self._ask(request.encode(version, left, client))

    async def _ask(self, encoded: bytes) -> Answer:
        try:
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, str(self.address))
        except OSError as met:
            raise errors.Overloaded(f"the query workers cannot be reached: {met}") from met
        return await answer(channel, encoded)


@dataclass(slots=True)
class Express:
    """
    Somebody who asks *asker*'s pool often: by lanes while they are open, and otherwise as *asker* does.
    """

    asker: Asker
    _lanes: Lanes | None = None

    async def ask(self, request: wire.Request, version: int, deadline: float, client: int = 0) -> Answer:
        """The answer to *request*, as `Asker.ask` gives it."""
        if self._lanes and version and deadline > LONG:
            asked = time.monotonic()
            lane = await self._lanes.take(version, asked, deadline, client)
            if lane is not None:
                try:
                    return await answer(lane, request.encode(version, deadline, client))
                except errors.WorkerLost:
                    if asked + deadline <= time.monotonic():
                        raise
            left = asked + deadline - time.monotonic()
            if left <= 0:
                raise errors.QueryTimeout.after(deadline)
            deadline = left
        return await self.asker.ask(request, version, deadline, client)

    @contextlib.asynccontextmanager
    async def lanes(self) -> AsyncIterator[None]:
        """Lanes are open meanwhile, for the event loop that runs now."""
        self._lanes = opened = Lanes(self.asker.address)
        try:
            yield
        finally:
            self._lanes = None
            opened.close()


async def answer(channel: Channel, encoded: bytes) -> Answer:
    """
    The answer that comes over *channel* to the request *encoded*, once its first bytes, or all of a small one, are there.

    Raises what the worker or the pool says.
    """
    try:
        channel.send(encoded)
        kind, payload = await channel.frame()
        if kind is wire.Frame.HEADER:
            header = wire.parse_header(payload)
            first = b""
            kind, payload = await channel.frame()
            if kind is wire.Frame.DATA:
                first = payload
                # An answer that fits in one frame is complete now; a longer one goes on in `Answer.body`.
                if len(first) < wire.CHUNK:
                    kind, payload = await channel.frame()
            if kind is not wire.Frame.ERROR:
                found = Answer(*header, first, False, channel)
                if kind is wire.Frame.END:
                    found.end()
                return found
    except BaseException:
        channel.close()
        raise
    channel.done()
    raise _error(payload)


def _error(payload: bytes) -> errors.QueryError | errors.StoreError:
    fields = json.loads(payload)
    kind = getattr(errors, fields["kind"])
    error: errors.QueryError | errors.StoreError = kind.__new__(kind)
    error.args = (fields["message"],)
    return error
