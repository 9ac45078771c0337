"""A query worker that the pool has let go of."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MEMORY = 1 << 30  # bytes
WAITING = 30  # seconds


@pytest.mark.parametrize("exists", [True, False], ids=["let-go", "no-store"])
def test_a_worker_that_was_let_go_says_nothing(built: Path, exists: bool) -> None:
    """A worker whose pool has let go of it ends without a word in the log; one that has no store to read says so."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pool, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pool.close()
    with ours, control:
        with theirs:
            zygote = subprocess.Popen(
                [sys.executable, "-m", "sparql.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stderr=subprocess.PIPE,
                text=True,
            )
        ours.settimeout(WAITING)
        path = built / "current" / "store" if exists else built / "nothing"
        socket.send_fds(
            ours, [json.dumps({"do": "fork", "path": str(path), "memory": MEMORY}).encode()], [control.fileno()]
        )
        worker = json.loads(ours.recv(1 << 16))["pid"]
        ours.sendall(json.dumps({"do": "ended", "pid": worker}).encode())
        status = json.loads(ours.recv(1 << 16))["status"]
    _, told = zygote.communicate(timeout=WAITING)

    assert (0, "") == (status, told) if exists else (1 == status and "query worker: " in told)
