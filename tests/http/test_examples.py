"""Saved queries as examples: described for programs that offer them, under addresses of their own."""

import httpx
from pyoxigraph import Literal, NamedNode
from starlette.testclient import TestClient

from ontology.namespaces import term
from sparql.queries import saved
from tests.http.descriptions import BASE, ENDPOINT, objects_of, read, rows, value_of


def test_every_saved_query_is_an_example(client: TestClient) -> None:
    """Each saved query is an executable with three titles, its text, its prefixes and the endpoint that it is for."""
    said = read(client, "/.well-known/sparql-examples/")
    for slug, query in saved().items():
        node = NamedNode(f"{BASE}.well-known/sparql-examples/{slug}")
        alone = read(client, f"/.well-known/sparql-examples/{slug}")
        assert alone == {each for each in said if each.subject == node}
        assert {term("sh:SPARQLExecutable"), term("sh:SPARQLSelectExecutable")} == objects_of(alone, node, "rdf:type")
        assert {Literal(title, language=name) for name, title in query.titles.items()} == objects_of(
            alone, node, "rdfs:label"
        )
        assert query.text == value_of(alone, node, "sh:select")
        assert {ENDPOINT} == objects_of(alone, node, "schema:target")

    assert {NamedNode(f"{BASE}.well-known/sparql-examples/{slug}") for slug in saved()} == {
        each.subject for each in said
    }


def test_example_runs_as_it_is_given(client: TestClient) -> None:
    """The text of an example, sent to the endpoint that it names, gives the answer of the saved query."""
    node = NamedNode(f"{BASE}.well-known/sparql-examples/actors")
    text = value_of(read(client, "/.well-known/sparql-examples/actors"), node, "sh:select")

    assert rows(client, text) == [
        list(each.values()) for each in _rows(client.get("/queries/actors.json")) if len(each) == 5
    ]


def _rows(response: httpx.Response) -> list[dict[str, str]]:
    return [{key: cell["value"] for key, cell in row.items()} for row in response.json()["results"]["bindings"]]


def test_unknown_example_is_told(client: TestClient) -> None:
    """An example that there is not is answered 404, with one like it."""
    response = client.get("/.well-known/sparql-examples/mesures")

    assert 404 == response.status_code
    assert "measures" in response.json()["detail"]
