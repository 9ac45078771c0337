"""
The document about one thing, as triples and as framed JSON-LD.

A document holds the thing's own statements, those of the nodes that qualify them (involvements, dependencies, schedules)
down to their evidence, and the names of its neighbours, so that one request answers one question.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term
from sparql import compaction
from sparql.void import dataset

_LANGUAGES = {"fi": 0, "sv": 1, "en": 2}


@cache
def query() -> str:
    """The CONSTRUCT query of a document; its one variable to bind is ``?thing``."""
    return (files("sparql") / "document.rq").read_text(encoding="utf-8")


def triples(ntriples: bytes) -> list[Triple]:
    """What a worker answered, without duplicates and in the order of its N-Triples lines."""
    return [quad.triple for quad in parse(b"\n".join(sorted(set(ntriples.splitlines()))), RdfFormat.N_TRIPLES)]


def itself(thing: NamedNode, iris: Iris) -> list[Triple]:
    """
    What the document about *thing* says of itself: that it is about it, and part of our dataset; empty where it has no IRI.

    Source: VoID section 6.
    """
    path = iris.path(thing)
    if path is None:
        return []
    document = iris.document(path)
    return [
        Triple(thing, term("foaf:isPrimaryTopicOf"), document),
        Triple(document, term("void:inDataset"), dataset(iris)),
    ]


def written(document: Iterable[Triple], rdf_format: RdfFormat) -> bytes:
    """*document* in *rdf_format*, with the project's prefixes where the format has any."""
    document = list(document)
    nodes = {str(node.value) for triple in document for node in triple if isinstance(node, NamedNode)}
    nodes |= {triple.object.datatype.value for triple in document if isinstance(triple.object, Literal)}
    used = {name: iri for name, iri in sorted(PREFIXES.items()) if any(node.startswith(iri) for node in nodes)}
    body = serialize(document, format=rdf_format, prefixes=used) or b""
    if rdf_format not in {RdfFormat.TURTLE, RdfFormat.TRIG}:
        return body
    # The writer declares prefixes in an order that differs from run to run; the same statements give the same bytes.
    lines = body.splitlines(keepends=True)
    declared = sum(line.startswith(b"@prefix ") for line in lines)
    return b"".join(sorted(lines[:declared]) + lines[declared:])


def _expanded(document: Iterable[Triple]) -> Any:
    nquads = serialize(document, format=RdfFormat.N_TRIPLES) or b""
    return jsonld.from_rdf(nquads.decode(), {"format": "application/n-quads", "useNativeTypes": False})


def compacted(document: Iterable[Triple], context_url: str) -> dict[str, Any]:
    """
    *document* as flat compact JSON-LD, every node once under ``@graph``; its context is named by *context_url*.

    Source: JSON-LD 1.1 Processing section 5.1.
    """
    options = {"documentLoader": compaction.refuse, "processingMode": "json-ld-1.1"}
    tree: dict[str, Any] = jsonld.compact(_expanded(document), compaction.context(), options)
    return {**_in_order(tree), "@context": context_url}


def framed(document: Iterable[Triple], thing: NamedNode, context_url: str) -> dict[str, Any]:
    """
    *document* as one compact JSON-LD tree with *thing* at its root; its context is named by *context_url*.

    Every node is repeated where it is linked, as deep as the document goes; names are language maps.

    Source: JSON-LD 1.1 Framing section 4; our context is ``/context.jsonld``.
    """
    expanded = _expanded(document)
    frame = {**compaction.context(), "@id": thing.value, "@embed": "@always"}
    options = {
        "omitGraph": True,
        "documentLoader": compaction.refuse,
        "processingMode": "json-ld-1.1",
        "pruneBlankNodeIdentifiers": True,
    }
    tree: dict[str, Any] = jsonld.frame(expanded, frame, options)
    return {**_in_order(tree), "@context": context_url}


def _in_order(value: Any) -> Any:
    # The processor orders keys, but neither language maps nor the values of a set.
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=_place)
    if not isinstance(value, dict):
        return value
    if value.keys() <= _LANGUAGES.keys():
        return dict(sorted(value.items(), key=lambda item: _LANGUAGES[item[0]]))
    return {key: _in_order(each) for key, each in value.items()}


def _place(value: Any) -> tuple[int, str]:
    # As printed where the parts are numbered, else by identifier.
    if isinstance(value, dict):
        return int(value.get("order", 0)), str(value.get("id", ""))
    return 0, str(value)
