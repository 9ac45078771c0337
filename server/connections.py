"""
The connection of one client, as uvicorn keeps it, and what uvicorn leaves out.

A request that offers another protocol keeps its body, a head is bounded in bytes and in time, a client of HTTP/1.0 gets a
length instead of chunks, and one that has sent all it had to say gets its answer. Source: RFC 9110 section 7.8; RFC 9112
sections 3, 3.2, 6.1 and 8.
"""

import asyncio
from typing import Any

import httptools
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server import problems
from server.departures import Departure
from server.problems import HeadTooLong, Malformed, TooSlow, UrlTooLong
from server.recalling import Recalling
from server.whole import Whole

APPLICATION = "application"  # what the application calls itself in the state of its lifespan
LONGEST_URL = 65_535  # bytes; httptools reads no longer one
LONGEST_HEAD = 1 << 17  # bytes; more may pass when it comes at once
SLOWEST_HEAD = 30.0  # seconds
_SAYS_SO = 1.0  # seconds after a request in which a client may say that it was the last
_LINGER = 1.0  # seconds for which a client that is turned away may go on sending before it is cut off
_OFFERS = {b"upgrade", b"http2-settings"}
_Refusal = Malformed | UrlTooLong | HeadTooLong | TooSlow
_Headers = list[tuple[bytes, bytes]]


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
        self._head, self._asked = 0, 0.0
        # The headers that were complete last. Each request has a list of its own, so any other one is still being read.
        self._read_head: _Headers = []
        self._turned_away = False
        self._refused: _Refusal | None = None
        self._late: asyncio.TimerHandle | None = None
        self._at_work: RequestResponseCycle | None = None
        self._departure: Departure | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it: no other kind comes
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(SLOWEST_HEAD, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more, and tell whoever is making an answer."""
        self._in_time()
        if self._departure:
            self._departure.end()
        if self._at_work and not self._at_work.response_complete:
            self._at_work.disconnected = True  # uvicorn 0.54.0 tells the request that came last, not the one before it
            self._at_work.message_event.set()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override] # uvicorn's own never keeps a connection
        """
        Keep the connection of a client that sends no more while it waits for answers, and no longer.

        A head without its end is told so. A body without its end is given up, and what was made of it. Who has said all says so
        with the request; whoever ends when the answer has long begun, into which no question can be put, has left.
        """
        if self._turned_away or self.transport.is_closing():
            return False
        if self.cycle is None or self.cycle.response_complete:
            if not self._reads_a_head():
                return False
            ended = Malformed("the request ended before its headers did; end them with an empty line")
            self._turn_away(ended)
            return True
        if self.cycle.more_body or (self._working().response_started and self._asked + _SAYS_SO < self.loop.time()):
            return False
        self.cycle.keep_alive = False
        self._departure = self._departure or Departure(self.transport, self.loop, self._working)
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def _working(self) -> RequestResponseCycle:
        return self._at_work or self.cycle

    def data_received(self, data: bytes) -> None:
        """Read what has come, which may be a part of a request, or several."""
        if self._turned_away:
            return
        self._unset_keepalive_if_required()
        began = self.headers is not self._read_head
        size = len(data)
        while data:
            data = self._read(data)
        if self._reads_a_head() and not self._turned_away:
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
            proxying = Malformed("this service is no proxy; send the request to the other host itself")
            self._turn_away(proxying)
        except httptools.HttpParserError as met:
            self._turn_away(self._refused or _out_of_form(str(met)))
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
        self._read_head, self._asked = self.headers, self.loop.time()
        if self._late:
            self._in_time()
        version = self.parser.get_http_version()
        try:
            self._check(version)
        except (Malformed, UrlTooLong) as met:
            self._refused = met  # httptools raises an error of its own
            raise
        self.app = self._whole if version == "1.0" else self._streaming
        super().on_headers_complete()

    def _check(self, version: str) -> None:
        if len(self.url) > LONGEST_URL:
            raise self._too_long()
        self.url = _with_path(self.url, self.parser.get_method())
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise Malformed("Transfer-Encoding can be chunked here and nothing else")
        if hosts != 1 and version == "1.1":
            raise Malformed(f"the request has {hosts} headers Host; send one")

    def _too_long(self) -> UrlTooLong | HeadTooLong:
        if len(self.url) > LONGEST_URL:
            return UrlTooLong(f"the URL is longer than {LONGEST_URL:,} bytes; send a long query by POST")
        return HeadTooLong(f"the headers are longer than {LONGEST_HEAD:,} bytes; send fewer or shorter ones")

    def _reads_a_head(self) -> bool:
        return self.headers is not None and self.headers is not self._read_head

    def _in_time(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if self.headers is None:
            self.transport.close()  # never said anything
        else:
            slow = f"the headers had not come whole after {SLOWEST_HEAD:g} seconds; send it again"
            self._turn_away(TooSlow(slow))

    def _turn_away(self, met: _Refusal) -> None:
        """Tell what is wrong, unless an answer is under way in which it would stand, and end the connection."""
        self._turned_away = True
        self._in_time()
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.close()
            return
        told = self._problem(met)
        bare = self.headers is self._read_head and self.parser.get_method() == b"HEAD"
        lines = [
            name + b": " + value + b"\r\n" for name, value in (*self.server_state.default_headers, *told.raw_headers)
        ]
        self.transport.write(
            b"".join([STATUS_LINE[told.status_code], *lines, b"connection: close\r\n\r\n", b"" if bare else told.body])
        )
        # Closed at once, a socket with bytes that nobody read would take the answer back.
        self.transport.write_eof()
        self.loop.call_later(_LINGER, self.transport.close)

    def _problem(self, met: _Refusal) -> Response:
        """The problem document that the application would give, as far as the headers that came say in which form and language."""
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": self.scheme,
            "server": self.server,
            "path": "/",
            "query_string": b"",
            "headers": self.headers or [],
            "app": self.app_state[APPLICATION],
        }
        return problems.of(met, Request(scope))


def _with_path(url: bytes, method: bytes) -> bytes:
    """
    *url* as its sender meant it: without a path it is that of ``/``, and with OPTIONS the service as a whole.

    Raises:
        Malformed: It is no URL.

    Source: RFC 9112 sections 3.2.2 and 3.2.4; RFC 9110 section 4.2.3.
    """
    if url[:1] in {b"/", b"*"} or method == b"CONNECT":
        return url
    try:
        parsed = httptools.parse_url(url)
    except httptools.HttpParserInvalidURLError:
        raise Malformed("the URL of the request cannot be read; write a path, such as /sparql") from None
    if parsed.path:
        return url
    if parsed.query is None:
        return b"*" if method == b"OPTIONS" else b"/"
    query: bytes = parsed.query
    return b"/?" + query


def _out_of_form(met: str) -> Malformed:
    """What is wrong with a request in which the parser *met* something else, and what to do where people make the mistake."""
    if "url" in met or met.startswith("Expected HTTP/"):
        return Malformed(
            f"the URL has a space or a letter that must be percent-encoded ({met}); curl does that with -G --data-urlencode"
        )
    return Malformed(f"this is no HTTP request: {met}")
