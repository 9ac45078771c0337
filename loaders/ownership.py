"""
Whose a graph is: the build's alone, the project's, or somebody's own.

The project's graphs are those of documents and entries, the registry and the translations. They speak its vocabulary
about nodes with IRIs, and say where they come from. Every other graph, and the stored default graph, is somebody's own:
it may hold anything, and is judged only for what it says of the project's things or in the project's words.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from loaders.errors import BlankNodeError, ForeignThingError, ReservedGraphError
from ontology.iris import Iris
from ontology.namespaces import DEF, term
from shapes.report import Finding, Report
from sparql.store import Draft, GraphName

RESERVED = ("ontology", "align", "mappings", "vocab", "inferred", "prov", "catalog")
_FAMILIES = frozenset({*RESERVED, "src", "entry", "registry", "links", "translations"})  # first parts of graph names
_TYPE = term("rdf:type")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose graphs and statements are, under the base of *iris*."""

    iris: Iris

    def ours(self, graph: GraphName) -> bool:
        """Whether *graph* is one of the project's."""
        prefix = f"{self.iris.base}graph/"
        if isinstance(graph, DefaultGraph) or not graph.value.startswith(prefix):
            return False
        return graph.value.removeprefix(prefix).partition("/")[0] in _FAMILIES

    def reserved(self, graph: GraphName) -> bool:
        """Whether *graph* is written by the build alone."""
        return any(graph == self.iris.graph(name) for name in RESERVED)

    def refuse_reserved(self, graph: GraphName) -> None:
        """
        Return when people may write *graph*.

        Raises:
            ReservedGraphError: The build alone may.
        """
        if isinstance(graph, NamedNode) and self.reserved(graph):
            raise ReservedGraphError(graph)

    def refuse_foreign(self, draft: Draft, graph: NamedNode, added: Iterable[Quad], arrived: Set[Quad]) -> None:
        """
        Return when *graph*, one of the project's, may say what is *added* to it: it speaks of its own things.

        What another graph describes keeps the evidence that it has there; what has *arrived* together, in several
        graphs, is one publisher's own.

        Raises:
            ForeignThingError: Another of the project's graphs describes one of the things.
        """
        inferred = self.iris.graph("inferred")
        subjects = {quad.subject for quad in added if isinstance(quad.subject, NamedNode)}
        for subject in sorted(subjects, key=str):
            for quad in draft.pattern(subject, _TYPE, None):
                home = quad.graph_name
                if quad in arrived or home in {graph, inferred} or not isinstance(home, NamedNode):
                    continue
                if self.ours(home):
                    raise ForeignThingError(subject, graph, home)

    def concerned(self, quads: Iterable[Quad]) -> set[Quad]:
        """
        Those of *quads* that shapes may judge: all in the project's graphs; elsewhere those that touch its things or words.
        """
        # A store gives quads of the default graph or of named ones; their type allows a blank node for a graph as well.
        return {quad for quad in quads if self.ours(quad.graph_name) or self._touches(quad)}  # type: ignore[arg-type]

    def _touches(self, quad: Quad) -> bool:
        ours = (f"{self.iris.base}id/", DEF)
        return any(
            isinstance(node, NamedNode) and node.value.startswith(ours)
            for node in (quad.subject, quad.predicate, quad.object)
        )

    def told(self, report: Report, draft: Draft) -> Report:
        """*report* without what it says of other people's things, which rules about the whole graph come upon."""
        kept = tuple(finding for finding in report.findings if self._concerns(finding, draft))
        return Report(kept, report.labels, report.paths)

    def _concerns(self, finding: Finding, draft: Draft) -> bool:
        focus = finding.focus
        if not isinstance(focus, NamedNode) or focus.value.startswith(f"{self.iris.base}id/"):
            return isinstance(focus, NamedNode)
        inferred = self.iris.graph("inferred")
        described = (quad for quad in draft.pattern(focus, None, None) if quad.graph_name != inferred)
        # As above: no store here holds a graph that is named by a blank node.
        return any(self.ours(quad.graph_name) or self._is_ours(quad) for quad in described)  # type: ignore[arg-type]

    def _is_ours(self, quad: Quad) -> bool:
        return quad.predicate == _TYPE and isinstance(quad.object, NamedNode) and quad.object.value.startswith(DEF)


def refuse_blank(quads: Iterable[Quad]) -> None:
    """
    Return when every node of *quads* has an IRI.

    Raises:
        BlankNodeError: One has none.
    """
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise BlankNodeError(quad)
