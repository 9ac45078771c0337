"""What the service says of itself is true: its description, VoID, example queries and prefixes."""

import json

import pytest
from pyoxigraph import BlankNode, NamedNode, parse
from starlette.testclient import TestClient

from ontology.namespaces import PREFIXES, term
from server import content
from sparql.formats import FORMATS, Kind
from tests.http.asking import GRAPHS
from tests.http.conftest import Serve
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

UPDATE = NamedNode("http://127.0.0.1:8000/update")
DOCUMENTS = ["/sparql", "/.well-known/void", "/.well-known/sparql-examples/"]
# Property -> class of its subjects, class of its objects, as the vocabulary of service descriptions declares them.
SCHEMA = {
    "sd:endpoint": ("sd:Service", None),
    "sd:feature": ("sd:Service", None),
    "sd:supportedLanguage": ("sd:Service", None),
    "sd:resultFormat": ("sd:Service", None),
    "sd:inputFormat": ("sd:Service", None),
    "sd:defaultEntailmentRegime": ("sd:Service", None),
    "sd:defaultDataset": ("sd:Service", "sd:Dataset"),
    "sd:availableGraphs": ("sd:Service", "sd:Dataset"),  # a dataset is a collection of graphs
    "sd:defaultGraph": ("sd:Dataset", "sd:Graph"),
    "sd:namedGraph": ("sd:Dataset", "sd:NamedGraph"),
    "sd:name": ("sd:NamedGraph", None),
    "sd:graph": ("sd:NamedGraph", "sd:Graph"),
}


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("media_type", GRAPHS)
def test_description_comes_as_accepted(client: TestClient, path: str, media_type: str) -> None:
    """Every description comes in every graph format with the same statements, and none has a blank node."""
    response = client.get(path, headers={"Accept": media_type})
    found = {quad.triple for quad in parse(response.content, GRAPHS[media_type])}

    assert 200 == response.status_code
    assert media_type == response.headers["content-type"].partition(";")[0]
    assert found == read(client, path)
    assert not [node for triple in found for node in (triple.subject, triple.object) if isinstance(node, BlankNode)]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("text/html;q=0.4, application/rdf+xml;q=0.5", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0.1", "application/ld+json"),
        ("text/html;q=0.5, text/turtle;q=0.5", "text/html"),
    ],
)
def test_description_is_negotiated(client: TestClient, accept: str, media_type: str) -> None:
    """Qualities and wildcards decide in which form a client without a query is told about the service."""
    response = client.get("/sparql", headers={"Accept": accept})

    assert media_type == response.headers["content-type"].partition(";")[0]


def test_description_that_cannot_be_sent_is_told(client: TestClient) -> None:
    """When no format fits, 406 names those that there are; ``format=`` decides over the header."""
    refused = client.get("/.well-known/void", headers={"Accept": "image/png"})
    named = client.get("/.well-known/void", params={"format": "rdf"}, headers={"Accept": "text/turtle"})

    assert 406 == refused.status_code
    assert all(media_type in refused.text for media_type in GRAPHS)
    assert "application/rdf+xml" == named.headers["content-type"]


def test_description_conforms_to_its_schema(client: TestClient) -> None:
    """Each term of the vocabulary of service descriptions stands between the classes that it is declared for."""
    said = read(client)
    sd = PREFIXES["sd"]
    types: dict[Node, set[Node]] = {}
    for triple in said:
        if triple.predicate == term("rdf:type"):
            types.setdefault(triple.subject, set()).add(triple.object)
    used = [triple for triple in said if triple.predicate.value.startswith(sd)]

    assert len(used) > 30
    for triple in used:
        subjects, objects = SCHEMA["sd:" + triple.predicate.value.removeprefix(sd)]
        assert term(subjects) in types[triple.subject], triple
        assert objects is None or term(objects) in types[triple.object], triple


