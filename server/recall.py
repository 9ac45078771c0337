"""
The shortest way through the service: a request that was just answered is answered again, before anything else looks at it.

A plain ASGI layer around the application. It knows the request by its raw bytes, asks the system whether a version has
been published since, and sends what was sent before, or 304.
"""

import time
from collections.abc import Hashable

from starlette.types import ASGIApp, Receive, Scope, Send

from server import memento
from server.answering import raw
from server.cache import Cache, Recent
from server.routes.answers import matches
from server.tally import Tally
from sparql.versions import Versions


class Recall:
    """
    *app*, before which recent answers in *cache* are given again as long as nothing is published among *versions*; *tally*
    counts them.
    """

    def __init__(self, app: ASGIApp, cache: Cache, versions: Versions, tally: Tally) -> None:
        self._app, self._cache, self._tally = app, cache, tally
        self._current = str(versions.root / "current")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        accept = when = condition = b""
        by_date = False
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"accept-datetime":
                when = when + b"," + value if when else value
            elif name == b"if-none-match":
                condition = value
            elif name == b"if-modified-since":
                by_date = True
        # Dates, and a tag that stands for any, are left to those who know the version.
        leave = condition == b"*" or (by_date and not condition)
        found = None if leave else self._found(raw(scope["path"], scope["query_string"], accept, when))
        if found is None:
            await self._app(scope, receive, send)
            return
        known = condition == found.etag or (
            bool(condition) and matches(condition.decode("latin-1"), found.etag.decode())
        )
        headers = found.unmodified if known else found.headers
        await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
        body = b"" if known or scope["method"] == "HEAD" else found.body.data
        await send({"type": "http.response.body", "body": body})
        self._tally.add(began, scope["method"], known, found)

    def _found(self, request: Hashable) -> Recent | None:
        try:
            return self._cache.recent(request, memento.publication(self._current))
        except FileNotFoundError:
            return None
