"""
What every store can do: give snapshots of versions to readers, and drafts of the next version to publishers.

A *version* is immutable. A *draft* is a copy of the newest version that nobody else sees until it is committed. The
embedded store (`sparql.embedded`) is one implementation; the contract tests in ``tests/contract`` run over all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import BinaryIO, Protocol, Self, TypeAlias

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
    Variable,
)

from sparql.canonical import GraphName
from sparql.diff import Difference

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples
Substitutions: TypeAlias = Mapping[Variable, Term]
PATIENCE = 60.0  # seconds that a publisher waits for the one before it

__all__ = [
    "PATIENCE",
    "Draft",
    "GraphName",
    "Results",
    "Snapshot",
    "Store",
    "Substitutions",
    "Term",
    "Version",
    "graph_key",
    "graph_of",
]


def graph_key(graph: GraphName) -> str:
    """The key of a graph in a version's record: its IRI, and ``default`` for the default graph."""
    return "default" if isinstance(graph, DefaultGraph) else graph.value


def graph_of(key: str) -> GraphName:
    """The graph whose key in a version's record is *key*; inverse of `graph_key`."""
    return DefaultGraph() if key == "default" else NamedNode(key)


@dataclass(frozen=True, slots=True)
class Version:
    """
    The record of one published version.

    *time* is when it was published, in UTC. *parent* is the version that was newest then, None for the first. *digest*
    identifies what a build was made from and is handed on by the other verbs. *counts* and *hashes* have one item for
    each graph that holds a statement, by `graph_key`; the hashes are described in `sparql.canonical`.
    """

    number: int
    time: datetime
    parent: int | None
    who: str
    why: str
    digest: str
    counts: Mapping[str, int]
    hashes: Mapping[str, str]

    @property
    def triples(self) -> int:
        """How many statements the version holds in all its graphs."""
        return sum(self.counts.values())


class Snapshot(Protocol):
    """
    One version, open for reading; it never changes, and is not swept while it is open. A context manager.
    """

    @property
    def version(self) -> Version:
        """The record of the version."""
        ...

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold a statement, in order of their IRIs."""
        ...

    def quads(self, graph: GraphName | None = None) -> Iterator[Quad]:
        """The statements of one graph, or of all; streamed, in no particular order."""
        ...

    def query(
        self,
        text: str,
        substitutions: Substitutions | None = None,
        *,
        base_iri: str | None = None,
        prefixes: Mapping[str, str] | None = None,
        default_graph: list[GraphName] | None = None,
        named_graphs: list[NamedNode] | None = None,
    ) -> Results:
        """
        The results of a SPARQL query. The default graph is the union of all graphs unless a dataset is given.

        Raises:
            SyntaxError: The query is not SPARQL.
        """
        ...

    def write_nquads(self, out: BinaryIO) -> None:
        """Write the dataset as canonical N-Quads, sorted by code point: the same bytes for the same statements."""
        ...

    def damaged(self) -> list[GraphName]:
        """The graphs whose count or hash is not what the record says; none, unless something else wrote the files."""
        ...

    def close(self) -> None:
        """Let go of the version. Closing twice is allowed."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Draft(Protocol):
    """
    The next version while it is made. Seen by nobody else; gone if the block ends without `commit`.
    """

    @property
    def base(self) -> Version | None:
        """The version this is a draft upon; None for the first."""
        ...

    @property
    def times(self) -> Mapping[str, float]:
        """What the store's own steps have taken so far, in seconds: ``copy``, and after the commit ``flip``."""
        ...

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold a statement, in order of their IRIs."""
        ...

    def quads(self, graph: GraphName | None = None) -> Iterator[Quad]:
        """The statements of one graph, or of all; streamed, in no particular order."""
        ...

    def pattern(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """The statements that match; None matches anything. A point look-up when subject or object is given."""
        ...

    def query(self, text: str, substitutions: Substitutions | None = None) -> Results:
        """The results of a SPARQL query whose default graph is the union of all graphs."""
        ...

    def replace_graph(self, graph: GraphName, quads: Iterable[Quad]) -> None:
        """
        Make *quads* the whole content of *graph*, whatever graph they name themselves.
        """
        ...

    def change_graph(self, graph: GraphName, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """
        Take *removed* out of *graph*, then put *added* in. The cost is that of the change, not of the graph.
        """
        ...

    def update(self, text: str, base_iri: str) -> None:
        """
        Run a SPARQL update, whole or not at all. What it says outside GRAPH is said of the stored default graph.

        Raises:
            QuerySyntaxError: It is no update.
            UpdateFailed: One of its operations cannot be done.
        """
        ...

    def update_graph(self, graph: GraphName, text: str, base_iri: str) -> None:
        """
        Run a SPARQL update that sees *graph* alone, as the default graph, and changes nothing else. Raises likewise.
        """
        ...

    def changed(self, graphs: Iterable[GraphName] | None = None) -> list[GraphName]:
        """
        Those of *graphs*, by default of all, that do not hold what they held in the base; in order of their keys.

        The cost is that of reading *graphs*.
        """
        ...

    def derive(self, graph: GraphName, construct: str) -> None:
        """
        Add to *graph* what a CONSTRUCT query over the union of all graphs gives, but for statements of or about blank
        nodes: nobody could point at them, and each time they would be others.
        """
        ...

    def drop_graph(self, graph: GraphName) -> None:
        """Empty *graph*; it is no error if it holds nothing."""
        ...

    def compact(self) -> None:
        """Arrange the data for reading, after much of it has been replaced. Costs as much as writing all of it."""
        ...

    def commit(self, who: str, why: str, digest: str | None = None) -> Version:
        """
        Publish the draft as the newest version. *digest* None hands on that of the base.

        Raises:
            StoreFull: The disk is full; the version served before is still served.
            DraftClosed: The draft was committed already.
        """
        ...


class Store(Protocol):
    """Versions of one dataset: read them, make the next, go back."""

    def versions(self) -> list[Version]:
        """All versions that are kept, oldest first."""
        ...

    def current(self) -> Version | None:
        """The newest version; None when nothing has been published."""
        ...

    def snapshot(self, number: int | None = None) -> Snapshot:
        """
        Version *number*, or the newest, open for reading.

        Raises:
            NoVersion: Nothing has been published.
            UnknownVersion: There is no such version.
        """
        ...

    def draft(self, who: str, deadline: float = PATIENCE) -> AbstractContextManager[Draft]:
        """
        A draft of the next version. Publishers queue; *who* is shown to those that wait, *deadline* is in seconds.

        Raises:
            StoreBusy: The publisher before this one had not finished when the deadline passed.
        """
        ...

    def diff(self, old: int, new: int) -> Difference:
        """What changed from version *old* to version *new*."""
        ...

    def rollback(self, number: int, who: str, why: str, deadline: float = PATIENCE) -> Version:
        """Publish version *number* again, as the newest."""
        ...

    def pin(self, number: int) -> None:
        """Keep version *number* whatever the retention says."""
        ...

    def unpin(self, number: int) -> None:
        """Leave version *number* to the retention again."""
        ...
