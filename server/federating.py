"""
Queries that ask other endpoints as well, where the operator has named some.
"""

import asyncio
import urllib.parse

from server.settings import Settings
from sparql import federation
from sparql.errors import Overloaded, ServiceFailed
from sparql.guard import LONGEST_QUERY
from sparql.outbound import Outbound

_AT_ONCE = 8  # calls of one web process


class Federation:
    """The endpoints that *settings* open, and the way to them."""

    def __init__(self, settings: Settings) -> None:
        self._endpoints = settings.endpoints
        self._deadline = settings.deadline
        hosts = {(urllib.parse.urlsplit(endpoint).hostname or "").lower() for endpoint in self._endpoints}
        self._outbound = Outbound(hosts, frozenset(settings.federation_private.lower().split()))
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def resolved(self, text: str) -> str:
        """
        *text*, a query, with what other endpoints answer in place of its SERVICE patterns.

        Raises:
            QueryRefused: A pattern names none of the endpoints, or cannot be told from what is around it.
            ServiceFailed: An endpoint did not answer as it should, and the pattern is not SILENT.
            Overloaded: Too many other queries are asking other endpoints.
        """
        if not self._endpoints:
            return text
        if len(text) > LONGEST_QUERY:
            return text  # the guard says so
        made = await asyncio.to_thread(federation.calls, text, self._endpoints)
        if not made:
            return text
        try:
            async with asyncio.timeout(self._deadline):
                patterns = await asyncio.gather(*map(self._pattern, made))
        except TimeoutError:
            raise Overloaded("other endpoints are being asked too much already; try again later") from None
        whole = federation.replaced(text, made, patterns)
        if len(whole) > LONGEST_QUERY:
            raise ServiceFailed("other endpoints answered with too much for one query; narrow the SERVICE patterns")
        return whole

    async def _pattern(self, call: federation.Call) -> str:
        try:
            async with self._free:
                answer = await asyncio.to_thread(self._outbound.ask, call.endpoint, call.query)
                return await asyncio.to_thread(federation.values, answer, call.endpoint)
        except ServiceFailed:
            if call.silent:
                return federation.NOTHING
            raise
