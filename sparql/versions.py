"""
The directory of versions, and the few atomic steps by which it changes.

::

    versions/000012/        store/ (RocksDB), version.json
    current                 -> versions/000012
    drafts/                 what a publisher is making, or a dead one left; touched only under the lock
    pins/000009             an empty file: version 9 outlives the retention
    publishing.lock, .json  the publishers' lock, and a note of who holds it

A version counts as published when ``current`` has pointed at it. One that is complete but newer than ``current`` was
cut off one step too early, was never shown to anybody, and goes with the drafts.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sparql.errors import NoVersion, StoreDamaged, UnknownVersion
from sparql.store import Version

RECORD = "version.json"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions under *root*."""

    root: Path

    @property
    def lock(self) -> Path:
        """The publishers' lock file."""
        return self.root / "publishing.lock"

    @property
    def drafts(self) -> Path:
        """Where drafts are made; on the same file system as the versions, so that they can be renamed."""
        return self.root / "drafts"

    def folder(self, number: int) -> Path:
        """The directory of version *number*, whether or not it exists."""
        return self.root / "versions" / f"{number:06d}"

    def prepare(self) -> None:
        """Make the directories that are missing."""
        for name in ("versions", "drafts", "pins"):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def current(self) -> int | None:
        """The number of the newest version; None when nothing has been published."""
        try:
            return int((self.root / "current").readlink().name)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreDamaged(self.root / "current", str(error)) from error

    def numbers(self) -> list[int]:
        """The numbers of all published versions that are kept, oldest first."""
        newest = self.current()
        return [] if newest is None else [number for number in self._present() if number <= newest]

    def record(self, number: int) -> Version:
        """
        The record of version *number*.

        Raises:
            UnknownVersion: It was never published, or was swept.
            StoreDamaged: Its record cannot be read.
        """
        newest = self.current()
        if newest is None or number > newest:
            raise UnknownVersion(number)
        path = self.folder(number) / RECORD
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            return Version(**{**fields, "time": datetime.fromisoformat(fields["time"])})
        except FileNotFoundError:
            raise UnknownVersion(number) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreDamaged(path, str(error)) from error

    @contextlib.contextmanager
    def open_draft(self, number: int) -> Iterator[Path]:
        """
        A new directory to make version *number* in, gone at the end unless `publish` moved it. Under the lock only.
        """
        # Never the name of an earlier draft: a store that somebody still reads would tidy up in the new one.
        folder = self.drafts / f"{number:06d}-{os.getpid()}-{time.monotonic_ns()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, draft: Path, version: Version) -> None:
        """
        Make the complete store in *draft* the newest version: record, fsync, rename, flip. Under the lock only.
        """
        fields = asdict(version) | {"time": version.time.isoformat()}
        (draft / RECORD).write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        _sync_tree(draft)
        target = self.folder(version.number)
        draft.rename(target)
        _sync(target.parent)
        link = self.drafts / "current"
        link.symlink_to(target.relative_to(self.root))
        link.replace(self.root / "current")
        _sync(self.root)

    def sweep_leftovers(self) -> None:
        """
        Remove what dead publishers left. Under the lock only: whoever holds it is the one publisher alive.
        """
        newest = self.current() or 0
        for number in self._present():
            if number > newest:
                self._remove(number)
        for leftover in self.drafts.iterdir():
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()

    def sweep_old(self, keep: int) -> list[int]:
        """
        Remove all but the newest *keep* versions, and give the numbers of those that went. Under the lock only.

        Pinned versions stay, and versions that a reader holds open stay until the next sweep.
        """
        pinned = self.pins()
        swept = []
        for number in self.numbers()[: -max(keep, 1)]:
            if number in pinned:
                continue
            record_path = self.folder(number) / RECORD
            with contextlib.suppress(BlockingIOError, FileNotFoundError), record_path.open() as record:
                fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._remove(number)
                swept.append(number)
        return swept

    def hold(self, number: int | None) -> tuple[Version, int]:
        """
        Version *number*, or the newest, and a descriptor; until that is closed, no sweep removes the version.

        Raises:
            NoVersion: Nothing has been published.
            UnknownVersion: There is no such version.
        """
        while True:
            wanted = self.current() if number is None else number
            if wanted is None:
                raise NoVersion(self.root)
            path = self.folder(wanted) / RECORD
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                if number is None and self.current() != wanted:
                    continue  # swept between two steps of ours; there is a newer one
                raise UnknownVersion(wanted) from None
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                if path.exists():
                    return self.record(wanted), descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def pins(self) -> frozenset[int]:
        """The numbers of the pinned versions."""
        return frozenset(int(path.name) for path in (self.root / "pins").glob("[0-9]*"))

    def pin(self, number: int) -> None:
        """Keep version *number* whatever the retention says."""
        self.record(number)
        (self.root / "pins" / f"{number:06d}").touch()

    def unpin(self, number: int) -> None:
        """Leave version *number* to the retention again."""
        (self.root / "pins" / f"{number:06d}").unlink(missing_ok=True)

    def _present(self) -> list[int]:
        return sorted(int(path.name) for path in (self.root / "versions").glob("[0-9]*"))

    def _remove(self, number: int) -> None:
        # Renamed first: a version is there or not, never half.
        away = self.drafts / f"swept-{number:06d}-{time.monotonic_ns()}"
        self.folder(number).rename(away)
        shutil.rmtree(away)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    """
    Bring everything new under *folder* to the disk. Files with a second link belong to older versions and are there.
    """
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if path.stat().st_nlink == 1:
                _sync(path)
        _sync(Path(parent))
