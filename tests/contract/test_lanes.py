"""Lanes: short queries go straight to lent workers, and nothing of that is lost or kept too long."""

import asyncio
import gc
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from sparql.asker import Express
from sparql.errors import AnswerTooLarge, QuerySyntaxError, WorkerLost
from sparql.pool import KEPT_VERSIONS, Pool
from tests.contract.playing import ask, ended, lent, play
from tests.contract.test_pool import (
    EVERYTHING,
    GREEDY,
    NEVER_ENDS,
    PATIENCE,
    SLOW,
    _request,
    patient,
    root,
    running,
    until,
)

__all__ = ["root"]
ALL_PAIRS = "SELECT * { ?s ?p ?o . ?t ?q ?u }"


def test_short_queries_stay_on_their_lanes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many short queries at once are answered by the two workers that are lent; the pool has no work with them."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # on a busy machine, short queries may take long

    async def scene(pool: Pool, express: Express) -> None:
        before, turns = lent(pool), []
        monkeypatch.setattr(pool.supervisor, "answer", lambda *given: turns.append(given))
        texts = [f"SELECT ?o {{ <http://example.org/{number}> ?p ?o }}" for number in range(60)]
        for at in (0, 20, 40):
            answers = await asyncio.gather(*(ask(express, text) for text in texts[at : at + 20]))
            assert all(f'"{number}"' in body.decode() for number, body in enumerate(answers, at))

        assert before == lent(pool)
        assert [] == turns

    play(root, patient(workers=1, in_memory=0, young=60), scene)


def test_client_that_leaves_a_lane_stops_its_query(root: Path) -> None:
    """The work for a client that has gone is stopped, before and after the pool attends to it."""

    async def scene(pool: Pool, express: Express) -> None:
        for attended in (False, True):
            before = lent(pool)
            leaving = asyncio.ensure_future(ask(express, NEVER_ENDS))
            if attended:
                await until(lambda: pool.supervisor.at_work)
            else:
                await asyncio.sleep(0.005)
            leaving.cancel()
            await until(partial(_any_ended, before))
            await until(lambda: not pool.supervisor.at_work)
            assert b"true" in await ask(express)
            await until(lambda: len(pool._loans.lent) == 2)

        assert 0 == pool.supervisor.killed

    play(root, patient(workers=1, in_memory=0), scene)


def test_errors_leave_the_lane_as_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine cannot run, and an answer that is too large, are told; the same workers answer the next query."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # on a busy machine, short queries may take long

    async def scene(pool: Pool, express: Express) -> None:
        before = lent(pool)
        for _ in range(5):
            with pytest.raises(QuerySyntaxError):
                await ask(express, "SELECT ?s {")
            with pytest.raises(AnswerTooLarge, match="10 solutions"):
                await ask(express, EVERYTHING, rows=10)

        assert b"true" in await ask(express)
        assert before == lent(pool)

    play(root, patient(workers=1, in_memory=0), scene)


@pytest.mark.parametrize("text", [GREEDY["joined values"], GREEDY["sorting"]])
def test_memory_of_a_lent_worker_is_bounded(root: Path, text: str) -> None:
    """A query on a lane that asks for too much memory is told so, and the next one is answered."""

    async def scene(pool: Pool, express: Express) -> None:
        with pytest.raises(AnswerTooLarge, match="memory"):
            await ask(express, text)

        assert 0 == pool.supervisor.lost
        assert b"true" in await ask(express)

    play(root, patient(workers=1, in_memory=0, memory=50 << 20, young=60), scene)


def test_lost_lent_worker_is_made_good(root: Path) -> None:
    """A query whose lent worker dies is run again by another worker; so is one that comes to a lane whose worker is dead."""

    async def scene(pool: Pool, express: Express) -> None:
        before = lent(pool)
        answer = asyncio.ensure_future(ask(express, SLOW))
        await asyncio.sleep(0.01)
        for pid in before:
            os.kill(pid, signal.SIGKILL)

        assert b"true" in await ask(express)
        assert b"2000000" in await answer
        await until(lambda: not before & lent(pool))

    play(root, patient(workers=2, in_memory=0), scene)


def test_answer_that_breaks_off_is_no_answer(root: Path) -> None:
    """When the worker dies in the middle of a long answer, the answer breaks off and is not begun again."""

    async def scene(pool: Pool, express: Express) -> None:
        answer = await express.ask(_request(ALL_PAIRS, limit=1 << 40), 2, PATIENCE)
        await until(lambda: len(pool.supervisor.at_work) == 1)
        (worker,) = pool.supervisor.at_work
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await answer.read()

    play(root, patient(workers=1, in_memory=0), scene)


