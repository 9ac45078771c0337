"""
The web application in this process, over the built data, asking a real pool of query workers.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.app import create
from server.serving import pool
from server.settings import Settings
from tests.http.asking import PATIENCE
from tests.http.writable import Writable, empty, writable

Serve = Callable[..., TestClient]
_numbers = itertools.count()


def view(built: Path, folder: Path) -> Path:
    """A folder with the versions of *built*, and a pool socket of its own."""
    folder.mkdir()
    (folder / "versions").symlink_to((built / "versions").absolute())
    (folder / "current").symlink_to((built / "current").readlink())
    return folder


@pytest.fixture(scope="session")
def client(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the service with its default settings, but for time: no deadline is part of what it is asked."""
    settings = Settings(var=view(built, tmp_path_factory.mktemp("http") / "var"), query_workers=2, deadline=PATIENCE)
    with pool(settings):
        yield TestClient(create(settings), follow_redirects=False)


@pytest.fixture
def serve(built: Path, tmp_path: Path) -> Iterator[Serve]:
    """A function that starts a service with other settings and gives a client of it; time runs out only where it is set."""
    with ExitStack() as running:

        def started(**settings: Any) -> TestClient:
            chosen = Settings(var=view(built, tmp_path / "var"), **{"deadline": PATIENCE} | settings)
            running.enter_context(pool(chosen))
            return TestClient(create(chosen), follow_redirects=False)

        yield started


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A service that begins with nothing and may be written to, for the tests of the group ``store``."""
    with writable(
        empty(tmp_path_factory.mktemp("store") / "var"), write_bytes=20_000_000, deadline=180.0, write_deadline=180.0
    ) as started:
        yield started


@pytest.fixture
def graph() -> str:
    """A graph that nobody has used."""
    return f"http://e/graph/{next(_numbers)}"
