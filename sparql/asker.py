"""
Asking the pool: the one way in which a query of anybody reaches the data.
"""

import asyncio
import json
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sparql import errors, wire


@dataclass(slots=True)
class Answer:
    """
    An answer whose first bytes are known to exist: *content_type*, *format*, and the body, streamed.

    The body raises `errors.WorkerLost` or `errors.QueryTimeout` when it breaks off, so that nobody takes a part for the whole.
    """

    content_type: str
    format: str
    _first: bytes
    _complete: bool
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def body(self) -> AsyncIterator[bytes]:
        """The bytes of the answer, in chunks of at most `wire.CHUNK` and a little more."""
        try:
            yield self._first
            while not self._complete:
                kind, payload = await _frame(self._reader)
                if kind is wire.Frame.ERROR:
                    raise _error(payload)
                self._complete = kind is wire.Frame.END
                yield payload
        finally:
            self.close()

    async def read(self) -> bytes:
        """The whole body."""
        return b"".join([part async for part in self.body()])

    @property
    def whole(self) -> bytes | None:
        """The whole body when it came in one piece, else None."""
        return self._first if self._complete else None

    def close(self) -> None:
        """Let go; the worker stops if it is still at work."""
        self._writer.close()


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
            reader, writer = await asyncio.open_unix_connection(str(self.address), limit=4 * wire.CHUNK)
        except OSError as met:
            raise errors.Overloaded(f"the query workers cannot be reached: {met}") from met
        try:
            writer.write(encoded)
            await writer.drain()
            kind, payload = await _frame(reader)
            if kind is wire.Frame.ERROR:
                raise _error(payload)
            header = json.loads(payload)
            first, complete = b"", False
            kind, payload = await _frame(reader)
            if kind is wire.Frame.DATA:
                first = payload
                # An answer that fits in one frame is complete now; a longer one goes on in `Answer.body`.
                if len(first) < wire.CHUNK:
                    kind, payload = await _frame(reader)
            if kind is wire.Frame.ERROR:
                raise _error(payload)
            complete = kind is wire.Frame.END
        except BaseException:
            writer.close()
            raise
        return Answer(header["content_type"], header["format"], first, complete, reader, writer)


async def _frame(reader: asyncio.StreamReader) -> tuple[wire.Frame, bytes]:
    try:
        kind, length = wire.parse_head(await reader.readexactly(wire.HEAD_SIZE))
        return kind, await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError, struct.error, ValueError) as met:
        raise errors.WorkerLost("the worker ended before its answer did; ask again") from met


def _error(payload: bytes) -> errors.QueryError | errors.StoreError:
    fields = json.loads(payload)
    kind = getattr(errors, fields["kind"])
    error: errors.QueryError | errors.StoreError = kind.__new__(kind)
    error.args = (fields["message"],)
    return error
