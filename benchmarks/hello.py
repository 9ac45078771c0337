"""
A bare ASGI application that gives the same answer whatever it is asked: what the server software costs by itself.

``HELLO_ANSWER`` names the file with the answer as it came over the wire, head and body: the service sent it.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]
_HEAD, _, _BODY = Path(os.environ["HELLO_ANSWER"]).read_bytes().partition(b"\r\n\r\n")
_FIRST, *_LINES = _HEAD.split(b"\r\n")
_START = {
    "type": "http.response.start",
    "status": int(_FIRST.split(b" ")[1]),
    "headers": [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in _LINES)],
}


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer one request; the events of the lifespan are passed over, as the specification lets one."""
    if scope["type"] != "http":
        return
    del receive
    await send(_START)
    await send({"type": "http.response.body", "body": _BODY})
