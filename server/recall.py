"""
The shortest way through the service: a request that was just answered is answered again, before anything else looks at it.

A plain ASGI layer around the application. It knows the request by its raw bytes, asks the system whether a version has
been published or swept since, and sends what was sent before, or 304.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from server import memento
from server.answering import raw
from server.cache import Cache, Recent
from server.routes.answers import matches
from sparql.errors import StoreError
from sparql.versions import Versions


class Recall:
    """*app*, before which recent answers in *cache* are given again while *versions* stay as they were."""

    def __init__(self, app: ASGIApp, cache: Cache, versions: Versions) -> None:
        self._app, self._cache, self._versions = app, cache, versions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        accept = when = condition = b""
        conditional = False
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"accept-datetime":
                when = when + b"," + value if when else value
            elif name == b"if-none-match":
                condition, conditional = value, True
            elif name == b"if-modified-since" and not conditional:
                condition = b"*"  # left to those who know the version's date
        found = self._found(scope["path"], scope["query_string"], accept, when) if condition != b"*" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        known = bool(condition) and (
            condition == found.etag or matches(condition.decode("latin-1"), found.etag.decode())
        )
        headers = found.unmodified if known else found.headers
        await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
        body = b"" if known or scope["method"] == "HEAD" else found.body.data
        await send({"type": "http.response.body", "body": body})

    def _found(self, path: str, query_string: bytes, accept: bytes, when: bytes) -> Recent | None:
        try:
            state = memento.state(self._versions)
        except StoreError:
            return None
        return self._cache.recent(raw(path, query_string, accept, when), state)
