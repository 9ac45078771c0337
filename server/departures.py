"""
Whether a client that sends no more still waits for its answer.

A client may end its side of a connection and read on; one that has gone away sends the very same. They differ in what becomes
of bytes that are sent to them: the system of one that is gone answers with a reset, and poll(2) tells of it.

Source: RFC 9293 sections 3.6 and 3.10.7.4; RFC 9110 section 15.2, by which every client of HTTP/1.1 reads on past an interim
answer that it did not expect, and none of HTTP/1.0 gets any.
"""

import asyncio
import select
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_LOOK = 0.2  # seconds between two looks
_PATIENCE = 5  # looks at a client that nothing may be sent to before its answer
_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"  # the one that clients which know no others know


class Departure:
    """
    Looks after the client behind *transport*, which sends no more, until `end`; the connection is aborted when it is gone.

    *at_work* is the request that is being answered. While nothing of the answer is there, the client is sent an interim
    answer after the first look; one of HTTP/1.0 is waited for a second. Once there is something, writing it tells, or a look
    afterwards.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, at_work: Callable[[], RequestResponseCycle]
    ) -> None:
        self._transport, self._loop, self._at_work = transport, loop, at_work
        self._poll = select.poll()
        self._poll.register(transport.get_extra_info("socket").fileno(), 0)  # errors alone
        self._looks, self._asked = 0, False
        self._timer = loop.call_later(_LOOK, self._look)

    def end(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        at_work = self._at_work()
        self._looks += 1
        waits = at_work.scope["http_version"] == "1.0" and not at_work.response_started
        if self._poll.poll(0) or (waits and self._looks >= _PATIENCE):
            self._transport.abort()
            return
        if not (self._asked or waits or at_work.response_started):
            self._asked = True
            self._transport.write(_INTERIM)
        self._timer = self._loop.call_later(_LOOK, self._look)
