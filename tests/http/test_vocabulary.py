"""Our own words answer at their own addresses: the ontology, the concept schemes and the shapes, whole and one by one."""

import json
import re

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse
from starlette.testclient import TestClient

from ontology.namespaces import CONCEPT, DEF, ONTOLOGY, SHAPE, term
from shapes.library import library
from sparql import documents

LABELS = {"fi", "sv", "en"}


def _subjects(client: TestClient, path: str) -> set[str]:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert 200 == response.status_code
    return {
        quad.subject.value for quad in parse(response.content, RdfFormat.TURTLE) if isinstance(quad.subject, NamedNode)
    }


@pytest.mark.parametrize("path", ["/def", "/def.ttl", "/def/1.0.0"])
def test_ontology_holds_every_term(client: TestClient, path: str) -> None:
    """The ontology's own IRI, its file and its version give every class and property, with the header."""
    found = _subjects(client, path)

    assert {ONTOLOGY, DEF + "Measure", DEF + "responsible", DEF + "hasInvolvement"} <= found
    assert len([iri for iri in found if iri.startswith(DEF)]) > 100


def test_schemes_hold_every_concept(client: TestClient) -> None:
    """The address of the concepts gives every scheme and what is in it."""
    found = _subjects(client, "/concept")

    assert {CONCEPT + "role", CONCEPT + "role/responsible", CONCEPT + "status/planned"} <= found


def test_shapes_are_given_whole(client: TestClient) -> None:
    """The address of the shapes gives every shape of this release."""

    assert {iri.value for iri in library().shapes} <= _subjects(client, "/shape")


def test_every_shape_named_in_a_report_can_be_opened(client: TestClient) -> None:
    """Each shape answers with no more than its own statements, and with its three messages when it has any."""
    for iri, shape in library().shapes.items():
        response = client.get(f"/shape/{iri.value.removeprefix(SHAPE)}", headers={"Accept": "text/turtle"})
        assert 200 == response.status_code
        quads = list(parse(response.content, RdfFormat.TURTLE))
        assert {iri} == {quad.subject for quad in quads if not isinstance(quad.subject, BlankNode)}
        messages = {quad.object.language for quad in quads if quad.predicate == term("sh:message")}
        assert messages == (LABELS if shape.messages else set())


@pytest.mark.parametrize("path", ["/shape/Nothing", "/def/Nothing", "/concept/nothing", "/shape/x%3Cy"])
def test_what_is_no_word_of_ours_is_told(client: TestClient, path: str) -> None:
    """An address under a namespace of ours that names nothing answers 404 with a problem document."""
    response = client.get(path)

    assert 404 == response.status_code
    assert "application/problem+json" == response.headers["content-type"]


@pytest.mark.parametrize("path", ["/def", "/shape", "/concept"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_lists_what_it_holds(client: TestClient, path: str, language: str) -> None:
    """The page of a namespace lists its words with links, in the language asked for."""
    page = client.get(f"{path}?lang={language}", headers={"Accept": "text/html"})

    assert 200 == page.status_code
    assert f'<html lang="{language}">' in page.text
    links = re.findall(rf'<li><a href="({path}/[^"]+)">', page.text)
    assert len(links) > 50
    assert 200 == client.get(links[0], headers={"Accept": "text/html"}).status_code


def test_everything_under_the_shapes_is_there(client: TestClient) -> None:
    """Whatever the page of the shapes lists or names, also prefixes and properties, has a document of its own."""
    page = client.get("/shape?lang=fi", headers={"Accept": "text/html"})
    links = sorted(set(re.findall(r'href="(/shape/[^"?]+)', page.text)))
    found = {link: client.get(link, headers={"Accept": "text/turtle"}).status_code for link in links}

    assert {"/shape/prefix-hv", "/shape/reads", "/shape/Measure"} <= set(found)
    assert [] == [link for link, status in found.items() if status != 200]


def test_namespace_is_flat_json_ld(client: TestClient) -> None:
    """A whole namespace comes as flat compact JSON-LD, every node once."""
    tree = json.loads(client.get("/def", headers={"Accept": "application/ld+json"}).content)
    ids = [node["id"] for node in tree["@graph"] if "id" in node]

    assert len(ids) == len(set(ids))
    assert ONTOLOGY in ids


@pytest.mark.parametrize("address", ["/def", "/shape", "/concept"])
def test_whole_vocabulary_is_written_once(client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that is the same in every version is made once, and then costs what a file does."""
    first = client.get(address, headers={"Accept": "application/ld+json"})
    made: list[object] = []
    for name in ("compacted", "framed", "written"):
        monkeypatch.setattr(documents, name, lambda *given: made.append(given))
    again = [client.get(address, headers={"Accept": "application/ld+json"}) for _ in range(3)]

    assert {first.content} == {each.content for each in again}
    assert [] == made