def test_endpoint_is_described(client: TestClient) -> None:
    """The service has the address at which it is asked for its name, and says which language it understands; so has that of updates."""
    said = read(client)

    assert {ENDPOINT, UPDATE} == {each.subject for each in said if each.object == term("sd:Service")}
    assert {ENDPOINT} == objects_of(said, ENDPOINT, "sd:endpoint")
    assert {term("sd:SPARQL11Query")} == objects_of(said, ENDPOINT, "sd:supportedLanguage")
    assert {UPDATE} == objects_of(said, UPDATE, "sd:endpoint")
    assert {term("sd:SPARQL11Update")} == objects_of(said, UPDATE, "sd:supportedLanguage")


def test_input_formats_are_those_of_the_store(client: TestClient) -> None:
    """The formats in which graphs may be written are stated; every other one is refused by the graph store."""
    stated = values_of(read(client), ENDPOINT, "sd:inputFormat")
    names = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")

    assert {f"http://www.w3.org/ns/formats/{name}" for name in names} == stated
    assert set(content.FORMATS) >= {
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
    }
    assert set(content.FORMATS.values()) == {GRAPHS[media_type] for media_type in list(GRAPHS)[:4]}


def test_formats_are_those_that_are_served(client: TestClient) -> None:
    """The result formats are stated by the IRIs that W3C gave them, one for each that is really served."""
    stated = values_of(read(client), ENDPOINT, "sd:resultFormat")
    names = {
        "application/sparql-results+json": "SPARQL_Results_JSON",
        "application/sparql-results+xml": "SPARQL_Results_XML",
        "text/csv": "SPARQL_Results_CSV",
        "text/tab-separated-values": "SPARQL_Results_TSV",
        "text/turtle": "Turtle",
        "application/ld+json": "JSON-LD",
        "application/n-triples": "N-Triples",
        "application/rdf+xml": "RDF_XML",
        "application/trig": "TriG",
        "application/n-quads": "N-Quads",
    }
    for format_ in FORMATS:
        query = (
            f"DESCRIBE <{BASE}id/measure/ap22-m14>" if Kind.GRAPH in format_.kinds else "SELECT ?s { ?s ?p ?o } LIMIT 1"
        )
        response = client.get("/sparql", params={"query": query}, headers={"Accept": format_.media_type})
        assert format_.media_type == response.headers["content-type"].partition(";")[0]

    assert stated == {"http://www.w3.org/ns/formats/" + names[format_.media_type] for format_ in FORMATS}


