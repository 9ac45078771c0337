"""
Prefixes of every namespace that the project writes, and the terms of our own that code must name.

The Turtle files, the JSON-LD context, ``/prefixes`` and the saved queries all use this one table; a test compares them.
"""

from pyoxigraph import NamedNode

PROJECT = "https://w3id.org/hankintaverkko/"
DEF = PROJECT + "def/"
SHAPE = PROJECT + "shape/"
CONCEPT = PROJECT + "concept/"
ONTOLOGY = PROJECT + "def"

PREFIXES: dict[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "epo": "http://data.europa.eu/a4g/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "frapo": "http://purl.org/cerif/frapo/",
    "hv": DEF,
    "hvs": SHAPE,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "p-plan": "http://purl.org/net/p-plan#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudtunit": "http://qudt.org/vocab/unit/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "yso": "http://www.yso.fi/onto/yso/",
}


def term(curie: str) -> NamedNode:
    """
    The IRI that a CURIE such as ``hv:Measure`` stands for.

    Raises:
        KeyError: The prefix is not in `PREFIXES`.

    Source: CURIE Syntax 1.0 section 3.
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
