"""rdflib's SPARQLUpdateStore writes through ``/update`` with a token, and reads what it wrote."""

from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from tests.cli.conftest import runner
from tests.live.conftest import free_port, serving

pytestmark = pytest.mark.long
NAME = URIRef("http://example.org/graph")
THING, SAYS = URIRef("http://example.org/thing"), URIRef("http://example.org/says")


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a service that may be written to, and a token for it."""
    port, var = free_port(), tmp_path / "var"
    address = f"http://127.0.0.1:{port}"
    with serving(built, var, port=port, HANKINTA_PUBLIC_URL=address):
        yield address, runner(var, tmp_path)("token", "create", "--name", "rdflib").stdout.strip()


def _store(address: str, token: str) -> SPARQLUpdateStore:
    headers = {"Authorization": f"Bearer {token}"}
    return SPARQLUpdateStore(f"{address}/sparql", f"{address}/update", returnFormat="json", headers=headers)


def test_rdflib_update_store_writes(own: tuple[str, str]) -> None:
    """What is added through SPARQLUpdateStore is read back from its graph, and gone when it is removed."""
    graph = Graph(_store(*own), identifier=NAME)
    graph.add((THING, SAYS, Literal("p\u00e4iv\u00e4\u00e4", lang="fi")))
    written = list(graph.objects(THING, SAYS))
    graph.update(
        'DELETE DATA { GRAPH <http://example.org/graph> { <http://example.org/thing> <http://example.org/says> "p\u00e4iv\u00e4\u00e4"@fi } }'
    )

    assert [Literal("p\u00e4iv\u00e4\u00e4", lang="fi")] == written
    assert [] == list(graph.objects(THING, SAYS))


def test_rdflib_update_store_needs_a_token(own: tuple[str, str]) -> None:
    """Without a token that we gave, nothing is written."""
    address, _ = own
    graph = Graph(_store(address, "made-up"), identifier=NAME)

    with pytest.raises(HTTPError) as refused:
        graph.add((THING, SAYS, Literal("x")))

    assert 401 == refused.value.code
