"""
A bare ASGI application that sends the same bytes whatever it is asked: what the server software costs by itself.

``HELLO_BYTES`` is the size of the body, 64 bytes unless it says something else.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

_BODY = b"x" * int(os.environ.get("HELLO_BYTES", "64"))
_HEADERS = [(b"content-type", b"application/sparql-results+json"), (b"content-length", b"%d" % len(_BODY))]

Message = MutableMapping[str, Any]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer one request; the events of the lifespan are passed over, as the specification lets one."""
    if scope["type"] != "http":
        return
    del receive
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})
