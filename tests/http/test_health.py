"""Health: up only while a query is answered; and the service under load and rude clients."""

import asyncio
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from server.app import create
from server.serving import pool
from server.settings import Settings
from tests.http.asking import ASK, NEVER_ENDS, PATIENCE, asked
from tests.http.conftest import Serve, view
from tests.http.working import Workers, until


def test_up_while_queries_are_answered(client: TestClient) -> None:
    """A service that answers says so, with the version it serves."""
    response = client.get("/ready")

    assert 200 == response.status_code
    assert {"status": "up", "version": 1} == response.json()
    assert "no-store" == response.headers["cache-control"]


def test_metrics_count_what_was_answered(client: TestClient) -> None:
    """Prometheus reads how long requests and their outcomes took, by address and status, and which version is served."""
    for _ in range(3):
        asked(client, "GET", ASK + "# counted")
    asked(client, "GET", "nonsense")
    client.get("/nobody/has/this")
    response = client.get("/metrics")
    samples = {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }

    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert samples["hankinta_http_seconds_count sparql 200"] >= 1
    assert samples["hankinta_http_seconds_count sparql 400"] >= 1
    assert samples["hankinta_http_seconds_count other 404"] >= 1
    assert samples["hankinta_cache_total misses"] >= 1
    assert samples["hankinta_cache_total hits"] >= 2
    assert not any("nobody" in name for name in samples)
    assert 1 == samples["hankinta_version"] == samples["hankinta_versions"]


def test_down_without_a_version(tmp_path: Path) -> None:
    """With nothing published, health is down and says what to do; so does every query."""
    settings = Settings(var=tmp_path / "var")
    settings.var.mkdir()
    with pool(settings):
        client = TestClient(create(settings))
        health, query, home = client.get("/ready"), asked(client, "GET", ASK), client.get("/")
        alive = client.get("/health")

    assert (503, 503, 200) == (health.status_code, query.status_code, home.status_code)
    assert 200 == alive.status_code
    assert "hankinta build" in health.json()["reason"]
    assert "hankinta build" in query.json()["detail"]


def test_down_without_a_pool(built: Path, tmp_path: Path) -> None:
    """With no query pool, health is down; a query is answered 503 and not with a stack trace."""
    client = TestClient(create(Settings(var=view(built, tmp_path / "var"))))
    health, query = client.get("/ready"), asked(client, "GET", ASK)

    assert (503, 503) == (health.status_code, query.status_code)
    assert "down" == health.json()["status"]
    assert int(query.headers["retry-after"]) > 0


@pytest.mark.long
def test_fifty_runaways_do_not_stop_the_service(serve: Serve) -> None:
    """Beside fifty queries that never end, health and pages answer in bounded time, and all is well afterwards."""
    client = serve(query_workers=2, queries_waiting=8, deadline=15.0)
    with ThreadPoolExecutor(60) as threads:
        runaways = [threads.submit(asked, client, "GET", f"{NEVER_ENDS} # {number}") for number in range(50)]
        wait(runaways, return_when=FIRST_COMPLETED)  # the first who is told that there is no place
        home, health = client.get("/"), client.get("/ready")
        left = [each for each in runaways if not each.done()]
        statuses = {each.result().status_code for each in runaways}

    assert 200 == home.status_code
    assert health.status_code in {200, 503}
    assert left, "both came while the runaways were at work"
    assert {503, 504} == statuses
    assert 200 == client.get("/ready").status_code


def test_query_of_a_client_that_left_is_stopped(serve: Serve) -> None:
    """When a client closes its connection, its query stops, and the worker is free for the next."""
    client = serve(query_workers=1)
    transport = httpx.ASGITransport(app=client.app)
    workers = Workers(client.app)

    async def scene() -> None:
        left = asyncio.Event()

        async def receive() -> dict[str, object]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(_: object) -> None: ...

        query = httpx.QueryParams({"query": NEVER_ENDS})
        scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/sparql", "raw_path": b"/sparql",
                 "query_string": str(query).encode(), "headers": [], "scheme": "http", "server": ("x", 80)}  # fmt: skip
        rude = asyncio.ensure_future(client.app(scope, receive, send))
        await until(workers.at_work)
        left.set()
        await rude
        await until(lambda: not workers.at_work())
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as polite:
            response = await polite.get("/sparql", params={"query": ASK}, timeout=PATIENCE)
        assert response.json()["boolean"] is True

    asyncio.run(scene())


@pytest.mark.parametrize("path", ["/sparql", "/queries/measures"])
def test_same_question_many_times_at_once(client: TestClient, path: str) -> None:
    """Many clients at once each get the whole answer."""
    parameters = {"query": "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } ORDER BY ?s ?o"}
    with ThreadPoolExecutor(12) as threads:
        given = parameters if path == "/sparql" else None
        answers = list(threads.map(lambda _: client.get(path, params=given, headers={"Accept": "text/csv"}), range(24)))

    assert {200} == {each.status_code for each in answers}
    assert 1 == len({each.content for each in answers})
