"""W3C's suite of the service description: its one test says that the description conforms to the schema."""

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from tests.conformance import solutions
from tests.conformance.manifests import DescriptionTest
from tests.conformance.served import Service

pytestmark = pytest.mark.long

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
# Property -> the class of its values; None: any resource will do. Source: SPARQL 1.1 Service Description section 3.
RANGES: dict[URIRef, URIRef | None] = {
    SD.endpoint: None,
    SD.feature: SD.Feature,
    SD.defaultEntailmentRegime: SD.EntailmentRegime,
    SD.entailmentRegime: SD.EntailmentRegime,
    SD.defaultSupportedEntailmentProfile: SD.EntailmentProfile,
    SD.supportedEntailmentProfile: SD.EntailmentProfile,
    SD.extensionFunction: SD.Function,
    SD.extensionAggregate: SD.Aggregate,
    SD.languageExtension: SD.Feature,
    SD.supportedLanguage: SD.Language,
    SD.propertyFeature: SD.Feature,
    SD.defaultDataset: SD.Dataset,
    SD.availableGraphs: SD.GraphCollection,
    SD.resultFormat: None,
    SD.inputFormat: None,
    SD.defaultGraph: SD.Graph,
    SD.namedGraph: SD.NamedGraph,
    SD.name: None,
    SD.graph: SD.Graph,
}
INSTANCES = {
    SD.Language: {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update},
    SD.EntailmentRegime: {
        URIRef(f"http://www.w3.org/ns/entailment/{name}")
        for name in ("Simple", "RDF", "RDFS", "D", "OWL-Direct", "OWL-RDF-Based", "RIF")
    },
    SD.Feature: {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery},
}
BELOW = {SD.GraphCollection: {SD.Dataset}}
CLASSES = {
    SD.Service, SD.Feature, SD.Language, SD.Function, SD.Aggregate, SD.EntailmentRegime, SD.EntailmentProfile,
    SD.GraphCollection, SD.Dataset, SD.Graph, SD.NamedGraph,
}  # fmt: skip
SINGLE = {SD.endpoint, SD.defaultDataset, SD.defaultEntailmentRegime, SD.defaultSupportedEntailmentProfile, SD.name}


def departures(graph: Graph) -> list[tuple[Node, ...]]:
    """The statements that the schema does not allow, and the properties that a subject has more often than once."""
    found: list[tuple[Node, ...]] = []
    for subject, predicate, value in graph:
        if predicate == RDF.type and str(value).startswith(SD) and value not in CLASSES:
            found.append((subject, predicate, value))
        if not str(predicate).startswith(SD):
            continue
        wanted, kinds = RANGES.get(predicate, SD.Unknown), set(graph.objects(value, RDF.type))
        known = (
            wanted is None or value in INSTANCES.get(wanted, set()) or bool(kinds & {wanted, *BELOW.get(wanted, set())})
        )
        if isinstance(value, Literal) or not known:
            found.append((subject, predicate, value))
        if predicate in SINGLE and len(set(graph.objects(subject, predicate))) > 1:
            found.append((subject, predicate))
    return found


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "nt"])
def test_description(service: Service, description_test: DescriptionTest, suffix: str) -> None:
    """A GET without a query gives a description of one service, at the address where it is reached, by the schema."""
    response = service.client.get("/sparql", headers={"Accept": solutions.media_type(suffix)})
    assert response.status_code == 200, (description_test.iri, response.text)
    graph = Graph().parse(data=response.content, format=solutions.media_type(suffix))
    (described,) = graph.subjects(SD.endpoint, URIRef(f"{service.address}/sparql"))

    assert [] == departures(graph)
    assert SD.Service in set(graph.objects(described, RDF.type))
    assert SD.SPARQL11Query in set(graph.objects(described, SD.supportedLanguage))
    features = set(graph.objects(described, SD.feature))
    assert not features & {SD.UnionDefaultGraph, SD.BasicFederatedQuery}, features
