"""Conversations with an application over a real connection of the service."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from server.connections import Connection

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def conversed(talk: Talk, app: ASGIApp, state: ServerState, shared: dict[str, object]) -> bytes:
    """
    What *talk* has read on a connection to *app*, within 20 seconds; *state* knows the connections, *shared* is the state of the
    lifespan. A connection at rest is kept for three seconds.
    """

    async def _run() -> bytes:
        config = Config(app, log_level="error", access_log=False, ws="none", timeout_keep_alive=3)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(config, state, dict(shared)), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                async with asyncio.timeout(20):
                    return await talk(reader, writer)
            finally:
                writer.close()

    return asyncio.run(_run())
