"""
The directory of versions: what is there, what is swept, and what damage is reported.
"""

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from sparql.embedded import EmbeddedStore
from sparql.errors import StoreBusy, StoreDamaged, StoreFull, UnknownVersion

GRAPH = NamedNode("https://example.test/graph/a")


def _quads(count: int, start: int = 0) -> list[Quad]:
    title = NamedNode("https://example.test/def/title")
    return [
        Quad(NamedNode(f"https://example.test/id/{n}"), title, Literal(f"no {n}"), GRAPH) for n in range(start, count)
    ]


def _publish(store: EmbeddedStore, count: int) -> int:
    with store.draft("editor") as draft:
        draft.replace_graph(GRAPH, _quads(count))
        return draft.commit("editor", "why").number


def test_version_is_a_directory_with_its_record(tmp_path: Path) -> None:
    """On disk, a version is a numbered directory with the store and a record, and a link points at the newest."""
    number = _publish(EmbeddedStore(tmp_path), 2)
    record = json.loads((tmp_path / "versions" / "000001" / "version.json").read_text())

    assert str((tmp_path / "current").readlink()) == "versions/000001"
    assert record["number"] == number
    assert record["counts"] == {GRAPH.value: 2}
    assert sorted(record) == ["counts", "digest", "hashes", "number", "parent", "time", "who", "why"]


def test_versions_can_be_moved_together(tmp_path: Path) -> None:
    """The directory may be moved or copied whole: nothing in it names where it is."""
    _publish(EmbeddedStore(tmp_path / "here"), 2)
    shutil.move(tmp_path / "here", tmp_path / "there")

    with EmbeddedStore(tmp_path / "there").snapshot() as snapshot:
        assert len(list(snapshot.quads())) == 2


def test_draft_of_a_living_publisher_is_left_alone(tmp_path: Path) -> None:
    """While somebody publishes, others may open the store, read it and try to publish: the draft stays whole."""
    store = EmbeddedStore(tmp_path)
    _publish(store, 1)
    with store.draft("first") as draft:
        draft.replace_graph(GRAPH, _quads(5))
        other = EmbeddedStore(tmp_path)
        with other.snapshot() as snapshot:
            assert len(list(snapshot.quads())) == 1
        with pytest.raises(StoreBusy), other.draft("second", 0):
            pass
        assert len(list((tmp_path / "drafts").iterdir())) == 1
        draft.commit("first", "why")

    with store.snapshot() as snapshot:
        assert len(list(snapshot.quads())) == 5


def test_leavings_of_the_dead_are_swept(tmp_path: Path) -> None:
    """A draft, a link and a version that never was published go when the next publisher comes; its number is used."""
    store = EmbeddedStore(tmp_path)
    _publish(store, 1)
    (tmp_path / "drafts" / "000002-123-456" / "store").mkdir(parents=True)
    (tmp_path / "drafts" / "current").symlink_to("versions/000002")
    shutil.copytree(tmp_path / "versions" / "000001", tmp_path / "versions" / "000002")
    seen = [version.number for version in store.versions()]
    with pytest.raises(UnknownVersion):
        store.snapshot(2)

    assert seen == [1]
    assert _publish(store, 7) == 2
    assert list((tmp_path / "drafts").iterdir()) == []
    with store.snapshot(2) as snapshot:
        assert len(list(snapshot.quads())) == 7


def test_copy_does_not_grow_with_the_version(tmp_path: Path) -> None:
    """A small change upon a large version writes little: everything else is shared with the version before."""
    store = EmbeddedStore(tmp_path)
    with store.draft("editor") as draft:
        draft.replace_graph(GRAPH, _quads(120_000))
        draft.compact()
        draft.commit("editor", "why")
    large = _own_bytes(tmp_path / "versions" / "000001")
    with store.draft("editor") as draft:
        draft.change_graph(NamedNode("https://example.test/graph/b"), _quads(120_010, 120_000), [])
        draft.commit("editor", "why")

    assert large > 10_000_000
    assert _own_bytes(tmp_path / "versions" / "000002") < 1_000_000


def _own_bytes(folder: Path) -> int:
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(each.st_size for each in found if each.st_nlink == 1)


def test_damage_is_found(tmp_path: Path) -> None:
    """Statements that came into a version, or went from it, behind the back of its record are reported by graph."""
    store = EmbeddedStore(tmp_path)
    _publish(store, 3)
    with store.snapshot() as snapshot:
        assert snapshot.damaged() == []
    written = Store(str(tmp_path / "versions" / "000001" / "store"))
    written.remove(_quads(3)[0])
    written.add(Quad(GRAPH, GRAPH, GRAPH, NamedNode("https://example.test/graph/strange")))
    written.flush()
    del written

    with store.snapshot() as snapshot:
        assert snapshot.damaged() == [GRAPH, NamedNode("https://example.test/graph/strange")]


@pytest.mark.parametrize("text", ["", "{}", '{"number": 1}', "[1]"])
def test_record_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    """A version whose record is broken is refused with the path of the record."""
    store = EmbeddedStore(tmp_path)
    _publish(store, 1)
    (tmp_path / "versions" / "000001" / "version.json").write_text(text)
    with pytest.raises(StoreDamaged, match=r"000001/version\.json"):
        store.current()


def test_link_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A link to the newest version that is no such link is refused by its path."""
    store = EmbeddedStore(tmp_path)
    (tmp_path / "current").write_text("7")
    with pytest.raises(StoreDamaged, match="current"):
        store.current()


def test_full_disk_is_told_from_other_failures(tmp_path: Path) -> None:
    """Only what the system calls a full disk is reported as one; other failures keep their own words."""
    store = EmbeddedStore(tmp_path)
    with pytest.raises(StoreFull, match="No space left on device"), store.draft("editor"):
        raise OSError(28, "No space left on device")
    with pytest.raises(PermissionError), store.draft("editor"):
        raise PermissionError(13, "Permission denied")
