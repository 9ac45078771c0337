"""What one answer, one query and one client may take: past it there is an error that says what to do."""

import asyncio

import httpx
import pytest

from server import clients
from tests.http.conftest import Serve
from tests.http.test_sparql import ASK, NEVER_ENDS, asked


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
    app = serve(query_workers=2, deadline=3.0, queries_per_client=2).app

    async def scene() -> None:
        def from_address(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 1))
            return httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=20)

        async with from_address("192.0.2.1") as one, from_address("192.0.2.2") as other:
            texts = [f"{NEVER_ENDS} # {number}" for number in range(2)]  # equal ones are asked once
            runaways = [asyncio.create_task(one.get("/sparql", params={"query": text})) for text in texts]
            await asyncio.sleep(0.5)
            refused = await one.get("/sparql", params={"query": ASK})
            welcome = await other.get("/sparql", params={"query": ASK})

            assert (429, 200) == (refused.status_code, welcome.status_code)
            assert int(refused.headers["retry-after"]) > 0
            assert [504, 504] == [response.status_code for response in await asyncio.gather(*runaways)]
            assert 200 == (await one.get("/sparql", params={"query": ASK})).status_code

    asyncio.run(scene())
    assert 0 == clients.current()
