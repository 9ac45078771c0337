"""
Watching over the requests of a web process: each is counted and, if the operator wants it, logged; and when the process is
asked to end, what is being answered is answered while new requests are turned away.
"""

import asyncio
import contextlib
import datetime as dt
import hashlib
import json
import logging
import os
import signal
import time
from pathlib import Path
from types import FrameType

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import asked, metrics, problems
from server.cache import Cache
from sparql.errors import Overloaded, QueryError, StoreError

log = logging.getLogger("hankinta.server")
_FLUSH = 0.2  # seconds that a line may wait for company
_WHOLE = 4096  # bytes that a pipe takes in one piece; lines of several processes do not mix
_STANDARD_OUTPUT = 1
_ALWAYS = {"/health", "/metrics"}  # answered to the end


class AccessLog:
    """
    One JSON object a line for each request: to the file *place*, or to standard output when it is ``-``.

    The text of a query stands there only *with_queries*, its hash always; of the address only the path, and of headers
    nothing, so that no token is ever written.
    """

    def __init__(self, place: str, *, with_queries: bool) -> None:
        self._path = None if place == "-" else Path(place)
        self._with_queries = with_queries
        self._lines: list[bytes] = []

    def write(self, fields: dict[str, object], text: str | None) -> None:
        """Write one line soon."""
        if text is not None:
            fields["query"] = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
            if self._with_queries:
                fields["text"] = text
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH, self.flush)
        self._lines.append(json.dumps(fields, ensure_ascii=False).encode(errors="replace") + b"\n")

    def flush(self) -> None:
        """Write now what waits. A log that cannot be written stops nobody from being answered."""
        lines, self._lines = self._lines, []
        with contextlib.suppress(OSError):
            # Opened anew, so that whoever rotates the file may simply move it.
            where = (
                os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640) if self._path else _STANDARD_OUTPUT
            )
            try:
                for piece in _pieces(lines):
                    os.write(where, piece)
            finally:
                if self._path:
                    os.close(where)


def _pieces(lines: list[bytes]) -> list[bytes]:
    pieces = [b""]
    for line in lines:
        if len(pieces[-1]) + len(line) > _WHOLE:
            pieces.append(b"")
        pieces[-1] += line
    return pieces


class Watch:
    """
    What a web process does at this moment: how many requests are *active*, and whether it is *ending*.
    """

    def __init__(self, log: AccessLog | None = None) -> None:
        self.log = log
        self.active = 0
        self.ending = False
        self._quiet = asyncio.Event()

    def done(self) -> None:
        """Note that a request has been answered, or has broken."""
        self.active -= 1
        if self.ending and not self.active:
            self._quiet.set()

    def end_gently(self, within: float) -> None:
        """
        Let SIGTERM turn new requests away until those being answered are done, for *within* seconds at most; then it does
        what it did before. A second SIGTERM does so at once.
        """
        before = signal.getsignal(signal.SIGTERM)
        loop = asyncio.get_running_loop()

        def end() -> None:
            if self.log:
                self.log.flush()
            if callable(before):
                before(signal.SIGTERM, None)

        async def wait() -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._quiet.wait()
            end()

        def told(_: int, __: FrameType | None) -> None:
            if self.ending:
                end()
                return
            self.ending = True
            if not self.active:
                self._quiet.set()
            loop.call_soon_threadsafe(lambda: waiting.append(loop.create_task(wait())))

        waiting: list[asyncio.Task[None]] = []
        signal.signal(signal.SIGTERM, told)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it as well, and tells us


class Watched:
    """*app* under *watch*, and with it what its *kept* answers save."""

    def __init__(self, app: ASGIApp, watch: Watch, kept: Cache) -> None:
        self._app = app
        self._watch = watch
        self._kept = metrics.CacheCount(kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watch, seen = self._watch, asked.begin()
        status, size, version, whole = 0, 0, None, False

        async def counted(message: Message) -> None:
            nonlocal status, size, version, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                version = next((value for name, value in message["headers"] if name == b"hankinta-version"), None)
            else:
                size += len(message.get("body", b""))
                whole = not message.get("more_body", False)
            await send(message)

        started = time.perf_counter()
        watch.active += 1
        try:
            if watch.ending and scope["path"] not in _ALWAYS:
                await _turn_away(scope, receive, counted)
            else:
                await self._app(scope, receive, counted)
        except (QueryError, StoreError) as met:
            # The status has been sent: all that is left is to break off, so that nobody takes a part for the whole.
            log.warning("%s %s broke off: %s", scope["method"], scope["path"], met)
        finally:
            watch.done()
            took = time.perf_counter() - started
            metrics.observe(scope["path"], status, took)
            self._kept.count()
            if watch.log:
                fields: dict[str, object] = {
                    "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "seconds": round(took, 6),
                    "bytes": size,
                }
                if version is not None:
                    fields["version"] = int(version)
                if not whole:
                    fields["broken"] = True
                watch.log.write(fields, seen.text)


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    met = Overloaded("the service is being stopped; ask again in a moment")
    response = problems.of(met, Request(scope, receive))
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
