# ruff: noqa: E501 - tables of cases are read one case per line
"""
Workbooks as files: broken, of another kind, larger than they look, or made to do harm.
"""

import io
import re
import time
import tracemalloc
import zipfile
from functools import partial

import pytest

from loaders.limits import DEFAULT, Limits
from tests.unit.workbooks import read, workbook

HEADER = ["id", "kind", "title_fi", "order", "code", "status"]
ROW = ["measure/x", "Measure", "Otsikko", 1, "a", "planned"]
SHEET = "xl/worksheets/sheet1.xml"
PLACE = "measures.xlsx sheet measures"


@pytest.fixture
def reading(tmp_path):
    """Read a workbook: rows, and problems as text."""
    return partial(read, tmp_path / "measures.xlsx")


def packed(book):
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data, change, part=SHEET):
    """A workbook in which *change* has been made to the bytes of one part; None takes the part out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            content = change(old.read(name)) if name == part else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def shared(data):
    """The sheet with the title taken from a shared string that is not there."""
    return re.sub(rb'<c r="C2"[^>]*>.*?</c>', b'<c r="C2" t="s"><v>7</v></c>', data)


@pytest.mark.parametrize(
    ("part", "change", "expected"),
    [
        (SHEET, lambda _: None, "met a workbook that cannot be read"),
        (SHEET, lambda data: data[:-100], "met a workbook that cannot be read"),
        (SHEET, shared, "met a workbook that cannot be read"),
        (SHEET, lambda data: data.replace(b"<sheetData>", b'<sheetData><row r="x"/>'), "met a workbook that cannot be read"),
        (SHEET, lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data, f"met a document type declaration in {SHEET}"),
        (SHEET, lambda data: ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x>' + data.decode()).encode("utf-16"), f"met a document type declaration in {SHEET}"),
        ("xl/workbook.xml", lambda _: None, "met no XLSX workbook; save it as XLSX"),
        ("xl/workbook.xml", lambda _: b"<workbook/>", "met no XLSX workbook; save it as XLSX"),
        ("xl/_rels/workbook.xml.rels", lambda _: None, "met a workbook that cannot be read"),
        ("_rels/.rels", lambda _: None, "met no XLSX workbook; save it as XLSX"),
        ("xl/styles.xml", lambda data: data[:50], "met a workbook that cannot be read"),
    ],
)  # fmt: skip
def test_broken_package_is_one_problem(reading, part, change, expected):
    """A workbook with a part missing, cut short or hostile is one problem."""
    _, problems = reading(edited(packed(workbook("measures", HEADER, ROW)), change, part))

    assert [f"measures.xlsx: {expected}"] == [problem[: len(expected) + 15] for problem in problems]


def ole(*streams):
    """The beginning of an OLE file with the names of its streams."""
    names = b"".join(name.encode("utf-16-le") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + names + bytes(500)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ole("Workbook"), "met an old or password-protected workbook; save it without a password as XLSX"),
        (ole("EncryptionInfo", "EncryptedPackage"), "met a password-protected workbook; save it without a password"),
        (b"id,kind\n", "met no XLSX workbook; save it as XLSX"),
        (b"", "met no XLSX workbook; save it as XLSX"),
    ],
)
def test_other_file_by_that_name_is_told(reading, content, expected):
    """An old, encrypted or quite different file named .xlsx is told for what it is."""
    _, problems = reading(content)

    assert [f"measures.xlsx: {expected}"] == [problem[: len(expected) + 15] for problem in problems]


def rows(count, cell=b""):
    """A change that adds *count* formatted rows with *cell* in each."""
    return lambda data: data.replace(
        b"</sheetData>",
        b"".join(b'<row r="%d" ht="15" customHeight="1">%s</row>' % (number, cell) for number in range(3, count + 3))
        + b"</sheetData>",
    )


def test_empty_rows_take_no_memory(reading):
    """Rows that are formatted and hold nothing take next to no memory, however many they are."""
    data = edited(packed(workbook("measures", HEADER, ROW)), rows(100_000, b'<c s="0"/>'))
    tracemalloc.start()
    found, problems = reading(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (1, []) == (len(found), problems)
    assert most < 8_000_000


@pytest.mark.long
def test_a_million_empty_rows_cost_seconds(reading):
    """Rows that are formatted to the very end of the sheet cost in proportion to how many they are: seconds, not minutes."""
    took = []
    for many in (104_857, 1_048_574):
        data = edited(packed(workbook("measures", HEADER, ROW)), rows(many, b'<c s="0"/>'))
        started = time.thread_time()
        found, problems = reading(data)
        took.append(time.thread_time() - started)
        assert (1, []) == (len(found), problems)

    assert took[1] < 25 * took[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>'),
        lambda data: data.replace(b"</row>", b"".join(b"<c/>" for _ in range(16_378)) + b"</row>", 1),
    ],
)
def test_far_empty_cells_change_nothing(reading, change):
    """A cell at the far end of the sheet that holds nothing changes nothing."""
    found, problems = reading(edited(packed(workbook("measures", HEADER, ROW)), change))

    assert (1, []) == (len(found), problems)


@pytest.mark.parametrize(
    ("change", "limits", "expected"),
    [
        (lambda data: data.replace(b"</sheetData>", b"<row>" + b"<c/>" * 50_000 + b"</row></sheetData>"), Limits(tags=40_000), "measures.xlsx: met a workbook of too many cells, empty ones included"),
        (lambda data: data.replace(b"</sheetData>", b'<row r="2000000000"><c><v>1</v></c></row></sheetData>'), DEFAULT, f"{PLACE}: met more than 200,000 rows"),
        (lambda data: data.replace(b"</sheetData>", b'<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>'), DEFAULT, f"{PLACE} row 3: met more than 200 columns"),
        (lambda data: data.replace(b"Otsikko", b"y" * 10_000_000), DEFAULT, f"{PLACE} row 2, column title_fi: met a cell of more than 32,767 characters; shorten it"),
        (lambda data: data.replace(b"Otsikko", b" " * 3_000_000), Limits(unpacked_bytes=2_000_000), "measures.xlsx: met a workbook of"),
    ],
)  # fmt: skip
def test_too_much_is_refused_with_its_bound(reading, change, limits, expected):
    """Too many cells, rows, columns, characters and bytes are refused, with the bound."""
    _, problems = reading(edited(packed(workbook("measures", HEADER, ROW)), change), limits=limits)

    assert [expected] == [problem[: len(expected)] for problem in problems]


def test_package_that_lies_about_its_size_is_refused(reading):
    """A part that unpacks to more than it says is refused without being unpacked."""
    data = bytearray(edited(packed(workbook("measures", HEADER, ROW)), lambda data: data + b" " * 50_000_000))
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
        place += 4
    tracemalloc.start()
    _, problems = reading(bytes(data))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert ["measures.xlsx: met a workbook that cannot be read"] == [problem[:49] for problem in problems]
    assert most < 5_000_000
