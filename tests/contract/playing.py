"""Scenes with a pool and open lanes, for the tests of both."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from sparql import lanes
from sparql.asker import Express
from sparql.limits import Limits
from sparql.pool import Pool
from tests.contract.test_pool import ASK, PATIENCE, _request, running, until

Scene = Callable[[Pool, Express], Awaitable[None]]


def play(root: Path, limits: Limits, scene: Scene) -> None:
    """Play *scene* with a pool of its own and two open lanes, however many processors there are."""

    @asynccontextmanager
    async def open_lanes() -> AsyncIterator[tuple[Pool, Express]]:
        async with running(root, limits) as (pool, asker):
            express = Express(asker)
            async with express.lanes():
                for _ in range(2):
                    await ask(express)
                await until(lambda: len(pool._loans.lent) == 2 and not pool.supervisor.at_work)
                yield pool, express

    async def played() -> None:
        async with open_lanes() as (pool, express):
            await scene(pool, express)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lanes, "_AT_ONCE", 2)
        asyncio.run(played())


async def ask(express: Express, text: str = ASK, deadline: float = PATIENCE, client: int = 0, **fields: Any) -> bytes:
    """The whole answer to *text* over version 2."""
    answer = await express.ask(_request(text, "json", **fields), 2, deadline, client)
    return await answer.read()


def ended(pid: int) -> bool:
    """Whether the process has ended, whoever has asked how."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def lent(pool: Pool) -> set[int]:
    """The numbers of the processes that are lent."""
    return {worker.pid for worker in pool._loans.lent}
