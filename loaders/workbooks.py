"""
XLSX workbooks read as text: sheets, rows and cells.

Nothing is guessed: formulas, dates, errors, numbers that look otherwise than they are, merged cells and whatever is
hidden from the person who fills in the table are refused, with what to do instead.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from loaders import sheets
from loaders.errors import Problems
from loaders.limits import Limits
from loaders.lines import Line
from loaders.packages import Package, PackageError
from loaders.sentences import Quoted, Sentence, Where, sentence

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE file that holds an encrypted workbook. Source: MS-OFFCRYPTO section 1.3.2."""
HELP = ("Ohje", "Anvisning", "Help")
"""Titles of the sheet that explains a template; readers pass over it."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_OTHERWISE = re.compile(r"%|E[+-]|/|^0{2}|[0#],+(?:[.;]|$)", re.IGNORECASE)
"""Formats that show another number: percent, powers of ten, fractions, leading zeros, thousands."""
_LISTED = 20


def read(data: bytes, called: str, problems: Problems, limits: Limits) -> list[tuple[str, list[Line]]]:
    """
    The sheets of a workbook but for the help sheet: title, and rows that hold something.

    The rows after the first are at least as wide as it is. Problems go to *problems*.
    """
    try:
        book = sheets.read(Package(data, limits))
        found = []
        for sheet in book.sheets:
            if sheet.title in HELP:
                continue
            lines = list(_lines(book, sheet, Where(called, sheet.title), problems, limits))
            if lines and sheet.hidden:
                problems.add(Where(called, sheet.title), sentence("hidden-sheet"))
            found.append((sheet.title, lines))
    except PackageError as error:
        problems.add(Where(called), error.said)
        return []
    return [(title, lines) for title, lines in found if lines or len(found) == 1]


def _lines(book: sheets.Book, sheet: sheets.Sheet, where: Where, problems: Problems, limits: Limits) -> Iterator[Line]:
    header: list[str] = []
    layout = sheets.Layout()
    numbers: list[int] = []
    hidden: list[int] = []
    filled: set[int] = set()
    for row in book.lines(sheet, layout, limits):
        if row.number > limits.rows:
            problems.add(where, sentence("rows-many", limit=limits.rows))
            return
        if len(row.cells) > limits.columns or row.cells[-1].column > limits.columns:
            problems.add(replace(where, row=row.number), sentence("columns-many", limit=limits.columns))
            return
        texts = [""] * max(len(header), row.cells[-1].column)
        refused: set[int] = set()
        for cell in row.cells:
            said = _refused(cell, book, limits)
            if said:
                problems.add(_place(where, row.number, cell.column, header), said)
                refused.add(cell.column - 1)
            else:
                texts[cell.column - 1] = _text(cell)
        if not header:
            header = texts
        numbers.append(row.number)
        hidden += [row.number] if row.hidden else []
        filled |= {cell.column for cell in row.cells}
        fractions = frozenset(cell.column - 1 for cell in row.cells if _fraction(cell))
        yield Line(row.number, texts, fractions, frozenset(refused))
    if hidden:
        problems.add(where, sentence("hidden-rows", rows=_listed([str(number) for number in hidden])))
    if concealed := [_named(header, column) for column in sorted(filled) if layout.hides(column)]:
        problems.add(where, sentence("hidden-columns", columns=_listed(concealed)))
    for area in layout.merged:
        first = bisect_left(numbers, area.top)
        if first < len(numbers) and numbers[first] <= area.bottom and area.left <= len(header):
            problems.add(replace(where, row=area.top), sentence("merged", cells=area.name))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")


def _named(header: Sequence[str], column: int) -> str:
    name = header[column - 1].strip() if column <= len(header) else ""
    return name or get_column_letter(column)


def _place(where: Where, number: int, column: int, header: Sequence[str]) -> Where:
    return replace(where, row=number, column=_named(header, column))


def _refused(cell: sheets.Cell, book: sheets.Book, limits: Limits) -> Sentence | None:
    """Why what the spreadsheet keeps in *cell* is not what was typed; None when it is."""
    match cell.kind:
        case "f":
            return sentence("formula", value=Quoted(cell.value))
        case "e":
            return sentence("cell-error", value=Quoted(cell.value))
        case "b":
            return sentence("cell-boolean", value="TRUE" if cell.value == "1" else "FALSE")
        case "d":
            return sentence("cell-date", value=Quoted(cell.value))
        case "n" if _is_date(cell.format):
            return sentence("cell-date", value=Quoted(_date(cell, book)))
        case "n" if _number(cell) is None:
            return sentence("cell-error", value=Quoted(cell.value))
        case "n" if _otherwise(cell.format):
            return sentence("cell-format", value=Quoted(cell.value), format=Quoted(cell.format))
    return sentence("cell-long", limit=limits.cell_characters) if len(cell.value) > limits.cell_characters else None


@cache
def _is_date(format: str) -> bool:
    return bool(is_date_format(format))


@cache
def _otherwise(format: str) -> bool:
    return _OTHERWISE.search(_LITERAL.sub("", format)) is not None


def _date(cell: sheets.Cell, book: sheets.Book) -> str:
    """The date or time that a spreadsheet shows for the number in *cell*; the number when it is beyond its calendar."""
    number = _number(cell)
    try:
        return str(from_excel(number, MAC_EPOCH if book.year_1904 else WINDOWS_EPOCH)) if number else cell.value
    except (OverflowError, ValueError):
        return cell.value


def _number(cell: sheets.Cell) -> float | None:
    try:
        value = float(cell.value)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _fraction(cell: sheets.Cell) -> bool:
    value = _number(cell) if cell.kind == "n" else None
    return value is not None and not value.is_integer()


def _text(cell: sheets.Cell) -> str:
    value = _number(cell) if cell.kind == "n" else None
    if value is None:
        return cell.value
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
