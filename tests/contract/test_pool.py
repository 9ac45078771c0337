"""The query pool: every answer is complete or an error, nothing runs past its deadline, and nothing else stops for it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from sparql import wire
from sparql.asker import Answer, Asker
from sparql.embedded import EmbeddedStore
from sparql.errors import AnswerTooLarge, Overloaded, QuerySyntaxError, QueryTimeout, UnknownVersion, WorkerLost
from sparql.limits import Limits
from sparql.pool import Pool
from sparql.versions import Versions
from sparql.wire import Request

PATIENCE = 300.0  # seconds; so long that only a fault takes it, on a machine ten times slower as well
GRAPH = NamedNode("http://example.org/g")
NEVER_ENDS = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(?c, ?f, ?i) = "") }'
EVERYTHING = "SELECT ?s ?o { ?s ?p ?o }"
ASK = "ASK { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o . ?t ?q ?u FILTER(CONCAT(?o, ?u) != '') } LIMIT 2000000 } }"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two versions of 5,000 statements; the second has one more."""
    folder = tmp_path_factory.mktemp("pool")
    store = EmbeddedStore(folder)
    for extra in (0, 1):
        with store.draft("tests") as draft:
            quads = [_quad(number) for number in range(5000 + extra)]
            draft.replace_graph(GRAPH, quads)
            draft.commit("tests", "a version", None)
    return folder


def patient(**given: Any) -> Limits:
    """Limits by which no time runs out but what is *given*."""
    return Limits(**{"deadline": PATIENCE, "patience": PATIENCE} | given)


def _quad(number: int) -> Quad:
    return Quad(
        NamedNode(f"http://example.org/{number}"), NamedNode("http://example.org/p"), Literal(str(number)), GRAPH
    )


def _request(text: str, name: str = "csv", limit: int = 1 << 30, **fields: Any) -> Request:
    return Request(text, name, "http://example.org/", limit, **fields)


@asynccontextmanager
async def running(root: Path, limits: Limits) -> AsyncIterator[tuple[Pool, Asker]]:
    """A pool over *root*, and somebody who asks it."""
    address = root / f"{time.monotonic_ns()}.sock"
    pool, ready = Pool(Versions(root), address, limits), asyncio.Event()
    task = asyncio.create_task(pool.run(ready))
    await ready.wait()
    try:
        yield pool, Asker(address)
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def run(root: Path, limits: Limits, scene: Callable[[Pool, Asker], Awaitable[None]]) -> None:
    """Play *scene* with a pool of its own."""

    async def play() -> None:
        async with running(root, limits) as (pool, asker):
            await scene(pool, asker)

    asyncio.run(play())


async def until(holds: Callable[[], object]) -> None:
    """Wait until something *holds*, for a third of `PATIENCE` at most."""
    async with asyncio.timeout(PATIENCE / 3):
        while not holds():
            await asyncio.sleep(0.01)


async def _read(asker: Asker, text: str, version: int = 0, deadline: float = PATIENCE, **fields: Any) -> bytes:
    answer: Answer = await asker.ask(_request(text, **fields), version, deadline)
    return await answer.read()


