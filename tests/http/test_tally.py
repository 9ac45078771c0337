"""Answers that are given again from memory are counted and logged like any other."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from starlette.testclient import TestClient

from server import metrics
from server.accesslog import AccessLog
from server.app import create
from server.serving import pool
from server.settings import Settings
from server.watch import Watch
from tests.http.asking import PATIENCE
from tests.http.conftest import view

TEXT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A watch that logs into a file, with the text of queries."""
    return Watch(AccessLog(str(tmp_path / "log"), with_queries=True))


@pytest.fixture
def client(built: Path, tmp_path: Path, watch: Watch) -> Iterator[TestClient]:
    """A client of a service with *watch* and a cache of its own."""
    settings = Settings(var=view(built, tmp_path / "var"), query_workers=2, deadline=PATIENCE)
    with pool(settings), TestClient(create(settings, watch)) as client:
        yield client


def _counted(status: int) -> float:
    labels = {"route": "sparql", "status": str(status)}
    return REGISTRY.get_sample_value("hankinta_http_seconds_count", labels) or 0.0


def _lines(watch: Watch, tmp_path: Path) -> list[dict[str, object]]:
    async def flush() -> None:
        assert watch.log
        assert watch.tally
        watch.tally.flush()
        watch.log.flush()

    asyncio.run(flush())
    return [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]


def test_answer_given_again_is_logged_alike(client: TestClient, watch: Watch, tmp_path: Path) -> None:
    """The line of an answer that is given again says what the line of the first one says."""
    for _ in range(3):
        client.get("/sparql", params={"query": TEXT})
    client.head("/sparql", params={"query": TEXT})
    first, *others, head = _lines(watch, tmp_path)

    assert 2 == len(others)
    for line in others:
        assert first.keys() == line.keys()
        assert all(first[name] == line[name] for name in first if name not in {"time", "seconds"})
        assert str(line["time"]) >= str(first["time"])
        assert 0 <= float(str(line["seconds"])) < PATIENCE
    assert ("HEAD", 0, 200) == (head["method"], head["bytes"], head["status"])
    assert TEXT == first["text"]


def test_answer_known_again_is_logged_and_counted(client: TestClient, watch: Watch, tmp_path: Path) -> None:
    """Answers that a client knows are counted as 304, one by one, and logged without bytes."""
    etag = client.get("/sparql", params={"query": TEXT}).headers["ETag"]
    _lines(watch, tmp_path)
    known, given = _counted(304), _counted(200)
    for _ in range(5):
        assert 304 == client.get("/sparql", params={"query": TEXT}, headers={"If-None-Match": etag}).status_code
    client.get("/sparql", params={"query": TEXT})
    lines = _lines(watch, tmp_path)

    assert [(304, 0)] * 5 == [(line["status"], line["bytes"]) for line in lines[1:6]]
    assert (5, 1) == (_counted(304) - known, _counted(200) - given)


def test_durations_told_together_are_those_told_one_by_one() -> None:
    """A histogram that is told many durations at once has the same buckets, count and sum."""
    seconds = [0.0, 0.001, 0.0011, 0.3, 60.0, 61.0, 1e9]
    metrics.observe_all("/id/x", 201, seconds)
    for each in seconds:
        metrics.observe("/id/x", 202, each)
    for sample in ("count", "sum"):
        together, singly = (
            REGISTRY.get_sample_value(f"hankinta_http_seconds_{sample}", {"route": "id", "status": status})
            for status in ("201", "202")
        )
        assert together == singly is not None
    for bound in ("0.001", "0.0025", "0.5", "60.0", "+Inf"):
        labels = {"route": "id", "le": bound}
        assert REGISTRY.get_sample_value(
            "hankinta_http_seconds_bucket", {**labels, "status": "201"}
        ) == REGISTRY.get_sample_value("hankinta_http_seconds_bucket", {**labels, "status": "202"})
