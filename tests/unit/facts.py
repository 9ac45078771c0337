"""What the tests of the curated facts share: small folders of tables, and a short way to name what they become."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from ontology.iris import Iris
from ontology.namespaces import term

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
KINDS = FIVE.with_name("kinds")
IRIS = Iris()

Graphs = Mapping[NamedNode, Sequence[Quad]]


def node(path: str) -> NamedNode:
    """An entity by its path."""
    return IRIS.entity(path)


def about(graphs: Graphs, name: str, subject: str) -> set[tuple[NamedNode, object]]:
    """What the graph *name* says of *subject*: predicates and objects."""
    return {(quad.predicate, quad.object) for quad in graphs[IRIS.graph(name)] if quad.subject == node(subject)}


def typed(value: str, datatype: str) -> Literal:
    """A typed literal."""
    return Literal(value, datatype=term(datatype))