@pytest.mark.parametrize("in_memory", [0, 1_000_000], ids=["disk", "memory"])
def test_each_version_answers_for_itself(root: Path, in_memory: int) -> None:
    """A query over a version sees that version, over 0 the newest, from disk and from memory alike."""

    async def scene(pool: Pool, asker: Asker) -> None:
        for _round in range(3):
            counted = [await _read(asker, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", version) for version in (1, 2, 0)]

            assert [b"n\r\n5000\r\n", b"n\r\n5001\r\n", b"n\r\n5001\r\n"] == counted
            await until(lambda: all(served.from_memory == bool(in_memory) for served in pool._served.values()))

    run(root, patient(workers=2, in_memory=in_memory), scene)


def test_runaway_is_killed_at_its_deadline(root: Path) -> None:
    """A query past its deadline is stopped, the client is told, and the next query is answered."""

    async def scene(pool: Pool, asker: Asker) -> None:
        await _read(asker, ASK, name="json")  # a worker waits from now on
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"0\.5 seconds"):
            await _read(asker, NEVER_ENDS, deadline=0.5)

        assert 0.5 <= time.monotonic() - started < PATIENCE / 4
        assert 1 == pool.supervisor.killed
        assert b"true" in await _read(asker, ASK, name="json")

    run(root, patient(workers=1), scene)


def test_deadline_is_bounded_by_the_pool(root: Path) -> None:
    """A client cannot ask for more time than the pool allows."""

    async def scene(_: Pool, asker: Asker) -> None:
        with pytest.raises(QueryTimeout, match=r"0\.4 seconds"):
            await _read(asker, NEVER_ENDS, deadline=60)

    run(root, patient(workers=1, deadline=0.4), scene)


def test_others_are_answered_beside_a_runaway(root: Path) -> None:
    """While one query never ends, another worker answers."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaway = asyncio.ensure_future(_read(asker, NEVER_ENDS))
        await until(lambda: pool.supervisor.at_work)
        (worker,) = pool.supervisor.at_work

        assert b"true" in await _read(asker, ASK, name="json")
        assert worker in pool.supervisor.at_work
        assert not runaway.done()
        runaway.cancel()

    run(root, patient(workers=2, young=60), scene)


def test_full_queue_is_told(root: Path) -> None:
    """When every worker is busy and the queue is full, a client is told at once; one that waited too long as well."""

    async def scene(pool: Pool, asker: Asker) -> None:
        first = asyncio.ensure_future(_read(asker, NEVER_ENDS))
        await until(lambda: pool.supervisor.at_work)
        second = asyncio.ensure_future(_read(asker, ASK, name="json"))
        await until(lambda: pool.supervisor.turns.waiting)
        with pytest.raises(Overloaded, match="too many"):
            await _read(asker, ASK, name="json")
        with pytest.raises(Overloaded, match="no worker"):
            await second
        assert not first.done()
        first.cancel()

    run(root, patient(workers=1, waiting=1, patience=1.5, young=60), scene)


def test_client_that_leaves_stops_its_query(root: Path) -> None:
    """The work for a client that has gone is stopped."""

    async def scene(pool: Pool, asker: Asker) -> None:
        leaving = asyncio.ensure_future(_read(asker, NEVER_ENDS))
        await until(lambda: pool.supervisor.at_work)
        leaving.cancel()

        # The one slot for young queries is free only when the one that holds it has been stopped.
        assert b"true" in await _read(asker, ASK, name="json", deadline=PATIENCE / 2)
        assert 0 == pool.supervisor.killed

    run(root, patient(workers=1, young=PATIENCE), scene)


def test_answer_past_the_limit_is_an_error(root: Path) -> None:
    """An answer larger than the limit ends in an error before or after its first bytes, never in a clean end."""

    async def scene(_: Pool, asker: Asker) -> None:
        with pytest.raises(AnswerTooLarge):
            await _read(asker, EVERYTHING, limit=1000)
        answer = await asker.ask(_request(EVERYTHING, limit=100_000), 0, PATIENCE)
        with pytest.raises(AnswerTooLarge):
            await answer.read()

    run(root, patient(workers=1), scene)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_answer_past_the_limit_on_solutions_is_an_error(root: Path, name: str) -> None:
    """An answer of more solutions than the limit ends in an error before or after its first bytes; one within comes whole."""

    async def scene(_: Pool, asker: Asker) -> None:
        with pytest.raises(AnswerTooLarge, match="10 solutions"):
            await _read(asker, EVERYTHING, name=name, rows=10)
        answer = await asker.ask(_request(EVERYTHING, name, rows=5000), 0, PATIENCE)
        with pytest.raises(AnswerTooLarge, match="5,000 solutions"):
            await answer.read()
        assert b"4999" in await _read(asker, EVERYTHING, name=name, rows=5001)

    run(root, patient(workers=1), scene)


def test_long_answer_comes_whole(root: Path) -> None:
    """An answer of many frames has every row."""

    async def scene(_: Pool, asker: Asker) -> None:
        body = await _read(asker, EVERYTHING)

        assert len(body) > 2 * 65_536
        assert 5002 == body.count(b"\r\n")

    run(root, patient(workers=1), scene)


@pytest.mark.parametrize(
    "text", ["SELECT ?s {", f"SELECT (<http://example.org/{'f' * 300}>(1) AS ?x) {{}}", "INSERT DATA { <a> <b> <c> }"]
)
def test_what_the_engine_cannot_run_is_told(root: Path, text: str) -> None:
    """What the engine cannot parse or run is the client's error, and the worker lives on."""

    async def scene(pool: Pool, asker: Asker) -> None:
        with pytest.raises(QuerySyntaxError):
            await _read(asker, text)

        assert b"true" in await _read(asker, ASK, name="json")
        assert 0 == pool.supervisor.lost

    run(root, patient(workers=1), scene)


NUMBERS = " ".join(str(number) for number in range(1000))
GROWTH = " ".join(f"BIND(CONCAT({', '.join([f'?v{n}'] * 10)}) AS ?v{n + 1})" for n in range(9))
GREEDY = {
    "sorting": "SELECT * { ?s ?p ?o . ?t ?q ?u } ORDER BY ?o ?u",
    "grouping": "SELECT ?s ?t (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?u } GROUP BY ?s ?t",
    "distinct": "SELECT DISTINCT ?s ?t { ?s ?p ?o . ?t ?q ?u }",
    "gathering": "SELECT (GROUP_CONCAT(?u) AS ?all) { ?s ?p ?o . ?t ?q ?u }",
    "growing text": "SELECT (STRLEN(?v9) AS ?n) { BIND('0123456789' AS ?v0) " + GROWTH + "}",
    "joined values": f"SELECT DISTINCT * {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} VALUES ?c {{ {NUMBERS} }} }}",
    "paths": "SELECT DISTINCT * { ?a (<p>|!<p>|^<p>)* ?b . ?c (<p>|!<p>|^<p>)* ?d . ?e (!<p>)* ?f }",
}


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY)
def test_memory_of_a_query_is_bounded(root: Path, text: str) -> None:
    """A query that asks for too much memory is told so, is not tried again, and the next one is answered."""

    async def scene(pool: Pool, asker: Asker) -> None:
        await _read(asker, ASK, name="json")
        with pytest.raises(AnswerTooLarge, match="memory"):
            await _read(asker, text)

        assert 0 == pool.supervisor.lost
        assert b"true" in await _read(asker, ASK, name="json")

    run(root, patient(workers=1, memory=50 << 20, young=60), scene)


