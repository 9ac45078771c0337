"""W3C's update suites over HTTP: data by the Graph Store Protocol, the update, and everything read back."""

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from tests.conformance import engine, solutions
from tests.conformance.manifests import UpdateTest
from tests.conformance.served import UPDATE, Service, based

pytestmark = pytest.mark.long

EVERYTHING = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def everything(service: Service) -> list[Quad]:
    """The whole dataset, as one answer, so that a blank node in two graphs is seen to be one."""
    response = service.ask(EVERYTHING, solutions.media_type("srj"))
    assert response.status_code == 200, response.text
    found = solutions.read(response.content, "srj", "")
    assert isinstance(found, solutions.Solutions)
    return [Quad(row["s"], row["p"], row["o"], row.get("g", DefaultGraph())) for row in found.rows]


def test_updates(service: Service, update_test: UpdateTest) -> None:
    """The dataset afterwards is that of the suite, asked by a query and read graph by graph."""
    service.hold(update_test.before)
    response = service.write("POST", "/update", based(update_test.request).encode(), UPDATE)
    assert response.is_success, (response.status_code, response.text)
    after = list(engine.loaded(update_test.after))
    given = everything(service)

    assert solutions.isomorphic(after, given), given
    for graph in {quad.graph_name for quad in after if isinstance(quad.graph_name, NamedNode | BlankNode)}:
        part = [Quad(quad.subject, quad.predicate, quad.object) for quad in after if quad.graph_name == graph]
        read = service.client.get("/store", params={"graph": graph.value}, headers={"Accept": "text/turtle"})
        assert solutions.same(part, solutions.read(read.content, "ttl", graph.value)), read.text
