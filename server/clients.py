"""
Who sends a request, as far as it matters to be fair: one number for each network address.
"""

import hashlib
import ipaddress
from contextvars import ContextVar
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

_REMEMBERED = 4096  # addresses
_SUBNET = 64  # bits of an IPv6 address; one subscriber has all addresses that begin with them
_client: ContextVar[int] = ContextVar("client", default=0)


def current() -> int:
    """The key of the client whose request is being served; 0 when it is nobody in particular."""
    return _client.get()


@lru_cache(maxsize=_REMEMBERED)
def key_of(address: str) -> int:
    """The key, above 0 and below 2^64, of the client at *address*: equal for all addresses of one IPv6 subnet."""
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        told = address  # a socket or a name, as a proxy or a test gives it
    else:
        mapped = place.ipv4_mapped if isinstance(place, ipaddress.IPv6Address) else place
        told = str(mapped or ipaddress.ip_network((address, _SUBNET), strict=False))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest()) or 1


class Named:
    """*app*, which can ask for the client of the request that it serves by `current`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope.get("client"):
            _client.set(key_of(scope["client"][0]))
        await self._app(scope, receive, send)
