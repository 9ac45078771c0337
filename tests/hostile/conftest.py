"""
A pool of its own for the hostile queries, over a small dataset in which every node leads to every other, and a bait.
"""

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from sparql.embedded import EmbeddedStore
from sparql.limits import Limits
from sparql.pool import command_line

NODES = 1500
PATIENCE = 300.0  # seconds; so long that only a fault takes it, on a machine ten times slower as well
LIMITS = Limits(workers=1, long=1, deadline=PATIENCE, patience=PATIENCE, memory=200 << 20)
_START = 60.0  # seconds
_GLANCE = 0.02  # seconds between two weighings


@dataclass
class Scales:
    """What the *heaviest* process of the pool has held, in bytes, since the scales were emptied."""

    heaviest: int = 0

    def empty(self) -> None:
        """Forget what was weighed."""
        self.heaviest = 0

    def weigh(self, first: psutil.Process, until: threading.Event) -> None:
        """Weigh *first* and all that it started, again and again."""
        while not until.wait(_GLANCE):
            with contextlib.suppress(psutil.Error):  # a worker may end just now
                for each in (first, *first.children(recursive=True)):
                    self.heaviest = max(self.heaviest, each.memory_info().rss)


@pytest.fixture(scope="session")
def scales() -> Scales:
    """The scales that the processes of the pool stand on."""
    return Scales()


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory, scales: Scales) -> Iterator[Path]:
    """The socket of a pool over a ring of nodes with labels."""
    root = tmp_path_factory.mktemp("hostile")
    graph, step, name = (
        NamedNode("http://example.org/g"),
        NamedNode("http://example.org/p"),
        NamedNode("http://example.org/n"),
    )
    nodes = [NamedNode(f"http://example.org/{number}") for number in range(NODES)]
    with EmbeddedStore(root).draft("tests") as draft:
        ring = [Quad(node, step, nodes[(number + 1) % NODES], graph) for number, node in enumerate(nodes)]
        names = [Quad(node, name, Literal(f"node {number}"), graph) for number, node in enumerate(nodes)]
        draft.replace_graph(graph, ring + names)
        draft.commit("tests", "a ring")
    address = root / "pool.sock"
    with subprocess.Popen(command_line(root, address, LIMITS), stdin=subprocess.PIPE) as process:
        end = time.monotonic() + _START
        while not address.exists():
            assert time.monotonic() < end, "the pool does not listen"
            time.sleep(0.02)
        done = threading.Event()
        weighing = threading.Thread(target=scales.weigh, args=(psutil.Process(process.pid), done))
        weighing.start()
        yield address
        done.set()
        weighing.join()
        process.terminate()


@pytest.fixture(scope="session")
def bait() -> Iterator[str]:
    """The address of a listener to which nobody connects; who does is found out at the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
