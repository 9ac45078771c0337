"""
The base of relative IRIs: the configured address of the endpoint, whatever a request says of its host.

Source: SPARQL 1.1 Protocol section 2.1.5; RFC 3986 section 5.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.writable import TURTLE, Writable, at, writable

pytestmark = pytest.mark.xdist_group("base")  # one service for all of them
PUBLIC = "http://data.example.test/here"


@pytest.fixture(scope="module")
def service(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A service that is reached at `PUBLIC`, as its operator says."""
    var = tmp_path_factory.mktemp("base") / "var"
    shutil.copytree(built, var, symlinks=True)
    with writable(var, public_url=PUBLIC, deadline=120.0, write_deadline=120.0) as started:
        yield started


def _value(service: Writable, query: str, way: str = "get") -> str:
    """The one value of the answer to *query*, sent in a *way* and to another host."""
    headers = {"Accept": "application/sparql-results+json", "Host": "elsewhere.example.test"}
    if way == "get":
        answer = service.client.get("/sparql", params={"query": query}, headers=headers)
    elif way == "form":
        answer = service.client.post("/sparql", data={"query": query}, headers=headers)
    else:
        kind = {"Content-Type": "application/sparql-query"}
        answer = service.client.post("/sparql", content=query.encode(), headers=headers | kind)
    assert 200 == answer.status_code, answer.text
    ((_, cell),) = answer.json()["results"]["bindings"][0].items()
    return str(cell["value"])


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize(
    ("query", "iri"),
    [
        ("SELECT ?x { BIND(<a> AS ?x) }", f"{PUBLIC}/a"),
        ("SELECT ?x { BIND(<#a> AS ?x) }", f"{PUBLIC}/sparql#a"),
        ("SELECT ?x { BIND(<> AS ?x) }", f"{PUBLIC}/sparql"),
        ("SELECT ?x { BIND(</a> AS ?x) }", "http://data.example.test/a"),
        ("SELECT ?x { BIND(<../a> AS ?x) }", "http://data.example.test/a"),
        ('SELECT ?x { BIND(IRI("a") AS ?x) }', f"{PUBLIC}/a"),
        ("PREFIX p: <ns#> SELECT ?x { VALUES ?x { p:a } }", f"{PUBLIC}/ns#a"),
        ("BASE <below/> SELECT ?x { BIND(<a> AS ?x) }", f"{PUBLIC}/below/a"),
        ("BASE <below/> BASE <deeper/> SELECT ?x { BIND(<a> AS ?x) }", f"{PUBLIC}/below/deeper/a"),
        ('BASE <below/> SELECT ?x { BIND(IRI("a") AS ?x) }', f"{PUBLIC}/below/a"),
        ("BASE <http://other.example.test/> SELECT ?x { BIND(<a> AS ?x) }", "http://other.example.test/a"),
    ],
)
def test_relative_iri_of_a_query(service: Writable, query: str, iri: str, way: str) -> None:
    """A relative IRI in a query is resolved with the address of the endpoint that the operator gave, and with BASE."""
    assert iri == _value(service, query, way)


def test_relative_iri_names_a_graph(service: Writable) -> None:
    """FROM and GRAPH name the graphs that their relative IRIs mean."""
    service.put(f"{PUBLIC}/g", "<x:s> <x:p> <x:o> .", TURTLE)

    assert "x:s" == _value(service, "SELECT ?s FROM <g> { ?s ?p ?o }")
    assert "x:s" == _value(service, "BASE <below/> SELECT ?s { GRAPH <../g> { ?s ?p ?o } }")


def test_relative_iri_of_an_update(service: Writable) -> None:
    """A relative IRI in an update is resolved with the address of its endpoint, each BASE with the one before."""
    done = service.update(
        "INSERT DATA { GRAPH <made> { <> <#p> <a> } } ; BASE <below/> INSERT DATA { GRAPH </here/made> { <> <p> <a> } }"
    )

    assert 200 == done.status_code, done.text
    assert {
        f"<{PUBLIC}/update> <{PUBLIC}/update#p> <{PUBLIC}/a> .",
        f"<{PUBLIC}/below/> <{PUBLIC}/below/p> <{PUBLIC}/below/a> .",
    } == set(service.read(at(f"{PUBLIC}/made")).text.splitlines())
