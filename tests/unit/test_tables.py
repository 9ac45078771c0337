# ruff: noqa: E501 - tables of cases are read one case per line
"""
Tables: CSV and XLSX files become rows, and everything that spreadsheets do to them is noticed and explained.
"""

import datetime as dt
import io
import zipfile

import pytest

from loaders.columns import tables as declared
from loaders.limits import DEFAULT, Limits
from tests.unit.workbooks import read, workbook

HEADER = "of,document,section,lines,anchor\n"
ROW = "measure/x,d000,rad 1,7-27,FM\n"


@pytest.fixture
def reading(tmp_path):
    """Write bytes or a workbook under a name and read it: rows and problems as text."""

    def read_as(content, name="evidence.csv", limits=DEFAULT):
        return read(tmp_path / name, content, limits)

    return read_as


SHEET = (["of", "document", "section", "lines", "anchor"], ["measure/x", "d000", "rad 1", "7-27", "FM"])


def test_row_is_its_cells_by_column(reading):
    """A row is the text of its cells by column, with the row number that a spreadsheet shows."""
    rows, problems = reading(HEADER + ROW)

    assert ([], 2, "rad 1", "") == (problems, rows[0].number, rows[0].text("section"), rows[0].text("document_2"))


def test_byte_order_mark(reading):
    """A byte order mark, which spreadsheets write, is no part of the first column's name."""
    rows, problems = reading(b"\xef\xbb\xbf" + (HEADER + ROW).encode())

    assert ([], "measure/x") == (problems, rows[0].text("of"))


def test_line_ends_of_any_system_are_read(reading):
    """Windows line ends and line ends of old Macs are line ends, also beside others in one file."""
    for ends in ("\r\n", "\r"):
        rows, problems = reading((HEADER + ROW + ROW).replace("\n", ends))

        assert ([], 2) == (problems, len(rows))
    rows, problems = reading(HEADER.replace("\n", "\r\n") + ROW.replace("\n", "\r") + ROW + "\r\n" + ROW.strip())

    assert ([], [2, 3, 5]) == (problems, [row.number for row in rows])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ((HEADER + "measure/x,d000,åäö,7,FM\n").encode("cp1252"), 'evidence.csv line 2: met the byte 0xE5, which is no UTF-8 ("å"'),
        ((HEADER + ROW).encode("utf-16"), "evidence.csv: met text in UTF-16; save it as"),
        ((HEADER + ROW).replace(",", ";"), "evidence.csv row 1: met columns separated by semicolons; separate them by commas"),
        ((HEADER + ROW).replace(",", "\t"), "evidence.csv row 1: met columns separated by tabs; separate them by commas"),
        ("", "evidence.csv: met no header row; write the column names"),
        ("\n\n,,\n", "evidence.csv: met no header row; write the column names"),
        (HEADER.replace("lines", "line") + ROW, 'evidence.csv row 1: met the unknown column "line"; write column names of the table evidence (did you mean lines?)'),
        (HEADER.replace("document", "section") + ROW, 'evidence.csv row 1: met the column "section" 2 times; keep one of them'),
        (HEADER.replace(",lines", "") + ROW, "evidence.csv row 1: met no column lines; add it: "),
        (HEADER + 'measure/x,d000,rad 1,7,"FM\n', "evidence.csv line 2: met a broken row (unexpected end of data); write quotation marks"),
        (HEADER + 'measure/x,d000,"rad" 1,7,FM\n', "evidence.csv line 2: met a broken row"),
        (HEADER + "measure/x,d000,rad 1\n", "evidence.csv row 2: met 3 cells; write 5, one for each column"),
        (HEADER + "measure/x,d000,rad 1,7,FM,\n" + ROW.replace("FM", "a, b"), "evidence.csv row 3: met 6 cells; write 5; put a cell that holds a comma in quotation marks"),
        (HEADER + 'measure/x,d000,"rad\n1",7,FM\n', 'evidence.csv row 2, column section: met a line break in "rad 1"; write the cell on one line'),
        (HEADER + "measure/x,d000,rad\x00 1,7,FM\n" , "evidence.csv line 2: met the control character U+0000; delete it"),
        (HEADER + "measure/x,d000,rad\x0b 1,7,FM\n", "evidence.csv line 2: met the control character U+000B; delete it"),
        ((HEADER + ROW).encode("utf-16-le"), "evidence.csv: met text in UTF-16; save it as"),
        ((HEADER + ROW).encode("utf-32"), "evidence.csv: met text in UTF-16; save it as"),
        ((HEADER + ROW).replace(",", "|"), "evidence.csv row 1: met columns separated by vertical bars; separate them by commas"),
        (HEADER + ROW + 'measure/x,d000,"rad 1,7,FM\n' + ROW * 9, "evidence.csv line 3: met a broken row (unexpected end of data); write quotation marks"),
        (HEADER + ROW + 'measure/x,d000,"rad 1,7,FM\n' + ROW * 2000, "evidence.csv line 3: met a cell of more than 32,767 characters; shorten it, or write the quotation mark that is missing"),
        (HEADER + ROW.replace("FM", "x" * 10_000_000), "evidence.csv line 2: met a cell of more than 32,767 characters; shorten it, or"),
        (HEADER + ROW.replace("FM", "F\u200bM"), "evidence.csv row 2, column anchor: met the invisible character U+200B in"),
        (HEADER + ROW.replace("\n", "," * 300 + "\n"), "evidence.csv row 2: met more than 200 columns; delete what no table has"),
        ("," * 5_000_000 + "\n", "evidence.csv line 1: met more than 200 columns; delete what no table has"),
        ("sep=,\n" + HEADER + ROW, 'evidence.csv row 1: met "sep=" where the header should be; delete the rows above the header, which is row 2'),
        ("Lähteet 2026\n\n" + HEADER + ROW, 'evidence.csv row 1: met "Lähteet 2026" where the header should be; delete the rows above the header, which is row 3'),
        (HEADER.strip() + ",\n" + ROW.strip() + ",x\n", 'evidence.csv row 2: met "x"; name column 6 in the header or empty the cell'),
    ],
)  # fmt: skip
def test_broken_csv_is_refused_with_its_place(reading, content, expected):
    """A CSV file that is broken is refused with the place, what was met and what to do."""
    _, problems = reading(content)

    assert expected == problems[0][: len(expected)]


