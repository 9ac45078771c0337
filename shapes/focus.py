"""
The neighbourhood of a change: which nodes must be judged again, and what must be known to judge them.

Both are read off the shapes. Judging a node follows the paths of the shapes that look at it; a changed triple matters
to a node exactly when one of these paths leads to it and then takes a step of its predicate.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, Variable

from ontology.namespaces import term
from shapes import path as paths
from shapes import vocabulary, whole
from shapes.library import Shape
from shapes.path import Node, Path, Step
from shapes.whole import Ask

_TYPE = term("rdf:type")
_INFERRED = "/graph/inferred"
_NODE, _PREDICATE = Variable("node"), Variable("predicate")

_DESCRIPTION = """SELECT ?node ?predicate ?object ?graph
WHERE {
  ?node ?predicate ?object .
  OPTIONAL { GRAPH ?graph { ?node ?predicate ?object } }
}"""
_KINDS = "SELECT ?node ?kind WHERE { ?node a ?kind }"
_POINTERS = """SELECT ?node ?predicate ?subject ?graph
WHERE {
  ?subject ?predicate ?node .
  OPTIONAL { GRAPH ?graph { ?subject ?predicate ?node } }
}"""


@dataclass(frozen=True, slots=True)
class Extract:
    """The statements needed to judge some nodes: asserted, as written where they were just written, and inferred."""

    asserted: frozenset[Triple]
    inferred: frozenset[Triple]


def affected(
    before: Iterable[Quad], written: Iterable[Quad], shapes: Iterable[Shape], ask: Ask
) -> frozenset[NamedNode]:
    """
    The nodes whose findings may differ after the quads *before* were replaced by those *written*.

    These are the changed nodes and every node from which a path of *shapes* leads over a changed triple. *ask* speaks
    of the statements as they are after the change.
    """
    changed = {quad.triple for quad in set(before) ^ set(written)}
    by_step: dict[Step, set[Path]] = {}
    for shape in shapes:
        for path in shape.reads:
            for prefix, step in paths.steps(path):
                by_step.setdefault(step, set()).add(prefix)
        for predicate in shape.targets.objects_of:
            by_step.setdefault(Step(predicate, inverse=True), set()).add(paths.HERE)
    found: set[Node | Literal] = {triple.subject for triple in changed if isinstance(triple.subject, NamedNode)}
    seen: set[tuple[Path, Node | Literal]] = set()
    for triple in changed:
        for inverse, node in ((False, triple.subject), (True, triple.object)):
            if not isinstance(node, NamedNode | Literal):
                continue
            for predicate in (triple.predicate, paths.ANY):
                for prefix in by_step.get(Step(predicate, inverse), ()):
                    if (prefix, node) not in seen:
                        seen.add((prefix, node))
                        found.update(_origins(prefix, node, ask))
    return frozenset(node for node in found if isinstance(node, NamedNode))


def targeted(shape: Shape, nodes: Iterable[NamedNode], ask: Ask) -> frozenset[NamedNode]:
    """Those of *nodes* that *shape* looks at by their class; all of them where it finds its targets otherwise."""
    nodes, targets = frozenset(nodes), shape.targets
    if not targets.classes or targets.subjects_of or targets.objects_of or targets.nodes:
        return nodes
    above = vocabulary.superclasses()
    return frozenset(
        node
        for node in nodes
        if any(
            targets.classes & above.get(solution["kind"], frozenset({solution["kind"]}))
            for solution in ask(_KINDS, substitutions={_NODE: node})
        )
    )


def extract(focus: Iterable[NamedNode], written: Iterable[Quad], shapes: Iterable[Shape], ask: Ask) -> Extract:
    """
    All that judging the nodes of *focus* by *shapes* reads.

    Of the graphs in *written* the quads are taken from there, literals as written; everything else comes from *ask*.
    """
    reader = _Reader(ask, list(written))
    shapes = list(shapes)
    for node in focus:
        reader.describe(node)
        types = (triple.object for triple in reader.of(node) if triple.predicate == _TYPE)
        classes = {
            cls
            for name in types
            if isinstance(name, NamedNode)
            for cls in vocabulary.superclasses().get(name, frozenset({name}))
        }
        followed = {path for shape in shapes if _looks_at(shape, classes) for path in shape.reads}
        for prefix, step in {pair for path in followed for pair in paths.steps(path)}:
            for stop in _destinations(node, prefix, ask):
                if step.inverse:
                    reader.point(stop, step.predicate)
                elif isinstance(stop, NamedNode):
                    reader.describe(stop)
    return Extract(frozenset(reader.asserted), frozenset(reader.inferred))


def _looks_at(shape: Shape, classes: set[NamedNode]) -> bool:
    targets = shape.targets
    return bool(targets.classes & classes or targets.subjects_of or targets.objects_of or targets.nodes)


def _origins(prefix: Path, node: NamedNode | Literal, ask: Ask) -> Iterator[Node | Literal]:
    if prefix == paths.HERE:
        return iter((node,))
    text = f"SELECT DISTINCT ?node ?focus WHERE {{ ?focus {paths.sparql(prefix)} ?node }}"
    return (solution["focus"] for solution in whole.at(node, _NODE, text, ask))


def _destinations(node: NamedNode, prefix: Path, ask: Ask) -> Iterator[Node]:
    if prefix == paths.HERE:
        return iter((node,))
    text = f"SELECT DISTINCT ?node ?stop WHERE {{ ?node {paths.sparql(prefix)} ?stop }}"
    return (solution["stop"] for solution in whole.at(node, _NODE, text, ask))


@dataclass(slots=True)
class _Reader:
    """Collects descriptions of nodes, each once."""

    ask: Ask
    written: list[Quad]
    asserted: set[Triple] = field(default_factory=set)
    inferred: set[Triple] = field(default_factory=set)
    _graphs: set[object] = field(default_factory=set)
    _written_of: dict[object, list[Triple]] = field(default_factory=dict)
    _written_to: dict[object, list[Triple]] = field(default_factory=dict)
    _done: dict[object, list[Triple]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._graphs = {quad.graph_name for quad in self.written}
        for quad in self.written:
            self._written_of.setdefault(quad.subject, []).append(quad.triple)
            if not isinstance(quad.object, Literal):
                self._written_to.setdefault(quad.object, []).append(quad.triple)

    def of(self, node: NamedNode) -> list[Triple]:
        """The asserted triples about a described node."""
        return self._done[node]

    def describe(self, node: NamedNode) -> None:
        """Adds every triple about *node*."""
        if node in self._done:
            return
        triples = list(self._written_of.get(node, ()))
        for solution in self.ask(_DESCRIPTION, substitutions={_NODE: node}):
            triple = Triple(node, solution["predicate"], solution["object"])
            self._sort(triple, solution["graph"], triples.append)
        self._done[node] = triples
        self.asserted.update(triples)

    def point(self, node: Node, predicate: NamedNode) -> None:
        """Adds every triple that points at *node* with *predicate*."""
        if isinstance(node, BlankNode) or (node, predicate) in self._done:
            return
        triples = [triple for triple in self._written_to.get(node, ()) if triple.predicate == predicate]
        for solution in self.ask(_POINTERS, substitutions={_NODE: node, _PREDICATE: predicate}):
            self._sort(Triple(solution["subject"], predicate, node), solution["graph"], triples.append)
        self._done[node, predicate] = triples
        self.asserted.update(triples)

    def _sort(self, triple: Triple, graph: NamedNode | None, keep: Callable[[Triple], None]) -> None:
        if graph is not None and graph.value.endswith(_INFERRED):
            self.inferred.add(triple)
        elif (graph or DefaultGraph()) not in self._graphs:
            keep(triple)
