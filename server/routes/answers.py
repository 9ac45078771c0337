"""
An answer of the query pool as an HTTP response.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from server import context, memento
from server.addresses import Address
from server.problems import CORS
from sparql.asker import Answer
from sparql.errors import UnsupportedMediaType

Result = TypeVar("Result")
DESCRIBED_BY = '</.well-known/void>; rel="describedby"'
_MOMENT = 0.01  # seconds before anybody looks whether the client is still there
_IRI = "%/?#:@!$&'()*+,;=-._~[]"  # of an IRI, everything that a URI may have
_MONTH = 2_592_000  # seconds
# Headers of requests that scripts on other people's pages may send: all. The wildcard does not cover Authorization, and
# older browsers do not know it.
_ASKED = (
    "Accept, Accept-Datetime, Accept-Language, Authorization, Cache-Control, Content-Type, If-Match, If-Modified-Since, "
    "If-None-Match, Prefer, X-Requested-With, *"
)


def version_headers(version: int, vary: str = "Accept") -> dict[str, str]:
    """The headers of every answer that was computed from version number *version*."""
    return {
        **CORS,
        "Hankinta-Version": str(version),
        "Vary": vary,
        "Cache-Control": "public, no-cache",
        "Link": DESCRIBED_BY,
    }


def chosen(request: Request, at: str | None = None) -> memento.Choice:
    """
    The version that answers *request*: that of *at*, or of the parameter of that name, or of ``Accept-Datetime``, or the newest.

    Raises what `memento.choose` raises.
    """
    named = at or request.query_params.get("at") or None
    return memento.choose(context.of(request).versions, named, request.headers.get("accept-datetime"))


def versioned(request: Request, choice: memento.Choice, vary: str = "Accept", *, paged: bool = False) -> dict[str, str]:
    """The headers of an answer to *request*, *paged* or whole, from the version of *choice*; its links to other versions."""
    address = None
    if request.method in {"GET", "HEAD"}:
        public = context.of(request).settings.public_url
        address = Address.of(public, request.scope["path"], request.scope["query_string"])
    varies = vary if choice.memento and not choice.negotiated else f"{vary}, Accept-Datetime"
    said = memento.headers(choice, address, paged=paged)
    said["Link"] = ", ".join(filter(None, [DESCRIBED_BY, said.get("Link")]))
    return {**CORS, **said, "Vary": varies}


def matches(condition: str | None, etag: str) -> bool:
    """
    Whether the header ``If-None-Match`` names *etag*, strong and weak alike.

    Source: RFC 9110 sections 8.8.3.2 and 13.1.2.
    """
    if not condition:
        return False
    return condition.strip() == "*" or etag.removeprefix("W/") in {
        each.strip().removeprefix("W/") for each in condition.split(",")
    }


def response(answer: Answer, headers: dict[str, str]) -> Response:
    """
    *answer* whole where it came in one piece, else streamed; a stream that breaks off aborts the connection.
    """
    if (whole := answer.whole) is not None:
        answer.close()
        return Response(whole, headers=headers, media_type=answer.content_type)
    return StreamingResponse(answer.body(), headers=headers, media_type=answer.content_type)


async def unless_gone(request: Request, answer: Awaitable[Result]) -> Result:
    """
    What *answer* gives; it is stopped, and its query with it, when the client closes the connection.

    The body of *request* must have been read. Raises `ClientDisconnect` then.
    """
    looking = _Looking(request)
    try:
        return await answer
    except asyncio.CancelledError:
        if looking.met_nobody:
            raise ClientDisconnect from None
        raise
    finally:
        looking.end()


class _Looking:
    """
    A look, after a moment, whether the client of *request* is still there; the task that began it is stopped when it is not.

    Most answers take less than a moment, and cost no task for that.
    """

    def __init__(self, request: Request) -> None:
        self._request, self._task = request, asyncio.current_task()
        self.met_nobody = self._ended = False
        self._looker: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_MOMENT, self._begin)

    def _begin(self) -> None:
        self._looker = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._task and not self._ended:
            self.met_nobody = self._task.cancel()

    def end(self) -> None:
        """Look no longer. A task that was stopped by this alone may go on."""
        self._ended = True
        self._timer.cancel()
        if self._looker:
            self._looker.cancel()
        if self._task and self.met_nobody:
            self._task.uncancel()


def unencoded(request: Request) -> None:
    """
    Return when the body of *request* comes as it is.

    Raises:
        UnsupportedMediaType: It is compressed, or encoded in another way.

    Source: RFC 9110 sections 8.4 and 15.5.16.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("the body is encoded; send it as it is, without Content-Encoding")


def unknown_functions(names: Sequence[str]) -> dict[str, str]:
    """The header that says which functions that a query calls are known to nobody here; none where all are."""
    return {"Hankinta-Unknown-Function": ", ".join(f"<{quote(name, safe=_IRI)}>" for name in names)} if names else {}


def preflight(_: Request, methods: str = "GET, HEAD, OPTIONS") -> Response:
    """What may be done at this address, and what a browser asks before it reads across origins."""
    headers = {
        **CORS,
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": _ASKED,
        "Access-Control-Max-Age": str(_MONTH),
    }
    return Response(status_code=204, headers=headers)
