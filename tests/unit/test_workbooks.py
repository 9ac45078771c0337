# ruff: noqa: E501 - tables of cases are read one case per line
"""
Workbooks as people and spreadsheet programs make them: what is not as it looks is refused with sheet, row and column.
"""

import io
import re
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from loaders import tables
from loaders.errors import Problems
from loaders.limits import DEFAULT, Limits

HEADER = ["id", "kind", "title_fi", "order", "code", "status"]
ROW = ["measure/x", "Measure", "Otsikko", 1, "a", "planned"]
OTHER = ["measure/y", "Measure", "Toinen", 2, "b", "planned"]
SHEET = "xl/worksheets/sheet1.xml"
PLACE = "measures.xlsx sheet measures"


def workbook(*lines, title="measures"):
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    return book


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


@pytest.fixture
def reading(tmp_path):
    """Write a workbook and read it: rows, and problems as text."""

    def read(book, name="measures.xlsx", limits=DEFAULT):
        path = tmp_path / name
        path.write_bytes(book if isinstance(book, bytes) else packed(book))
        problems = Problems()
        rows = tables.read(path, problems, limits=limits)
        return rows, [str(problem) for problem in problems.met]

    return read


def one(reading, cell, column="C", format=None):
    """What is said of a sheet in which one cell is *cell*, and its text."""
    book = workbook(HEADER, ROW)
    book.active[f"{column}2"] = cell
    if format:
        book.active[f"{column}2"].number_format = format
    rows, problems = reading(book)
    return rows[0].text(HEADER["ABCDEF".index(column)]), problems


@pytest.mark.parametrize(
    ("column", "cell", "format", "text"),
    [
        ("D", 3.0, None, "3"),
        ("D", 3, "0.00", "3"),
        ("D", 1200, "#,##0", "1200"),
        ("D", 5, '0" kpl"', "5"),
        ("D", 5, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-', "5"),
        ("E", 2023, None, "2023"),
        ("E", "'1.10", None, "'1.10"),
        ("C", "A\u00a0B \u202f C ", None, "A B   C"),
        ("C", CellRichText("a ", TextBlock(InlineFont(b=True), "bold"), " c"), None, "a bold c"),
        ("C", "a_x005F_x0041_b", None, "a_x0041_b"),
    ],
)
def test_cells_that_are_what_they_seem(reading, column, cell, format, text):
    """Whole numbers, rich text and cells with spaces of any kind read as they look."""
    assert (text, []) == one(reading, cell, column, format)


@pytest.mark.parametrize(
    ("column", "cell", "format", "said"),
    [
        ("C", "=A2", None, 'met the formula "=A2"; replace it by its value'),
        ("C", ArrayFormula("C2:C2", "=A2"), None, 'met the formula "=A2"; replace it by its value'),
        ("D", 45000, "dd.mm.yyyy", 'met a date that the spreadsheet made of what was typed ("2023-03-15 00:00:00"); format the cell as text'),
        ("D", 0.8, "0 %", 'met the number "0.8", which the format "0 %" shows as another'),
        ("D", 7, "000", 'met the number "7", which the format "000" shows as another'),
        ("D", 5000, "#,##0,", 'met the number "5000", which the format "#,##0," shows as another'),
        ("D", 0.5, "# ?/?", 'met the number "0.5", which the format "# ?/?" shows as another'),
        ("D", 12345, "0.00E+00", 'met the number "12345", which the format "0.00E+00" shows as another'),
        ("E", 1.1, None, 'met "1.1", which the spreadsheet takes for a number and may have shortened'),
        ("C", "#REF!", None, 'met the error "#REF!"; write the value itself'),
        ("C", "a\nb", None, 'met a line break in "a b"; write the cell on one line'),
        ("C", "a_x0007_b", None, "met the invisible character U+0007 in "),
        ("A", "measure/x\u200b", None, "met the invisible character U+200B in "),
        ("F", "planned\ufeff", None, "met the invisible character U+FEFF in "),
        ("C", "Toimen\u00adpide", None, "met the invisible character U+00AD in "),
    ],
)  # fmt: skip
def test_cells_that_are_not_what_they_seem(reading, column, cell, format, said):
    """What a spreadsheet has made of a cell, and what nobody can see in it, is refused with sheet, row and column."""
    _, problems = one(reading, cell, column, format)
    expected = f"{PLACE} row 2, column {HEADER['ABCDEF'.index(column)]}: {said}"

    assert [expected] == [problem[: len(expected)] for problem in problems]


def test_numbers_with_decimals(reading):
    """A number with decimals is taken where a number is wanted."""
    book = workbook(
        ["indicator", "record", "value", "confidence"], ["indicator/x", "target", 16.1, 0.8], title="values"
    )
    rows, problems = reading(book)

    assert ([], "16.1", "0.8") == (problems, rows[0].text("value"), rows[0].text("confidence"))


@pytest.mark.parametrize(("cells", "row"), [("C2:C3", 2), ("C2:D2", 2), ("A1:B1", 1), ("C2:C5000", 2)])
def test_merged_cells(reading, cells, row):
    """Merged cells, of which all but one read as empty, are refused where a table is."""
    book = workbook(HEADER, ROW, OTHER)
    book.active.merge_cells(cells)
    _, problems = reading(book)

    assert f"{PLACE} row {row}: met merged cells ({cells}); unmerge them" in problems[0]


def test_merged_cells_elsewhere(reading):
    """Merged cells below and beside the table are nobody's business."""
    book = workbook(HEADER, ROW)
    book.active.merge_cells("A10:B12")
    book.active.merge_cells("K1:L2")

    assert [] == reading(book)[1]


def test_hidden_rows(reading):
    """Rows that a filter hides are not published unseen."""
    book = workbook(HEADER, *[ROW] * 40)
    for number in range(3, 33):
        book.active.row_dimensions[number].hidden = True
    _, problems = reading(book)

    assert [f"{PLACE}: met hidden rows that hold something ({', '.join(map(str, range(3, 23)))}, …); show them (clear the filter) or delete them"] == problems  # fmt: skip


def test_hidden_columns(reading):
    """Columns that are hidden are named, unless they are empty."""
    book = workbook(HEADER, ROW)
    for letter in "CZ":
        book.active.column_dimensions[letter].hidden = True

    assert [f"{PLACE}: met hidden columns that hold something (title_fi); show them or delete them"] == reading(book)[1]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets(reading, state):
    """A hidden sheet that holds something is refused; an empty one is nothing."""
    book = workbook(HEADER, ROW)
    book.create_sheet("empty").sheet_state = state
    pages = book.create_sheet("pages")
    pages.sheet_state = state
    pages.append(["id", "url"])

    assert ["measures.xlsx sheet pages: met a hidden sheet that holds something; show it or delete it"] == reading(book)[1]  # fmt: skip


def test_protected_sheets(reading):
    """A workbook or sheet that is protected against changes can be read all the same."""
    book = workbook(HEADER, ROW)
    book.security.lockStructure = True
    book.active.protection.sheet = True
    book.active.protection.set_password("x")

    assert (1, []) == (len(reading(book)[0]), reading(book)[1])


def test_chart_sheets(reading):
    """A chart on a sheet of its own holds no rows and is passed over."""
    book = workbook(HEADER, ROW)
    book.create_chartsheet("chart")

    assert (1, []) == (len(reading(book)[0]), reading(book)[1])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([["Toimenpiteet 2026"], HEADER, ROW], 'row 1: met "Toimenpiteet 2026" where the header should be; delete the rows above the header, which is row 2'),
        ([["", "A"], [], ["x"], HEADER, ROW], 'row 1: met "A" where the header should be; delete the rows above the header, which is row 4'),
        ([["tunniste", "laji", "nimi"], ["a", "b", "c"]], 'row 1: met unknown columns ("tunniste, laji, nimi"); write column names of the table measures: id, kind'),
        ([["id", "kind", "titel_fi"], ROW[:3]], 'row 1: met the unknown column "titel_fi"; write column names of the table measures (did you mean title_fi'),
        ([["id", "kind", "id"], ROW[:3]], 'row 1: met the column "id" 2 times; keep one of them'),
    ],
)  # fmt: skip
def test_headers(reading, lines, expected):
    """A header that stands lower, in another language or with a misspelt or repeated name is told with what to write."""
    _, problems = reading(workbook(*lines))

    assert f"{PLACE} {expected}" == problems[0][: len(PLACE) + 1 + len(expected)]


