"""
How many solutions an answer has, counted in the bytes that the engine writes.

Reading solutions one by one in Python costs several times what the engine needs to write them, so what stands between
rows is counted in what it has written. A graph has no rows; its bytes bound it.
"""

import re
from dataclasses import dataclass, field

# What begins a row in JSON after another row. A literal that ends in the same characters goes on with a comma or a brace.
# An empty row cannot be told from the same four characters in a literal, so these are counted too.
_NEXT_OBJECT = re.compile(rb'\},\{(?="[^,}]|\}[,\]])')
_SEEN_AGAIN = {"json": 4, "xml": 7}  # bytes, one less than what tells a row


@dataclass(slots=True)
class RowCounter:
    """
    The count of solutions in an answer in the format called *format*, of which *limit* are admitted.
    """

    format: str
    limit: int
    _rows: int = field(default=0, init=False)
    _carried: bytes = field(default=b"", init=False)
    _quoted: bool = field(default=False, init=False)

    def admits(self, data: bytes) -> bool:
        """Whether the answer keeps within the limit when *data* is written next."""
        match self.format:
            case "json":
                self._rows += len(_NEXT_OBJECT.findall(self._joined(data)))
                return self._rows < self.limit  # the first row follows no other
            case "xml":
                self._rows += self._joined(data).count(b"<result>")
                return self._rows <= self.limit
            case "csv":
                self._rows += self._lines(data)
            case "tsv":
                self._rows += data.count(b"\n")
        return self._rows <= self.limit + 1  # the header is a line as well

    def _joined(self, data: bytes) -> bytes:
        joined = self._carried + data
        self._carried = joined[-_SEEN_AGAIN[self.format] :]
        return joined

    def _lines(self, data: bytes) -> int:
        # A line end inside quotation marks is part of a literal; doubled marks close and open again.
        if not self._quoted and b'"' not in data:
            return data.count(b"\n")
        parts = data.split(b'"')
        lines = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return lines