@pytest.mark.parametrize("union", [True, False])
def test_features_are_those_that_are_true(serve: Serve, union: bool) -> None:
    """The union is stated while it is on, with its size; nothing is said to be fetched or asked elsewhere."""
    client = serve(union_default_graph=union)
    said = read(client)
    ((counted,),) = rows(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert objects_of(said, ENDPOINT, "sd:feature") == ({term("sd:UnionDefaultGraph")} if union else set())
    assert counted == value_of(said, NamedNode(f"{BASE}.well-known/void#default-graph"), "void:triples")
    assert (int(counted) > 30_000) is union
    assert int(value_of(said, DATASET, "void:triples")) > 30_000


def test_federation_is_stated_while_it_is_on(serve: Serve) -> None:
    """Asking other endpoints is stated when the operator has named one."""
    said = read(serve(federation="https://example.org/sparql"))

    assert {term("sd:UnionDefaultGraph"), term("sd:BasicFederatedQuery")} == objects_of(said, ENDPOINT, "sd:feature")


def test_limits_are_those_of_the_settings(serve: Serve) -> None:
    """The limits that the service holds are stated in terms that can be looked up."""
    client = serve(
        deadline=29.5, answer_bytes=12345, answer_rows=20, query_memory=999_999_999, query_workers=3, queries_waiting=7
    )
    said = read(client)
    stated = {each.predicate: str(each.object) for each in said if each.predicate.value.startswith(PREFIXES["hv"])}
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"

    assert stated == {
        term("hv:queryTimeLimit"): '"PT29.5S"^^<http://www.w3.org/2001/XMLSchema#duration>',
        term("hv:queryLengthLimit"): f'"1048576"{integer}',
        term("hv:queryNestingLimit"): f'"200"{integer}',
        term("hv:queryMemoryLimit"): f'"999999999"{integer}',
        term("hv:answerSizeLimit"): f'"12345"{integer}',
        term("hv:answerRowLimit"): f'"20"{integer}',
        term("hv:concurrentQueryLimit"): f'"3"{integer}',
        term("hv:queuedQueryLimit"): f'"7"{integer}',
    }
    for each in stated:
        about = read(client, "/def/" + each.value.removeprefix(PREFIXES["hv"]))
        assert {"fi", "sv", "en"} == languages_of(about, each, "rdfs:label")


def test_what_is_named_is_described(client: TestClient) -> None:
    """Every IRI that the descriptions mint leads to a document in which it is a subject."""
    said = [read(client, path) for path in DOCUMENTS]
    void, examples = (f"{BASE}.well-known/{name}" for name in ("void", "sparql-examples/"))
    named = {
        node
        for document in said
        for each in document
        for node in (each.subject, each.object)
        if isinstance(node, NamedNode)
    }
    minted = {node for node in named if node.value.startswith((void, examples)) and node.value != examples}

    assert len(minted) > 300
    assert minted <= {each.subject for document in said for each in document}
    assert {node for node in minted if node.value.startswith(void)} <= {each.subject for each in said[1]}


def test_prefixes_are_declared_once(client: TestClient) -> None:
    """The prefixes of the project are the same in JSON and as declarations of SHACL."""
    said = read(client, "/.well-known/void")
    node = NamedNode(f"{BASE}.well-known/void#prefixes")
    declared = {
        value_of(said, each, "sh:prefix"): value_of(said, each, "sh:namespace")
        for each in objects_of(said, node, "sh:declare")
    }
    response = client.get("/prefixes.json")

    assert "application/json" == response.headers["content-type"]
    assert response.json() == declared == PREFIXES


@pytest.mark.parametrize("path", [*DOCUMENTS, "/prefixes.json"])
def test_description_can_be_cached(client: TestClient, path: str) -> None:
    """A description has a tag that answers 304, HEAD gives its headers, and pages of other origins may read all of it."""
    whole = client.get(path)
    tag = whole.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    head = client.head(path)
    preflight = client.options(path)

    assert (304, b"", tag) == (again.status_code, again.content, again.headers["etag"])
    assert 200 == client.get(path, headers={"If-None-Match": '"other"'}).status_code
    assert (200, b"", tag) == (head.status_code, head.content, head.headers["etag"])
    assert whole.headers["content-length"] == head.headers["content-length"]
    assert 204 == preflight.status_code
    assert {"*"} == {each.headers["access-control-allow-origin"] for each in (whole, again, head, preflight)}
    assert "1" == whole.headers["hankinta-version"]


@pytest.mark.parametrize("media_type", GRAPHS)
def test_description_is_the_same_bytes(client: TestClient, serve: Serve, media_type: str) -> None:
    """Another service over the same version gives the same bytes."""
    other = serve(query_workers=2)
    for path in DOCUMENTS:
        first, second = (each.get(path, headers={"Accept": media_type}) for each in (client, other))
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/doc/measure/ap22-m14.ttl", "/queries/actors.csv", "/sparql"]
)
def test_answers_lead_to_the_description(client: TestClient, path: str) -> None:
    """Answers and documents link to the description of the dataset that they come from."""

    assert '</.well-known/void>; rel="describedby"' in client.get(path).headers["link"]


def test_json_ld_needs_no_fetch(client: TestClient) -> None:
    """The JSON-LD of a description carries its context with it, as a tree of its own."""
    tree = json.loads(client.get("/sparql", headers={"Accept": "application/ld+json"}).content)

    assert PREFIXES["void"] == tree["@context"]["void"]
    assert {"@context", "@graph"} == set(tree)
