"""
What an amendment has really changed, graph by graph: what the shapes must see of it, and what the rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

from loaders import provenance
from loaders.ownership import Ownership, refuse_blank
from ontology.namespaces import DEF, term
from sparql.diff import Change, change
from sparql.store import Draft, GraphName, Store

_TYPE, _LABEL, _SUBCLASS = term("rdf:type"), term("skos:prefLabel"), term("rdfs:subClassOf")
_SCHEMA = {_SUBCLASS, term("rdfs:subPropertyOf"), term("owl:inverseOf")}


@dataclass(slots=True)
class Edition:
    """
    The *changes* of graphs, with the statements of these graphs *before* and *after* as the shapes are to compare them.

    Of graphs that are somebody's own only those statements differ between the two that touch the project's things or
    words: nothing else there is judged.
    """

    owner: Ownership
    changes: list[Change] = field(default_factory=list)
    before: list[Quad] = field(default_factory=list)
    after: list[Quad] = field(default_factory=list)
    concerns_us: bool = False

    @classmethod
    def of(
        cls,
        draft: Draft,
        store: Store,
        graphs: Iterable[GraphName],
        written: Mapping[GraphName, Sequence[Quad]],
        owner: Ownership,
    ) -> "Edition":
        """
        The edition in which *graphs* have changed; literals of those that were *written* whole are as written.

        Raises:
            ReservedGraphError: One of *graphs* is written by the build alone.
            BlankNodeError: A graph of the project has a node without an IRI now.
            ForeignThingError: A graph of the project speaks now of a thing that another one describes.
        """
        edition = cls(owner)
        contents: list[tuple[list[Quad], list[Quad]]] = []
        for graph in graphs:
            owner.refuse_reserved(graph)
            contents.append((_held(store, draft, graph), list(draft.quads(graph))))
            edition.changes.append(change(graph, *contents[-1]))
        arrived = {quad for each in edition.changes for quad in each.added}
        for each, (old, new) in zip(tuple(edition.changes), contents, strict=True):
            if isinstance(each.graph, NamedNode) and owner.ours(each.graph):
                refuse_blank(each.added)
                owner.refuse_foreign(draft, each.graph, each.added, arrived)
                edition.before += old
                edition.after += _in_graph(written.get(each.graph, new), each.graph)
                edition.concerns_us = True
            elif concerned := owner.concerned(each.quads()):
                edition.before += set(new) ^ concerned
                edition.after += new
                edition.concerns_us = True
        return edition

    def attribute(self, draft: Draft) -> None:
        """Make ``graph/prov`` say where the project's graphs come from now."""
        iris = self.owner.iris
        prov = iris.graph("prov")
        for graph in [each.graph for each in self.changes]:
            if not isinstance(graph, NamedNode) or not self.owner.ours(graph):
                continue
            quads = list(draft.quads(graph))
            stated = provenance.of_entry(graph, quads, iris) if quads else []
            found = change(prov, provenance.about(draft, graph, iris), stated)
            draft.change_graph(prov, found.added, found.removed)
            self.changes.append(found)

    def rules_see(self, draft: Draft) -> Iterator[Change]:
        """The changes as far as a rule of inference can take notice of them."""
        subclasses: dict[NamedNode, bool] = {}

        def matters(quad: Quad) -> bool:
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                kind = quad.object
                if kind not in subclasses:
                    known = next(draft.pattern(kind, _SUBCLASS, None), None) is not None
                    subclasses[kind] = known or kind.value.startswith(DEF)
                return subclasses[kind]
            return quad.predicate in _SCHEMA or quad.predicate == _LABEL or quad.predicate.value.startswith(DEF)

        for each in self.changes:
            if self.owner.ours(each.graph):
                yield each
            else:
                yield Change(
                    each.graph, frozenset(filter(matters, each.added)), frozenset(filter(matters, each.removed))
                )


def _held(store: Store, draft: Draft, graph: GraphName) -> list[Quad]:
    """What *graph* held in the version that *draft* is made upon."""
    if draft.base is None:
        return []
    with closing(store.snapshot(draft.base.number)) as base:
        return list(base.quads(graph))


def _in_graph(quads: Iterable[Quad], graph: GraphName) -> list[Quad]:
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]
