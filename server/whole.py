"""
Answers with their length, for clients that know of no chunks.
"""

import tempfile

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import problems
from sparql.errors import AnswerTooLarge, QueryError, StoreError

LONGEST = 1 << 28  # bytes of an answer
_IN_MEMORY = 1 << 20  # bytes; the rest goes to a file
_PIECE = 1 << 16  # bytes
_EMPTY = {204, 304}  # statuses of answers without content


class Whole:
    """
    *app*, whose answers are kept until they are whole and go out with ``Content-Length``; at most `LONGEST` bytes.

    Of one that breaks off nothing is sent but the problem: a client of HTTP/1.0 takes the end of the connection for the end of
    the answer.

    Source: RFC 9112 sections 6.1 and 6.3; RFC 9110 section 8.6, by which a 204 and a 304 have no length of their own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun: list[Message] = []
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:

            async def keep(message: Message) -> None:
                if message["type"] == "http.response.start":
                    begun.append(message)
                    return
                kept.write(message.get("body", b""))
                if kept.tell() > LONGEST:
                    raise AnswerTooLarge(
                        f"the answer has more than {LONGEST:,} bytes, too many for HTTP/1.0; ask for it by HTTP/1.1"
                    )
                if not message.get("more_body", False):
                    has_content = scope["method"] != "HEAD" and begun[0]["status"] not in _EMPTY
                    await _send(begun[0], kept, send, with_length=has_content)

            try:
                await self._app(scope, receive, keep)
            except (QueryError, StoreError) as met:
                await problems.of(met, Request(scope))(scope, receive, send)


async def _send(begun: Message, kept: "tempfile.SpooledTemporaryFile[bytes]", send: Send, *, with_length: bool) -> None:
    headers = list(begun.get("headers", []))
    length = kept.tell()
    if with_length and not any(name.lower() == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(length).encode()))
    await send({**begun, "headers": headers})
    kept.seek(0)
    while piece := kept.read(_PIECE):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
