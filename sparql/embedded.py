"""
The embedded store: every version a directory with a RocksDB of its own, made by copy-on-write.

A draft is a checkpoint of the newest version: hard links to its immutable files, milliseconds at any size. It is opened
for writing, changed, flushed, brought to the disk and renamed into place; then one link is flipped. Until that last
step readers see the old version, and they go on seeing it as long as they hold it.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sparql.diff import Difference, change
from sparql.draft import Clock, EmbeddedDraft, room
from sparql.lock import held
from sparql.snapshot import EmbeddedSnapshot
from sparql.store import PATIENCE, Version, graph_of
from sparql.versions import Versions

KEEP = 20  # versions


def _now() -> datetime:
    return datetime.now(UTC)


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
            with room():
                self._versions.sweep_leftovers()
            newest = self._versions.current()
            source = newest if origin is None else origin
            base = None if source is None else self._versions.record(source)
            with room(), self._versions.open_draft((newest or 0) + 1) as folder:
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
