"""
What the service says of itself and of its data, read as a client reads it: as statements, and as rows to compare them with.
"""

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient

from ontology.namespaces import term

BASE = "https://w3id.org/hankintaverkko/"
ENDPOINT = NamedNode("http://127.0.0.1:8000/sparql")
DATASET = NamedNode(f"{BASE}.well-known/void#dataset")

Node = NamedNode | BlankNode | Literal | Triple


def read(client: TestClient, path: str = "/sparql") -> set[Triple]:
    """The statements of the description at *path*."""
    response = client.get(path, headers={"Accept": "application/n-triples"})
    assert 200 == response.status_code, response.text
    return {quad.triple for quad in parse(response.content, RdfFormat.N_TRIPLES)}


def objects_of(said: Iterable[Triple], subject: Node, curie: str) -> set[Node]:
    """What *subject* has as *curie*."""
    return {each.object for each in said if each.subject == subject and each.predicate == term(curie)}


def values_of(said: Iterable[Triple], subject: Node, curie: str) -> set[str]:
    """The same as text: IRIs, and literals without their languages and datatypes; nothing else may be there."""
    return {_value(each) for each in objects_of(said, subject, curie)}


def value_of(said: Iterable[Triple], subject: Node, curie: str) -> str:
    """The only object that *subject* has as *curie*, as text."""
    (found,) = objects_of(said, subject, curie)
    return _value(found)


def _value(node: Node) -> str:
    assert isinstance(node, NamedNode | Literal), node
    return node.value


def languages_of(said: Iterable[Triple], subject: Node, curie: str) -> set[str | None]:
    """The languages in which *subject* has a *curie*; None stands for what has none."""
    return {each.language if isinstance(each, Literal) else None for each in objects_of(said, subject, curie)}


def rows(client: TestClient, query: str) -> list[list[str]]:
    """The rows that the endpoint answers, in the order and with the names of its variables."""
    response = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert 200 == response.status_code, response.text
    found = response.json()
    return [[row[name]["value"] for name in found["head"]["vars"]] for row in found["results"]["bindings"]]
