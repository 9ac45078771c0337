"""
The direct way to the endpoint that is asked most: past the framework, which would take longer than a small query.
"""

from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.problems import Endpoint


class Direct:
    """
    *endpoint*, which answers what comes for *path* by one of *methods*; the *framework* serves everything else.
    """

    def __init__(self, framework: ASGIApp, path: str, methods: Collection[str], endpoint: Endpoint) -> None:
        self._framework = framework
        self._path, self._methods, self._endpoint = path, frozenset(methods), endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] == self._path and scope["method"] in self._methods:
            response = await self._endpoint(Request(scope, receive, send))
            await response(scope, receive, send)
        else:
            await self._framework(scope, receive, send)
