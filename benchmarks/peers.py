"""
Whom the service is measured beside: how each is started, given the data, addressed and ended, all on this machine.

Each has the settings that its own documentation gives for data that fits into memory, and the union of all graphs as its
default graph, as the service has it.
"""

import contextlib
import http.client
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.processes import NotMeasurable, Peer, finished, free_port, started

_PAGE = 8192  # bytes of a buffer of Virtuoso's
_FOR_A_QUAD = 600  # bytes of buffers that Virtuoso has, which is more than it needs
_START = 120.0  # seconds that a server may take to listen which has nothing to load
_JARS = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server"
"""Where Maven keeps Fuseki for this user, a folder for each release."""


@dataclass(frozen=True, slots=True)
class Data:
    """So many *quads* as N-Quads in *file*; a peer may write below *folder*, and has *patience* seconds for loading."""

    file: Path
    quads: int
    folder: Path
    patience: float


@contextlib.contextmanager
def service(var: Path, settings: Mapping[str, str], log: Path) -> Iterator[Peer]:
    """This service over the versions in *var*, with its guard on, as `hankinta serve` starts it."""
    port = free_port()
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANKINTA_")}
    environment |= {"HANKINTA_VAR": str(var), **settings}
    with started("this service", command, port, environment, log, _START) as peer:
        yield peer


@contextlib.contextmanager
def bare(answer: Path, log: Path) -> Iterator[Peer]:
    """A bare application on the server software of the service, which sends the *answer* that is in a file."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.hello:app", "--port", str(port)]
    command += ["--log-level", "warning", "--no-access-log", "--no-server-header", "--no-date-header"]
    with started("bare ASGI", command, port, {**os.environ, "HELLO_ANSWER": str(answer)}, log, _START) as peer:
        yield peer


@contextlib.contextmanager
def virtuoso(data: Data) -> Iterator[Peer]:
    """
    Virtuoso with buffers for more than all of *data*, its database on disk.

    Raises:
        NotMeasurable: It is not installed, or does not take the data.
    """
    server, loader = _program("virtuoso-t"), _program("isql-vt")
    folder, sql, port = _folder(data, "virtuoso"), free_port(), free_port()
    buffers = max(1 << 28, data.quads * _FOR_A_QUAD) // _PAGE
    configuration = folder / "virtuoso.ini"
    configuration.write_text(
        _VIRTUOSO.format(folder=folder, data=data.file.parent, sql=sql, port=port, buffers=buffers)
    )
    command = [server, "+foreground", "+configfile", str(configuration)]
    with started("Virtuoso", command, port, os.environ, folder / "server.log", _START) as peer:
        load = f"ld_dir('{data.file.parent}', '{data.file.name}', 'urn:none'); rdf_loader_run(); checkpoint;"
        began = time.perf_counter()
        finished([loader, str(sql), "dba", "dba", f"exec={load}"], os.environ, folder / "load.log", data.patience)
        yield replace(peer, loading=time.perf_counter() - began)


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
def fuseki(data: Data, jar: Path | None = None) -> Iterator[Peer]:
    """
    Apache Jena Fuseki from *jar*, by default the newest that Maven keeps for this user, with *data* in TDB2.

    TDB2 maps its files into memory and caches outside the heap, so that Jena advises against a large heap; it answers
    sooner, and holds less, than Jena's own datasets in memory.

    Raises:
        NotMeasurable: Java or the jar is not there, or it does not take the data.
    """
    java, jar = _program("java"), jar or newest_jar(_JARS)
    folder, port = _folder(data, "fuseki"), free_port()
    environment, store = {**os.environ, "FUSEKI_BASE": str(folder)}, str(folder / "tdb2")
    began = time.perf_counter()
    command = [java, "-cp", str(jar), "tdb2.tdbloader", "--loc", store, str(data.file)]
    finished(command, environment, folder / "load.log", data.patience)
    command = [java, "-Xmx2G", "-jar", str(jar), "--tdb2", "--loc", store, "--set", "tdb2:unionDefaultGraph=true"]
    command += ["--localhost", "--port", str(port), "/bench"]
    with started("Fuseki", command, port, environment, folder / "server.log", _START) as peer:
        yield replace(peer, loading=time.perf_counter() - began, path="/bench/sparql")


def newest_jar(folder: Path) -> Path:
    """
    The jar of the highest release below *folder*.

    Raises:
        NotMeasurable: There is none.
    """
    jars = list(folder.glob("*/jena-fuseki-server-*.jar"))
    if not jars:
        raise NotMeasurable("no jena-fuseki-server jar is in the user's Maven folder, and none was named (--fuseki)")
    return max(jars, key=lambda jar: [int(digits) for digits in re.findall(r"\d+", jar.parent.name)])


@contextlib.contextmanager
def oxigraph(data: Data) -> Iterator[Peer]:
    """
    Oxigraph's own server with *data* in memory, as the service holds it.

    Raises:
        NotMeasurable: It is not installed, or does not take the data.
    """
    folder, port = _folder(data, "oxigraph"), free_port()
    command = [_program("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with started("Oxigraph", command, port, os.environ, folder / "server.log", _START) as peer:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=data.patience)
        with contextlib.closing(connection), data.file.open("rb") as body:
            headers = {"Content-Type": "application/n-quads", "Content-Length": str(data.file.stat().st_size)}
            try:
                connection.request("POST", "/store", body, headers)
                answer = connection.getresponse()
            except OSError as met:
                raise NotMeasurable(f"it did not take the data: {met}") from None
            if answer.status >= 300:
                raise NotMeasurable(f"it answered {answer.status} to the data: {answer.read(300)!r}")
        yield replace(peer, loading=time.perf_counter() - began, path="/query")


@contextlib.contextmanager
def rdflib_endpoint(data: Data) -> Iterator[Peer]:
    """
    rdflib-endpoint with *data* in its own store, in memory.

    Raises:
        NotMeasurable: It is not installed, or does not take the data.
    """
    folder, port, began = _folder(data, "rdflib-endpoint"), free_port(), time.perf_counter()
    command = [_program("rdflib-endpoint"), "serve", str(data.file), "--port", str(port), "--host", "127.0.0.1"]
    with started("rdflib-endpoint", command, port, os.environ, folder / "server.log", data.patience) as peer:
        yield replace(peer, loading=time.perf_counter() - began, path="/")


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise NotMeasurable(f"{name} is not on the PATH")
    return found


def _folder(data: Data, name: str) -> Path:
    folder = data.folder / name
    folder.mkdir()
    return folder
