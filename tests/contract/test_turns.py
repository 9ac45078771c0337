"""Turns: small queries are answered beside any number of large ones, and nobody takes all the places."""

import asyncio
import os
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from sparql import supervisor
from sparql.asker import Asker
from sparql.errors import Overloaded, QueryTimeout, TooManyAtOnce
from sparql.pool import Pool
from sparql.processes import WorkerProcess
from sparql.wire import Request
from tests.contract.test_pool import ASK, NEVER_ENDS, PATIENCE, SLOW, _read, patient, root, run, until

__all__ = ["root"]


def _runaway(asker: Asker, deadline: float = PATIENCE, client: int = 0) -> "asyncio.Future[object]":
    return asyncio.ensure_future(asker.ask(Request(NEVER_ENDS, "csv", "http://e/", 1 << 20), 0, deadline, client))


def _states(pool: Pool) -> list[str]:
    return [psutil.Process(worker.pid).status() for worker in pool.supervisor.at_work]


def _stand(pool: Pool, stopped: int, busy: int) -> bool:
    states = _states(pool)
    return busy == len(states) and stopped == states.count(psutil.STATUS_STOPPED) == pool.supervisor.turns.standing


@pytest.mark.long
def test_runaways_leave_the_slot_to_young_queries(root: Path) -> None:
    """With one worker and a dozen runaways, small queries are answered; the runaways all end at their deadline."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaways = [_runaway(asker, 20) for _ in range(12)]
        await until(lambda: _stand(pool, stopped=10, busy=12))
        before = set(pool.supervisor.at_work)
        for _ in range(20):
            assert b"true" in await _read(asker, ASK, name="json")
        assert before <= pool.supervisor.at_work
        ended = await asyncio.gather(*runaways, return_exceptions=True)

        assert {QueryTimeout} == set(map(type, ended))
        assert 12 == pool.supervisor.killed

    run(root, patient(workers=1, long=2), scene)


def test_old_queries_yield_and_those_in_excess_stand_still(root: Path) -> None:
    """Of queries that have run long, so many go on with what time is left over; the others use none until one ends."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaways = [_runaway(asker) for _ in range(3)]
        await until(lambda: _stand(pool, stopped=2, busy=3))
        assert {os.SCHED_IDLE} == {os.sched_getscheduler(worker.pid) for worker in pool.supervisor.at_work}
        for left in (2, 1):
            runaways[2 - left].cancel()
            await until(partial(_stand, pool, stopped=left - 1, busy=left))

    run(root, patient(workers=1, long=1), scene)


def test_only_work_makes_a_query_old(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that got no processor time is young still, so that a busy machine does not set small queries aside."""
    looks: list[float] = []
    worked = WorkerProcess.worked

    def noted(worker: WorkerProcess) -> float:
        looks.append(worked(worker))
        return looks[-1]

    monkeypatch.setattr(WorkerProcess, "worked", noted)

    async def scene(pool: Pool, asker: Asker) -> None:
        runaway = _runaway(asker)
        await until(lambda: 1 == len(pool.supervisor.at_work))
        (worker,) = pool.supervisor.at_work
        worker.stand_still()  # as if others had the processor
        await until(lambda: len(looks) > 3)  # when it began, and a few times since
        assert not worker.yields
        worker.go_on()
        await until(lambda: worker.yields)
        runaway.cancel()

    run(root, patient(workers=1, young=0.5), scene)


@pytest.mark.long
def test_too_many_long_queries_are_told(root: Path) -> None:
    """When as many long queries stand still as may wait, the next one is told to come again, not kept."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaways: list[asyncio.Future[object]] = []
        for _ in range(3):
            runaways.append(_runaway(asker))
            await until(lambda: len(pool.supervisor.at_work) == len(runaways))
        (told,), others = await asyncio.wait(runaways, return_when=asyncio.FIRST_COMPLETED)

        assert isinstance(told.exception(), Overloaded)
        assert 2 == len(others)
        await until(lambda: _stand(pool, stopped=1, busy=2))
        for other in others:
            other.cancel()

    run(root, patient(workers=3, long=1, waiting=1, young=1.5), scene)


def test_long_query_is_answered_whole(root: Path) -> None:
    """A query that has stood still meanwhile gives the same answer as one that has not."""
    text = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o . ?t ?q ?u FILTER(CONCAT(?o, ?u) != '') } LIMIT 300000 } }"

    async def scene(_: Pool, asker: Asker) -> None:
        answers = await asyncio.gather(*[_read(asker, text) for _ in range(3)])

        assert {b"n\r\n300000\r\n"} == set(answers)

    run(root, patient(workers=3, long=1, young=0.05), scene)


