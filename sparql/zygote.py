"""
The process that query workers are forked from.

It runs no threads when it forks and opens no RocksDB itself, for neither survives that. Started as ``python -m sparql.zygote FD``, it
takes commands over the socket FD, one JSON line each, beside ``fork`` and ``succeed`` with a socket for the new process::

    {"do": "load", "path": "…"}      read the store at path into memory         -> {"loaded": true}
    {"do": "fork", "path": "…"}      a worker over memory, or over the path     -> {"pid": n}
    {"do": "succeed", "old": "…", "new": "…"}   a zygote like this one, which says {"loaded": true} over its own socket
                                     when it holds the version at new           -> {"pid": n}
    {"do": "ended", "pid": n}        how the process n, which has ended, did    -> {"status": as of subprocess}
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from pyoxigraph import Store

from sparql import image, wire, worker
from sparql.image import Image
from sparql.memory import apart, keep_what_is_freed, use_huge_pages

_REMEMBERED = 256  # workers whose end is known until somebody asks


def main(arguments: list[str]) -> int:
    """Run the zygote until the pool that commands it over the socket with the number given has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool ends us, not the keyboard
    keep_what_is_freed()
    with contextlib.suppress(ConnectionError):
        _obey(socket.socket(fileno=int(arguments[0])), None)
    return 0


def _obey(commands: socket.socket, memory: Image | None) -> None:
    ended: dict[int, int] = {}
    while (command := _next_command(commands)) is not None:
        fields, control = command
        _reap(ended)
        if fields["do"] == "load":
            memory = apart(image.load, fields["path"])
            use_huge_pages()
            _settle(commands)
        elif fields["do"] == "ended":
            _reply(commands, {"status": _status(fields["pid"], ended)})
        elif control is not None:
            pid = os.fork()
            if pid == 0:
                commands.close()
                if fields["do"] == "succeed" and memory is not None:
                    _succeed(memory, fields, control)
                _become_worker(memory, Path(fields["path"]), control, fields["memory"])
            control.close()
            _reply(commands, {"pid": pid})


def _succeed(memory: Image, fields: dict[str, Any], commands: socket.socket) -> NoReturn:
    status = 1
    try:
        changed = apart(image.change, memory, fields["old"], fields["new"])
        _settle(commands)
        _obey(commands, changed)
        status = 0
    except OSError as met:
        sys.stderr.write(f"memory image: {met}\n")
    finally:
        os._exit(status)  # the clean-up of the zygote before is not ours


def _settle(commands: socket.socket) -> None:
    gc.collect()
    gc.freeze()  # pages shared with the workers stay untouched by the collector
    _reply(commands, {"loaded": True})


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


def _become_worker(memory: Image | None, path: Path, control: socket.socket, memory_limit: int) -> NoReturn:
    status = 1
    try:
        worker.die_with_parent()
        worker.leave_network()
        worker.refuse_sockets()
        store = memory.store if memory else Store.read_only(str(path))
        worker.limit_memory(memory_limit)
        worker.serve(store, control, memory.counts if memory else None)
        status = 0
    except ConnectionError:
        status = 0  # the pool has let go of it, or has ended
    except OSError as met:
        sys.stderr.write(f"query worker: {met}\n")
    finally:
        os._exit(status)  # the zygote's own clean-up is not the worker's


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
