"""
Documents about our own words: the ontology and the concept schemes whole, and the shapes, which are in no graph.
"""

from functools import cache

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Triple

from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import CONCEPT, DEF, ONTOLOGY, SHAPE, term
from shapes.library import library

SHAPES = NamedNode(SHAPE.removesuffix("/"))
CONCEPTS = NamedNode(CONCEPT.removesuffix("/"))
_VERSION = term("owl:versionIRI")


@cache
def whole(iris: Iris) -> dict[NamedNode, list[Triple]]:
    """
    The documents that hold everything under one namespace, by the IRI that names them.

    The ontology answers to its own IRI and to that of its present version.
    """
    graphs = modules.read(iris)
    ontology = [quad.triple for quad in graphs[iris.graph("ontology")]]
    found = {
        NamedNode(ONTOLOGY): ontology,
        CONCEPTS: [quad.triple for quad in graphs[iris.graph("vocab")]],
        SHAPES: [triple for file in library().files for triple in _said(file)],
    }
    versions = [triple.object for triple in ontology if triple.predicate == _VERSION]
    return found | {version: ontology for version in versions if isinstance(version, NamedNode)}


def shape(iri: NamedNode) -> list[Triple]:
    """
    What a shape, or another node under that namespace, says, down to its unnamed parts; empty when there is none.
    """
    file = _files().get(iri)
    if file is None:
        return []
    statements = _said(file)
    waiting: list[NamedNode | BlankNode] = [iri]
    reached: set[NamedNode | BlankNode] = {iri}
    said: list[Triple] = []
    while waiting:
        node = waiting.pop()
        for triple in statements:
            if triple.subject == node:
                said.append(triple)
                if isinstance(triple.object, BlankNode) and triple.object not in reached:
                    reached.add(triple.object)
                    waiting.append(triple.object)
    return said


@cache
def _said(file: str) -> tuple[Triple, ...]:
    """
    What a shape file says: in the same order, and its unnamed nodes called the same, in every process, so that every one
    gives the same bytes and the same entity tag.

    Source: RDF Dataset Canonicalization (RDFC-1.0).
    """
    statements = Dataset(library().graph(file))
    statements.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    place = library().files.index(file)  # the labels are unique in a file only

    def apart(node: BlankNode) -> BlankNode:
        return BlankNode(f"f{place}{node.value}")

    said = (
        Triple(
            apart(quad.subject) if isinstance(quad.subject, BlankNode) else quad.subject,
            quad.predicate,
            apart(quad.object) if isinstance(quad.object, BlankNode) else quad.object,
        )
        for quad in statements
    )
    return tuple(sorted(said, key=str))


@cache
def _files() -> dict[NamedNode, str]:
    """The file that describes each named node of the shapes: where the shape stands, else where it is first a subject."""
    found = {quad.subject: file for file in reversed(library().files) for quad in library().graph(file)}
    described = {node: file for node, file in found.items() if isinstance(node, NamedNode)}
    return described | {iri: shape.file for iri, shape in library().shapes.items()}


def names(triples: list[Triple]) -> list[NamedNode]:
    """Our terms, schemes, concepts and shapes that *triples* describe, in the order of their IRIs."""
    subjects = {triple.subject for triple in triples if isinstance(triple.subject, NamedNode)}
    ours = (DEF, CONCEPT, SHAPE)
    return sorted((subject for subject in subjects if subject.value.startswith(ours)), key=lambda node: node.value)
