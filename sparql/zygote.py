"""
The process that query workers are forked from.

It runs no threads and opens no RocksDB itself, for neither survives a fork. Started as ``python -m sparql.zygote FD``, it
takes commands over the socket FD, one JSON line each, with the worker's control socket beside ``fork``::

    {"do": "load", "path": "…"}   read the store at path into memory       -> {"triples": n, "network": false}
    {"do": "fork", "path": "…"}   a worker over memory, or over the path   -> {"pid": n}
    {"do": "ended", "pid": n}     how the worker n, which has ended, did   -> {"status": as of subprocess}

``load`` reads through a second process, which writes the store as N-Quads into a pipe.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from sparql import wire, worker

_REMEMBERED = 256  # workers whose end is known until somebody asks


def main(arguments: list[str]) -> int:
    """Run the zygote, or with ``--dump PATH`` write the store at PATH to standard output as N-Quads."""
    if arguments[:1] == ["--dump"]:
        try:
            Store.read_only(arguments[1]).dump(sys.stdout.buffer, RdfFormat.N_QUADS)
        except BrokenPipeError:
            return 1  # the zygote that asked has been stopped
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool ends us, not the keyboard
    with socket.socket(fileno=int(arguments[0])) as commands, contextlib.suppress(ConnectionError):
        _obey(commands)  # until the pool has gone
    return 0


def _obey(commands: socket.socket) -> None:
    memory: Store | None = None
    ended: dict[int, int] = {}
    while (command := _next_command(commands)) is not None:
        fields, control = command
        _reap(ended)
        if fields["do"] == "load":
            memory = _load(fields["path"])
            gc.collect()
            gc.freeze()  # pages shared with the workers stay untouched by the collector
            _reply(commands, {"loaded": True})
        elif fields["do"] == "ended":
            _reply(commands, {"status": _status(fields["pid"], ended)})
        elif control is not None:
            pid = os.fork()
            if pid == 0:
                commands.close()
                _become_worker(memory, Path(fields["path"]), control, fields["memory"])
            control.close()
            _reply(commands, {"pid": pid})


def _reap(ended: dict[int, int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    while len(ended) > _REMEMBERED:
        del ended[next(iter(ended))]


def _status(pid: int, ended: dict[int, int]) -> int:
    if pid in ended:
        return ended.pop(pid)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return 0


def _next_command(commands: socket.socket) -> tuple[dict[str, Any], socket.socket | None] | None:
    message, control = wire.receive_with_descriptor(commands, 65_536)
    return (json.loads(message), control) if message else None


def _reply(commands: socket.socket, fields: dict[str, Any]) -> None:
    commands.sendall(json.dumps(fields).encode() + b"\n")


def _load(path: str) -> Store:
    store = Store()
    with subprocess.Popen([sys.executable, "-m", "sparql.zygote", "--dump", path], stdout=subprocess.PIPE) as dump:
        assert dump.stdout is not None  # noqa: S101 - asked for one line above
        store.bulk_load(dump.stdout, RdfFormat.N_QUADS)
    if dump.returncode:
        raise OSError(f"the store at {path} could not be read into memory")
    return store


def _become_worker(memory: Store | None, path: Path, control: socket.socket, memory_limit: int) -> None:
    status = 1
    try:
        worker.die_with_parent()
        worker.leave_network()
        worker.refuse_sockets()
        store = memory if memory is not None else Store.read_only(str(path))
        worker.limit_memory(memory_limit)
        worker.serve(store, control)
        status = 0
    except OSError as met:
        sys.stderr.write(f"query worker: {met}\n")
    finally:
        os._exit(status)  # the zygote's own clean-up is not the worker's


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
