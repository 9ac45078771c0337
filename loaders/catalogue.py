"""
The catalogue for open-data portals: the statements of ``graph/catalog``.

One catalogue, one dataset for each source document, one data service for the SPARQL endpoint, described in three
languages. Nothing here depends on the clock or on the machine.

Source: DCAT-AP 3.0.1.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from ontology.iris import Iris
from ontology.namespaces import term

_Statement: TypeAlias = tuple[NamedNode, str, NamedNode | Literal]
_TYPE, _TITLE, _DOCUMENT = term("rdf:type"), term("dcterms:title"), term("hv:SourceDocument")
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGES = tuple(NamedNode(f"{_AUTHORITY}language/{code}") for code in ("ENG", "FIN", "SWE"))
_FINLAND = NamedNode(_AUTHORITY + "country/FIN")
_GOVERNMENT = NamedNode(_AUTHORITY + "data-theme/GOVE")
_LICENCE = NamedNode(_AUTHORITY + "licence/CC_BY_4_0")
_PUBLIC = NamedNode(_AUTHORITY + "access-right/PUBLIC")
_PROTOCOL = NamedNode("http://www.w3.org/TR/sparql11-protocol/")

_CATALOGUE_TITLES = dict.fromkeys(("fi", "sv", "en"), "Hankintaverkko")
_CATALOGUE_WORDS = {
    "fi": "Julkisten hankintojen ohjelmat, toimenpiteet, toimijat ja riippuvuudet linkitettynä tietona.",
    "sv": "Program, åtgärder, aktörer och beroenden inom offentlig upphandling som länkade data.",
    "en": "Programmes, measures, actors and dependencies of public procurement as linked data.",
}
_SERVICE_TITLES = {
    "fi": "Hankintaverkon SPARQL-kyselypalvelu",
    "sv": "SPARQL-tjänsten i Hankintaverkko",
    "en": "SPARQL service of Hankintaverkko",
}
_SERVICE_WORDS = {
    "fi": "Kyselyt kaikkiin julkaistuihin tietoihin SPARQL 1.1 -kielellä.",
    "sv": "Frågor till alla publicerade data på språket SPARQL 1.1.",
    "en": "Queries over all published data in SPARQL 1.1.",
}
_DATASET_WORDS = {
    "fi": "Asiakirjan toimenpiteet, toimijat, aikataulut, teemat ja riippuvuudet lähdeviitteineen.",
    "sv": "Dokumentets åtgärder, aktörer, tidsplaner, teman och beroenden med källhänvisningar.",
    "en": "The measures, actors, schedules, themes and dependencies of the document, each with its source.",
}
_UNTITLED = {"fi": "Asiakirjan {} tiedot", "sv": "Uppgifter ur dokument {}", "en": "Statements of document {}"}


def read(graphs: Mapping[NamedNode, Sequence[Quad]], iris: Iris) -> list[Quad]:
    """
    The catalogue of the curated *graphs*, sorted. Its datasets are the source documents that the graphs describe.
    """
    catalogue, service, publisher = iris.catalogue(), iris.endpoint(), iris.entity("actor/hankintaverkko")
    found: list[_Statement] = [
        (publisher, "rdf:type", term("foaf:Agent")),
        *((publisher, "foaf:name", each) for each in _literals(_CATALOGUE_TITLES)),
        (catalogue, "rdf:type", term("dcat:Catalog")),
        *_described(catalogue, publisher, _CATALOGUE_TITLES, _CATALOGUE_WORDS),
        (catalogue, "dcterms:license", _LICENCE),
        (catalogue, "dcterms:spatial", _FINLAND),
        *((catalogue, "dcterms:language", each) for each in _LANGUAGES),
        (catalogue, "dcat:service", service),
        (service, "rdf:type", term("dcat:DataService")),
        *_described(service, publisher, _SERVICE_TITLES, _SERVICE_WORDS),
        (service, "dcat:endpointURL", service),
        (service, "dcterms:conformsTo", _PROTOCOL),
        (service, "dcterms:accessRights", _PUBLIC),
        (service, "dcterms:license", _LICENCE),
    ]
    for document, titles in sorted(_documents(graphs).items(), key=lambda item: item[0].value):
        key = document.value.rpartition("/")[2]
        dataset = iris.dataset(key)
        named = {language: titles.get(language, words.format(key)) for language, words in _UNTITLED.items()}
        found += [
            (catalogue, "dcat:dataset", dataset),
            (service, "dcat:servesDataset", dataset),
            (dataset, "rdf:type", term("dcat:Dataset")),
            *_described(dataset, publisher, named, _DATASET_WORDS),
            (dataset, "dcterms:identifier", Literal(key)),
            (dataset, "dcterms:source", document),
            (dataset, "dcterms:accessRights", _PUBLIC),
            (dataset, "dcterms:spatial", _FINLAND),
            (dataset, "dcat:theme", _GOVERNMENT),
            *((dataset, "dcterms:language", each) for each in _LANGUAGES),
        ]
    graph = iris.graph("catalog")
    return sorted({Quad(subject, term(name), value, graph) for subject, name, value in found}, key=str)


def _described(
    node: NamedNode, publisher: NamedNode, titles: Mapping[str, str], words: Mapping[str, str]
) -> Iterator[_Statement]:
    yield from ((node, "dcterms:title", each) for each in _literals(titles))
    yield from ((node, "dcterms:description", each) for each in _literals(words))
    yield node, "dcterms:publisher", publisher


def _literals(words: Mapping[str, str]) -> Iterator[Literal]:
    return (Literal(value, language=language) for language, value in words.items())


def _documents(graphs: Mapping[NamedNode, Sequence[Quad]]) -> dict[NamedNode, dict[str, str]]:
    """The source documents in *graphs*, each with its titles by language."""
    quads = [quad for each in graphs.values() for quad in each]
    found: dict[NamedNode, dict[str, str]] = {
        quad.subject: {}
        for quad in quads
        if quad.object == _DOCUMENT and quad.predicate == _TYPE and isinstance(quad.subject, NamedNode)
    }
    for quad in quads:
        titles = found.get(quad.subject) if isinstance(quad.subject, NamedNode) else None
        if titles is not None and quad.predicate == _TITLE and isinstance(quad.object, Literal):
            titles[quad.object.language or ""] = quad.object.value
    return found
