"""
Whom the service is measured beside: how each is started, given the data, addressed and ended, all on this machine.

A peer that is not installed is `Absent`, with its name and what is missing.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_HERE = Path(__file__).resolve().parent.parent
_QUIET = 0.02  # of one core; a process that takes less has nothing more to prepare
_PAGE = 8192  # bytes of a buffer of Virtuoso's


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer called *name* that cannot be measured here, and *why*."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A server called *name* that answers at *path* of *port*; *loading* is how long it took to have the data, in seconds."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]" = field(repr=False)
    loading: float = 0.0
    path: str = "/sparql"

    def memory(self) -> int:
        """What it and all that it started hold, in bytes; what several share counts once."""
        return sum(each.memory_full_info().pss for each in self._family())

    def busy(self, seconds: float) -> float:
        """The share of one core that it takes, looked at for *seconds*."""
        before = self._processor_time()
        time.sleep(seconds)
        return (self._processor_time() - before) / seconds

    def _processor_time(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._family())

    def _family(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [each for each in (first, *first.children(recursive=True)) if each.status() != psutil.STATUS_ZOMBIE]


@contextlib.contextmanager
def service(var: Path, settings: Mapping[str, str]) -> Iterator[Peer]:
    """This service over the versions in *var*, with its guard on, as `hankinta serve` starts it."""
    port = _free_port()
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANKINTA_")}
    with _started("this service", command, port, {**environment, "HANKINTA_VAR": str(var), **settings}) as peer:
        yield peer


@contextlib.contextmanager
def hello(size: int) -> Iterator[Peer]:
    """A bare application on the server software of the service, which sends *size* bytes."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.hello:app", "--port", str(port)]
    command += ["--log-level", "warning", "--no-access-log", "--no-server-header"]
    with _started("bare ASGI", command, port, {**os.environ, "HELLO_BYTES": str(size)}) as peer:
        yield peer


@contextlib.contextmanager
def virtuoso(file: Path, folder: Path, memory: int) -> Iterator[Peer | Absent]:
    """Virtuoso with the N-Quads *file*, its database in *folder*, with *memory* bytes of buffers: enough for all of it."""
    server, loader = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not server or not loader:
        yield Absent("Virtuoso", "virtuoso-t and isql-vt are not on the PATH")
        return
    folder.mkdir()
    sql, port = _free_port(), _free_port()
    configuration = folder / "virtuoso.ini"
    configuration.write_text(
        _VIRTUOSO.format(folder=folder, data=file.parent, sql=sql, port=port, buffers=memory // _PAGE)
    )
    command = [server, "+foreground", "+configfile", str(configuration)]
    with _started("Virtuoso", command, port, os.environ) as peer:
        load = f"ld_dir('{file.parent}', '{file.name}', 'urn:none'); rdf_loader_run(); checkpoint;"
        began = time.perf_counter()
        subprocess.run([loader, str(sql), "dba", "dba", f"exec={load}"], check=True, stdout=subprocess.DEVNULL)
        yield Peer(peer.name, port, peer.process, time.perf_counter() - began)


_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {buffers}
MaxClientConnections = 64
ServerThreads = 64
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 64
MaxKeepAlives = 64
KeepAliveTimeout = 120
[SPARQL]
"""


@contextlib.contextmanager
def rdflib_endpoint(file: Path, patience: float) -> Iterator[Peer | Absent]:
    """rdflib-endpoint with the N-Quads *file* in its own store, in memory; *patience* for loading is in seconds."""
    command = shutil.which("rdflib-endpoint")
    if not command:
        yield Absent("rdflib-endpoint", "rdflib-endpoint is not on the PATH")
        return
    port, began = _free_port(), time.perf_counter()
    arguments = [command, "serve", str(file), "--port", str(port), "--host", "127.0.0.1"]
    with contextlib.ExitStack() as stack:
        try:
            peer = stack.enter_context(_started("rdflib-endpoint", arguments, port, os.environ, patience))
        except TimeoutError:
            yield Absent("rdflib-endpoint", f"it had not loaded the data after {patience:.0f} seconds")
            return
        yield Peer(peer.name, port, peer.process, time.perf_counter() - began, path="/")


@contextlib.contextmanager
def _started(
    name: str, command: Sequence[str], port: int, environment: Mapping[str, str], patience: float = 120.0
) -> Iterator[Peer]:
    process = subprocess.Popen(
        command, cwd=_HERE, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peer = Peer(name, port, process)
    try:
        _wait(peer, patience)
        yield peer
    finally:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        process.terminate()
        _, alive = psutil.wait_procs(family, timeout=10)
        for each in alive:
            each.kill()
        process.wait()


def _wait(peer: Peer, patience: float) -> None:
    ends = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", peer.port), timeout=1):
            return
        if peer.process.poll() is not None:
            raise RuntimeError(f"{peer.name} ended with exit status {peer.process.returncode} before it listened")
        if time.monotonic() > ends:
            raise TimeoutError(f"{peer.name} did not listen after {patience:.0f} seconds")
        time.sleep(0.1)


def settle(peer: Peer, patience: float) -> None:
    """Wait until *peer* has nothing more to prepare, at most *patience* seconds."""
    ends = time.monotonic() + patience
    while peer.busy(1.0) > _QUIET and time.monotonic() < ends:
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
