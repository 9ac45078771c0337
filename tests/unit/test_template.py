"""
Templates: empty tables that explain themselves in three languages, and read back once they are filled in.
"""

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from loaders import cells, tables, template
from loaders.columns import LANGUAGES
from loaders.columns import tables as declared
from loaders.errors import InputError, Problems
from loaders.workbooks import HELP
from ontology.iris import Iris

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
EVERY = [
    (name, format, LANGUAGES[number % 3])
    for number, (name, format) in enumerate((name, format) for name in declared() for format in template.FORMATS)
]


def written(name, format, language):
    """The bytes of a template."""
    out = io.BytesIO()
    template.write(name, format, language, out)
    return out.getvalue()


def filled(data, format, rows):
    """The template with rows written into it as a person would."""
    if format == "csv":
        out = io.StringIO(newline="")
        header = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[-1]
        csv.DictWriter(out, header).writerows(rows)
        return data + out.getvalue().encode()
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, start=2):
        for name, value in row.items():
            sheet.cell(number, header.index(name) + 1, value or None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(tmp_path, data, name, format):
    """The rows of a template and the problems with them."""
    path = tmp_path / f"{name}.{format}"
    path.write_bytes(data)
    problems = Problems()
    rows = tables.read(path, problems)
    for row in rows:
        cells.check(row, Iris(), problems)
    return rows, [str(problem) for problem in problems.met]


@pytest.mark.parametrize(("name", "format", "language"), EVERY)
def test_empty_template_is_a_table_without_rows(tmp_path, name, format, language):
    """An empty template reads as a table without rows and without problems."""
    assert ((), []) == read(tmp_path, written(name, format, language), name, format)


@pytest.mark.parametrize(("name", "format", "language"), EVERY)
def test_examples_read_back(tmp_path, name, format, language):
    """A template filled in with its own examples reads back as those examples, and nothing is wrong with them."""
    row = {column.name: column.example for column in declared()[name].columns.values()}
    rows, problems = read(tmp_path, filled(written(name, format, language), format, [row]), name, format)

    assert ([], [row]) == (problems, [dict(each.cells) for each in rows])


@pytest.mark.parametrize("format", template.FORMATS)
@pytest.mark.parametrize("name", ["measures", "themes", "deliverables", "dependencies", "involvements", "pages"])
def test_filled_template_reads_back(tmp_path, name, format):
    """A template filled in with the rows of document 000 reads back as those rows."""
    with (FIVE / "d000" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        facts = list(csv.DictReader(stream))
    rows, problems = read(tmp_path, filled(written(name, format, "sv"), format, facts), name, format)

    assert [] == problems
    assert [{k: v for k, v in fact.items() if v} for fact in facts] == [dict(row.cells) for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_explained(language):
    """Both formats explain every column of every table: its meaning in the language, what it accepts, an example."""
    for name, table in declared().items():
        book = openpyxl.load_workbook(io.BytesIO(written(name, "xlsx", language)))
        sheet, help_sheet = book.worksheets
        explained = {row[0]: row for row in help_sheet.iter_rows(min_row=5, values_only=True)}
        comments = {cell.value: cell.comment.text for cell in sheet[1]}
        text = written(name, "csv", language).decode("utf-8-sig")

        assert (name, HELP[LANGUAGES.index(language)]) == (sheet.title, help_sheet.title)
        for column in table.columns.values():
            assert column.meaning[language] == explained[column.name][1]
            assert template.accepted(column, language) == (explained[column.name][3] or "")
            assert column.example == explained[column.name][4]
            assert comments[column.name].startswith(column.meaning[language])
            assert f"# {column.name}: {column.meaning[language]}" in text.replace('""', '"')


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "planned (suunniteltu)"), ("sv", "planned (planerad)"), ("en", "planned, conditional")],
)
def test_codes_are_explained(language, words):
    """Accepted codes are listed with their labels in the language."""
    assert words in template.accepted(declared()["measures"].columns["status"], language)


def test_cells_are_text():
    """The cells of an XLSX template are text, so that a spreadsheet leaves 10/2022 alone; codes are offered as lists."""
    sheet = openpyxl.load_workbook(io.BytesIO(written("measures", "xlsx", "fi"))).worksheets[0]

    columns = [sheet.column_dimensions[cell.column_letter] for cell in sheet[1]]
    assert {"@"} == {column.number_format for column in columns}
    assert any("planned" in rule.formula1 for rule in sheet.data_validations.dataValidation)


def test_template_is_the_same_bytes():
    """The same template is the same bytes every time, without the time at which it was made."""
    for format in template.FORMATS:
        assert written("measures", format, "fi") == written("measures", format, "fi")
    with zipfile.ZipFile(io.BytesIO(written("measures", "xlsx", "fi"))) as package:
        assert {1980} == {part.date_time[0] for part in package.infolist()}
        assert {b"1980"} == set(re.findall(rb"(\d{4})-\d\d-\d\dT", package.read("docProps/core.xml")))


def test_meanings_differ_by_language():
    """No meaning is left untranslated."""
    for table in declared().values():
        for column in table.columns.values():
            assert 3 == len({column.meaning[language] for language in LANGUAGES}), column.name


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("mesures", "csv", "fi"), 'table: met "mesures"; write one of measures, actors'),
        (("measures", "ods", "fi"), 'format: met "ods"; write one of xlsx, csv'),
        (("measures", "csv", "de"), 'language: met "de"; write one of fi, sv, en'),
    ],
)
def test_unknown_template_is_refused(asked, expected):
    """A table, format or language that there is none of is refused with those that there are."""
    with pytest.raises(InputError) as error:
        written(*asked)

    assert expected == str(error.value.problems[0])[: len(expected)]


def test_template_goes_to_a_file_or_a_stream(tmp_path):
    """A template is written to a file or to a stream, the same bytes."""
    template.write("pages", "csv", "sv", tmp_path / "pages.csv")

    assert written("pages", "csv", "sv") == (tmp_path / "pages.csv").read_bytes()
