"""
A query worker: a process of its own that answers one query at a time over one read-only version.

It knows no clock: the pool kills it at the deadline. It holds no socket but those it was given.
"""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
import struct
import sys

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, RdfFormat, Store, Variable

from sparql import functions, shortcuts, wire
from sparql.compaction import JsonLdWriter
from sparql.counts import Counts
from sparql.formats import FORMATS, Format, Kind
from sparql.rows import RowCounter
from sparql.store import graph_of
from sparql.terms import parse_term

READY, TAKEN, DONE = b"r", b"t", b"d"
QUERY, LENT = b"q", b"l"  # what the pool says with a connection: one request comes over it, or any number
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 1, 22, 38, 2
# Machine -> its number in the audit headers, and that of socket(2).
_SECCOMP = {"x86_64": (0xC000_003E, 41), "aarch64": (0xC000_00B7, 198)}
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def leave_network() -> bool:
    """
    Put this process into a network of its own with nothing in it; False where the platform does not allow it.

    Source: unshare(2), network_namespaces(7).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    unshare = getattr(libc, "unshare", None)
    if unshare is None:
        return False
    return bool(unshare(_CLONE_NEWNET) == 0 or unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def refuse_sockets() -> bool:
    """
    Let the kernel refuse this process every new socket but Unix ones; False where it cannot.

    Needs no privilege, so it holds in containers where `leave_network` is not allowed. Source: seccomp(2).
    """
    machine = _SECCOMP.get(os.uname().machine)
    if machine is None or sys.platform != "linux":
        return False
    audit, number = machine
    # Instructions of classic BPF over struct seccomp_data: number at 0, architecture at 4, first argument at 16.
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (0x20, 0, 0, 4), (0x15, 0, 5, audit),
            (0x20, 0, 0, 0), (0x15, 0, 3, number),
            (0x20, 0, 0, 16), (0x15, 1, 0, socket.AF_UNIX),
            (0x06, 0, 0, 0x0005_0000 | errno.EACCES),
            (0x06, 0, 0, 0x7FFF_0000),
        )
    )  # fmt: skip
    buffer = ctypes.create_string_buffer(program)
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(described)), 0, 0) == 0)


def die_with_parent() -> None:
    """Let the kernel kill this process when the zygote dies, so that no query outlives the pool. Source: prctl(2)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def limit_memory(more: int) -> None:
    """
    Let this process take at most *more* bytes of address space beyond what it has now.

    It ends when it gets no more, without a backtrace: pyoxigraph 0.5.13 takes memory for that under a lock that it then waits for.
    """
    os.putenv("RUST_BACKTRACE", "0")
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - one line of the kernel's
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))


def serve(store: Store, control: socket.socket, counts: Counts | None = None) -> None:
    """
    Answer queries over *store*, of which *counts* are known, until *control* is closed.

    Over *control* come connections, one at a time, each with one request or, where it is lent, with any number; back goes one
    byte when the worker is ready, when it has read a single request, and when it has answered or is no longer lent.
    """
    control.sendall(READY)
    while True:
        message, connection = wire.receive_with_descriptor(control, 1)
        if connection is None:
            return
        connection.setblocking(True)
        with connection, contextlib.suppress(ConnectionError):  # the asker has gone; there is nobody to tell
            if message == LENT:
                while True:
                    _answer(store, _next_request(connection), connection, counts)
            request = _next_request(connection)
            control.sendall(TAKEN)
            _answer(store, request, connection, counts)
        control.sendall(DONE)


def _next_request(connection: socket.socket) -> wire.Request:
    # Requests come one at a time, so there is nothing behind this one, and most come in one piece.
    data = connection.recv(wire.CHUNK)
    if len(data) < wire.PREAMBLE.size:
        data += wire.receive_exactly(connection, wire.PREAMBLE.size - len(data))
    *_, length = wire.PREAMBLE.unpack_from(data)
    data += wire.receive_exactly(connection, wire.PREAMBLE.size + length - len(data))
    return wire.Request.decode(data[wire.PREAMBLE.size :])


def _answer(store: Store, request: wire.Request, connection: socket.socket, counts: Counts | None) -> None:
    try:
        if request.graph is not None:
            _dump(store, request, request.graph, connection)
            return
        given = bool(request.default_graphs or request.named_graphs)
        results, unknown = functions.asked(
            store,
            shortcuts.resolved(request, counts),
            base_iri=request.base_iri,
            use_default_graph_as_union=request.union and not given and not request.names_dataset,
            default_graph=[NamedNode(iri) for iri in request.default_graphs] if given else None,
            named_graphs=[NamedNode(iri) for iri in request.named_graphs] if given else None,
            substitutions={Variable(name): parse_term(term) for name, term in request.substitutions.items()},
        )
        chosen = _format(request.format)
        rows = RowCounter(chosen.name, request.rows) if request.rows and Kind.SOLUTIONS in chosen.kinds else None

        def opened(content_type: str) -> wire.FrameWriter:
            return wire.FrameWriter(connection, wire.header(content_type, chosen.name, unknown), request.limit, rows)

        writer: wire.FrameWriter | JsonLdWriter
        if isinstance(results, QueryTriples):
            if Kind.GRAPH not in chosen.kinds:
                raise ValueError(f"{chosen.name} cannot carry a graph")
            is_jsonld = chosen.writer == RdfFormat.JSON_LD
            writer = JsonLdWriter(opened, request.compact) if is_jsonld else opened(chosen.content_type)
        elif isinstance(results, QueryBoolean) and Kind.BOOLEAN not in chosen.kinds:
            raise ValueError(f"{chosen.name} cannot carry true or false")
        else:
            writer = opened(chosen.content_type)
        # Results and writer are of one kind, as was looked at above; the writers are raw streams, which pyoxigraph takes.
        results.serialize(writer, chosen.writer)  # type: ignore[arg-type]
        writer.finish()
    except SyntaxError as met:
        connection.sendall(wire.error("QuerySyntaxError", str(met)))
    except wire.TooLarge as met:
        connection.sendall(wire.error("AnswerTooLarge", str(met)))
    except MemoryError:
        connection.sendall(wire.error("AnswerTooLarge", "the query needs more memory than a query may have; narrow it"))
    except (ValueError, RuntimeError, OSError) as met:
        if isinstance(met, ConnectionError):
            raise
        connection.sendall(wire.error("QuerySyntaxError", str(met)))


def _dump(store: Store, request: wire.Request, graph: str, connection: socket.socket) -> None:
    # Not a CONSTRUCT, for which the engine remembers every triple that it has given.
    chosen = _format(request.format)
    writer = wire.FrameWriter(connection, wire.header(chosen.content_type, chosen.name), request.limit)
    # Only formats of graphs are asked for here; the writer is a raw stream, which pyoxigraph takes.
    store.dump(writer, chosen.writer, from_graph=graph_of(graph))  # type: ignore[arg-type]
    writer.finish()


def _format(name: str) -> Format:
    return next(format_ for format_ in FORMATS if format_.name == name)