def test_all_problems_in_one_run(reading):
    """All problems of a file are listed in one run."""
    _, problems = reading(HEADER + "a,b\n" + ROW + "a,b,c,d,e,f\n" + 'a,b,"c\nd",e,f\n')

    assert ["row 2:", "row 4:", "row 5,"] == [problem.removeprefix("evidence.csv ")[:6] for problem in problems]


def test_empty_rows_and_comments(reading):
    """Empty rows count as rows of the sheet but hold nothing; comment lines before the header are passed over."""
    rows, problems = reading('"# first, note",,\n# second\n\n' + HEADER + ",,,,\n\n" + ROW)

    assert ([], [7]) == (problems, [row.number for row in rows])


def test_table_by_header(reading):
    """A file with a name of its own is the one table that its header fits; one that fits none is told to be renamed."""
    url = "id,url,name_fi\npage/x,https://a.fi/,A\n"
    rows, problems = reading(url, "omat sivut.csv")
    _, unfitting = reading("id,name_fi\nx,A\n", "mesures.csv")

    assert ([], "pages") == (problems, rows[0].table.name)
    assert "did you mean measures?" in unfitting[0]


@pytest.mark.parametrize("name", ["my-measures.csv", "measures-2026.csv", "Uudet toimet.csv"])
def test_header_tells_the_table(reading, name):
    """A file whose name does not begin with its table is the only table that its header fits."""
    rows, problems = reading("id,kind,title_fi,responsible\nmeasure/x,Measure,A,\n", name)

    assert ([], "measures") == (problems, rows[0].table.name)


def test_workbook_reads_like_csv(reading):
    """A sheet of a workbook reads like the CSV file of the same cells."""
    rows, problems = reading(workbook("evidence", *SHEET), "book.xlsx")
    plain, _ = reading(HEADER + ROW)

    assert ([], dict(plain[0].cells), 2) == (problems, dict(rows[0].cells), rows[0].number)


def test_numbers_of_a_spreadsheet(reading):
    """Numbers that a spreadsheet keeps as numbers read as they were typed."""
    lines = (["indicator", "record", "value", "confidence"], ["indicator/x", "target", 10.0, 0.8])
    rows, problems = reading(workbook("values", *lines), "book.xlsx")

    assert ([], "10", "0.8") == (problems, rows[0].text("value"), rows[0].text("confidence"))


@pytest.mark.parametrize(
    ("cell", "met"),
    [
        ("=A1", 'the formula "=A1"'),
        (dt.date(2022, 10, 1), 'a date that the spreadsheet made of what was typed ("2022-10-01 00:00:00")'),
        (dt.time(10, 22), "a date that the spreadsheet made"),
        ("#REF!", 'the error "#REF!"'),
        (True, "TRUE"),
    ],
)
def test_what_spreadsheets_make_of_cells(reading, cell, met):
    """Formulas, dates, errors and truth values are refused with file, sheet, row and column."""
    _, problems = reading(workbook("evidence", SHEET[0], ["measure/x", "d000", "rad 1", cell, "FM"]), "book.xlsx")

    assert [True] == [
        problem.startswith(f"book.xlsx sheet evidence row 2, column lines: met {met}") for problem in problems
    ]


