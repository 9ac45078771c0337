"""
What may be done to the published graphs: replace, merge, remove, or update them.

Each amendment is applied to a draft and says which graphs it may have touched; what it has really changed, the draft
knows. A `Condition` is met or not by the version that the draft is made upon, under the publishers' lock.

Source: SPARQL 1.1 Graph Store HTTP Protocol section 5; SPARQL 1.1 Update section 3; RFC 9110 section 13.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad

from loaders.errors import ConditionError, OtherGraphError, UnknownGraphError
from sparql import guard, operations, updates
from sparql.errors import QueryRefused
from sparql.store import Draft, GraphName, Version, graph_key


class Amendment(Protocol):
    """A change to be made."""

    @property
    def written(self) -> Mapping[GraphName, Sequence[Quad]]:
        """The content of the graphs that are replaced whole, literals as they were written."""
        ...

    @property
    def targets(self) -> Iterable[GraphName]:
        """The graphs that it names as those to be changed."""
        ...

    def apply(self, draft: Draft) -> Iterable[GraphName] | None:
        """Make the change in *draft*; the graphs that it may have touched, None when these may be any."""
        ...


@dataclass(frozen=True, slots=True)
class Replace:
    """Each of the graphs *written* holds what is given, and nothing else. One that is given nothing must be there."""

    written: Mapping[GraphName, Sequence[Quad]]
    must_exist: bool = True

    @property
    def targets(self) -> Iterable[GraphName]:
        """The graphs written."""
        return self.written

    def apply(self, draft: Draft) -> Iterable[GraphName]:
        """Replace them. Raises `UnknownGraphError` when one that is given nothing does not hold anything either."""
        for graph, quads in self.written.items():
            if self.must_exist and not quads and not _holds(draft, graph):
                raise UnknownGraphError(graph)
            draft.replace_graph(graph, quads)
        return self.written


@dataclass(frozen=True, slots=True)
class Merge:
    """The *graph* holds what it held, and *quads*, whose blank nodes are new to it."""

    graph: GraphName
    quads: Sequence[Quad]

    @property
    def written(self) -> Mapping[GraphName, Sequence[Quad]]:
        """Nothing: what the graph held already is known as the store keeps it."""
        return {}

    @property
    def targets(self) -> Iterable[GraphName]:
        """The graph."""
        return (self.graph,)

    def apply(self, draft: Draft) -> Iterable[GraphName]:
        """Add the statements."""
        draft.change_graph(self.graph, self.quads, ())
        return (self.graph,)


@dataclass(frozen=True, slots=True)
class Update:
    """
    A SPARQL update, whole or not at all. Its patterns look at the graphs *using* and *using_named* when any are given.
    """

    text: str
    base_iri: str
    using: Sequence[NamedNode] = ()
    using_named: Sequence[NamedNode] = ()

    @property
    def written(self) -> Mapping[GraphName, Sequence[Quad]]:
        """Nothing: the engine knows what it wrote as the store keeps it."""
        return {}

    @property
    def targets(self) -> Iterable[GraphName]:
        """None that is known beforehand."""
        return ()

    def apply(self, draft: Draft) -> Iterable[GraphName] | None:
        """
        Run the update. Raises `QueryRefused`, `QuerySyntaxError` and `UpdateFailed` of `sparql.errors`.
        """
        admitted = _admitted(self.text, self.base_iri)
        before = draft.graphs()
        for request in admitted:
            draft.update(updates.with_dataset(request, self.using, self.using_named), self.base_iri)
        return updates.touchable(self.text, {*before, *draft.graphs()})


@dataclass(frozen=True, slots=True)
class Patch:
    """
    A SPARQL update of one *graph*: its default graph, unless it names graphs; then it may change this one alone.
    """

    graph: GraphName
    text: str
    base_iri: str

    @property
    def written(self) -> Mapping[GraphName, Sequence[Quad]]:
        """Nothing: the engine knows what it wrote as the store keeps it."""
        return {}

    @property
    def targets(self) -> Iterable[GraphName]:
        """The graph."""
        return (self.graph,)

    def apply(self, draft: Draft) -> Iterable[GraphName]:
        """
        Run the update. Raises what `Update.apply` raises, and `OtherGraphError` when it changes another graph.
        """
        if not updates.names_graphs(self.text):
            for request in _admitted(self.text, self.base_iri):
                draft.update_graph(self.graph, request, self.base_iri)
            return (self.graph,)
        for other in draft.changed(Update(self.text, self.base_iri).apply(draft)):
            if other != self.graph:
                raise OtherGraphError(self.graph, other)
        return (self.graph,)


@dataclass(frozen=True, slots=True)
class Condition:
    """
    What must be true of *graph* before it is changed, in terms of the hash that its version records (`state`).

    One of *match* must be its state, or it must merely be there when *match* has ``*``; None asks nothing. None of
    *none_match* may be, in the same way.
    """

    graph: GraphName
    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def check(self, version: Version | None) -> None:
        """
        Return when *version* meets the condition.

        Raises:
            ConditionError: It does not.
        """
        met = state(version, self.graph)
        known = frozenset() if met is None else frozenset({met, "*"})
        if self.match is not None and not self.match & known:
            raise ConditionError.changed(self.graph) if met else ConditionError.absent(self.graph)
        if self.none_match is not None and self.none_match & known:
            raise ConditionError.present(self.graph)


def state(version: Version | None, graph: GraphName) -> str | None:
    """
    The hash of *graph* in the record of *version*; None when it is not there. The default graph always is, if empty.
    """
    hashes = version.hashes if version else {}
    return hashes.get(graph_key(graph), "empty" if isinstance(graph, DefaultGraph) else None)


def _admitted(text: str, base_iri: str) -> Sequence[str]:
    """
    The update *text* as requests for the engine, one after the other.

    What is no SPARQL is told before what is not allowed, and at the place where the client wrote it.
    """
    try:
        guard.admit_update(text)
    except QueryRefused:
        operations.check(text, base_iri)
        raise
    admitted = [operations.forgiving(request) for request in operations.requests(text)]
    if admitted != [text]:
        operations.check(text, base_iri)
    return admitted


def _holds(draft: Draft, graph: GraphName) -> bool:
    return next(draft.pattern(None, None, None, graph), None) is not None
