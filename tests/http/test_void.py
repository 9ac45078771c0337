"""What is said of the dataset: VoID's counts, partitions, links and examples are those of the data."""

import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient

from ontology.namespaces import PREFIXES, term
from sparql.formats import FORMATS, Kind
from tests.http.descriptions import (
    BASE,
    DATASET,
    ENDPOINT,
    Node,
    languages_of,
    objects_of,
    read,
    rows,
    value_of,
    values_of,
)

_PARSED = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}


def test_graphs_are_those_that_can_be_asked(client: TestClient) -> None:
    """Every named graph is listed under its name with the number of its statements."""
    said = read(client)
    counted = {
        graph: int(number)
        for graph, number in rows(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    listed = {
        value_of(said, graph, "sd:name"): int(value_of(said, content, "void:triples"))
        for graph in objects_of(said, DATASET, "sd:namedGraph")
        for content in objects_of(said, graph, "sd:graph")
    }

    assert f"{BASE}graph/src/d000" in listed
    assert listed == counted


def test_counts_are_those_of_sparql(client: TestClient) -> None:
    """The numbers of VoID are what counting over the endpoint gives: of everything, by class and by property."""
    said = read(client, "/.well-known/void")
    ((triples, subjects, objects, properties),) = rows(
        client,
        "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        " (COUNT(DISTINCT ?p) AS ?properties) { ?s ?p ?o }",
    )
    ((entities,),) = rows(
        client, f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'
    )
    classes = rows(client, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    used = rows(
        client,
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os) { ?s ?p ?o } GROUP BY ?p",
    )
    whole = {"triples": triples, "distinctSubjects": subjects, "distinctObjects": objects, "entities": entities}
    whole |= {"properties": properties, "classes": str(len(classes))}

    assert whole == {key: value_of(said, DATASET, f"void:{key}") for key in whole}
    assert {tuple(row) for row in classes} == {
        (value_of(said, each, "void:class"), value_of(said, each, "void:entities"))
        for each in objects_of(said, DATASET, "void:classPartition")
    }
    assert {tuple(row) for row in used} == {
        (value_of(said, each, "void:property"), *(value_of(said, each, f"void:{key}") for key in list(whole)[:3]))
        for each in objects_of(said, DATASET, "void:propertyPartition")
    }


def test_vocabularies_cover_every_property(client: TestClient) -> None:
    """No property or class is in use whose vocabulary is not named, and no vocabulary is named in vain."""
    said = read(client, "/.well-known/void")
    named = values_of(said, DATASET, "void:vocabulary")
    names = [row[0] for row in rows(client, "SELECT DISTINCT ?x { { ?s ?x ?o } UNION { ?s a ?x } }")]

    assert [] == [name for name in names if not any(name.startswith(space) for space in named)]
    assert [] == [space for space in named if not any(name.startswith(space) for name in names)]


def test_links_to_others_are_counted(client: TestClient) -> None:
    """Each set of links says by which property, to whose IRIs and how many, as counting over the endpoint gives."""
    said = read(client, "/.well-known/void")
    sets = [
        each
        for each in objects_of(said, DATASET, "void:subset")
        if term("void:Linkset") in objects_of(said, each, "rdf:type")
    ]
    spaces = set()
    for each in sets:
        (target,) = objects_of(said, each, "void:objectsTarget")
        space, predicate = value_of(said, target, "void:uriSpace"), value_of(said, each, "void:linkPredicate")
        spaces.add(space)
        query = f'SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER(REGEX(STR(?o), "^{space}[^/#]*$")'
        ((counted,),) = rows(client, query + f' && STRSTARTS(STR(?s), "{BASE}")) }}')
        assert counted == value_of(said, each, "void:triples"), each

    assert {PREFIXES["yso"], PREFIXES["epo"], PREFIXES["cv"]} <= spaces


def test_dataset_is_titled_and_licensed(client: TestClient) -> None:
    """Title and description of the dataset come in three languages, with the licence and the version."""
    said = read(client, "/.well-known/void")
    for curie in ("dcterms:title", "dcterms:description"):
        assert {"fi", "sv", "en"} == languages_of(said, DATASET, curie)

    assert "CC_BY_4_0" in value_of(said, DATASET, "dcterms:license")
    assert "1" == value_of(said, DATASET, "owl:versionInfo")
    assert {ENDPOINT} == objects_of(said, DATASET, "void:sparqlEndpoint")
    assert BASE == value_of(said, DATASET, "void:uriSpace")


@pytest.mark.long
def test_examples_of_entities_can_be_opened(client: TestClient) -> None:
    """The example of every class is a thing with a document, and begins as all things of its class do."""
    said = read(client, "/.well-known/void")
    for partition in objects_of(said, DATASET, "void:classPartition"):
        for example in values_of(said, partition, "void:exampleResource"):
            path = example.removeprefix(BASE)
            assert 200 == client.get(f"/{path}", follow_redirects=True).status_code
            assert example.startswith(value_of(said, partition, "void:uriSpace"))

    assert len(objects_of(said, DATASET, "void:exampleResource")) > 20


def test_dumps_are_the_whole_dataset(client: TestClient) -> None:
    """What the addresses of the dumps give is together all that is published, each graph once, in every format that is stated."""
    said = read(client, "/.well-known/void")
    dumps = sorted(values_of(said, DATASET, "void:dataDump"))
    answers = [client.get(dump, headers={"Accept": "application/n-triples"}) for dump in dumps]
    stated = values_of(said, DATASET, "void:feature")

    assert {200} == {answer.status_code for answer in answers}
    assert int(value_of(said, DATASET, "void:triples")) == sum(len(answer.text.splitlines()) for answer in answers)
    assert {each.writer.iri.rpartition("/")[2] for each in FORMATS if Kind.GRAPH in each.kinds} == {
        each.rpartition("/")[2] for each in stated
    }
    for each in FORMATS:
        if Kind.GRAPH in each.kinds:
            answer = client.get(dumps[0], headers={"Accept": each.media_type})
            assert each.media_type == answer.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_documents_say_which_dataset_they_are_of(client: TestClient, suffix: str) -> None:
    """A document about a thing leads to the description of the dataset, whatever its format, for who finds it alone."""
    body = client.get(f"/doc/measure/ap22-m14.{suffix}").text
    document = f"{BASE}doc/measure/ap22-m14"

    if suffix == "jsonld":
        assert {"id": document, "void:inDataset": {"id": DATASET.value}} == json.loads(body)["foaf:isPrimaryTopicOf"]
        return
    said = {quad.triple for quad in parse(body.encode(), _PARSED[suffix])}
    assert {DATASET} == objects_of(said, NamedNode(document), "void:inDataset")


def test_no_graph_is_empty(client: TestClient) -> None:
    """A graph without a statement is not there, so none is listed, and the service does not say that it keeps any."""
    said = read(client)
    sizes = {int(value_of(said, content, "void:triples")) for content in _graphs(said)}

    assert min(sizes) > 0
    assert term("sd:EmptyGraphs") not in objects_of(said, ENDPOINT, "sd:feature")
    assert 404 == client.get("/store", params={"graph": f"{BASE}graph/nothing"}).status_code


def _graphs(said: set[Triple]) -> set[Node]:
    return {
        content
        for graph in objects_of(said, DATASET, "sd:namedGraph")
        for content in objects_of(said, graph, "sd:graph")
    }
