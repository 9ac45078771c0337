"""
CSV files as people save them: comma-separated, UTF-8, quoted by RFC 4180; whatever else they are is refused by name.

Source: RFC 4180.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from loaders.errors import Problems
from loaders.limits import Limits
from loaders.lines import Line
from loaders.sentences import Quoted, Sentence, Where, sentence

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESAVE = sentence("resave")
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_COMMAS = 100_000
"""Most commas on one line of a CSV file: its row would have as many cells."""


def read(data: bytes, called: str, problems: Problems, limits: Limits) -> Iterator[Line]:
    """
    The rows of the CSV file *data*, header first; problems, under the name *called*, go to *problems*.

    Empty rows and rows that begin with ``#`` are passed over until the header.
    """
    text = _decoded(data, called, problems)
    if text is None:
        return
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        problems.add(Where(called, line=line), sentence("control", code=f"U+{ord(control[0]):04X}"))
        return
    reader = csv.reader(_bounded(text), strict=True)
    header, begun = True, 1
    before = csv.field_size_limit(limits.cell_characters)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > limits.rows:
                problems.add(Where(called), sentence("rows-many", limit=limits.rows))
                return
            if header and (not any(cells) or cells[0].startswith("#")):
                begun = reader.line_num + 1
                continue
            if header:
                header = False
                if _wrongly_delimited(cells, Where(called, row=number), problems):
                    return
            if len(cells) > limits.columns:
                problems.add(Where(called, row=number), sentence("columns-many", limit=limits.columns))
                return
            begun = reader.line_num + 1
            yield Line(number, cells)
    except csv.Error as error:
        problems.add(Where(called, line=begun), _broken(str(error), limits))
    except _TooWideError:
        problems.add(Where(called, line=reader.line_num + 1), sentence("columns-many", limit=limits.columns))
    finally:
        csv.field_size_limit(before)


class _TooWideError(Exception):
    """A line with more commas than any row has cells."""


def _bounded(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(",") > _COMMAS:
            raise _TooWideError
        yield line


def _decoded(data: bytes, called: str, problems: Problems) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:64].count(0) > len(data[:64]) // 4:
        problems.add(Where(called), sentence("utf16", resave=_RESAVE))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        byte = f"0x{data[error.start]:02X}"
        problems.add(
            Where(called, line=line), sentence("not-utf8-table", byte=byte, shown=Quoted(shown), resave=_RESAVE)
        )
        return None


def _broken(error: str, limits: Limits) -> Sentence:
    """What the csv module's *error* says, in our words."""
    if "field limit" in error:
        return sentence("csv-long", limit=limits.cell_characters)
    return sentence("csv-unclosed") if "end of data" in error else sentence("csv-quote")


def _wrongly_delimited(header: Sequence[str], where: Where, problems: Problems) -> bool:
    if len([cell for cell in header if cell.strip()]) > 1:
        return False
    for delimiter, name in _DELIMITERS.items():
        if delimiter in header[0]:
            problems.add(where, sentence("separators", separator=sentence(name), resave=_RESAVE))
            return True
    return False
