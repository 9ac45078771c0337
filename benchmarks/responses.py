"""
Responses of HTTP/1.1 as they come in: just enough of them is read to know where each ends.
"""

import re

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_WITHOUT_BODY = frozenset({"204", "304"})


class BrokenResponse(ValueError):
    """A server sent what is no HTTP/1.1 response."""


class Response:
    """
    A response as it comes in: fed with bytes, it says when it is whole. *status* is empty until the head has come.

    What it costs is taken from every figure of the benchmark, so a body with a length is counted and not kept.
    """

    __slots__ = ("_chunked", "_left", "_pending", "status")

    def __init__(self) -> None:
        self._pending = b""
        self._left = 0
        self._chunked = False
        self.status = ""

    def feed(self, data: bytes) -> bool:
        """
        Whether the response is whole with *data*.

        Raises:
            BrokenResponse: It is none, or goes on behind its end.
        """
        if not self.status:
            if self._pending:
                data = self._pending + data
            end = data.find(b"\r\n\r\n") + 4
            if end < 4:
                self._pending = data
                return False
            self._pending = b""
            self._begin(data[:end])
            if self._chunked:
                return self._chunks(data[end:])
            self._left += end
        elif self._chunked:
            return self._chunks(data)
        self._left -= len(data)
        if self._left < 0:
            raise BrokenResponse("there are bytes behind the end of a response")
        return not self._left

    def _begin(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 "):
            raise BrokenResponse(f"a response begins {head[:40]!r}")
        self.status = head[9:12].decode("latin-1")
        if self.status in _WITHOUT_BODY:
            return
        if found := _LENGTH.search(head):
            self._left = int(found[1])
        elif _CHUNKED.search(head):
            self._chunked = True
        else:
            raise BrokenResponse("a response has neither a length nor chunks")

    def _chunks(self, data: bytes) -> bool:
        """Pass over chunks; `_left` counts what is still to come of the one that has begun, with the line end behind it."""
        data = self._pending + data
        at = 0
        while True:
            if self._left:
                taken = min(self._left, len(data) - at)
                at, self._left = at + taken, self._left - taken
            end = data.find(b"\r\n", at)
            if self._left or end < 0:
                self._pending = data[at:]
                return False
            size = int(data[at:end].partition(b";")[0], 16)
            if not size:
                return len(data) >= end + 4 or self._wait(data[at:])
            at, self._left = end + 2, size + 2

    def _wait(self, data: bytes) -> bool:
        self._pending = data
        return False
