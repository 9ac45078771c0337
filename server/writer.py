"""
The way from a web process to the data: one writing process, which is killed when a change takes too long.

Changes are made in a process of its own, as an update can run away in time and memory and an engine cannot be stopped
from within. It is started with the first change and then kept. What it had begun when it is killed, nobody ever sees.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

from server import changes, writes
from server.settings import Settings
from server.writes import Job, Reply, WriterLost, WriteTimeout, WriteTooLarge
from sparql import errors

_WAITING = 16  # changes that may wait in one web process
_PATIENCE = 5.0  # seconds in which an idle process says that it lives
_ABORTED = {-signal.SIGABRT, -signal.SIGSEGV}  # how the engine ends when memory is refused


@dataclass(slots=True)
class _Process:
    """A writing process and the channel to it."""

    process: "subprocess.Popen[bytes]"
    channel: socket.socket

    def end(self) -> int:
        """End it, and the validation processes that it started; its exit code."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


class Writer:
    """
    The way to the writing process of *settings*; safe to use from any thread and event loop.

    *command* gives the command that starts one that speaks over the descriptor given.
    """

    def __init__(self, settings: Settings, command: Callable[[Settings, int], list[str]] | None = None) -> None:
        self._settings = settings
        self._command = command or command_line
        self._turn = threading.Lock()
        self._running: _Process | None = None
        self._waiting = 0
        self._threads = ThreadPoolExecutor(_WAITING, thread_name_prefix="writer")

    async def write(self, job: Job, body: BinaryIO | None = None) -> Reply:
        """
        What came of *job*, whose RDF is in the file *body*.

        Raises:
            WriteError: Nothing was published, as its class says.
            QueryError: Likewise; a class of `sparql.errors`.
            StoreError: Likewise.
        """
        if self._waiting >= _WAITING:
            met = errors.Overloaded("too many changes are waiting; try again later")
            changes.count(met, 0.0)
            raise met
        self._waiting += 1
        began = time.monotonic()
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._asked, job, body)
        asked.add_done_callback(lambda done: self._done(done, time.monotonic() - began))
        # Shielded: a change goes on when the one who asked for it has gone, for nobody knows how far it is.
        return await asyncio.shield(asked)

    def _done(self, asked: asyncio.Future[Reply], seconds: float) -> None:
        self._waiting -= 1
        if not asked.cancelled():
            changes.count(asked.exception() or asked.result(), seconds)

    def _asked(self, job: Job, body: BinaryIO | None) -> Reply:
        deadline = self._settings.write_deadline
        end = time.monotonic() + deadline
        if not self._turn.acquire(timeout=deadline):
            raise errors.Overloaded(f"other changes took longer than {deadline:g} seconds; try again later")
        try:
            at_work = self._idle() or self._started()
            self._running = None
            try:
                at_work.channel.settimeout(max(end - time.monotonic(), 0.001))
                writes.send(at_work.channel, job.encode(), None if body is None else body.fileno())
                reply = Reply.decode(writes.receive(at_work.channel)[0])
            except TimeoutError:
                at_work.end()
                raise WriteTimeout(
                    f"the change was not made within {deadline:g} seconds and was stopped; nothing was published"
                ) from None
            except OSError as met:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    at_work.process.wait(1)  # so that it is known how it ended
                if at_work.end() in _ABORTED:
                    raise WriteTooLarge(_TOO_MUCH) from met
                raise WriterLost("the writing process ended before it answered; nothing was published") from met
            self._running = at_work
            return _checked(reply)
        finally:
            self._turn.release()

    def _idle(self) -> _Process | None:
        """The process that made the change before, unless it has ended since, or is about to: threads end one by one."""
        if self._running and not writes.reads(self._running.channel, _PATIENCE):
            self._running.end()
            self._running = None
        return self._running

    def _started(self) -> _Process:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            process = subprocess.Popen(
                self._command(self._settings, theirs.fileno()),
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a group of its own, to be killed whole; the keyboard does not reach it
            )
        return _Process(process, ours)

    def close(self) -> None:
        """End the writing process, if there is one."""
        with self._turn:
            if self._running:
                self._running.end()
                self._running = None
        self._threads.shutdown(wait=False)


_TOO_MUCH = "the change needs more memory than a change may have; nothing was published, make it in smaller parts"


def _checked(reply: Reply) -> Reply:
    if not reply.error:
        return reply
    kind = getattr(writes, reply.error, None)
    if kind is not None:
        raise kind(reply.message, {**reply.fields, "report": reply.report} if reply.report else reply.fields)
    known = getattr(errors, reply.error)
    if known is errors.UnsupportedMediaType:
        raise known(reply.message, reply.fields["accepted"])
    error: Exception = known.__new__(known)
    error.args = (reply.message,)
    raise error


def command_line(settings: Settings, descriptor: int) -> list[str]:
    """The command that starts a writing process for *settings* that speaks over *descriptor*."""
    fields = [
        str(settings.var.resolve()),
        settings.base_iri,
        settings.public_url,
        str(settings.keep),
        str(settings.write_memory),
        str(settings.write_deadline),
    ]
    return [sys.executable, "-m", "server.publishing", str(descriptor), *fields]
