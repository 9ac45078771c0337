"""Whatever is sent by somebody who may write, nothing is lost, no version is half of one, and the service goes on."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import httpx
import pytest
from pyoxigraph import Quad

from loaders.ownership import RESERVED
from ontology.iris import Iris
from server.tokens import Tokens
from sparql.embedded import EmbeddedStore
from tests.conftest import suites
from tests.fuzz.changes import change
from tests.fuzz.target import settled, shoot
from tests.fuzz.test_fuzz import COUNT, GROWTH, SEED, SMALL, lasting, running
from tests.live.conftest import Serve, gone

SHARE = 20  # as many other requests are sent for one that writes: it takes as much longer
AT_ONCE = 6
PATIENCE = 90.0  # seconds; all that wait before one, each until its deadline
KEPT = 6
LIMITS = {
    "HANKINTA_WRITE_DEADLINE": "5",
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


def test_the_same_number_is_the_same_change() -> None:
    """A change can be sent again by itself: its number and the seed are all that it depends on."""
    assert [change(1, number, "t", ["CLEAR ALL"]) for number in range(200)] == [
        change(1, number, "t", ["CLEAR ALL"]) for number in range(200)
    ]


@pytest.mark.long
def test_no_change_does_harm(serve: Serve) -> None:
    """
    Every change has a whole answer, every version is whole, what the build alone writes is untouched, no process grows or
    gets lost, and at the end none is left and no draft.

    One for `SHARE` of ``FUZZ_REQUESTS`` is sent; a fault names its number, so that it can be sent again by itself.
    """
    count, seed = int(os.environ.get(COUNT, "2000")) // SHARE, int(os.environ.get(SEED, "1"))
    served = serve(**LIMITS)
    token = Tokens(served.var).create("fuzz", datetime.now(UTC))
    texts = valid() or ["INSERT DATA { <urn:example:a> <urn:example:p> 1 }"]
    port = int(served.address.rpartition(":")[2])
    store = EmbeddedStore(served.var, keep=KEPT)
    first = store.current()
    assert first is not None
    origins = _origins(store, {Iris().graph(name).value for name in RESERVED})
    shots = ((number, change(seed, number, token, texts)) for number in range(count))

    async def play() -> tuple[dict[str, int], list[tuple[int, str]], dict[int, int], float]:
        warming = [next(shots) for _ in range(count // 4)]
        begun = await shoot(port, warming, AT_ONCE, PATIENCE)
        before = lasting(served)
        rest = await shoot(port, shots, AT_ONCE, PATIENCE)
        return dict(begun.statuses + rest.statuses), begun.faults + rest.faults, before, await settled(port, SMALL, 30)

    statuses, faults, before, seconds = asyncio.run(play())
    print(f"seed {seed}: {dict(sorted(statuses.items()))}; then a small query took {1000 * seconds:.0f} ms")
    after = lasting(served)
    last = store.current()
    assert last is not None
    ready = httpx.get(f"{served.address}/ready", timeout=20)
    family = running(served.family())
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(60)

    assert [] == faults[:20], (len(faults), statuses)
    assert sum(statuses.values()) == count
    assert {"200", "201", "204", "400"} <= set(statuses)
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
    assert {} == {
        pid: (before[pid], after[pid]) for pid in before if pid in after and after[pid] - before[pid] > GROWTH
    }
    assert len(family) < 20
    assert seconds < 2
    assert [] == gone(family, 20)
    assert [] == list((served.var / "drafts").iterdir())