def test_header_with_spaces(reading):
    """Spaces around the names of columns, and capitals in them, do not matter."""
    rows, problems = reading(workbook(["Id ", "\u00a0KIND", "Title_fi", " order", "code", "status"], ROW))

    assert ([], "measure/x") == (problems, rows[0].text("id"))


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
def test_broken_packages(reading, part, change, expected):
    """A workbook with a part missing, cut short or hostile is one problem."""
    _, problems = reading(edited(packed(workbook(HEADER, ROW)), change, part))

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
def test_other_files_by_that_name(reading, content, expected):
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
    data = edited(packed(workbook(HEADER, ROW)), rows(100_000, b'<c s="0"/>'))
    tracemalloc.start()
    found, problems = reading(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (1, []) == (len(found), problems)
    assert most < 8_000_000


@pytest.mark.long
def test_a_million_empty_rows(reading):
    """Rows that are formatted to the very end of the sheet cost seconds, not minutes."""
    data = edited(packed(workbook(HEADER, ROW)), rows(1_048_574, b'<c s="0"/>'))
    started = time.process_time()
    found, problems = reading(data)

    assert (1, []) == (len(found), problems)
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>'),
        lambda data: data.replace(b"</row>", b"".join(b"<c/>" for _ in range(16_378)) + b"</row>", 1),
    ],
)
def test_far_empty_cells(reading, change):
    """A cell at the far end of the sheet that holds nothing changes nothing."""
    found, problems = reading(edited(packed(workbook(HEADER, ROW)), change))

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
def test_bombs(reading, change, limits, expected):
    """Too many cells, rows, columns, characters and bytes are refused, with the bound."""
    _, problems = reading(edited(packed(workbook(HEADER, ROW)), change), limits=limits)

    assert [expected] == [problem[: len(expected)] for problem in problems]


def test_package_that_lies_about_its_size(reading):
    """A part that unpacks to more than it says is refused without being unpacked."""
    data = bytearray(edited(packed(workbook(HEADER, ROW)), lambda data: data + b" " * 50_000_000))
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
