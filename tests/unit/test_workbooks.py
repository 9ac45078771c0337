# ruff: noqa: E501 - tables of cases are read one case per line
"""
Workbooks as people and spreadsheet programs make them: what is not as it looks is refused with sheet, row and column.
"""

from functools import partial

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from tests.unit.workbooks import read, workbook

HEADER = ["id", "kind", "title_fi", "order", "code", "status"]
ROW = ["measure/x", "Measure", "Otsikko", 1, "a", "planned"]
OTHER = ["measure/y", "Measure", "Toinen", 2, "b", "planned"]
PLACE = "measures.xlsx sheet measures"


@pytest.fixture
def reading(tmp_path):
    """Read a workbook: rows, and problems as text."""
    return partial(read, tmp_path / "measures.xlsx")


def one(reading, cell, column="C", format=None):
    """What is said of a sheet in which one cell is *cell*, and its text."""
    book = workbook("measures", HEADER, ROW)
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
def test_cells_that_are_what_they_seem_are_read(reading, column, cell, format, text):
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
def test_cells_that_are_not_what_they_seem_are_refused(reading, column, cell, format, said):
    """What a spreadsheet has made of a cell, and what nobody can see in it, is refused with sheet, row and column."""
    _, problems = one(reading, cell, column, format)
    expected = f"{PLACE} row 2, column {HEADER['ABCDEF'.index(column)]}: {said}"

    assert [expected] == [problem[: len(expected)] for problem in problems]


def test_numbers_with_decimals_are_read(reading):
    """A number with decimals is taken where a number is wanted."""
    book = workbook("values", ["indicator", "record", "value", "confidence"], ["indicator/x", "target", 16.1, 0.8])
    rows, problems = reading(book)

    assert ([], "16.1", "0.8") == (problems, rows[0].text("value"), rows[0].text("confidence"))


@pytest.mark.parametrize(("cells", "row"), [("C2:C3", 2), ("C2:D2", 2), ("A1:B1", 1), ("C2:C5000", 2)])
def test_merged_cells_are_refused(reading, cells, row):
    """Merged cells, of which all but one read as empty, are refused where a table is."""
    book = workbook("measures", HEADER, ROW, OTHER)
    book.active.merge_cells(cells)
    _, problems = reading(book)

    assert f"{PLACE} row {row}: met merged cells ({cells}); unmerge them" in problems[0]


def test_merged_cells_elsewhere_are_passed_over(reading):
    """Merged cells below and beside the table are nobody's business."""
    book = workbook("measures", HEADER, ROW)
    book.active.merge_cells("A10:B12")
    book.active.merge_cells("K1:L2")

    assert [] == reading(book)[1]


def test_hidden_rows_are_refused(reading):
    """Rows that a filter hides are not published unseen."""
    book = workbook("measures", HEADER, *[ROW] * 40)
    for number in range(3, 33):
        book.active.row_dimensions[number].hidden = True
    _, problems = reading(book)

    assert [f"{PLACE}: met hidden rows that hold something ({', '.join(map(str, range(3, 23)))}, …); show them (clear the filter) or delete them"] == problems  # fmt: skip


def test_hidden_columns_are_named(reading):
    """Columns that are hidden are named, unless they are empty."""
    book = workbook("measures", HEADER, ROW)
    for letter in "CZ":
        book.active.column_dimensions[letter].hidden = True

    assert [f"{PLACE}: met hidden columns that hold something (title_fi); show them or delete them"] == reading(book)[1]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheet_is_refused_unless_empty(reading, state):
    """A hidden sheet that holds something is refused; an empty one is nothing."""
    book = workbook("measures", HEADER, ROW)
    book.create_sheet("empty").sheet_state = state
    pages = book.create_sheet("pages")
    pages.sheet_state = state
    pages.append(["id", "url"])

    assert ["measures.xlsx sheet pages: met a hidden sheet that holds something; show it or delete it"] == reading(book)[1]  # fmt: skip


def test_protected_sheet_is_read(reading):
    """A workbook or sheet that is protected against changes can be read all the same."""
    book = workbook("measures", HEADER, ROW)
    book.security.lockStructure = True
    book.active.protection.sheet = True
    book.active.protection.set_password("x")

    assert (1, []) == (len(reading(book)[0]), reading(book)[1])


def test_chart_sheet_is_passed_over(reading):
    """A chart on a sheet of its own holds no rows and is passed over."""
    book = workbook("measures", HEADER, ROW)
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
def test_wrong_header_is_told(reading, lines, expected):
    """A header that stands lower, in another language or with a misspelt or repeated name is told with what to write."""
    _, problems = reading(workbook("measures", *lines))

    assert f"{PLACE} {expected}" == problems[0][: len(PLACE) + 1 + len(expected)]


def test_header_with_spaces_is_read(reading):
    """Spaces around the names of columns, and capitals in them, do not matter."""
    rows, problems = reading(workbook("measures", ["Id ", "\u00a0KIND", "Title_fi", " order", "code", "status"], ROW))

    assert ([], "measure/x") == (problems, rows[0].text("id"))
