"""
The words of shapes, by language.

pySHACL 0.40.1 drops the language tags of messages of SPARQL constraints, so messages are not taken from its results
when the shapes graph has them: they are joined again through ``sh:sourceShape`` and the constraint of that shape, of
which it has one at most. The test `test_pyshacl_drops_the_languages_of_sparql_messages` tells when the detour can go.
"""

from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Dataset, Literal, NamedNode

from ontology.namespaces import term

Node = NamedNode | BlankNode
MESSAGE, NAME, SPARQL = term("sh:message"), term("sh:name"), term("sh:sparql")


def words(graph: Dataset, node: Node, predicate: NamedNode) -> Mapping[str, str]:
    """
    The texts that *node* has for *predicate*, by language tag; texts without a tag are under the empty one.
    """
    return {
        quad.object.language or "": quad.object.value
        for quad in graph.quads_for_subject(node)
        if quad.predicate == predicate and isinstance(quad.object, Literal)
    }


def messages(graph: Dataset, shape: Node, given: Iterable[Literal]) -> Mapping[str, str]:
    """
    The messages of one result of *shape*: of its SPARQL constraint, else its own, else those *given* in the result.
    """
    constraints = [quad.object for quad in graph.quads_for_subject(shape) if quad.predicate == SPARQL]
    for node in (*constraints, shape):
        if isinstance(node, NamedNode | BlankNode) and (found := words(graph, node, MESSAGE)):
            return found
    return {literal.language or "": literal.value for literal in given}
