"""
The query workers of a service in this process, seen from outside: which of them are at work.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
from starlette.testclient import TestClient

from server.app import Application
from tests.http.asking import ASK, PATIENCE, asked

_MOMENT = 0.1  # seconds of processor time since the beginning that nobody needs who only waits


@dataclass
class Workers:
    """The workers of the pool that *app* asks."""

    app: Application
    _before: dict[int, float] = field(default_factory=dict)

    def at_work(self) -> list[psutil.Process]:
        """Those that have had a processor for a while since they were first looked at, and have not ended."""
        var = str(self.app.context.settings.var.resolve())
        found = []
        pools = [each for each in _children(psutil.Process()) if var in each.cmdline()]
        for each in [worker for pool in pools for zygote in _children(pool) for worker in _children(zygote)]:
            with contextlib.suppress(psutil.Error):
                worked = sum(each.cpu_times()[:2])
                if (
                    worked - self._before.setdefault(each.pid, worked) > _MOMENT
                    and each.status() != psutil.STATUS_ZOMBIE
                ):
                    found.append(each)
        return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):  # it has ended
        return [each for each in process.children() if each.status() != psutil.STATUS_ZOMBIE]
    return []


def answered(client: TestClient) -> bool:
    """Whether a small query is answered, when it is asked until it is; where deadlines are short one answer may be late."""
    end = time.monotonic() + PATIENCE / 3
    while 200 != (response := asked(client, "GET", ASK)).status_code:
        assert time.monotonic() < end, response.text
    return bool(response.json()["boolean"])


async def until(holds: Callable[[], object]) -> None:
    """Wait until something *holds*, for a third of `PATIENCE` at most."""
    async with asyncio.timeout(PATIENCE / 3):
        while not holds():
            await asyncio.sleep(0.05)
