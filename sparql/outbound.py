"""
Requests to other endpoints: to checked addresses only, within bounds of time and size.

The address of a host is looked up once and checked, and the connection is made to that address, so that a name which
resolves to something else a moment later gains nothing. A redirect is followed to named hosts only, and checked likewise.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sparql.errors import ServiceFailed

_REDIRECTS = frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 3
_PIECE = 65_536  # bytes
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # the last 32 bits are an address of version 4 (RFC 6052)
Lookup = Callable[[str, int], list[str]]


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of *host* as the system knows them."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """
    Whether *address* is one of the open internet: not of this machine, this network, a cloud's metadata, or none at all,
    nor one of version 6 that stands for such a one of version 4.
    """
    place = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(place, ipaddress.IPv6Address):
        within = [place.ipv4_mapped, place.sixtofour, *(place.teredo or ())]
        if place in _TRANSLATED:
            within.append(ipaddress.IPv4Address(int(place) & 0xFFFF_FFFF))
        inner = [each for each in within if each is not None]
        if inner and not all(is_public(str(each)) for each in inner):
            return False
        if place.ipv4_mapped:
            return True
    return place.is_global and not place.is_multicast


@dataclass(frozen=True, slots=True)
class Outbound:
    """
    The way out. *hosts* are those that may be asked; of these, *private* ones may have any address. A request takes at most
    *seconds*, an answer at most *size* bytes. *lookup* gives the addresses of a host.
    """

    hosts: Collection[str]
    private: Collection[str]
    seconds: float = 10.0
    size: int = 1_000_000
    lookup: Lookup = looked_up

    def ask(self, endpoint: str, query: str) -> bytes:
        """
        The solutions that *endpoint* gives to *query*, as SPARQL results in JSON. Blocks.

        Raises:
            ServiceFailed: It may not be asked, could not be, did not answer in time, or not as it should.
        """
        end = time.monotonic() + self.seconds
        url = endpoint
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                answer = self._post(url, query, end)
                if isinstance(answer, bytes):
                    return answer
                url = urllib.parse.urljoin(url, answer.url)
        except TimeoutError:
            raise ServiceFailed(f"<{endpoint}> had not answered after {self.seconds:g} seconds") from None
        except (OSError, http.client.HTTPException, ValueError) as met:
            raise ServiceFailed(f"<{endpoint}> could not be asked: {met}") from met
        raise ServiceFailed(f"<{endpoint}> redirects more than {_MOST_REDIRECTS} times")

    def _post(self, url: str, query: str, end: float) -> "bytes | _Redirect":
        parts = urllib.parse.urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in {"http", "https"} or host not in self.hosts or parts.username:
            raise ServiceFailed(f"<{url}> is at no host that may be asked from here")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = _Pinned(host, port, self._address(host, port), end, secure=parts.scheme == "https")
        # A timeout of the socket begins anew with every byte; this one does not.
        last = threading.Timer(max(0.0, end - time.monotonic()), connection.cut)
        last.start()
        try:
            target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("POST", target, urllib.parse.urlencode({"query": query}).encode(), _HEADERS)
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return _Redirect(response.headers.get("Location", ""))
            if response.status != http.HTTPStatus.OK:
                raise ServiceFailed(f"<{url}> answered {response.status} {response.reason}")
            return self._body(response, url, end)
        except (OSError, http.client.HTTPException):
            if time.monotonic() >= end:
                raise TimeoutError from None
            raise
        finally:
            last.cancel()
            connection.close()

    def _address(self, host: str, port: int) -> str:
        found = self.lookup(host, port)
        if host not in self.private and not all(map(is_public, found)):
            raise ServiceFailed(f"{host} has an address that is not on the open internet; it is not asked from here")
        if not found:
            raise ServiceFailed(f"{host} has no address")
        return found[0]

    def _body(self, response: http.client.HTTPResponse, url: str, end: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(_PIECE):
            size += len(part)
            if size > self.size:
                raise ServiceFailed(f"<{url}> answered with more than {self.size:,} bytes; narrow the SERVICE pattern")
            parts.append(part)
        if time.monotonic() >= end:
            raise TimeoutError  # cut off, and perhaps in the middle
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(parts)


_HEADERS = {
    "Accept": "application/sparql-results+json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "hankintaverkko",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: str


class _Pinned(http.client.HTTPConnection):
    """A connection to *address*, which speaks of *host*; for *secure* ones the certificate must be that host's."""

    def __init__(self, host: str, port: int, address: str, end: float, *, secure: bool) -> None:
        super().__init__(host, port)
        self._address = address
        self._end = end
        self._secure = secure

    def connect(self) -> None:
        """Connect to the address that was checked, whatever the name resolves to now."""
        self.sock = socket.create_connection((self._address, self.port), self._left())
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(self._left())

    def cut(self) -> None:
        """Let whoever waits for it wait no longer."""
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
