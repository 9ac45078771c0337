"""
``hankinta serve`` as an operator runs it: processes of their own on a loopback port.
"""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.conftest import COMMAND, environment


@dataclass(frozen=True, slots=True)
class Served:
    """A running service: its first *process*, its *address*, its folder of versions."""

    process: "subprocess.Popen[str]"
    address: str
    var: Path

    def family(self) -> list[psutil.Process]:
        """The first process and everything that it, or anything that it started, started."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]


Serve = Callable[..., Served]
MINUTE = 60  # seconds; so long that only a fault takes it


def gone(processes: list[psutil.Process], within: float) -> list[psutil.Process]:
    """Those of *processes* that still run after *within* seconds."""
    _, alive = psutil.wait_procs(processes, timeout=within)
    return [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def samples(served: Served) -> dict[str, float]:
    """What *served* has counted, by the name of a sample and the values of its labels."""
    text = httpx.get(f"{served.address}/metrics", timeout=MINUTE).text
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def at_work(served: Served) -> float:
    """How many queries run, as the pool counts them now and again."""
    return samples(served).get("hankinta_queries running", 0)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something *holds*, for a minute at most."""
    end = time.monotonic() + MINUTE
    while not holds():
        assert time.monotonic() < end, "not within a minute"
        time.sleep(0.1)


def free_port() -> int:
    """A port on which nobody listened just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(built: Path, var: Path, *arguments: object, port: int = 0, **settings: str) -> Iterator[Served]:
    """``hankinta serve`` over a copy of *built* in *var*; what still runs at the end is ended."""
    subprocess.run(["cp", "-a", str(built), str(var)], check=True)
    port = port or free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        text=True,
        env=environment(var) | settings,
        cwd=var.parent,
    )
    served = Served(process, f"http://127.0.0.1:{port}", var)
    family: list[psutil.Process] = []
    try:
        _wait(served, port)
        family = served.family()
        yield served
    finally:
        process.kill()
        for each in family:
            if each.is_running():
                each.kill()
        process.wait(10)


@pytest.fixture
def serve(built: Path, tmp_path: Path) -> Iterator[Serve]:
    """A function that starts ``hankinta serve`` over a copy of the built data; what still runs at the end is ended."""
    with ExitStack() as running:

        def start(*arguments: object, **settings: str) -> Served:
            return running.enter_context(serving(built, tmp_path / "var", *arguments, **settings))

        yield start


def _wait(served: Served, port: int) -> None:
    end = time.monotonic() + 60
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert served.process.poll() is None, "hankinta serve ended"
        assert time.monotonic() < end, "hankinta serve did not listen within a minute"
        time.sleep(0.1)
