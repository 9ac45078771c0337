"""What one answer, one query and one client may take: past it there is an error that says what to do."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.testclient import TestClient

from server import clients
from sparql.guard import LONGEST_QUERY
from tests.http.asking import ASK, NEVER_ENDS, PATIENCE, asked
from tests.http.conftest import Serve
from tests.http.working import Workers, answered, until


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_too_many_solutions_are_an_error(serve: Serve, accept: str) -> None:
    """An answer of more solutions than the operator allows is 422 with the way out, never a part of it."""
    client = serve(answer_rows=100)
    text = "SELECT ?s { ?s ?p ?o } LIMIT "

    assert 200 == asked(client, "GET", text + "100", accept).status_code
    refused = asked(client, "GET", text + "101", accept)
    assert 422 == refused.status_code
    assert "100 solutions" in refused.text
    assert "LIMIT and OFFSET" in refused.text


def test_one_client_cannot_fill_the_queue(serve: Serve) -> None:
    """The address that has as many queries at work as it may have gets 429 and Retry-After; another address is answered."""
    app = serve(query_workers=2, queries_per_client=2).app
    workers = Workers(app)

    async def scene() -> None:
        def from_address(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 1))
            return httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=PATIENCE)

        async with from_address("192.0.2.1") as one, from_address("192.0.2.2") as other:
            texts = [f"{NEVER_ENDS} # {number}" for number in range(2)]  # equal ones are asked once
            runaways = [asyncio.create_task(one.get("/sparql", params={"query": text})) for text in texts]
            await until(lambda: 2 == len(workers.at_work()))
            refused = await one.get("/sparql", params={"query": ASK})
            welcome = await other.get("/sparql", params={"query": ASK})

            assert (429, 200) == (refused.status_code, welcome.status_code)
            assert int(refused.headers["retry-after"]) > 0
            assert not any(each.done() for each in runaways)
            runaways[0].cancel()
            await until(lambda: 1 == len(workers.at_work()))
            assert 200 == (await one.get("/sparql", params={"query": f"{ASK} # again"})).status_code
            runaways[1].cancel()
            await asyncio.wait(runaways)

    asyncio.run(scene())
    assert 0 == clients.current()


def test_too_long_query_is_refused(client: TestClient) -> None:
    """A query, or a body, beyond the longest is answered 413."""
    long = "ASK {} #" + "x" * LONGEST_QUERY

    assert 413 == asked(client, "direct", long).status_code
    assert 413 == asked(client, "direct", long * 13).status_code
    assert 413 == asked(client, "form", long).status_code


def test_long_query_is_answered(client: TestClient) -> None:
    """A query as long as may be is answered."""
    text = "ASK { VALUES ?x { " + "1 " * 100_000 + "} }"

    assert asked(client, "direct", text).json()["boolean"] is True


@pytest.mark.parametrize("opening", ["(", "{", "["])
@pytest.mark.parametrize("deep", [300, 50_000])
def test_deep_nesting_is_told(client: TestClient, opening: str, deep: int) -> None:
    """Brackets nested deeper than a parser can follow are answered 400, and the service answers on."""
    response = asked(client, "direct", "SELECT * { " + opening * deep)

    assert 400 == response.status_code
    assert "nest" in response.json()["detail"]
    assert asked(client, "GET", ASK).json()["boolean"] is True


@pytest.mark.parametrize(
    "text", ["SELECT * { FILTER(" + "!" * 30_000 + "true) }", "SELECT * { {} " + "UNION {} " * 20_000 + "}"]
)
def test_query_that_ends_its_worker_is_told(client: TestClient, text: str) -> None:
    """A query that the engine cannot survive is answered with an error in time, and the next one is answered."""
    response = asked(client, "direct", text, timeout="10")

    assert response.status_code in {400, 422, 500, 504}
    assert asked(client, "GET", ASK).json()["boolean"] is True


def test_runaway_is_stopped(serve: Serve) -> None:
    """A query past its deadline is answered 504, and those after it are answered."""
    client = serve(query_workers=1, deadline=2.0)
    assert answered(client)  # and a worker waits from now on
    late = asked(client, "GET", NEVER_ENDS)
    soon = asked(client, "GET", NEVER_ENDS, timeout="500ms")

    assert (504, 504) == (late.status_code, soon.status_code)
    assert "2 seconds" in late.json()["detail"]
    assert "0.5 seconds" in soon.json()["detail"]
    assert answered(client)


def test_overload_says_when_to_come_again(serve: Serve) -> None:
    """When the queue is full, 503 says when to try again; when the runaways are gone, queries are answered."""
    # One young query, one old one, and one that waits to become either: four in all.
    client = serve(query_workers=1, long_queries=1, queries_waiting=1, deadline=3.0)
    assert answered(client)  # and a worker waits from now on
    with ThreadPoolExecutor(8) as threads:
        # Equal questions would wait for one answer.
        responses = list(threads.map(lambda n: asked(client, "GET", f"{NEVER_ENDS} # {n}"), range(8)))
    statuses = sorted(response.status_code for response in responses)

    assert {503, 504} == set(statuses)
    assert all(int(each.headers["retry-after"]) > 0 for each in responses if each.status_code == 503)
    assert answered(client)


def test_answer_beyond_the_limit_is_told(serve: Serve) -> None:
    """An answer larger than the limit is answered 422, not cut off."""
    client = serve(answer_bytes=1000)
    response = asked(client, "GET", "SELECT * { ?s ?p ?o }", "text/csv")

    assert 422 == response.status_code
    assert "1,000 bytes" in response.json()["detail"]


def test_answer_that_breaks_off_does_not_end_cleanly(serve: Serve) -> None:
    """When a streamed answer passes the limit, the connection breaks, so that nobody takes a part for the whole."""
    client = serve(answer_bytes=200_000, cache_bytes=0)

    with pytest.raises(Exception, match="larger than"):
        asked(client, "GET", "SELECT * { ?s ?p ?o }", "text/csv")


def test_answer_that_might_be_kept_is_whole_or_an_error(serve: Serve) -> None:
    """An answer small enough to be kept comes whole before its status is sent, so that passing the limit is an error."""
    refused = asked(serve(answer_bytes=200_000), "GET", "SELECT * { ?s ?p ?o }", "text/csv")

    assert 422 == refused.status_code
    assert "200,000 bytes" in refused.text
