"""
A draft of the embedded store: a copy of the newest version, changed out of sight and then published whole.
"""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryTriples, RdfFormat

from sparql import canonical
from sparql.canonical import Fingerprint, GraphName, Kind
from sparql.errors import DraftClosed, QuerySyntaxError, StoreFull, UpdateFailed
from sparql.store import Results, Substitutions, Term, Version, graph_key, graph_of
from sparql.versions import Versions

Clock: TypeAlias = Callable[[], datetime]
_IN_MEMORY = 8_000_000  # bytes of N-Triples; above, RocksDB loads from a file and without a transaction
_ONE_TRANSACTION = 100_000  # statements
_NOTHING = Fingerprint(0, "sha256:")
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
# The engine hands on the system's words without its number.
_FULL_WORDS = tuple(os.strerror(number) for number in _FULL)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Tell a full disk from other failures of the system."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL or any(words in str(error) for words in _FULL_WORDS):
            raise StoreFull(str(error)) from error
        raise


class EmbeddedDraft:
    """
    A copy of the newest version, open for writing. See `sparql.store.Draft`.
    """

    def __init__(
        self, versions: Versions, base: Version | None, newest: int | None, folder: Path, clock: Clock
    ) -> None:
        self.base = base
        self.times: dict[str, float] = {}
        self._versions = versions
        self._newest = newest
        self._folder = folder
        self._clock = clock
        self._prints: dict[str, Fingerprint] = (
            {} if base is None else {key: Fingerprint(base.counts[key], base.hashes[key]) for key in base.hashes}
        )
        self._unknown: dict[str, Kind] = {}  # graphs whose fingerprint must be taken anew, and of which kind
        started = time.perf_counter()
        path = str(folder / "store")
        with room():
            if base is not None:
                pyoxigraph.Store.read_only(str(versions.folder(base.number) / "store")).backup(path)
            self._store: pyoxigraph.Store | None = pyoxigraph.Store(path)
        self.times["copy"] = time.perf_counter() - started

    @property
    def _open(self) -> pyoxigraph.Store:
        if self._store is None:
            raise DraftClosed
        return self._store

    def close(self) -> None:
        """Abandon the draft, unless it has been committed."""
        self._store = None

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold a statement, in order of their IRIs."""
        named = [graph for graph in self._open.named_graphs() if isinstance(graph, NamedNode) and self._holds(graph)]
        return sorted(named, key=lambda graph: graph.value)

    def quads(self, graph: GraphName | None = None) -> Iterator[Quad]:
        """The statements of one graph, or of all; streamed, in no particular order."""
        return self._open.quads_for_pattern(None, None, None, graph)

    def pattern(
        self,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        object: Term | None,
        graph: GraphName | None = None,
    ) -> Iterator[Quad]:
        """The statements that match; None matches anything."""
        return self._open.quads_for_pattern(subject, predicate, object, graph)

    def query(self, text: str, substitutions: Substitutions | None = None) -> Results:
        """The results of a SPARQL query whose default graph is the union of all graphs."""
        return self._open.query(
            text,
            use_default_graph_as_union=True,
            substitutions=None if substitutions is None else dict(substitutions),
        )

    def replace_graph(self, graph: GraphName, quads: Iterable[Quad]) -> None:
        """Make *quads* the whole content of *graph*, whatever graph they name themselves."""
        self.drop_graph(graph)
        with room():
            self._insert(_moved(quads, graph))
        self._unknown[graph_key(graph)] = "sha256"

    def change_graph(self, graph: GraphName, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Take *removed* out of *graph*, then put *added* in; the cost is that of the change, not of the graph."""
        store, key = self._open, graph_key(graph)
        with room():
            gone = [quad for quad in _in_graph(removed, graph) if quad in store]
            for quad in gone:
                store.remove(quad)
            come = [quad for quad in _in_graph(added, graph) if quad not in store]
            self._insert(come)
        before = self._prints.get(key, canonical.EMPTY_SUM)
        if key in self._unknown or before.kind != "sum":
            self._unknown[key] = "sum"
        else:
            self._prints[key] = canonical.changed(before, map(canonical.line_of, come), map(canonical.line_of, gone))

    def update(self, text: str, base_iri: str) -> None:
        """Run a SPARQL update, whole or not at all; see `sparql.store.Draft.update`."""
        with room(), _engine():
            self._open.update(text, base_iri=base_iri)
        if any(isinstance(graph, BlankNode) for graph in self._open.named_graphs()):
            raise UpdateFailed("the update makes a graph whose name is a blank node; name every graph by an IRI")

    def update_graph(self, graph: GraphName, text: str, base_iri: str) -> None:
        """Run a SPARQL update over *graph* alone, as its default graph; see `sparql.store.Draft.update_graph`."""
        alone = pyoxigraph.Store()
        alone.extend(_moved(self.quads(graph), DefaultGraph()))
        with _engine():
            alone.update(text, base_iri=base_iri)
        self.replace_graph(graph, alone.quads_for_pattern(None, None, None, DefaultGraph()))

    def changed(self, graphs: Iterable[GraphName] | None = None) -> list[GraphName]:
        """Those of *graphs*, by default of all, that do not hold what they held in the base; in order of their keys."""
        store, base = self._open, self.base
        if graphs is None:
            graphs = {*map(graph_of, base.hashes if base else ()), *self.graphs(), DefaultGraph()}
        found = []
        for key in sorted(map(graph_key, graphs)):
            before = Fingerprint(base.counts[key], base.hashes[key]) if base and key in base.hashes else _NOTHING
            now = canonical.fingerprint(canonical.lines(store, graph_of(key)), before.kind)
            self._unknown.pop(key, None)
            self._prints[key] = now
            if now != before and (now.count or before.count):
                found.append(graph_of(key))
        return found

    def derive(self, graph: GraphName, construct: str) -> None:
        """Add to *graph* what a CONSTRUCT query over the union of all graphs gives; see `sparql.store.Draft.derive`."""
        found = self.query(construct)
        if not isinstance(found, QueryTriples):
            raise TypeError("only a CONSTRUCT query gives statements to add")
        with room(), self._beside() as made, self._beside() as named:
            found.serialize(made, format=RdfFormat.N_TRIPLES)
            made.seek(0)
            named.writelines(line for line in made if not canonical.has_blank_node(line))
            size = named.tell()
            named.seek(0)
            load = self._open.load if size < _IN_MEMORY else self._open.bulk_load
            load(named, format=RdfFormat.N_TRIPLES, to_graph=graph)
        self._unknown[graph_key(graph)] = "sum"

    def drop_graph(self, graph: GraphName) -> None:
        """Empty *graph*; it is no error if it holds nothing."""
        with room():
            self._open.remove_graph(graph)
        self._prints.pop(graph_key(graph), None)
        self._unknown.pop(graph_key(graph), None)

    def compact(self) -> None:
        """Arrange the data for reading, after much of it has been replaced."""
        with room():
            self._open.optimize()

    def commit(self, who: str, why: str, digest: str | None = None) -> Version:
        """Publish the draft as the newest version; see `sparql.store.Draft.commit`."""
        started = time.perf_counter()
        with room():
            for key, kind in self._unknown.items():
                self._prints[key] = canonical.fingerprint(canonical.lines(self._open, graph_of(key)), kind)
            self._unknown.clear()
            # The engine keeps the empty graphs that CREATE made or a deletion left; versions do not.
            for graph in list(self._open.named_graphs()):
                if isinstance(graph, NamedNode) and not self._holds(graph):
                    self._open.remove_graph(graph)
            self._open.flush()
            self._store = None
            filled = {key: self._prints[key] for key in sorted(self._prints) if self._prints[key].count}
            version = Version(
                number=(self._newest or 0) + 1,
                time=self._clock(),
                parent=self._newest,
                who=who,
                why=why,
                digest=digest if digest is not None else "" if self.base is None else self.base.digest,
                counts={key: found.count for key, found in filled.items()},
                hashes={key: found.hash for key, found in filled.items()},
            )
            self._versions.publish(self._folder, version)
        self.times["flip"] = time.perf_counter() - started
        return version

    def _beside(self) -> "tempfile.SpooledTemporaryFile[bytes]":
        """A file beside the draft, once it is too long for memory."""
        return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._folder))

    def _insert(self, quads: list[Quad]) -> None:
        if len(quads) > _ONE_TRANSACTION:
            self._open.bulk_extend(quads)
        else:
            self._open.extend(quads)

    def _holds(self, graph: GraphName) -> bool:
        return next(self._open.quads_for_pattern(None, None, None, graph), None) is not None


@contextlib.contextmanager
def _engine() -> Iterator[None]:
    """Tell what the engine says of an update from failures of the system."""
    try:
        yield
    except SyntaxError as met:
        raise QuerySyntaxError(str(met)) from met
    except (RuntimeError, ValueError) as met:
        raise UpdateFailed(f"{met}; write SILENT where that shall not matter") from met


def _moved(quads: Iterable[Quad], graph: GraphName) -> list[Quad]:
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]


def _in_graph(quads: Iterable[Quad], graph: GraphName) -> list[Quad]:
    return canonical.stored(_moved(quads, graph))