def test_unknown_version_is_told(root: Path) -> None:
    """A version that was never published is an error that says so."""

    async def scene(_: Pool, asker: Asker) -> None:
        with pytest.raises(UnknownVersion, match="99"):
            await _read(asker, ASK, version=99)

    run(root, patient(workers=1), scene)


async def _kill_at_work(pool: Pool) -> None:
    await until(lambda: pool.supervisor.at_work)
    (worker,) = pool.supervisor.at_work
    os.kill(worker.pid, signal.SIGKILL)
    await until(lambda: worker not in pool.supervisor.at_work)


def test_lost_worker_is_made_good_once(root: Path) -> None:
    """A query whose worker dies before anything of its answer has come is run again by another worker."""

    async def scene(pool: Pool, asker: Asker) -> None:
        answer = asyncio.ensure_future(_read(asker, SLOW, name="csv"))
        await _kill_at_work(pool)

        assert b"n\r\n2000000\r\n" == await answer
        assert 1 == pool.supervisor.lost

    run(root, patient(workers=1), scene)


def test_killed_worker_is_replaced(root: Path) -> None:
    """A query that loses two workers is given up with an error, and the next one is answered."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaway = asyncio.ensure_future(_read(asker, NEVER_ENDS))
        for _ in range(2):
            await _kill_at_work(pool)
        with pytest.raises(WorkerLost):
            await runaway

        assert 2 == pool.supervisor.lost
        assert b"true" in await _read(asker, ASK, name="json")

    run(root, patient(workers=1), scene)


def test_broken_answer_is_not_begun_again(root: Path) -> None:
    """When a worker dies in the middle of an answer, the answer breaks off; nobody sees two beginnings."""

    async def scene(pool: Pool, asker: Asker) -> None:
        answer = await asker.ask(_request("SELECT * { ?s ?p ?o . ?t ?q ?u }", limit=1 << 40), 0, PATIENCE)
        await until(lambda: pool.supervisor.at_work)
        (worker,) = pool.supervisor.at_work
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await answer.read()

        assert 1 == pool.supervisor.lost

    run(root, patient(workers=1), scene)


def test_dataset_of_the_protocol_wins(root: Path) -> None:
    """Graphs named by the protocol are the dataset; without them a query's FROM; else the union of all graphs."""

    async def scene(_: Pool, asker: Asker) -> None:
        elsewhere = ("http://example.org/other",)

        assert b"true" in await _read(asker, ASK, name="json")
        assert b"false" in await _read(asker, ASK, name="json", default_graphs=elsewhere)
        assert b"false" in await _read(asker, ASK, name="json", named_graphs=(GRAPH.value,))
        graph = "ASK { GRAPH <http://example.org/g> { ?s ?p ?o } }"
        assert b"true" in await _read(asker, graph, name="json", named_graphs=(GRAPH.value,))
        assert b"false" in await _read(asker, graph, name="json", named_graphs=elsewhere)
        other = "ASK FROM <http://example.org/other> { ?s ?p ?o }"
        assert b"false" in await _read(asker, other, name="json", names_dataset=True)

    run(root, patient(workers=1), scene)