def test_each_sheet_is_a_table(reading):
    """Each sheet is the table it is named after; the sheet that explains is passed over, any other is a problem."""
    book = workbook("evidence", *SHEET)
    pages = book.create_sheet("pages")
    pages.append(["id", "url"])
    pages.append(["page/x", "https://a.fi/"])
    book.create_sheet("Anvisning").append(["x"])
    book.create_sheet("Blad1")
    rows, problems = reading(book, "book.xlsx")
    book.create_sheet("dependancies").append(["x"])
    _, named = reading(book, "book.xlsx")

    assert ([], ["evidence", "pages"]) == (problems, [row.table.name for row in rows])
    assert "did you mean dependencies?" in named[0]


def test_single_sheet_with_any_name(reading):
    """The only sheet of a workbook may have any name when the file is named after the table."""
    rows, problems = reading(workbook("Taul1", *SHEET), "evidence.xlsx")

    assert ([], "evidence") == (problems, rows[0].table.name)


def packed(**parts):
    """A zip package with the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 and no more", "met no XLSX workbook"),
        (b"PK not at all", "met no XLSX workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "met an old or password-protected workbook; save it"),
        (packed(a="x"), "met no XLSX workbook; save it as XLSX"),
        (packed(**{"_rels/.rels": "x"}), "met a workbook that cannot be read"),
        (
            packed(**{"xl/a.xml": b"\0" * 3_000_000}),
            "met a workbook of 1 parts that unpacks to 3,000,000 bytes; keep it below",
        ),
        (packed(**{f"p{n}": b"" for n in range(60)}), "met a workbook of 60 parts"),
        (
            packed(**{"_rels/.rels": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            "met a document type declaration in _rels/.rels",
        ),
        (packed(**{"_rels/.rels": " " * 65530 + "<!DOCTYPE x>"}), "met a document type declaration in _rels/.rels"),
        (packed(**{"_rels/.rels": "<!DOCTYPE x>".encode("utf-16")}), "met a document type declaration in _rels/.rels"),
    ],
)
def test_hostile_workbook_is_refused(reading, content, expected):
    """Broken workbooks, zip bombs and packages with entities are refused before they are unpacked or parsed."""
    _, problems = reading(content, "book.xlsx", Limits(unpacked_bytes=2_000_000, parts=50))

    assert [True] == [problem.startswith(f"book.xlsx: {expected}") for problem in problems], problems


@pytest.mark.parametrize("name", ["evidence.csv", "book.xlsx"])
def test_file_beyond_the_bounds_is_refused(reading, name):
    """A file with more bytes or more rows than the bounds is refused, and says what the bounds are."""
    content = workbook("evidence", SHEET[0], *[SHEET[1]] * 20) if name == "book.xlsx" else HEADER + ROW * 20
    _, many = reading(content, name, Limits(rows=10))
    _, large = reading(content, name, Limits(file_bytes=100))

    assert [True] == ["met more than 10 rows; split it" in problem for problem in many]
    assert [True] == ["write" not in problem and "at most 100 bytes" in problem for problem in large]


def test_far_cell_is_refused(reading):
    """A workbook whose only other cell stands at the far end of the sheet is refused without filling the space between."""
    book = workbook("evidence", *SHEET)
    book.active.cell(1_000_000, 16_000, "x")
    _, problems = reading(book, "book.xlsx", Limits(rows=1000))

    assert [
        "book.xlsx sheet evidence: met more than 1,000 rows; split it into several files, or delete the empty rows at its end"
    ] == problems


def test_long_cell_is_refused(reading):
    """A cell longer than any spreadsheet allows is refused."""
    _, problems = reading(HEADER + ROW.replace("FM", "x" * 40_000))

    assert [True] == ["a cell of more than 32,767 characters; shorten it" in problem for problem in problems]


def test_every_column_is_documented():
    """The declared tables and columns are those of docs/tables.md."""
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    missing = []
    for table in declared().values():
        for name in [table.name, *table.columns]:
            stem = name.rsplit("_", 1)[0] if name.endswith(("_fi", "_sv", "_en")) else name
            if not any(form in text for form in (name, f"{stem}_*", f"{stem}_fi", f"`{stem}_…`")):
                missing.append(f"{table.name}.{name}")

    assert [] == missing
