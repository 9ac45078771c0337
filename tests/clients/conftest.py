"""
Other people's clients, as they are, against ``hankinta serve`` as an operator runs it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import runner
from tests.clients import facts
from tests.live.conftest import free_port, serving

NPM = Path(__file__).parent / "npm"
INSTALLING = 400  # seconds
RUNNING = 120  # seconds
_NODE = 20
_TRIES = 2

Node = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A running service at *address*; *token* lets one write."""

    address: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request that writes must have."""
        return {"Authorization": f"Bearer {self.token}"}

    def version(self) -> int:
        """The number of its newest version."""
        return int(httpx.get(f"{self.address}/ready", timeout=30).json()["version"])


@pytest.fixture(scope="session")
def opened(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A running service whose queries have fifteen seconds, and that may be written to."""
    port, var = free_port(), tmp_path_factory.mktemp("clients") / "var"
    address = f"http://127.0.0.1:{port}"
    with serving(built, var, port=port, HANKINTA_PUBLIC_URL=address, HANKINTA_DEADLINE="15"):
        told = runner(var, var.parent)("token", "create", "--name", "clients")
        yield Opened(address, told.stdout.strip())


@pytest.fixture(scope="session")
def endpoint(opened: Opened) -> str:
    """The address of ``/sparql`` of the running service."""
    return f"{opened.address}/sparql"


@pytest.fixture(scope="session")
def size(endpoint: str) -> int:
    """How many statements `facts.GRAPH_QUERY` gives, counted by the service."""
    answer = httpx.get(endpoint, params={"query": facts.SIZE_QUERY}, headers={"Accept": "text/csv"}, timeout=30)
    return int(answer.text.split()[1])


@pytest.fixture(scope="session")
def node() -> Node:
    """
    A function that runs a script of the folder ``npm`` with an address, and gives what it tells; each is run once. A token
    is in its environment.
    """
    folder = _installed()

    @cache
    def run(script: str, address: str, token: str = "") -> Any:
        command = ["node", str(folder / script), address]
        settings = os.environ | {"TOKEN": token}
        done = subprocess.run(command, capture_output=True, text=True, timeout=RUNNING, check=False, env=settings)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout)

    return run


def _installed() -> Path:
    """The folder where the clients are installed, one for each state of the lock; installed now unless they are."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip(f"the clients of npm need Node {_NODE} and npm on the PATH")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    if int(version.removeprefix("v").partition(".")[0]) < _NODE:
        pytest.skip(f"the clients of npm need Node {_NODE}; this is {version.strip()}")
    lock = (NPM / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "hankintaverkko" / f"clients-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # one test process installs, the others wait for it
        for each in NPM.iterdir():
            shutil.copy(each, folder)
        if not (folder / "installed").exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for _ in range(_TRIES):
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALLING, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm had not installed the clients after {INSTALLING} seconds")
        if done.returncode:
            pytest.skip(f"npm cannot install the clients here: {done.stderr.strip()[-300:]}")
        # npm 11.19.1 was seen to end with 0 and half of the packages.
        if all((folder / "node_modules" / name / "package.json").exists() for name in wanted):
            (folder / "installed").touch()
            return
    pytest.fail(f"npm says that it has installed {', '.join(wanted)}, and has not")
