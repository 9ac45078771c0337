"""
A version of the embedded store, open for reading.
"""

import os
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import BinaryIO, Self

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from sparql import canonical
from sparql.canonical import Fingerprint, GraphName
from sparql.errors import SnapshotClosed
from sparql.store import Results, Substitutions, graph_key, graph_of
from sparql.versions import Versions


class EmbeddedSnapshot:
    """
    One version, open read-only. See `sparql.store.Snapshot`.
    """

    def __init__(self, versions: Versions, number: int | None) -> None:
        self.version, self._hold = versions.hold(number)
        try:
            self._store: pyoxigraph.Store | None = pyoxigraph.Store.read_only(
                str(versions.folder(self.version.number) / "store")
            )
        except BaseException:
            os.close(self._hold)
            raise

    @property
    def _open(self) -> pyoxigraph.Store:
        if self._store is None:
            raise SnapshotClosed
        return self._store

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold a statement, in order of their IRIs."""
        return [graph for graph in map(graph_of, sorted(self.version.counts)) if isinstance(graph, NamedNode)]

    def quads(self, graph: GraphName | None = None) -> Iterator[Quad]:
        """The statements of one graph, or of all; streamed, in no particular order."""
        return self._open.quads_for_pattern(None, None, None, graph)

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
        """The results of a SPARQL query; see `sparql.store.Snapshot.query`."""
        whole = default_graph is None and named_graphs is None
        return self._open.query(
            text,
            base_iri=base_iri,
            prefixes=None if prefixes is None else dict(prefixes),
            use_default_graph_as_union=whole,
            default_graph=None if default_graph is None else list(default_graph),
            named_graphs=None if named_graphs is None else list(named_graphs),
            substitutions=None if substitutions is None else dict(substitutions),
        )

    def write_nquads(self, out: BinaryIO) -> None:
        """Write the whole dataset as canonical N-Quads, sorted by code point."""
        found = [line for key in self.version.counts for line in canonical.lines(self._open, graph_of(key))]
        found.sort()
        out.writelines(line + b"\n" for line in found)

    def damaged(self) -> list[GraphName]:
        """The graphs whose count or hash is not what the record says, those without a record included."""
        store, record = self._open, self.version
        named = (graph for graph in store.named_graphs() if isinstance(graph, NamedNode))
        keys = {*record.hashes, *map(graph_key, named), graph_key(DefaultGraph())}
        found = []
        for key in sorted(keys):
            said = Fingerprint(record.counts.get(key, 0), record.hashes.get(key, "sha256:"))
            met = canonical.fingerprint(canonical.lines(store, graph_of(key)), said.kind)
            if met != said and (met.count or said.count):
                found.append(graph_of(key))
        return found

    def close(self) -> None:
        """Let go of the version. Closing twice is allowed."""
        if self._store is not None:
            self._store = None
            os.close(self._hold)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