def test_terms_are_bound_and_not_written(root: Path) -> None:
    """A substituted term reaches the engine as a term, whatever characters it has."""

    async def scene(_: Pool, asker: Asker) -> None:
        bound = {"o": '"4999"'}
        hostile = {"o": str(Literal('" } ; DROP ALL ; SELECT * { ?s ?p "'))}

        assert b"http://example.org/4999" in await _read(asker, EVERYTHING, substitutions=bound)
        assert 1 == (await _read(asker, EVERYTHING, substitutions=hostile)).count(b"\r\n")

    run(root, patient(workers=1), scene)


def test_deadline_within_a_frame_is_told(root: Path) -> None:
    """A worker that is killed while the client does not read leaves part of a frame; the client is told why all the same."""

    async def scene(pool: Pool, asker: Asker) -> None:
        await _read(asker, ASK, name="json")  # a worker waits from now on
        answer = await asker.ask(_request("SELECT * { ?s ?p ?o . ?t ?q ?u }", limit=1 << 40), 0, 1.5)
        await until(lambda: pool.supervisor.killed)
        with pytest.raises(QueryTimeout, match=r"1\.5 seconds"):
            await answer.read()

    run(root, patient(workers=1), scene)


@pytest.mark.parametrize("part", [b"", b"\x02", b"\x02\0\0\0\xff", b"\x02\0\0\0\xff" + b'\x04\0\0\0\x09{"kind": "x"}'])
def test_what_follows_part_of_a_frame_is_found(part: bytes) -> None:
    """The error behind any part of a frame is found, and bytes that only look like one are not."""
    said = wire.error("QueryTimeout", "too late")

    assert said[wire.HEAD_SIZE :] == wire.error_at_end(part + said)
    assert wire.error_at_end(part) is None
    assert wire.error_at_end(part + said + b" ") is None


def test_newest_version_is_loaded_before_it_is_asked(root: Path) -> None:
    """A pool begins to hold the newest version in memory as soon as it runs; nobody has to ask for it first."""

    async def scene(pool: Pool, _: Asker) -> None:
        await until(lambda: any(served.from_memory for served in pool._served.values()))

        assert [2] == list(pool._served)

    run(root, patient(workers=1), scene)
