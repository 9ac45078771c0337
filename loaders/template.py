"""
Empty tables for people to fill in, with their columns explained in the language of the reader.

An XLSX template has a sheet of its own for the explanations, comments on its headers and lists to choose codes from;
all its cells are text, so that a spreadsheet does not turn ``10/2022`` into a date. A CSV template explains its columns
in lines that begin with ``#``, which readers pass over. The same arguments give the same bytes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from loaders.codes import codes, labels
from loaders.columns import LANGUAGES, Column, Table, tables
from loaders.errors import InputError, Problem
from loaders.sentences import Choice, Quoted, Where, near, sentence
from loaders.workbooks import HELP

FORMATS = ("xlsx", "csv")
ROWS = 1000
"""How many rows of a template offer lists of codes."""
_TITLES: Mapping[str, str] = dict(zip(LANGUAGES, HELP, strict=True))
_HEADINGS = {
    "fi": ("Sarake", "Merkitys", "Pakollinen", "Hyväksytään", "Esimerkki"),
    "sv": ("Kolumn", "Betydelse", "Obligatorisk", "Godkänns", "Exempel"),
    "en": ("Column", "Meaning", "Required", "Accepted", "Example"),
}
_YES = {"fi": "kyllä", "sv": "ja", "en": "yes"}
_IDS = {"fi": "tunniste, joka alkaa: {}", "sv": "identifierare som börjar med: {}", "en": "an id that begins with: {}"}
_KINDS: Mapping[str, Mapping[str, str]] = {
    "id": _IDS,
    "reference": _IDS,
    "actors": {
        "fi": "tunniste (actor/…) tai toimijan nimi",
        "sv": "identifierare (actor/…) eller aktörens namn",
        "en": "an id (actor/…) or the name of an actor",
    },
    "language": {"fi": "fi, sv, en tai none", "sv": "fi, sv, en eller none", "en": "fi, sv, en or none"},
    "integer": {"fi": "kokonaisluku ykkösestä alkaen", "sv": "heltal från 1", "en": "a whole number from 1 on"},
    "decimal": {"fi": "luku desimaalipisteellä", "sv": "tal med decimalpunkt", "en": "a number with a decimal point"},
    "confidence": {"fi": "luku 0–1 desimaalipisteellä", "sv": "tal 0–1 med decimalpunkt", "en": "a number from 0 to 1"},
    "lines": {"fi": "212 tai 212-230", "sv": "212 eller 212-230", "en": "212 or 212-230"},
    "document": {"fi": "asiakirjan avain", "sv": "dokumentets nyckel", "en": "key of a document"},
    "url": {"fi": "http- tai https-osoite", "sv": "http- eller https-adress", "en": "an http or https address"},
    "edtf": {"fi": "EDTF, tasot 0 ja 1", "sv": "EDTF, nivå 0 och 1", "en": "EDTF, levels 0 and 1"},
    "anchor": {"fi": "enintään kahdeksan sanaa", "sv": "högst åtta ord", "en": "at most eight words"},
}  # fmt: skip
_MANY = {
    "fi": "useat erotetaan puolipisteellä",
    "sv": "flera åtskiljs med semikolon",
    "en": "several are separated by semicolons",
}
_ANY = {"fi": "mikä tahansa tunniste", "sv": "vilken identifierare som helst", "en": "any id"}
_INTRODUCTION = {
    "fi": "Täytä yksi rivi kutakin asiaa kohti otsikkorivin alle. Tyhjä solu tarkoittaa: ei sanottu.",
    "sv": "Fyll i en rad för varje sak under rubrikraden. En tom cell betyder: inte sagt.",
    "en": "Fill in one row for each thing below the header row. An empty cell means: not stated.",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(table: str, format: str, language: str, target: Path | BinaryIO) -> None:
    """
    Write an empty *table*, such as ``measures``, to *target* as ``xlsx`` or ``csv``, explained in *language*.

    Raises:
        InputError: There is no such table, format or language.
    """
    for what, word, known in (
        ("table", table, tuple(tables())),
        ("format", format, FORMATS),
        ("language", language, LANGUAGES),
    ):
        if word not in known:
            said = sentence("template-choice", value=Quoted(word), choice=Choice(known), near=near(word, known))
            raise InputError([Problem(Where(what), said)])
    data = _workbook(tables()[table], language) if format == "xlsx" else _csv(tables()[table], language)
    if isinstance(target, Path):
        target.write_bytes(data)
    else:
        target.write(data)


def accepted(column: Column, language: str) -> str:
    """What a cell of *column* accepts, in words of *language*; empty for free text."""
    if column.kind in {"code", "choice"}:
        named = labels(column.scheme, language) if column.scheme else {}
        words = ", ".join(
            f"{code} ({named[code]})" if named.get(code, code) != code else code for code in _choices(column)
        )
    elif column.kind in {"id", "reference"}:
        segments = column.ids or column.to
        words = (
            _KINDS[column.kind][language].format(", ".join(f"{each}/" for each in segments))
            if segments
            else _ANY[language]
        )
    else:
        words = _KINDS[column.kind][language] if column.kind in _KINDS else ""
    return "; ".join(
        part for part in (words, _MANY[language] if column.many and column.kind != "language" else "") if part
    )


def _choices(column: Column) -> tuple[str, ...]:
    return column.accepted or codes().get(column.scheme or "", ())


def _explained(table: Table, language: str) -> Iterator[tuple[str, str, str, str, str]]:
    for column in table.columns.values():
        required = _YES[language] if column.required else ""
        yield column.name, column.meaning[language], required, accepted(column, language), column.example


def _csv(table: Table, language: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in (table.meaning[language], _INTRODUCTION[language]):
        writer.writerow([f"# {line}"])
    headings = _HEADINGS[language]
    for name, meaning, required, accepts, example in _explained(table, language):
        parts = [
            meaning,
            f"{headings[2]}: {required}" if required else "",
            f"{headings[3]}: {accepts}" if accepts else "",
        ]
        writer.writerow([" ".join([f"# {name}:", *(part for part in parts if part), f"{headings[4]}: {example}"])])
    writer.writerow(table.columns)
    return text.getvalue().encode("utf-8-sig")


def _workbook(table: Table, language: str) -> bytes:
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook begins with a worksheet")
    sheet.title = table.name
    sheet.freeze_panes = "B2"
    for index, column in enumerate(table.columns.values(), start=1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index, column.name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0" if column.required else "F2F2F2")
        cell.comment = Comment(
            f"{column.meaning[language]}\n{accepted(column, language)}".strip(), "hankintaverkko", 180, 360
        )
        sheet.column_dimensions[letter].width = max(14, min(40, len(column.example) + 4))
        sheet.column_dimensions[letter].number_format = "@"
        choices = ",".join(_choices(column)) if column.kind in {"code", "choice"} else ""
        if choices and len(choices) <= 250:  # a spreadsheet takes no longer list
            validation = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            validation.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(validation)
    _help(book.create_sheet(_TITLES[language]), table, language)
    packed = io.BytesIO()
    book.save(packed)
    return _timeless(packed.getvalue())


def _help(sheet: Worksheet, table: Table, language: str) -> None:
    sheet.append([table.meaning[language]])
    sheet.append([_INTRODUCTION[language]])
    sheet.append([])
    sheet.append(_HEADINGS[language])
    for line in _explained(table, language):
        sheet.append(line)
    for cell in (sheet["A1"], *sheet[4]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (24, 70, 14, 60, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=5):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"


def _timeless(packed: bytes) -> bytes:
    """The same workbook without the times at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
