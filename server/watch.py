"""
Watching over the requests of a web process: each is counted and, if the operator wants it, logged; and when the process is
asked to end, what is being answered is answered while new requests are turned away.
"""

import asyncio
import contextlib
import datetime as dt
import logging
import signal
import time
from types import FrameType

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import asked, metrics, problems
from server.accesslog import AccessLog, fields_of
from server.tally import Tally
from sparql.errors import Overloaded, QueryError, StoreError

_ALWAYS = {"/health", "/metrics"}  # answered to the end


class Watch:
    """
    What a web process does at this moment: how many requests are *active*, and whether it is *ending*.
    """

    def __init__(self, log: AccessLog | None = None) -> None:
        self.log = log
        self.tally: Tally | None = None
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
            if self.tally:
                self.tally.flush()
            if self.log:
                self.log.flush()
            if callable(before):
                before(signal.SIGTERM, None)

        async def _wait() -> None:
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
            loop.call_soon_threadsafe(lambda: waiting.append(loop.create_task(_wait())))

        waiting: list[asyncio.Task[None]] = []
        signal.signal(signal.SIGTERM, told)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it as well, and tells us


class InALine(logging.Filter):
    """What lets a log tell in one line of an answer that passed a limit after it had begun; of other errors, all."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True; *record* loses its traceback when a query of a client is all that went wrong."""
        met = record.exc_info[1] if record.exc_info else None
        if isinstance(met, QueryError | StoreError):
            record.msg, record.args, record.exc_info = "an answer broke off: %s", (met,), None
        return True


class Watched:
    """*app* under *watch*, and with it what the answers that are *kept* save."""

    def __init__(self, app: ASGIApp, watch: Watch, kept: metrics.CacheCount) -> None:
        self._app = app
        self._watch = watch
        self._kept = kept

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
        finally:
            watch.done()
            took = time.perf_counter() - started
            metrics.observe(scope["path"], status, took)
            self._kept.count()
            if watch.log:
                fields = {
                    "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                    "seconds": round(took, 6),
                    **fields_of(scope["method"], scope["path"], status, size, int(version) if version else None),
                }
                if not whole:
                    fields["broken"] = True
                watch.log.write(fields, seen.text)


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    met = Overloaded("the service is being stopped; ask again in a moment")
    response = problems.of(met, Request(scope, receive))
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