@pytest.mark.long
def test_long_answers_come_whole(root: Path) -> None:
    """Answers of many frames come whole, read at once or slowly, and the reader's memory stays bounded."""

    async def scene(pool: Pool, express: Express) -> None:
        for _ in range(5):
            assert 5001 == (await ask(express, EVERYTHING)).count(b'"s"') - 1
        answer = await express.ask(_request(ALL_PAIRS + " LIMIT 200000"), 2, PATIENCE)
        size = 0
        async for part in answer.body():
            size += len(part)
            assert answer._channel._held < 4 << 20
            if size < 3 << 20:
                await asyncio.sleep(0.02)
        assert size > 10 << 20
        assert b"true" in await ask(express)
        await until(lambda: not pool.supervisor.at_work)

    play(root, patient(workers=1, in_memory=0), scene)


def test_lanes_move_to_memory(root: Path) -> None:
    """Workers that read from disk are given back as soon as the version is held in memory."""

    async def scene(pool: Pool, express: Express) -> None:
        await until(lambda: all(served.from_memory for served in pool._served.values()))
        await until(lambda: all(worker.from_memory for worker in pool._loans.lent))
        for _ in range(3):
            assert b"true" in await ask(express)
        await until(lambda: len(pool._loans.lent) == 2)

        assert all(worker.from_memory for worker in pool._loans.lent)

    play(root, patient(workers=1, in_memory=1_000_000), scene)


def test_lanes_follow_the_version_that_is_asked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each version has lanes of its own; asking through many once lends nothing."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # on a busy machine, short queries may take long

    async def scene(pool: Pool, express: Express) -> None:
        count = _request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        for version in (1, 2, 1, 2):
            body = await (await express.ask(count, version, PATIENCE)).read()
            assert f"{4999 + version}\r\n".encode() in body
        assert 2 == len(pool._loans.lent)
        for _ in range(3):
            assert b"5000" in await (await express.ask(count, 1, PATIENCE)).read()
        await until(lambda: len(pool._loans.lent) == 4)

        assert len(pool._served) <= KEPT_VERSIONS

    play(root, patient(workers=1, in_memory=0), scene)


def test_what_was_lent_comes_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When lanes are closed, their workers wait in the pool for others; nobody else has to start one."""
    monkeypatch.setattr("sparql.lanes._AT_ONCE", 2)
    monkeypatch.setattr(
        "sparql.loans._MOMENT", PATIENCE
    )  # on a busy machine a worker may be long in saying that it is free

    async def scene() -> None:
        async with running(root, patient(workers=1, in_memory=0)) as (pool, asker):
            express = Express(asker)
            async with express.lanes():
                for _ in range(2):
                    await ask(express)
                await until(lambda: len(pool._loans.lent) == 2)
                before = lent(pool)
            await until(lambda: not pool._loans.lent)

            assert before <= {worker.pid for worker in pool._served[2]._idle}
            assert b"true" in await ask(express)

    asyncio.run(scene())


def test_holder_that_dies_keeps_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a web process dies with a query under way on a lane, the worker ends."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # the query stays on its lane

    async def scene(pool: Pool, express: Express) -> None:
        asking = asyncio.ensure_future(ask(express, NEVER_ENDS))
        await asyncio.sleep(0.005)
        before = lent(pool)
        assert express._lanes is not None
        for road in express._lanes._roads.values():
            for lane in list(road.lanes):
                lane._transport.abort()
                lane.loan._transport.abort()
        await until(lambda: any(ended(pid) for pid in before))
        asking.cancel()

        assert 0 == pool.supervisor.killed

    play(root, patient(workers=1, in_memory=0), scene)


@pytest.mark.parametrize("in_memory", [0, 1_000_000], ids=["disk", "memory"])
def test_version_that_is_let_go_takes_its_lanes_along(root: Path, in_memory: int) -> None:
    """When the pool lets go of a version, its lent workers end, nothing is left unheard, and the next query is answered."""
    unheard: list[dict[str, object]] = []

    async def scene(pool: Pool, express: Express) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: unheard.append(said))
        if in_memory:
            await until(lambda: len(lent(pool)) == 2 and all(worker.from_memory for worker in pool._loans.lent))
        before = lent(pool)
        pool._served.pop(2).let_go()
        await until(lambda: all(map(ended, before)))

        assert b"true" in await ask(express)
        await until(lambda: len(pool._loans.lent) == 2)

    play(root, patient(workers=1, in_memory=in_memory), scene)
    gc.collect()

    assert [] == unheard


def _any_ended(pids: set[int]) -> bool:
    return any(ended(pid) for pid in pids)
