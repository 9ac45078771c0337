"""
The processes of the service: one query pool, and the web processes that ask it.
"""

import contextlib
import errno
import logging
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from server.connections import Connection
from server.settings import Settings, announce, share_metrics
from sparql.limits import Limits
from sparql.pool import command_line

_START = 60.0  # seconds that the pool may take to listen; on a busy machine fifteen were not enough
_QUIET = (
    75  # seconds; less than a client or a proxy keeps its connections, and a request meets one that is being closed
)
_PAUSE = 0.5  # seconds before one that ended is started again

log = logging.getLogger("hankinta.server")


class PoolError(OSError):
    """The query pool did not start."""


class PortError(OSError):
    """Nobody can listen on the port that was chosen."""


def run(settings: Settings, host: str, port: int, workers: int, greeting: str) -> None:
    """
    Serve until interrupted: the pool in a process of its own, *workers* web processes on *host* and *port*.

    *greeting* is printed when they listen.

    A pool that already listens for the same versions is shared.

    Raises:
        PortError: The port is in use, or not for this user.
        PoolError: The pool does not start.
    """
    config = uvicorn.Config(
        "server.app:from_environment",
        factory=True,
        http=Connection,
        ws="none",
        timeout_keep_alive=_QUIET,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        access_log=False,  # we write our own
        timeout_graceful_shutdown=int(settings.deadline),
        server_header=False,
    )
    listener = _listener(host, port)
    announce(host, listener.getsockname()[1])
    if not _listens(settings.pool_socket):
        share_metrics(settings.var.resolve() / "metrics")
    with pool(settings), listener:
        print(greeting, flush=True)
        # One web process as well has a supervisor: it is replaced when it dies, and it counts together with the pool.
        Multiprocess(config, [listener]).run()


def _listener(host: str, port: int) -> socket.socket:
    """A socket bound to *port* of *host*. uvicorn 0.54.0 would end the process instead of telling what is wrong."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as met:
        listener.close()
        if met.errno == errno.EADDRINUSE:
            raise PortError(
                f"port {port} of {host} is in use; end what listens there, or choose another one with --port"
            ) from met
        raise PortError(
            f"port {port} of {host} cannot be listened on ({met.strerror}); choose others with --host and --port"
        ) from met
    listener.set_inheritable(True)
    return listener


@contextlib.contextmanager
def pool(settings: Settings) -> Iterator[None]:
    """A pool that listens, started here unless there is one; one started here ends with the block."""
    address = settings.pool_socket
    if _listens(address):
        yield
        return
    limits = Limits(
        workers=settings.query_workers,
        long=settings.long_queries,
        waiting=settings.queries_waiting,
        per_client=settings.queries_per_client,
        deadline=settings.deadline,
        memory=settings.query_memory,
        in_memory=settings.memory_triples,
    )
    with _Kept(command_line(settings.var.resolve(), address, limits)) as kept:
        _wait(kept.process, address)
        yield


class _Kept:
    """A process that runs *command* as long as the block lasts: one that ends before is started again."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._ending = threading.Event()
        self._changing = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdin=subprocess.PIPE)

    def __enter__(self) -> "_Kept":
        self.process = self._start()
        self._keeper.start()
        return self

    def _keep(self) -> None:
        while not self._ending.is_set():
            status = self.process.wait()
            if self._ending.wait(_PAUSE):
                return
            with self._changing:
                if not self._ending.is_set():
                    log.warning("the query pool ended with status %d; it is started again", status)
                    self.process = self._start()

    def __exit__(self, *_: object) -> None:
        with self._changing:
            self._ending.set()
            self.process.terminate()
        self.process.wait()
        self._keeper.join()
        if self.process.stdin:
            self.process.stdin.close()


def _wait(process: subprocess.Popen[bytes], address: Path) -> None:
    end = time.monotonic() + _START
    while not _listens(address):
        if process.poll() is not None or time.monotonic() > end:
            raise PoolError(f"the query pool did not start listening on {address}; its messages stand above")
        time.sleep(0.02)


def _listens(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(address))
        except OSError:
            return False
        return True
