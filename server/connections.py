"""
The connection of one client, as uvicorn keeps it, and what uvicorn leaves out.

A request that offers another protocol keeps its body, a head is bounded in bytes and in time, and a client of HTTP/1.0
gets a length instead of chunks. Source: RFC 9110 section 7.8; RFC 9112 sections 3, 3.2 and 6.1.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from server.problems import CORS
from server.recalling import Recalling
from server.whole import Whole

LONGEST_URL = 65_535  # bytes; httptools reads no longer one
LONGEST_HEAD = 1 << 17  # bytes; more may pass when it comes at once
SLOWEST_HEAD = 30.0  # seconds
_LINGER = 1.0  # seconds for which a client that is turned away may go on sending before it is cut off
_OFFERS = {b"upgrade", b"http2-settings"}


class _Refused(Exception):
    """A request that is turned away before the application sees it, with a status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Connection(Recalling):
    """
    One connection. Errors in the form of a request are told in a problem document, and end it.

    httptools 0.9.0 takes a request with ``Upgrade`` for one without a body, and the body for another protocol: uvicorn 0.54.0
    then gives the application an empty body. Java's own client offers HTTP/2 in this way with every first request, so its
    updates would be lost. ``tests/clients/test_wire.py`` tells when httptools hands the body on.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._streaming, self._whole = self.app, Whole(self.app)
        self._head = 0
        # The headers that were complete last. Each request has a list of its own, so any other one is still being read.
        self._read_head: list[tuple[bytes, bytes]] = []
        self._turned_away = False
        self._refused: _Refused | None = None
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it: no other kind comes
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(SLOWEST_HEAD, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come, which may be a part of a request, or several."""
        if self._turned_away:
            return
        self._unset_keepalive_if_required()
        began = self.headers is not self._read_head
        size = len(data)
        while data:
            data = self._read(data)
        if self.headers is not self._read_head and not self._turned_away:
            self._head = self._head + size if began else 0
            if self._head > LONGEST_HEAD:
                self._turn_away(self._too_long())
            elif self._late is None:
                self._late = self.loop.call_later(SLOWEST_HEAD, self._too_late)

    def _read(self, data: bytes) -> bytes:
        """Read *data*; what is to be read again, because the request in it offered another protocol."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if self.parser.get_method() != b"CONNECT":
                return self._declined() + data[offer.args[0] :]
            self._turn_away(_Refused(400, "this service is no proxy; send the request to the other host itself"))
        except httptools.HttpParserError as met:
            self._turn_away(self._refused or _Refused(400, f"this is no HTTP request: {met}"))
        return b""

    def _declined(self) -> bytes:
        """The head that was just read, without the offer of another protocol; a new parser waits for it."""
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            kept = value
            if name == b"connection":
                kept = b", ".join(each for each in value.split(b",") if each.strip().lower() not in _OFFERS)
            if kept and name not in _OFFERS:
                head += [name, b": ", kept, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        return b"".join([*head, b"\r\n"])

    def _should_upgrade(self) -> bool:
        return True  # so that nothing is made of a request that offers another protocol, until it is read again

    def on_headers_complete(self) -> None:
        """Hand the request to the application, unless its head is read again or refused."""
        self._read_head = self.headers
        if self._late:
            self._in_time()
        version = self.parser.get_http_version()
        try:
            self._check(version)
        except _Refused as met:
            self._refused = met  # httptools raises an error of its own
            raise
        self.app = self._whole if version == "1.0" else self._streaming
        super().on_headers_complete()

    def _check(self, version: str) -> None:
        if len(self.url) > LONGEST_URL:
            raise self._too_long()
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise _Refused(400, "Transfer-Encoding can be chunked here and nothing else")
        if hosts != 1 and version == "1.1":
            raise _Refused(400, f"the request has {hosts} headers Host; send one")

    def _too_long(self) -> _Refused:
        if len(self.url) > LONGEST_URL:
            return _Refused(414, f"the URL is longer than {LONGEST_URL:,} bytes; send a long query by POST")
        return _Refused(431, f"the headers are longer than {LONGEST_HEAD:,} bytes; send fewer or shorter ones")

    def _in_time(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if self.headers is None:
            self.transport.close()  # never said anything
        else:
            self._turn_away(
                _Refused(408, f"the headers had not come whole after {SLOWEST_HEAD:g} seconds; send it again")
            )

    def _turn_away(self, met: _Refused) -> None:
        """Tell what is wrong, unless an answer is under way in which it would stand, and end the connection."""
        self._turned_away = True
        self._in_time()
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
            return
        told = {"type": "about:blank", "title": HTTPStatus(met.status).phrase, "status": met.status, "detail": str(met)}
        body = json.dumps(told).encode()
        headers = CORS | {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        lines = [f"{name}: {value}\r\n".encode() for name, value in headers.items()]
        self.transport.write(b"".join([STATUS_LINE[met.status], *lines, b"\r\n", body]))
        # Closed at once, a socket with bytes that nobody read would take the answer back.
        self.transport.write_eof()
        self.loop.call_later(_LINGER, self.transport.close)
