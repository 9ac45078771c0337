"""Whatever is sent by somebody who may write, nothing is lost, no version is half of one, and the service goes on."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Quad

from loaders.ownership import RESERVED
from ontology.iris import Iris
from server.tokens import Tokens
from sparql.embedded import EmbeddedStore
from tests.conftest import suites
from tests.fuzz.changes import change
from tests.fuzz.endurance import MOST, REQUESTS, SEED, SOON, endured, running
from tests.live.conftest import Serve, Served, gone

SHARE = 20  # as many other requests are sent for one that writes: it takes as much longer
CHANGES = REQUESTS // SHARE
AT_ONCE = 6
PATIENCE = 90.0  # seconds; all that wait before one, each until its deadline
KEPT = 6
LIMITS = {
    "HANKINTA_WRITE_DEADLINE": "10",
    "HANKINTA_WRITE_MEMORY": str(768 << 20),
    "HANKINTA_WRITE_BYTES": str(1 << 20),
    "HANKINTA_KEEP": str(KEPT),
    "HANKINTA_DEADLINE": "2",
}


def valid() -> list[str]:
    """W3C's updates, where they are."""
    folder = suites()
    files = sorted(folder.glob("sparql/**/*.ru")) if folder else []
    return [file.read_text(encoding="utf-8") for file in files]


def _origins(store: EmbeddedStore, graphs: set[str]) -> set[Quad]:
    """What the newest version says of where *graphs* come from."""
    with store.snapshot() as snapshot:
        return {quad for quad in snapshot.quads(Iris().graph("prov")) if str(quad.subject).strip("<>") in graphs}


def _drafts(served: Served) -> list[Path]:
    return list((served.var / "drafts").iterdir())


def test_the_same_number_is_the_same_change() -> None:
    """A change can be sent again by itself: its number and the seed are all that it depends on."""
    assert [change(1, number, "t", ["CLEAR ALL"]) for number in range(200)] == [
        change(1, number, "t", ["CLEAR ALL"]) for number in range(200)
    ]


@pytest.mark.long
def test_no_change_does_harm(serve: Serve) -> None:
    """
    Every change has a whole answer, every version is whole, what the build alone writes is untouched, no process grows or
    gets lost, and at the end none is left, nor a draft but that of a change that was stopped last.

    One for `SHARE` of ``FUZZ_REQUESTS`` is sent; a fault names its number, so that it can be sent again by itself.
    """
    served = serve(**LIMITS)
    token = Tokens(served.var).create("fuzz", datetime.now(UTC))
    texts = valid() or ["INSERT DATA { <urn:example:a> <urn:example:p> 1 }"]
    store = EmbeddedStore(served.var, keep=KEPT)
    first = store.current()
    assert first is not None
    origins = _origins(store, {Iris().graph(name).value for name in RESERVED})
    shots = ((number, change(SEED, number, token, texts)) for number in range(CHANGES))
    found = endured(served, shots, CHANGES // 4, at_once=AT_ONCE, patience=PATIENCE)
    last = store.current()
    assert last is not None
    ready = httpx.get(f"{served.address}/ready", timeout=60)
    family = running(served.family())
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(60)

    assert [] == found.faults[:20], (len(found.faults), found.statuses)
    assert found.statuses.total() == CHANGES
    assert {"200", "201", "204", "400"} <= set(found.statuses)
    assert {"status": "up", "version": last.number} == ready.json()
    assert last.number > first.number
    for version in store.versions():
        with store.snapshot(version.number) as snapshot:
            assert [] == snapshot.damaged(), version.number
    # What is derived follows what people write, and where a graph comes from follows who wrote it.
    reserved = {Iris().graph(name).value for name in RESERVED}
    kept = reserved - {Iris().graph(name).value for name in ("inferred", "prov")}
    assert {key: first.hashes.get(key) for key in kept} == {key: last.hashes.get(key) for key in kept}
    assert origins == _origins(store, reserved)
    assert {} == found.grown
    assert len(family) < MOST
    assert found.seconds < SOON
    assert [] == gone(family, 60)
    # A change that was stopped leaves its draft to the next publisher, who removes it.
    assert len(_drafts(served)) <= 1
    with store.draft("tests"):
        assert len(_drafts(served)) == 1
    assert [] == _drafts(served)
