"""Claims: what takes long on a lane is attended to by the pool, and the lane comes back."""

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from sparql.asker import Express
from sparql.errors import Overloaded, QueryTimeout, TooManyAtOnce
from sparql.lane import Lane, State
from sparql.pool import Pool
from sparql.supervisor import Query
from tests.contract.playing import ask, ended, lent, play
from tests.contract.test_pool import NEVER_ENDS, PATIENCE, SLOW, patient, root, until

__all__ = ["root"]
SOME = SLOW.replace("2000000", "200000")


def test_long_query_is_handed_to_the_pool(root: Path) -> None:
    """A runaway that began on a lane is stopped at its deadline by the pool, and told so."""

    async def scene(pool: Pool, express: Express) -> None:
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match="1 seconds"):
            await ask(express, NEVER_ENDS, deadline=1)

        assert 1 <= time.monotonic() - started < PATIENCE / 4
        assert 1 == pool.supervisor.killed
        assert b"true" in await ask(express)

    play(root, patient(workers=1, in_memory=0), scene)


def test_deadline_of_a_lane_is_bounded_by_the_pool(root: Path) -> None:
    """A client on a lane cannot ask for more time than the pool allows."""

    async def scene(pool: Pool, express: Express) -> None:
        pool._loans._limits = replace(pool._loans._limits, deadline=0.4)  # what was lent before had time
        with pytest.raises(QueryTimeout, match=r"0\.4 seconds"):
            await ask(express, NEVER_ENDS, deadline=60)

    play(root, patient(workers=1, in_memory=0), scene)


@pytest.mark.long
def test_short_query_passes_runaways(root: Path) -> None:
    """Whoever waits behind a runaway on a lane goes another way, and is answered."""

    async def scene(pool: Pool, express: Express) -> None:
        runaways = [asyncio.ensure_future(ask(express, NEVER_ENDS, deadline=15)) for _ in range(4)]
        for _ in range(20):
            assert b"true" in await ask(express)
        await until(lambda: len(pool.supervisor.at_work) == 4)
        ended = await asyncio.gather(*runaways, return_exceptions=True)

        assert {QueryTimeout} == set(map(type, ended))
        assert 4 == pool.supervisor.killed

    play(root, patient(workers=2, in_memory=0), scene)


@pytest.mark.long
def test_claims_are_bounded_like_queries(root: Path) -> None:
    """A long query from a lane finds the queue full, or its client at its bound, like any other, and is stopped."""

    async def scene(pool: Pool, express: Express) -> None:
        first = asyncio.ensure_future(ask(express, NEVER_ENDS, client=7))
        await until(lambda: len(pool.supervisor.at_work) == 1)
        await until(lambda: len(pool._loans.lent) == 2)
        before = lent(pool)
        with pytest.raises(TooManyAtOnce):
            await ask(express, NEVER_ENDS, client=7)
        with pytest.raises(Overloaded, match="no worker"):
            await ask(express, NEVER_ENDS, client=8)
        await until(lambda: all(ended(pid) for pid in before - lent(pool)))
        assert not first.done()
        first.cancel()

    play(root, patient(workers=1, in_memory=0, young=PATIENCE, patience=1, per_client=1), scene)


@pytest.mark.long
def test_waiting_claim_stands_still(root: Path) -> None:
    """A long query from a lane does not run before it is its turn."""

    async def scene(pool: Pool, express: Express) -> None:
        first = asyncio.ensure_future(ask(express, NEVER_ENDS))
        await until(lambda: len(pool.supervisor.at_work) == 1)
        await until(lambda: len(pool._loans.lent) == 2)
        before = lent(pool)
        second = asyncio.ensure_future(ask(express, SLOW))
        stopped = psutil.STATUS_STOPPED
        await until(lambda: stopped in {psutil.Process(pid).status() for pid in before if not ended(pid)})
        assert not first.done()
        first.cancel()

        assert b"2000000" in await second

    play(root, patient(workers=1, in_memory=0, young=PATIENCE), scene)


@pytest.mark.long
def test_worker_that_dies_behind_a_claim_is_made_good(root: Path) -> None:
    """A query that the pool attends to already is run again as well, while nothing of its answer has come."""

    async def scene(pool: Pool, express: Express) -> None:
        answer = asyncio.ensure_future(ask(express, SLOW))
        await until(lambda: len(pool.supervisor.at_work) == 1)
        (worker,) = pool.supervisor.at_work
        os.kill(worker.pid, signal.SIGKILL)

        assert b"2000000" in await answer
        assert 1 == pool.supervisor.lost

    play(root, patient(workers=2, in_memory=0), scene)


