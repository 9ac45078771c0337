"""
XLSX workbooks read as text: sheets, rows and cells, with formulas, dates and errors refused rather than guessed.

The package is looked through before any of it is parsed: number and unpacked size of its parts are bounded, and a part
that declares a document type (the way to entity bombs and to files of this machine) is refused.

Source: ECMA-376 part 2 (packages), part 1 section 18.3.1.4 (cells).
"""

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from loaders.errors import Problems
from loaders.limits import Limits
from loaders.sentences import Quoted, Where, sentence

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE file that holds an encrypted workbook. Source: MS-OFFCRYPTO section 1.3.2."""
HELP = ("Ohje", "Anvisning", "Help")
"""Titles of the sheet that explains a template; readers pass over it."""
_CHUNK = 1 << 16
_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def read(
    data: bytes, called: str, problems: Problems, limits: Limits
) -> list[tuple[str, list[tuple[int, Sequence[str]]]]]:
    """
    The sheets of a workbook but for the help sheet: title, and rows as (row number, text of the cells).

    The first row that is not empty comes first; the rows after it are as wide as it is. Problems go to *problems*.
    """
    if not _sound(data, called, problems, limits):
        return []
    found = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no facts
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.title not in HELP:
                    lines = list(_lines(sheet, Where(called, sheet.title), problems, limits))
                    found.append((sheet.title, lines))
        finally:
            book.close()
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        zipfile.BadZipFile,
        InvalidFileException,
    ) as error:
        problems.add(Where(called), sentence("workbook-broken", reason=str(error)))
        return []
    return [(title, lines) for title, lines in found if lines or len(found) == 1]


def _sound(data: bytes, called: str, problems: Problems, limits: Limits) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > limits.parts or unpacked > limits.unpacked_bytes:
                said = sentence(
                    "workbook-large",
                    parts=len(parts),
                    bytes=unpacked,
                    most=limits.parts,
                    limit=limits.unpacked_bytes,
                )
                problems.add(Where(called), said)
                return False
            for part in parts:
                if part.flag_bits & 1:
                    problems.add(Where(called), sentence("workbook-password"))
                    return False
                with package.open(part) as stream:
                    if part.filename.lower().endswith((".xml", ".rels", ".vml")) and _declares(stream):
                        problems.add(Where(called), sentence("workbook-doctype", part=part.filename))
                        return False
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zipfile.LargeZipFile) as error:
        problems.add(Where(called), sentence("workbook-none", reason=str(error)))
        return False
    return True


def _declares(stream: BinaryIO | Any) -> bool:
    kept = b""
    while chunk := stream.read(_CHUNK):
        window = (kept + chunk).upper()
        if any(mark in window for mark in _DOCTYPE):
            return True
        kept = chunk[-32:]
    return False


def _lines(sheet: Any, where: Where, problems: Problems, limits: Limits) -> Iterator[tuple[int, Sequence[str]]]:
    header: list[str] = []
    sheet.reset_dimensions()  # what the file says of its size may be anything
    for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1, max_row=limits.rows + 1), start=1):
        if number > limits.rows:
            problems.add(where, sentence("rows-many", limit=limits.rows))
            return
        texts = [_text(cell, _cell(where, number, index, header), problems) for index, cell in enumerate(cells)]
        if not any(texts):
            continue
        if len(texts) > limits.columns and texts[-1]:
            problems.add(replace(where, row=number), sentence("columns-many", limit=limits.columns))
            return
        if not header:
            header = texts[: max(index for index, text in enumerate(texts, start=1) if text)]
        yield number, [*texts, *[""] * (len(header) - len(texts))]


def _cell(where: Where, number: int, index: int, header: Sequence[str]) -> Where:
    named = header[index].strip() if index < len(header) else ""
    return replace(where, row=number, column=named or get_column_letter(index + 1))


def _text(cell: Any, where: Where, problems: Problems) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        problems.add(where, sentence("formula", value=Quoted(str(value))))
        return ""
    if cell.data_type == "e":
        problems.add(where, sentence("cell-error", value=Quoted(str(value))))
        return ""
    if isinstance(value, bool):
        problems.add(where, sentence("cell-boolean", value=str(value).upper()))
        return ""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        problems.add(where, sentence("cell-date", value=Quoted(str(value))))
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
