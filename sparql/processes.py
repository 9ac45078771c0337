"""
The processes of the pool, seen from the pool: zygotes, and the workers forked from them.
"""

import asyncio
import contextlib
import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from sparql.worker import READY

_PROCESS_CLOCK = 2  # what the kernel calls CPUCLOCK_SCHED; the number of the process stands above it, inverted


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """
    A query worker as the pool sees it. *from_memory* tells whether it reads a memory image or the disk, *yields* whether it
    has to yield to others.
    """

    pid: int
    handle: int  # pidfd: a pid could be another process by the time of the kill
    control: socket.socket
    from_memory: bool
    parent: "ZygoteProcess"
    yields: bool = False

    def lives(self) -> bool:
        """Whether it still waits for work; one that the system ended does not."""
        try:
            return bool(self.control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def worked(self) -> float:
        """How long it has had a processor since it started, in seconds. Source: clock_getcpuclockid(3)."""
        with contextlib.suppress(OSError):
            return time.clock_gettime((~self.pid << 3) | _PROCESS_CLOCK)
        return math.inf

    def yield_to_others(self) -> None:
        """From now on it runs only when nothing else wants to. Source: sched(7), SCHED_IDLE."""
        self.yields = True
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))

    def stop_yielding(self) -> None:
        """Let it run like others again, where the system allows that. Source: sched(7), SCHED_IDLE and RLIMIT_NICE."""
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))
            self.yields = False

    def stand_still(self) -> None:
        """Let it run no further until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again after `stand_still`."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it now, whatever it does. Killing twice is allowed."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    async def ran_out(self) -> bool:
        """
        Whether it, which has ended by itself, ended because it got no more memory or had no stack left.
        """
        self.kill()  # it may still be on its way out
        try:
            answer = await self.parent.command({"do": "ended", "pid": self.pid})
        except OSError:  # its parent has ended as well, or has been let go
            return False
        return -answer["status"] in {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS}

    def end(self) -> None:
        """Kill it, and let go of it. Ending twice is allowed."""
        if self.control.fileno() != -1:
            self.kill()
            self.close()

    def close(self) -> None:
        """Let go of it; an idle worker ends by that."""
        self.control.close()
        os.close(self.handle)


@dataclass(slots=True, eq=False)
class ZygoteProcess:
    """
    A zygote as the pool sees it; *process* is None for one that another zygote has forked. *turn* keeps one command from
    running into another.
    """

    handle: int  # pidfd
    commands: socket.socket
    process: subprocess.Popen[bytes] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def start(cls) -> "ZygoteProcess":
        """A new zygote, which opens nothing until it is told to."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "sparql.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
            )
        ours.setblocking(False)
        return cls(os.pidfd_open(process.pid), ours, process)

    async def load(self, path: Path) -> None:
        """Hold the version whose store is at *path* in memory. ConnectionError when it could not."""
        await self.command({"do": "load", "path": str(path)})

    async def succeed(self, old: Path, new: Path) -> "ZygoteProcess":
        """
        A zygote that holds the version at *new*, made from this one, which holds that at *old*; the two share what agrees.

        Raises:
            ConnectionError: It could not be made.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.setblocking(False)
        with theirs:
            try:
                pid = (await self.command({"do": "succeed", "old": str(old), "new": str(new)}, theirs))["pid"]
            except BaseException:
                ours.close()
                raise
        successor = ZygoteProcess(os.pidfd_open(pid), ours)
        try:
            await successor.reply()
        except BaseException:
            successor.stop()
            raise
        return successor

    async def command(self, fields: dict[str, object], handed: socket.socket | None = None) -> dict[str, int]:
        """The reply to one command; ConnectionError when the zygote has died."""
        async with self.turn:
            message = json.dumps(fields).encode()
            if handed is None:
                await asyncio.get_running_loop().sock_sendall(self.commands, message)
            else:
                socket.send_fds(self.commands, [message], [handed.fileno()])
            return await self.reply()

    async def reply(self) -> dict[str, int]:
        """What it says next; ConnectionError when it has died."""
        reply = b""
        while not reply.endswith(b"\n"):
            part = await asyncio.get_running_loop().sock_recv(self.commands, 65_536)
            if not part:
                raise ConnectionError("the zygote has died")
            reply += part
        answer: dict[str, int] = json.loads(reply)
        return answer

    async def fork(self, path: Path, memory: int, *, from_memory: bool) -> WorkerProcess:
        """
        A worker over the store at *path* that may take *memory* more bytes, once it is ready.

        Raises:
            ConnectionError: It could not start.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.setblocking(False)
        try:
            with theirs:
                pid = (await self.command({"do": "fork", "path": str(path), "memory": memory}, theirs))["pid"]
            if await asyncio.get_running_loop().sock_recv(ours, 1) != READY:
                raise ConnectionError("a query worker could not start")
            return WorkerProcess(pid, os.pidfd_open(pid), ours, from_memory, self)
        except BaseException:
            ours.close()
            raise

    def stop(self) -> None:
        """End it, and with it the workers that it forked. Stopping twice is allowed."""
        if self.commands.fileno() == -1:
            return
        self.commands.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        os.close(self.handle)
        if self.process:
            self.process.wait()
