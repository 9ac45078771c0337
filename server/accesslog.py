"""
The access log: one JSON object a line for each request.
"""

import asyncio
import contextlib
import hashlib
import json
import os
from pathlib import Path

_FLUSH = 0.2  # seconds that a line may wait for company
_WHOLE = 4096  # bytes that a pipe takes in one piece; lines of several processes do not mix
_STANDARD_OUTPUT = 1


class AccessLog:
    """
    The log in the file *place*, or on standard output when it is ``-``.

    The text of a query stands there only *with_queries*, its hash always; of the address only the path, and of headers
    nothing, so that no token is ever written.
    """

    def __init__(self, place: str, *, with_queries: bool) -> None:
        self._path = None if place == "-" else Path(place)
        self._with_queries = with_queries
        self._lines: list[bytes] = []

    def line(self, fields: dict[str, object], text: str | None) -> bytes:
        """The line that says *fields* of a request which asked the query *text*, if any."""
        if text is not None:
            fields["query"] = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
            if self._with_queries:
                fields["text"] = text
        return json.dumps(fields, ensure_ascii=False).encode(errors="replace") + b"\n"

    def write(self, fields: dict[str, object], text: str | None) -> None:
        """Write one line soon."""
        self.extend([self.line(fields, text)])

    def extend(self, lines: list[bytes]) -> None:
        """Write *lines* soon."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH, self.flush)
        self._lines += lines

    def flush(self) -> None:
        """Write now what waits. A log that cannot be written stops nobody from being answered."""
        lines, self._lines = self._lines, []
        with contextlib.suppress(OSError):
            # Opened anew, so that whoever rotates the file may simply move it.
            where = (
                os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640) if self._path else _STANDARD_OUTPUT
            )
            try:
                for piece in _pieces(lines):
                    os.write(where, piece)
            finally:
                if self._path:
                    os.close(where)


def fields_of(method: str, path: str, status: int, size: int, version: int | None) -> dict[str, object]:
    """What a line says of a request and its answer of *size* bytes, beside when it came and how long it took."""
    fields: dict[str, object] = {"method": method, "path": path, "status": status, "bytes": size}
    return fields if version is None else {**fields, "version": version}


def _pieces(lines: list[bytes]) -> list[bytes]:
    pieces = [b""]
    for line in lines:
        if len(pieces[-1]) + len(line) > _WHOLE:
            pieces.append(b"")
        pieces[-1] += line
    return pieces
