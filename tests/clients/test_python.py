"""The clients that Python developers use: SPARQLWrapper and rdflib get the facts in every format, and clear errors."""

import csv
import io
import json
import xml.dom.minidom
from typing import Any
from urllib.error import HTTPError

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, EndPointNotFound, QueryBadFormed

from tests.clients import facts

pytestmark = pytest.mark.long
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def _wrapper(
    endpoint: str, query: str, return_format: str, method: str = GET, request: str = URLENCODED
) -> SPARQLWrapper:
    client = SPARQLWrapper(endpoint, returnFormat=return_format)
    client.setMethod(method)
    client.setRequestMethod(request)
    client.setTimeout(60)
    client.setQuery(query)
    return client


def _title(return_format: str, found: Any) -> str:
    """The one value of the answer to `facts.TITLE_QUERY`, as SPARQLWrapper hands it over."""
    match return_format:
        case "json":
            return str(found["results"]["bindings"][0]["title"]["value"])
        case "xml":
            assert isinstance(found, xml.dom.minidom.Document)
            return str(found.getElementsByTagName("literal")[0].firstChild.nodeValue)  # type: ignore[union-attr]
        case "csv":
            return next(csv.reader(io.StringIO(found.decode().partition("\r\n")[2])))[0]
        case _:
            return str(json.loads(found.decode().splitlines()[1].removesuffix("@sv")))


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize("return_format", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_solutions(endpoint: str, method: str, request_method: str, return_format: str) -> None:
    """SPARQLWrapper reads solutions in the four result formats, however it sends the query."""
    client = _wrapper(endpoint, facts.TITLE_QUERY, return_format, method, request_method)

    assert facts.TITLE == _title(return_format, client.queryAndConvert())


@pytest.mark.parametrize("return_format", [JSON, XML])
def test_sparqlwrapper_reads_booleans(endpoint: str, return_format: str) -> None:
    """SPARQLWrapper reads true and false in the two formats that have them."""
    for query, said in ((facts.YES_QUERY, True), (facts.NO_QUERY, False)):
        found = _wrapper(endpoint, query, return_format).queryAndConvert()
        if return_format == JSON:
            assert said is found["boolean"]
        else:
            assert str(said).lower() == found.getElementsByTagName("boolean")[0].firstChild.nodeValue


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize("return_format", [TURTLE, N3, RDFXML, JSONLD])
def test_sparqlwrapper_reads_graphs(
    endpoint: str, size: int, method: str, request_method: str, return_format: str
) -> None:
    """SPARQLWrapper reads graphs in the formats that it knows, with the same triples in each."""
    found = _wrapper(endpoint, facts.GRAPH_QUERY, return_format, method, request_method).queryAndConvert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")

    assert size == len(graph)
    assert Literal(facts.TITLE, lang="sv") in set(graph.objects())


def test_sparqlwrapper_is_told_what_is_wrong(endpoint: str) -> None:
    """SPARQLWrapper raises its own error for a mistake, a deadline and an address that is none, with our words in it."""
    with pytest.raises(QueryBadFormed, match="line"):
        _wrapper(endpoint, facts.MISTAKEN, JSON).query()
    with pytest.raises((EndPointInternalError, HTTPError)) as late:
        _wrapper(endpoint, facts.ENDLESS, JSON).query()
    with pytest.raises(EndPointNotFound):
        _wrapper(endpoint.replace("sparql", "nothing"), facts.YES_QUERY, JSON).query()

    assert "504" in str(late.value)


def test_sparqlwrapper_asks_for_less_time(endpoint: str) -> None:
    """The parameter ``timeout`` reaches the service, which answers before its own deadline."""
    client = _wrapper(endpoint, facts.ENDLESS, JSON)
    client.addParameter("timeout", "200ms")

    with pytest.raises(HTTPError) as late:
        client.query()

    assert "0.2 seconds" in late.value.read().decode()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("return_format", ["json", "xml"])
def test_rdflib_store_asks(endpoint: str, method: str, return_format: str) -> None:
    """rdflib's SPARQLStore answers queries with terms, languages included."""
    graph = Graph(SPARQLStore(endpoint, method=method, returnFormat=return_format))
    ((title,),) = graph.query(facts.TITLE_QUERY)
    actors = [str(row[0]) for row in graph.query(facts.ACTORS_QUERY)]
    ((count,),) = graph.query(facts.COUNT_QUERY)

    assert Literal(facts.TITLE, lang="sv") == title
    assert facts.ACTORS == actors
    assert facts.MEASURES == count.toPython()
    assert graph.query(facts.YES_QUERY).askAnswer is True
    assert graph.query(facts.NO_QUERY).askAnswer is False


def test_rdflib_store_is_a_graph(endpoint: str, size: int) -> None:
    """A graph over SPARQLStore is walked like any other of rdflib: by pattern, by membership, by size."""
    graph = Graph(SPARQLStore(endpoint))
    measure = URIRef(facts.MEASURE.strip("<>"))
    found = set(graph.predicate_objects(measure))
    label = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")

    assert size == len(found)
    assert (label, Literal(facts.TITLE, lang="sv")) in found
    assert (measure, label, Literal(facts.TITLE, lang="sv")) in graph
    assert len(graph) > 30_000


def test_rdflib_store_constructs(endpoint: str, size: int) -> None:
    """CONSTRUCT through SPARQLStore gives a graph."""
    found = Graph(SPARQLStore(endpoint)).query(facts.GRAPH_QUERY).graph

    assert found is not None
    assert size == len(found)


def test_rdflib_store_is_told_what_is_wrong(endpoint: str) -> None:
    """A mistake reaches the user of SPARQLStore as an error that comes of our 400."""
    with pytest.raises(ValueError, match="SPARQL query") as refused:
        Graph(SPARQLStore(endpoint)).query(facts.MISTAKEN)
    met = refused.value.__context__

    assert isinstance(met, HTTPError)
    assert 400 == met.code