@pytest.mark.long
def test_one_client_does_not_take_all_places(root: Path) -> None:
    """A client with as many queries as it may have is told; others are answered, and so is it when one has ended."""

    async def scene(pool: Pool, asker: Asker) -> None:
        request = Request(ASK, "json", "http://e/", 1 << 20)
        runaways = [_runaway(asker, client=7) for _ in range(2)]
        await until(lambda: 2 == len(pool.supervisor.at_work))
        with pytest.raises(TooManyAtOnce, match="2 queries of yours"):
            await asker.ask(request, 0, PATIENCE, 7)
        for client in (0, 8):
            assert b"true" in await (await asker.ask(request, 0, PATIENCE, client)).read()
        runaways[0].cancel()
        await until(lambda: 1 == len(pool.supervisor.at_work))
        assert b"true" in await (await asker.ask(request, 0, PATIENCE, 7)).read()
        runaways[1].cancel()

    run(root, patient(workers=2, per_client=2), scene)


def test_work_stops_when_the_asker_leaves(root: Path) -> None:
    """Nobody computes for an asker that has gone: the worker's process ends, whether it runs or stands still."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaways = [_runaway(asker) for _ in range(3)]
        await until(lambda: _stand(pool, stopped=2, busy=3))
        processes = [psutil.Process(worker.pid) for worker in pool.supervisor.at_work]
        for runaway in runaways:
            runaway.cancel()
        # Long before their deadlines.
        await until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes))
        assert 0 == pool.supervisor.killed

    run(root, patient(workers=1, long=1), scene)


def _may_stop_yielding() -> bool:
    """Whether the system lets a process of ours leave SCHED_IDLE. Source: sched(7), RLIMIT_NICE."""
    sleeper = psutil.Popen(["sleep", "60"])
    try:
        os.sched_setscheduler(sleeper.pid, os.SCHED_IDLE, os.sched_param(0))
        os.sched_setscheduler(sleeper.pid, os.SCHED_OTHER, os.sched_param(0))
    except PermissionError:
        return False
    finally:
        sleeper.kill()
        sleeper.wait()
    return True


@pytest.mark.parametrize(("soon", "again"), [(60.0, True), (0.0, False)], ids=["soon", "late"])
def test_worker_that_had_to_yield_is_used_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, soon: float, again: bool
) -> None:
    """A worker whose query grew old and ended soon runs like others again; one that ended late, or may not, is let go."""
    monkeypatch.setattr(supervisor, "_SOON", soon)
    monkeypatch.setattr(supervisor, "_MOMENT", PATIENCE)  # it says that it is done when it gets a processor
    text = SLOW.replace("2000000", "40000")  # on a busy machine it gets very little of one
    yielded: list[tuple[WorkerProcess, int]] = []
    yields = WorkerProcess.yield_to_others

    def noted(worker: WorkerProcess) -> None:
        yields(worker)
        yielded.append((worker, os.sched_getscheduler(worker.pid)))

    monkeypatch.setattr(WorkerProcess, "yield_to_others", noted)

    async def scene(pool: Pool, asker: Asker) -> None:
        assert b"40000" in await _read(asker, text)
        await until(lambda: not pool.supervisor.at_work)

        ((worker, policy),) = yielded
        assert os.SCHED_IDLE == policy
        waits = [each for served in pool._served.values() for each in served._idle]
        assert all(os.SCHED_OTHER == os.sched_getscheduler(each.pid) for each in waits)
        assert (worker in waits) == (again and _may_stop_yielding()) == (not worker.yields)

    run(root, patient(workers=1, young=0.002, in_memory=0), scene)


def test_deadline_counts_from_the_request(root: Path) -> None:
    """A query that waits for its turn until its deadline is told that it is late, and not that the queue is long."""

    async def scene(pool: Pool, asker: Asker) -> None:
        runaway = _runaway(asker)
        await until(lambda: 1 == len(pool.supervisor.at_work))
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match="deadline of 1 seconds"):
            await _read(asker, ASK, name="json", deadline=1)
        assert 0.9 <= time.monotonic() - started < PATIENCE / 4
        assert not runaway.done()
        runaway.cancel()

    run(root, patient(workers=1, young=PATIENCE), scene)
