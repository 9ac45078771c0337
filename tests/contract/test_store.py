"""
What every store promises: the same tests over each implementation of ``sparql.store.Store``.
"""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, Variable

from sparql.embedded import EmbeddedStore
from sparql.errors import DraftClosed, NoVersion, SnapshotClosed, StoreBusy, UnknownVersion
from sparql.store import Store

PAINTINGS, PAINTERS = (
    NamedNode("https://example.test/graph/paintings"),
    NamedNode("https://example.test/graph/painters"),
)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
STORES: dict[str, Callable[[Path], Store]] = {
    "embedded": lambda folder: EmbeddedStore(folder, keep=3, clock=lambda: NOON),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind, which keeps three versions."""
    return STORES[request.param](tmp_path / "store")


def _quad(subject: str, value: str, graph: NamedNode | DefaultGraph = PAINTINGS) -> Quad:
    name = NamedNode("https://example.test/id/" + subject)
    return Quad(name, NamedNode("https://example.test/def/title"), Literal(value, language="fi"), graph)


def _publish(store: Store, *quads: Quad, graph: NamedNode = PAINTINGS, digest: str | None = None) -> int:
    with store.draft("editor") as draft:
        draft.replace_graph(graph, quads)
        return draft.commit("editor", "because", digest).number


def _export(store: Store, number: int | None = None) -> bytes:
    out = io.BytesIO()
    with store.snapshot(number) as snapshot:
        snapshot.write_nquads(out)
    return out.getvalue()


def test_nothing_is_published_at_first(store: Store) -> None:
    """A new store has no version, and says what to do about it."""
    assert store.current() is None
    assert store.versions() == []
    with pytest.raises(NoVersion, match="hankinta build"):
        store.snapshot()


def test_committed_draft_is_the_newest_version(store: Store) -> None:
    """A version records who published it, when and why, what it was made from and what it was made upon."""
    _publish(store, _quad("a", "Aino"), digest="d1")
    number = _publish(store, _quad("b", "Kullervo", PAINTERS), graph=PAINTERS)
    found = store.current()

    assert found is not None
    assert (found.number, found.parent, found.time, found.who, found.why) == (number, 1, NOON, "editor", "because")
    assert found.digest == "d1"
    assert found.counts == {PAINTINGS.value: 1, PAINTERS.value: 1}
    assert found.triples == 2
    assert [version.number for version in store.versions()] == [1, 2]


def test_draft_without_commit_leaves_no_trace(store: Store) -> None:
    """Leaving a draft, by an error or on purpose, changes nothing."""
    _publish(store, _quad("a", "Aino"))
    before = _export(store)

    def fail() -> None:
        with store.draft("editor") as draft:
            draft.drop_graph(PAINTINGS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert _export(store) == before
    assert len(store.versions()) == 1


def test_reader_keeps_its_version(store: Store) -> None:
    """A snapshot shows its own version while newer ones are made, published, and the old one would be swept."""
    _publish(store, _quad("a", "Aino"))
    with store.snapshot() as snapshot:
        with store.draft("editor") as draft:
            draft.replace_graph(PAINTINGS, [_quad("a", "Aino-triptyykki")])
            during = [quad.object.value for quad in snapshot.quads()]
            draft.commit("editor", "renamed")
        for number in range(5):
            _publish(store, _quad("a", f"Aino {number}"))
        after = [quad.object.value for quad in snapshot.quads()]

    assert during == after == ["Aino"]


def test_old_versions_are_readable_by_number(store: Store) -> None:
    """Each kept version can be opened, whatever came after it."""
    _publish(store, _quad("a", "Aino"))
    _publish(store, _quad("a", "Aino-triptyykki"))

    assert b'"Aino"@fi' in _export(store, 1)
    assert b'"Aino-triptyykki"@fi' in _export(store, 2)


def test_unknown_version_is_said_to_be_unknown(store: Store) -> None:
    """A number that was never published is refused by that number."""
    _publish(store, _quad("a", "Aino"))
    with pytest.raises(UnknownVersion, match="no version 7"):
        store.snapshot(7)


def test_retention_keeps_the_newest_the_pinned_and_the_held(store: Store) -> None:
    """Beyond the number to keep, versions go, except those that are pinned and those that somebody reads."""
    _publish(store, _quad("a", "0"))
    _publish(store, _quad("a", "1"))
    store.pin(1)
    with store.snapshot(2):
        for number in range(4):
            _publish(store, _quad("a", f"later {number}"))
        held = [version.number for version in store.versions()]
    _publish(store, _quad("a", "last"))
    pinned = [version.number for version in store.versions()]
    store.unpin(1)
    _publish(store, _quad("a", "really last"))

    assert held == [1, 2, 4, 5, 6]
    assert pinned == [1, 5, 6, 7]
    assert [version.number for version in store.versions()] == [6, 7, 8]


def test_replacing_a_graph_replaces_all_of_it_and_nothing_else(store: Store) -> None:
    """The unit of writing is one graph: what it held before is gone, other graphs are as they were."""
    _publish(store, _quad("a", "Aino"), _quad("b", "Kullervo"))
    _publish(store, _quad("c", "Gallen-Kallela"), graph=PAINTERS)
    _publish(store, _quad("a", "Aino"))

    with store.snapshot() as snapshot:
        assert snapshot.graphs() == [PAINTERS, PAINTINGS]
        assert [str(quad.subject) for quad in snapshot.quads(PAINTINGS)] == ["<https://example.test/id/a>"]
        assert len(list(snapshot.quads(PAINTERS))) == 1


def test_dropped_graph_is_gone(store: Store) -> None:
    """A graph that is dropped is in no list and no count."""
    _publish(store, _quad("a", "Aino"))
    with store.draft("editor") as draft:
        draft.drop_graph(PAINTINGS)
        version = draft.commit("editor", "sold")

    assert version.counts == {}
    assert version.hashes == {}
    with store.snapshot() as snapshot:
        assert snapshot.graphs() == []


def test_changing_in_place_counts_and_hashes_like_writing_anew(store: Store) -> None:
    """A graph that was changed step by step has the record of one that was made so at once; repeats do not count."""
    with store.draft("editor") as draft:
        draft.change_graph(PAINTINGS, [_quad("a", "Aino"), _quad("b", "Kullervo")], [])
        first = draft.commit("editor", "bought")
    with store.draft("editor") as draft:
        draft.change_graph(
            PAINTINGS, [_quad("c", "Sampo"), _quad("a", "Aino")], [_quad("b", "Kullervo"), _quad("z", "no")]
        )
        second = draft.commit("editor", "sold")
    with store.draft("editor") as draft:
        draft.drop_graph(PAINTINGS)
        draft.change_graph(PAINTINGS, [_quad("c", "Sampo"), _quad("a", "Aino")], [])
        third = draft.commit("editor", "again")

    assert first.counts == second.counts == {PAINTINGS.value: 2}
    assert second.hashes == third.hashes != first.hashes


def test_hash_is_that_of_the_sorted_statements(store: Store) -> None:
    """The hash of a graph written whole is the SHA-256 of its sorted canonical N-Quads, as any tool computes it."""
    _publish(store, _quad("b", 'quo"te\n'), _quad("a", "ä"))
    current = store.current()
    assert current is not None
    lines = (
        '<https://example.test/id/a> <https://example.test/def/title> "ä"@fi <https://example.test/graph/paintings> .\n'
        '<https://example.test/id/b> <https://example.test/def/title> "quo\\"te\\n"@fi'
        " <https://example.test/graph/paintings> .\n"
    )

    assert current.hashes == {PAINTINGS.value: "sha256:" + hashlib.sha256(lines.encode()).hexdigest()}
    assert _export(store) == lines.encode()


def test_hash_does_not_depend_on_names_of_blank_nodes(store: Store) -> None:
    """Two graphs that differ in the names of blank nodes alone have one hash."""
    hashes = []
    for name in ("x", "y"):
        with store.draft("editor") as draft:
            draft.replace_graph(PAINTINGS, [Quad(BlankNode(name), PAINTERS, Literal("one"), PAINTINGS)])
            hashes.append(draft.commit("editor", "why").hashes)

    assert hashes[0] == hashes[1]


def test_query_sees_all_graphs_at_once(store: Store) -> None:
    """Without a dataset of its own, a query asks the union of all graphs, the default graph included."""
    with store.draft("editor") as draft:
        draft.replace_graph(PAINTINGS, [_quad("a", "Aino")])
        draft.replace_graph(DefaultGraph(), [_quad("b", "Kullervo")])
        version = draft.commit("editor", "why")
    with store.snapshot() as snapshot:
        everywhere = snapshot.query("SELECT ?s { ?s ?p ?o }")
        there = snapshot.query("SELECT ?s { ?s ?p ?o }", default_graph=[PAINTINGS])
        bound = snapshot.query("ASK { ?s ?p 'Aino'@fi }", {Variable("s"): NamedNode("https://example.test/id/b")})

        assert isinstance(everywhere, QuerySolutions)
        assert len(list(everywhere)) == 2
        assert isinstance(there, QuerySolutions)
        assert len(list(there)) == 1
        assert isinstance(bound, QueryBoolean)
        assert not bound
    assert version.counts == {"default": 1, PAINTINGS.value: 1}


def test_draft_can_be_asked_before_it_is_published(store: Store) -> None:
    """Rules and shapes see the dataset as it would be."""
    with store.draft("editor") as draft:
        draft.replace_graph(PAINTINGS, [_quad("a", "Aino")])
        draft.derive(PAINTERS, "CONSTRUCT { ?s a <https://example.test/def/Titled> } { ?s ?p ?o }")
        found = draft.query("ASK { ?s a <https://example.test/def/Titled> ; ?p 'Aino'@fi }")

        assert isinstance(found, QueryBoolean)
        assert found
        assert draft.graphs() == [PAINTERS, PAINTINGS]


def test_difference_names_what_came_and_what_went(store: Store) -> None:
    """Between two versions, each changed graph is listed with its new and its lost statements; others are not."""
    _publish(store, _quad("c", "Gallen-Kallela"), graph=PAINTERS)
    _publish(store, _quad("a", "Aino"), _quad("b", "Kullervo"))
    _publish(store, _quad("a", "Aino-triptyykki"), _quad("b", "Kullervo"))
    found = store.diff(2, 3)

    assert [change.graph for change in found.changes] == [PAINTINGS]
    assert [line[0] + line.split('"')[1] for line in found.changes[0].lines()] == ["-Aino", "+Aino-triptyykki"]
    assert not store.diff(3, 3)


def test_rollback_publishes_an_old_version_as_the_newest(store: Store) -> None:
    """Going back is a new version with the old content, made upon the version that was newest."""
    _publish(store, _quad("a", "Aino"), digest="d1")
    _publish(store, _quad("a", "forgery"), digest="d2")
    version = store.rollback(1, "editor", "it was a forgery")

    assert (version.number, version.parent, version.digest, version.why) == (3, 2, "d1", "it was a forgery")
    assert _export(store) == _export(store, 1)
    assert not store.diff(1, 3)


def test_rollback_to_what_never_was_is_refused(store: Store) -> None:
    """Nothing is published when the version to go back to is unknown."""
    _publish(store, _quad("a", "Aino"))
    with pytest.raises(UnknownVersion):
        store.rollback(9, "editor", "why")

    assert len(store.versions()) == 1


def test_second_publisher_is_told_who_is_first(store: Store) -> None:
    """Whoever cannot wait any longer learns who is publishing."""
    with store.draft("Aino at the desk"), pytest.raises(StoreBusy, match="Aino at the desk"), store.draft("me", 0.1):
        pass


def test_closed_things_say_so(store: Store) -> None:
    """A draft after its commit and a snapshot after its end refuse to work, in words."""
    with store.draft("editor") as draft:
        draft.replace_graph(PAINTINGS, [_quad("a", "Aino")])
        draft.commit("editor", "why")
        with pytest.raises(DraftClosed):
            draft.commit("editor", "twice")
    snapshot = store.snapshot()
    snapshot.close()
    snapshot.close()
    with pytest.raises(SnapshotClosed):
        snapshot.quads()


def test_times_of_the_stores_own_steps_are_told(store: Store) -> None:
    """A committed draft tells how long the copy and the flip took."""
    with store.draft("editor") as draft:
        draft.replace_graph(PAINTINGS, [_quad("a", "Aino")])
        draft.commit("editor", "why")

    assert set(draft.times) == {"copy", "flip"}
    assert all(0 < seconds < 60 for seconds in draft.times.values())
