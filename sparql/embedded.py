"""
The embedded store: every version a directory with a RocksDB of its own, made by copy-on-write.

A draft is a checkpoint of the newest version: hard links to its immutable files, milliseconds at any size. It is opened
for writing, changed, flushed, brought to the disk and renamed into place; then one link is flipped. Until that last
step readers see the old version, and they go on seeing it as long as they hold it.
"""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryTriples, RdfFormat

from sparql import canonical
from sparql.canonical import Fingerprint, GraphName, Kind
from sparql.diff import Difference, change
from sparql.errors import DraftClosed, StoreFull
from sparql.lock import held
from sparql.snapshot import EmbeddedSnapshot
from sparql.store import PATIENCE, Results, Substitutions, Term, Version, graph_key, graph_of
from sparql.versions import Versions

Clock: TypeAlias = Callable[[], datetime]
KEEP = 20  # versions
_IN_MEMORY = 8_000_000  # bytes of N-Triples; above, RocksDB loads from a file and without a transaction
_ONE_TRANSACTION = 100_000  # statements
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
# The engine hands on the system's words without its number.
_FULL_WORDS = tuple(os.strerror(number) for number in _FULL)


def _now() -> datetime:
    return datetime.now(UTC)


@contextlib.contextmanager
def _room() -> Iterator[None]:
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
        with _room():
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
        with _room():
            self._insert([Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads])
        self._unknown[graph_key(graph)] = "sha256"

    def change_graph(self, graph: GraphName, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Take *removed* out of *graph*, then put *added* in; the cost is that of the change, not of the graph."""
        store, key = self._open, graph_key(graph)
        with _room():
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

    def derive(self, graph: GraphName, construct: str) -> None:
        """Add to *graph* what a CONSTRUCT query over the union of all graphs gives."""
        found = self.query(construct)
        if not isinstance(found, QueryTriples):
            raise TypeError("only a CONSTRUCT query gives statements to add")
        with _room(), tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._folder)) as made:
            found.serialize(made, format=RdfFormat.N_TRIPLES)
            size = made.tell()
            made.seek(0)
            load = self._open.load if size < _IN_MEMORY else self._open.bulk_load
            load(made, format=RdfFormat.N_TRIPLES, to_graph=graph)
        self._unknown[graph_key(graph)] = "sum"

    def drop_graph(self, graph: GraphName) -> None:
        """Empty *graph*; it is no error if it holds nothing."""
        with _room():
            self._open.remove_graph(graph)
        self._prints.pop(graph_key(graph), None)
        self._unknown.pop(graph_key(graph), None)

    def compact(self) -> None:
        """Arrange the data for reading, after much of it has been replaced."""
        with _room():
            self._open.optimize()

    def commit(self, who: str, why: str, digest: str | None = None) -> Version:
        """Publish the draft as the newest version; see `sparql.store.Draft.commit`."""
        started = time.perf_counter()
        with _room():
            for key, kind in self._unknown.items():
                self._prints[key] = canonical.fingerprint(canonical.lines(self._open, graph_of(key)), kind)
            self._unknown.clear()
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

    def _insert(self, quads: list[Quad]) -> None:
        if len(quads) > _ONE_TRANSACTION:
            self._open.bulk_extend(quads)
        else:
            self._open.extend(quads)

    def _holds(self, graph: GraphName) -> bool:
        return next(self._open.quads_for_pattern(None, None, None, graph), None) is not None


def _in_graph(quads: Iterable[Quad], graph: GraphName) -> list[Quad]:
    return canonical.stored(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)


class EmbeddedStore:
    """
    Versions in the directory *root*, of which the newest *keep* are kept. See `sparql.store.Store`.

    *clock* gives the time that a version is stamped with, in UTC.
    """

    def __init__(self, root: Path, *, keep: int = KEEP, clock: Clock = _now) -> None:
        self._versions = Versions(root)
        self._keep = keep
        self._clock = clock
        self._versions.prepare()

    def versions(self) -> list[Version]:
        """All versions that are kept, oldest first."""
        return [self._versions.record(number) for number in self._versions.numbers()]

    def current(self) -> Version | None:
        """The newest version; None when nothing has been published."""
        number = self._versions.current()
        return None if number is None else self._versions.record(number)

    def snapshot(self, number: int | None = None) -> EmbeddedSnapshot:
        """Version *number*, or the newest, open for reading."""
        return EmbeddedSnapshot(self._versions, number)

    @contextlib.contextmanager
    def draft(self, who: str, deadline: float = PATIENCE) -> Iterator[EmbeddedDraft]:
        """A draft of the next version; publishers queue, *deadline* is in seconds."""
        with self._drafting(who, deadline, None) as draft:
            yield draft

    @contextlib.contextmanager
    def _drafting(self, who: str, deadline: float, origin: int | None) -> Iterator[EmbeddedDraft]:
        with held(self._versions.lock, who, deadline):
            with _room():
                self._versions.sweep_leftovers()
            newest = self._versions.current()
            source = newest if origin is None else origin
            base = None if source is None else self._versions.record(source)
            with _room(), self._versions.open_draft((newest or 0) + 1) as folder:
                draft = EmbeddedDraft(self._versions, base, newest, folder, self._clock)
                try:
                    yield draft
                finally:
                    draft.close()
            with contextlib.suppress(OSError):  # what cannot be swept now is swept by the next publisher
                self._versions.sweep_old(self._keep)

    def diff(self, old: int, new: int) -> Difference:
        """What changed from version *old* to version *new*; graphs whose hashes agree are not read."""
        with self.snapshot(old) as before, self.snapshot(new) as after:
            hashes = before.version.hashes, after.version.hashes
            keys = sorted(key for key in {**hashes[0], **hashes[1]} if hashes[0].get(key) != hashes[1].get(key))
            changes = (change(graph, before.quads(graph), after.quads(graph)) for graph in map(graph_of, keys))
            return Difference(old, new, tuple(each for each in changes if each))

    def rollback(self, number: int, who: str, why: str, deadline: float = PATIENCE) -> Version:
        """Publish version *number* again, as the newest."""
        with self._drafting(who, deadline, number) as draft:
            return draft.commit(who, why)

    def pin(self, number: int) -> None:
        """Keep version *number* whatever the retention says."""
        self._versions.pin(number)

    def unpin(self, number: int) -> None:
        """Leave version *number* to the retention again."""
        self._versions.unpin(number)
