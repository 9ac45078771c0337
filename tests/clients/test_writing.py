"""The clients that Python developers write with: rdflib and SPARQLWrapper change a graph of their own and read it back."""

from collections.abc import Iterator
from urllib.error import HTTPError

import httpx
import pytest
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from rdflib.term import Node
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.clients.conftest import Opened

pytestmark = pytest.mark.long

GRAPH = URIRef("http://example.test/graphs/a#b?c=å")
OTHER = URIRef("http://example.test/graphs/other")
S, P = URIRef("http://example.test/s"), URIRef("http://example.test/p")
TEXT = Literal('sanoo "hei"\n\\ ja `moi` – {ei} # € 😀', lang="fi")


def _store(opened: Opened, *, autocommit: bool = True, token: str | None = None) -> SPARQLUpdateStore:
    return SPARQLUpdateStore(
        query_endpoint=f"{opened.address}/sparql",
        update_endpoint=f"{opened.address}/update",
        autocommit=autocommit,
        headers={"Authorization": f"Bearer {opened.token if token is None else token}"},
        node_to_sparql=_written,
    )


def _written(node: Node) -> str:
    """A term for SPARQLUpdateStore, a blank node as an IRI of its own: rdflib leaves it to the user how that is done."""
    return f"<urn:blank:{node}>" if isinstance(node, BNode) else node.n3()


def _held(opened: Opened, graph: URIRef) -> Graph:
    """What *graph* holds, read by another way than the client's; empty when it is not there."""
    answer = httpx.get(f"{opened.address}/store", params={"graph": graph}, headers={"Accept": "text/turtle"})
    return Graph().parse(data=answer.text, format="turtle") if answer.is_success else Graph()


@pytest.fixture(autouse=True)
def begun(opened: Opened) -> Iterator[None]:
    """The graphs of these tests are not there when one begins, and not when it has ended."""
    for graph in (GRAPH, OTHER):
        httpx.delete(f"{opened.address}/store", params={"graph": graph}, headers=opened.headers)
    yield
    for graph in (GRAPH, OTHER):
        httpx.delete(f"{opened.address}/store", params={"graph": graph}, headers=opened.headers)


def test_rdflib_adds_and_removes(opened: Opened) -> None:
    """A graph over SPARQLUpdateStore takes statements of every kind of term, finds them, and lets go of them again."""
    graph = Graph(_store(opened), identifier=GRAPH)
    objects = [TEXT, Literal(7), Literal("2026-01-01", datatype=URIRef("http://www.w3.org/2001/XMLSchema#date")), S]
    for each in objects:
        graph.add((S, P, each))
    blank = BNode()
    graph.add((blank, P, S))

    assert {*objects} == set(graph.objects(S, P))
    assert 5 == len(graph) == len(_held(opened, GRAPH))
    assert (URIRef(f"urn:blank:{blank}"), P, S) in graph
    graph.remove((S, P, TEXT))
    assert TEXT not in set(_held(opened, GRAPH).objects(S, P))
    graph.remove((None, None, None))
    assert [] == [*_held(opened, GRAPH)] == [*graph]


def test_rdflib_writes_many_graphs_at_once(opened: Opened) -> None:
    """A dataset over SPARQLUpdateStore adds quads of several graphs, tells its graphs, and removes one of them."""
    dataset = Dataset(_store(opened), default_union=True)
    one, other = dataset.graph(GRAPH), dataset.graph(OTHER)
    dataset.addN([(S, P, Literal(number), graph) for number in range(20) for graph in (one, other)])

    assert (20, 20) == (len(one), len(other))
    assert {GRAPH, OTHER} <= {*dataset.store.contexts()}
    assert [GRAPH] == [each for each in dataset.store.contexts((S, P, Literal(3))) if each == GRAPH]
    dataset.remove_graph(one)
    dataset.remove_graph(one)
    assert (0, 20) == (len(_held(opened, GRAPH)), len(_held(opened, OTHER)))


def test_rdflib_commits_and_rolls_back(opened: Opened) -> None:
    """Without autocommit nothing is there until commit, which is one update and one version; rollback forgets."""
    store = _store(opened, autocommit=False)
    graph = Graph(store, identifier=GRAPH)
    before = opened.version()
    graph.add((S, P, Literal(1)))
    graph.update("INSERT DATA { e:s e:p 2, 3 }", initNs={"e": "http://example.test/"})
    graph.update("DELETE { ?s ?p 3 } WHERE { ?s ?p 3 }", initNs={"e": "http://example.test/"})
    graph.remove((S, P, Literal(1)))
    kept = (opened.version(), len(_held(opened, GRAPH)))
    store.commit()
    graph.add((S, P, Literal(9)))
    store.rollback()
    store.commit()

    assert (before, 0) == kept
    assert before + 1 == opened.version()
    assert {Literal(2)} == set(_held(opened, GRAPH).objects(S, P))


def test_rdflib_updates_with_bindings(opened: Opened) -> None:
    """An update through a graph changes this graph alone, with the prefixes and the values that the user gives."""
    graph = Graph(_store(opened), identifier=GRAPH)
    graph.add((S, P, Literal(1)))
    graph.update(
        "DELETE { ?s e:p ?n } INSERT { ?s e:p ?m } WHERE { ?s e:p ?n BIND(?n + 1 AS ?m) }",
        initNs={"e": "http://example.test/"},
        initBindings={"s": S},
    )

    assert {Literal(2)} == set(_held(opened, GRAPH).objects(S, P))


@pytest.mark.parametrize("token", ["", "nobody"])
def test_rdflib_needs_the_token(opened: Opened, token: str) -> None:
    """Without the token, or with one that is none, rdflib is told 401, and nothing is written."""
    with pytest.raises(HTTPError, match="401"):
        Graph(_store(opened, token=token), identifier=GRAPH).add((S, P, TEXT))

    assert 0 == len(_held(opened, GRAPH))


@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_updates(opened: Opened, way: str) -> None:
    """SPARQLWrapper sends updates as a form and directly, and reads what came of them."""
    client = SPARQLWrapper(f"{opened.address}/sparql", f"{opened.address}/update", returnFormat=JSON)
    client.addCustomHttpHeader("Authorization", f"Bearer {opened.token}")
    client.setMethod(POST)
    client.setRequestMethod(way)
    client.setQuery(f"INSERT DATA {{ GRAPH {GRAPH.n3()} {{ {S.n3()} {P.n3()} {TEXT.n3()} }} }}")
    told = client.queryAndConvert()
    written = set(_held(opened, GRAPH).objects(S, P))
    client.setQuery(f"DELETE WHERE {{ GRAPH {GRAPH.n3()} {{ ?s ?p ?o }} }}")
    client.query()

    assert isinstance(told, dict)
    assert (True, [str(GRAPH)]) == (told["published"], told["changed"])
    assert {TEXT} == written
    assert 0 == len(_held(opened, GRAPH))


def test_sparqlwrapper_is_told_what_is_wrong_with_an_update(opened: Opened) -> None:
    """A mistake in an update is SPARQLWrapper's own error, with our words in it."""
    client = SPARQLWrapper(f"{opened.address}/sparql", f"{opened.address}/update")
    client.addCustomHttpHeader("Authorization", f"Bearer {opened.token}")
    client.setMethod(POST)
    client.setQuery("INSERT DATA { <x:s> <x:p> }")
    with pytest.raises(QueryBadFormed, match="line 1"):
        client.query()
