"""The clients that JavaScript developers use, on Node: they get the facts, and errors that say what is wrong."""

from typing import Any

import pytest

from tests.clients import facts
from tests.clients.conftest import Node, Opened

# In one process, so that the clients are installed once.
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("npm")]


def _check(told: dict[str, Any], *, size: int) -> None:
    assert (facts.TITLE, "sv") == (told["title"], told["language"])
    assert facts.ACTORS == told["actors"]
    assert str(facts.MEASURES) == told["count"]
    assert (True, False) == (told["yes"], told["no"])
    assert size == told["triples"]


@pytest.mark.parametrize("way", ["get", "post"])
def test_fetch_sparql_endpoint(endpoint: str, node: Node, size: int, way: str) -> None:
    """fetch-sparql-endpoint gets bindings, booleans and triples by GET and POST, and a status for what goes wrong."""
    told = node("fetch-sparql-endpoint.mjs", endpoint)[way]

    _check(told, size=size)
    assert "400" in told["mistaken"]
    assert "504" in told["endless"]
    assert "404" in told["elsewhere"]


@pytest.mark.parametrize("way", ["get", "postUrlencoded", "postDirect"])
def test_sparql_http_client(endpoint: str, node: Node, size: int, way: str) -> None:
    """sparql-http-client gets the same in all three ways to send a query, and shows the problem document of an error."""
    told = node("sparql-http-client.mjs", endpoint)[way]

    _check(told, size=size)
    assert "400" in told["mistaken"]
    assert "504" in told["endless"]
    assert "404" in told["elsewhere"]


def test_comunica(endpoint: str, node: Node, size: int) -> None:
    """Comunica queries the endpoint, joins it with a document, and takes the service description for that of its source."""
    told = node("comunica.mjs", endpoint)
    described = told["described"]

    _check(told, size=size)
    assert facts.ACTORS == told["joined"]
    assert told["mistaken"]
    assert "504" in told["endless"]
    assert "404" in told["elsewhere"]
    assert endpoint == described["sparqlService"]
    assert described["unionDefaultGraph"] is True
    assert "basicFederatedQuery" not in described
    assert "http://www.w3.org/ns/sparql-service-description#SPARQL11Query" in described["supportedLanguages"]
    assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in described["resultFormats"]
    assert f"{facts.BASE}.well-known/void#default-graph" == described["defaultGraph"]


def test_sparql_http_client_writes(opened: Opened, node: Node) -> None:
    """sparql-http-client puts, posts and updates graphs of its own as streams, and is told what it may not do."""
    told = node("sparql-http-client-writing.mjs", f"{opened.address}/sparql", opened.token)

    graph = "http://example.test/graphs/js#å"
    assert (404, 404) == (told["absent"], told["gone"])
    assert [["1", "", graph], ['sanoo "hei"\n\\ – € 😀', "fi", graph]] == sorted(told["put"])
    assert (3, 1) == (told["posted"], told["written"])
    assert (1, 0) == (told["defaultGraph"], told["emptied"])
    assert (2, 1, 1, 200) == (told["updated"], told["deleted"], told["copied"], told["dropped"])
    assert "400" in told["mistaken"]
    assert "line 1" in told["mistaken"]
    assert "401" in told["nobody"]
    assert "401" in told["nobodyStores"]


def test_updates_of_fetch_sparql_endpoint_and_comunica(opened: Opened, node: Node) -> None:
    """fetch-sparql-endpoint sends updates, and Comunica writes to the endpoint what it has read there."""
    told = node("updating.mjs", f"{opened.address}/sparql", opened.token)
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'

    assert [['<x:s> <x:p> "å" .'], [f"<x:s> <x:q> {one} ."], 404] == told["fetcher"]
    assert "400" in told["mistaken"]
    assert "401" in told["nobody"]
    assert [[f'<x:s> <x:{name}> "{value}" .' for value in "12"] for name in "pq"] == told["comunica"][:2]
    assert 404 == told["comunica"][2]
