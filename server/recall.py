"""
The shortest way through the service: a request that was just answered is answered again, before anything else looks at it.

It knows the request by its raw bytes, asks the system whether a version has been published since, and sends what was sent
before, or 304: as a plain ASGI layer around the application, and for connections that can do so before ASGI begins.
"""

import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from server import memento
from server.answering import raw
from server.cache import Cache, Recent
from server.routes.answers import matches
from server.tally import Tally
from sparql.versions import Versions


@dataclass(frozen=True, slots=True)
class Again:
    """
    What is *found* to give again to a request by *method* that *began* at that time of the performance counter; its client
    has *known* it if it is a 304.
    """

    began: float
    method: str
    known: bool
    found: Recent

    @property
    def status(self) -> int:
        """200, or 304."""
        return 304 if self.known else 200

    @property
    def body(self) -> bytes:
        """The content, empty where the status or the method say so."""
        return b"" if self.known or self.method == "HEAD" else self.found.body.data


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
        again = self.again(scope) if scope["type"] == "http" else None
        if again is None:
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": again.status, "headers": again.found.headers(again.known)})
        await send({"type": "http.response.body", "body": again.body})
        self.count(again)

    def again(self, scope: Mapping[str, Any]) -> Again | None:
        """What is given again to the request of *scope*; None when it must be answered anew."""
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            return None
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
        if condition == b"*" or (by_date and not condition):
            return None
        found = self._found(raw(scope["path"], scope["query_string"], accept, when))
        if found is None:
            return None
        known = condition == found.etag or (
            bool(condition) and matches(condition.decode("latin-1"), found.etag.decode())
        )
        return Again(began, method, known, found)

    def count(self, again: Again) -> None:
        """Count what was given *again*."""
        self._tally.add(again.began, again.method, again.known, again.found)

    def _found(self, request: Hashable) -> Recent | None:
        try:
            return self._cache.recent(request, memento.publication(self._current))
        except FileNotFoundError:
            return None