def test_released_worker_is_lent_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose query took long enough to be claimed answers the next ones on its lane; nobody has to be started for them."""
    monkeypatch.setattr("sparql.lanes.LONG", 0.005)

    async def scene(pool: Pool, express: Express) -> None:
        started: set[int] = set()
        for _ in range(8):
            assert b"200000" in await ask(express, SOME)
            await until(lambda: not pool.supervisor.at_work and len(lent(pool)) > 1)
            started |= lent(pool)

        assert 3 >= len(started), "the two lanes that there were, and the one in place of the first that was claimed"
        assert 0 == pool.supervisor.lost

    # None of them grows old, however slow the machine; what becomes of a worker that has had to yield is told elsewhere.
    play(root, patient(workers=1, in_memory=0, young=PATIENCE), scene)


def test_who_waits_gets_the_next_lane(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries that wait for a lane get one in the order in which they came, also when those before them are claimed."""
    monkeypatch.setattr("sparql.lanes.LONG", 0.1)

    async def scene(pool: Pool, express: Express) -> None:
        turns: list[object] = []
        monkeypatch.setattr(pool.supervisor, "answer", lambda *given: turns.append(given))
        runaways = [asyncio.ensure_future(ask(express, NEVER_ENDS)) for _ in range(2)]
        await asyncio.sleep(0.01)
        order: list[int] = []
        begin = Lane.begin

        def noted(lane: Lane, asked: float, deadline: float, client: int) -> None:
            order.append(client)
            begin(lane, asked, deadline, client)

        monkeypatch.setattr(Lane, "begin", noted)
        await asyncio.gather(*(ask(express, client=number) for number in range(1, 13)))
        assert not any(runaway.done() for runaway in runaways)
        for runaway in runaways:
            runaway.cancel()

        assert [] == turns, "nobody went the ordinary way"
        assert list(range(1, 13)) == order

    play(root, patient(workers=2, in_memory=0), scene)


def test_deadline_holds_while_waiting_for_a_lane(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose deadline passes before a lane is free is told so then, with the deadline that was asked for."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # no lane comes free

    async def scene(_: Pool, express: Express) -> None:
        runaways = [asyncio.ensure_future(ask(express, NEVER_ENDS)) for _ in range(2)]
        await asyncio.sleep(0.01)
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"deadline of 0\.4 seconds"):
            await ask(express, deadline=0.4)

        assert 0.4 <= time.monotonic() - started < PATIENCE / 4
        for runaway in runaways:
            assert not runaway.done()
            runaway.cancel()

    play(root, patient(workers=2, in_memory=0), scene)


def test_waiting_counts_for_the_deadline_of_a_claim(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that had to wait for its lane is stopped when its deadline passes, counted from when it was asked."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # who has a lane keeps it

    async def scene(pool: Pool, express: Express) -> None:
        claims: list[Query] = []
        attend = pool.supervisor.attend

        async def noted(connection: Any, served: Any, each: Any, query: Query, turn: Any) -> Any:
            claims.append(query)
            return await attend(connection, served, each, query, turn)

        monkeypatch.setattr(pool.supervisor, "attend", noted)
        assert express._lanes is not None
        taken = [await express._lanes.take(2, time.monotonic(), PATIENCE, 0) for _ in range(2)]
        asked = time.monotonic()
        asking = asyncio.ensure_future(ask(express, NEVER_ENDS, deadline=2.5))
        await asyncio.sleep(1)
        monkeypatch.setattr("sparql.lanes.LONG", 0.01)
        freed = time.monotonic()
        for lane in taken:
            assert lane is not None
            lane.done()
        with pytest.raises(QueryTimeout, match=r"2\.5 seconds"):
            await asking

        assert 2.5 <= time.monotonic() - asked < PATIENCE / 4
        assert [2.5] == [claim.deadline for claim in claims]
        assert asked <= claims[0].begun < freed

    play(root, patient(workers=3, in_memory=0), scene)


def test_lane_that_nobody_takes_stays_free(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a client leaves at the moment at which it gets a lane, the lane is free for the next."""
    monkeypatch.setattr("sparql.lanes.LONG", PATIENCE)  # nobody is claimed meanwhile

    async def scene(_: Pool, express: Express) -> None:
        assert express._lanes is not None
        lanes = [await express._lanes.take(2, time.monotonic(), 10, 0) for _ in range(2)]
        waiting = asyncio.ensure_future(express._lanes.take(2, time.monotonic(), 10, 0))
        await asyncio.sleep(0)
        for lane in lanes:
            assert lane is not None
            lane.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        assert [State.FREE, State.FREE] == [lane.state for lane in lanes if lane]
        assert b"true" in await ask(express)

    play(root, patient(workers=1, in_memory=0), scene)


def test_who_leaves_the_line_takes_no_lane(root: Path) -> None:
    """A client that leaves while it waits for a lane, or gets one at that moment, leaves the lanes to the others."""

    async def scene(pool: Pool, express: Express) -> None:
        for wait in (0.0, 0.001, 0.002, 0.005, 0.05):
            asking = [asyncio.ensure_future(ask(express)) for _ in range(30)]
            await asyncio.sleep(wait)
            for each in asking[::2]:
                each.cancel()
            found = await asyncio.gather(*asking[1::2])
            assert all(b"true" in body for body in found)
        await until(lambda: len(lent(pool)) >= 2)

        assert b"true" in await ask(express)

    play(root, patient(workers=1, in_memory=0), scene)
