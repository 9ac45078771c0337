"""Images in memory: the next version's is made from the one before, holds what the disk holds, and costs what changed."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store

from sparql import counts, image
from sparql.asker import Asker
from sparql.counts import Counts
from sparql.embedded import EmbeddedStore
from sparql.image import Image
from sparql.pool import KEPT_VERSIONS, Pool
from sparql.served import ServedVersion
from sparql.store import Draft, GraphName
from tests.contract.test_pool import ASK, _read, patient, run, until

EVERYTHING = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o"
LIMITS = patient(workers=2, in_memory=1_000_000)
SHARED = BlankNode("shared")


def _graph(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


def _quads(graph: GraphName, *values: str) -> list[Quad]:
    return [Quad(SHARED, _graph("p"), Literal(value, language="fi"), graph) for value in values]


def _first(draft: Draft) -> None:
    draft.replace_graph(
        _graph("large"), [Quad(_graph(str(n)), _graph("p"), Literal(n), _graph("large")) for n in range(3000)]
    )
    draft.replace_graph(_graph("changed"), _quads(_graph("changed"), "a", 'b "quoted" #\n', "c"))
    draft.replace_graph(_graph("dropped"), _quads(_graph("dropped"), "d"))


def _second(draft: Draft) -> None:
    draft.replace_graph(_graph("changed"), _quads(_graph("changed"), "a", "e\\"))
    draft.drop_graph(_graph("dropped"))
    draft.replace_graph(_graph("new"), _quads(_graph("new"), "f"))
    draft.replace_graph(DefaultGraph(), _quads(DefaultGraph(), "g"))


def _third(draft: Draft) -> None:
    draft.replace_graph(DefaultGraph(), [])
    draft.replace_graph(_graph("changed"), [])


def _nothing(_: Draft) -> None:
    return


def _publish(store: EmbeddedStore, change: Callable[[Draft], None]) -> None:
    with store.draft("tests") as draft:
        change(draft)
        draft.commit("tests", "a change")


def _pid(handle: int) -> int:
    told = Path(f"/proc/self/fdinfo/{handle}").read_text()
    return int(next(line.partition(":")[2] for line in told.splitlines() if line.startswith("Pid:")))


async def _held(pool: Pool, number: int) -> ServedVersion:
    await until(lambda: number in pool._served and pool._served[number]._memory)
    return pool._served[number]


def test_image_made_from_another_holds_what_the_disk_holds(tmp_path: Path) -> None:
    """Graphs that came, went or changed, the default graph and blank nodes are in the next image as they are on the disk."""
    store = EmbeddedStore(tmp_path)
    _publish(store, _first)

    async def scene(pool: Pool, asker: Asker) -> None:
        await _read(asker, ASK, name="json")
        first = (await _held(pool, 1))._memory
        assert first is not None
        assert first.process
        for number, change in enumerate((_second, _third, _nothing), 2):
            _publish(store, change)
            await _read(asker, ASK, name="json")
            served = await _held(pool, number)
            assert served._memory
            assert served._memory.process is None  # forked from the one before
            with store.snapshot() as snapshot:
                on_disk = snapshot.query(EVERYTHING).serialize(format=QueryResultsFormat.CSV)
            in_memory = await _read(asker, EVERYTHING)

            counted = await _read(asker, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

            assert sorted(on_disk.splitlines()) == sorted(in_memory.splitlines())
            assert f"n\r\n{served.version.triples}\r\n".encode() == counted
            await until(partial(len, served._idle))
            assert served._idle[0].from_memory
        versions = [await _read(asker, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", number) for number in (1, 2, 3)]
        assert [b"n\r\n3004\r\n", b"n\r\n3004\r\n", b"n\r\n3001\r\n"] == versions

    run(tmp_path, LIMITS, scene)


def test_old_images_are_let_go(tmp_path: Path) -> None:
    """However many versions are published, only those in use have a process, and the last one is whole."""
    store = EmbeddedStore(tmp_path)
    _publish(store, _first)

    async def scene(pool: Pool, asker: Asker) -> None:
        images: list[psutil.Process] = []
        for number in range(1, 9):
            if number > 1:
                _publish(store, _third if number % 2 else _second)
            await _read(asker, ASK, name="json")
            held = (await _held(pool, number))._memory
            assert held
            images.append(psutil.Process(_pid(held.handle)))

        def running() -> list[psutil.Process]:
            return [each for each in images if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]

        await until(lambda: len(running()) <= KEPT_VERSIONS)
        assert images[-KEPT_VERSIONS:] == running()
        assert b"3004" in await _read(asker, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    run(tmp_path, LIMITS, scene)


def test_a_lost_image_does_not_stop_the_next(tmp_path: Path) -> None:
    """When the image before has died, the next version is read whole."""
    store = EmbeddedStore(tmp_path)
    _publish(store, _first)

    async def scene(pool: Pool, asker: Asker) -> None:
        await _read(asker, ASK, name="json")
        first = await _held(pool, 1)
        assert first._memory
        assert first._memory.process
        first._memory.process.kill()
        _publish(store, _second)
        await _read(asker, ASK, name="json")
        second = await _held(pool, 2)

        assert second._memory
        assert second._memory.process
        assert b"3004" in await _read(asker, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    run(tmp_path, LIMITS, scene)


def test_graphs_that_agree_are_not_read(tmp_path: Path) -> None:
    """A graph whose hash is the same in both versions is taken as it is in memory, whatever the disk holds."""
    for name, value, hashes in (("old", "before", {"one": 1, "other": 1}), ("new", "after", {"one": 1, "other": 2})):
        path = tmp_path / name / "store"
        path.parent.mkdir()
        store = Store(str(path))
        store.extend(_quads(_graph("one"), value) + _quads(_graph("other"), value))
        store.flush()
        del store
        record = {"hashes": {_graph(key).value: f"sha256:{number}" for key, number in hashes.items()}}
        (path.parent / "version.json").write_text(json.dumps(record))
    held = image.load(str(tmp_path / "old" / "store"))
    changed = image.change(held, str(tmp_path / "old" / "store"), str(tmp_path / "new" / "store"))

    assert set(_quads(_graph("one"), "before") + _quads(_graph("other"), "after")) == set(changed.store)
    assert counts.take(changed.store) == changed.counts


def test_unreadable_store_is_an_error(tmp_path: Path) -> None:
    """A version that cannot be read is told as such, and not held half."""
    with pytest.raises(OSError, match="could not be read into memory"):
        image.load(str(tmp_path / "nowhere"))
    with pytest.raises(OSError, match="could not be read into memory"):
        image.change(Image(Store(), Counts({}, {}, 0, 0)), str(tmp_path / "nowhere"), str(tmp_path / "elsewhere"))
    assert b"" == Store().dump(format=RdfFormat.N_QUADS)
