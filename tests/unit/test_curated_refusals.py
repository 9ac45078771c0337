# ruff: noqa: E501 - tables of cases are read one case per line
"""
The curated facts: everything that is wrong is refused at once, with its place, what was met and what to do.
"""

import csv
import shutil

import pytest
from pyoxigraph import Literal

from loaders import curated
from loaders.errors import InputError
from ontology.namespaces import term
from tests.unit.facts import FIVE, IRIS, about, node


@pytest.fixture
def changing(tmp_path):
    """Change cells of the five rows, read them again, and return the problems as text."""
    folder = tmp_path / "data"
    shutil.copytree(FIVE, folder)

    def change(file, **cells):
        path = folder / file
        row = cells.pop("row", 0)
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if row == len(rows):
            rows.append(dict.fromkeys(rows[0], ""))
        rows[row].update(cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(dict.fromkeys(name for each in rows for name in each)))
            writer.writeheader()
            writer.writerows(rows)
        return folder

    def read():
        try:
            curated.read(folder, IRIS)
        except InputError as error:
            return [str(problem) for problem in error.problems]
        return []

    change.read = read
    change.folder = folder
    return change


CASES = [
    ("d000/measures.csv", {"id": "measure/ap22-m06"}, 'row 3, column id: met "measure/ap22-m06" a second time; give it an id of its own; d000/measures.csv row 2 has it'),
    ("d000/measures.csv", {"status": "planed"}, 'row 2, column status: met "planed"; write one of planned, conditional, started, ongoing, completed, superseded, unknown (did you mean planned?)'),
    ("d000/measures.csv", {"kind": "Mesure"}, 'row 2, column kind: met "Mesure"; write one of Measure, SubMeasure'),
    ("d000/measures.csv", {"kind": "Programme"}, 'row 2, column kind: met "Programme" for measure/ap22-m01; begin the id with programme/'),
    ("d000/measures.csv", {"id": "measure/Ap22"}, 'row 2, column id: met "measure/Ap22"; write lower-case letters a-z, digits and single hyphens'),
    ("d000/measures.csv", {"id": "actor/x"}, 'row 2, column id: met "actor/x"; begin with one of measure/, plan/'),
    ("d000/measures.csv", {"themes": "theme/t9"}, 'row 2, column themes: met "theme/t9", which nothing defines; name something that exists (did you mean theme/t8 or theme/t4 or theme/t3?)'),
    ("d000/measures.csv", {"themes": "theme/t1; theme/t1"}, 'row 2, column themes: met "theme/t1; theme/t1"; name each thing once'),
    ("d000/measures.csv", {"themes": "theme/t1;"}, 'row 2, column themes: met "theme/t1;"; separate items by one semicolon'),
    ("d000/measures.csv", {"part_of": "theme/t1"}, 'row 2, column part_of: met "theme/t1"; name something that begins with one of measure/, plan/'),
    ("d000/measures.csv", {"part_of": "programme/hankinta-soumi"}, 'row 2, column part_of: met "programme/hankinta-soumi", which nothing defines; name something that exists (did you mean programme/hankinta-suomi?)'),
    ("d000/measures.csv", {"order": "1.0"}, 'row 2, column order: met "1.0"; write a whole number from 1 on'),
    ("d000/measures.csv", {"responsible_as_printed": "FM; Hansel Ab"}, "row 2, column responsible_as_printed: met 2 printed names of 4 responsible actors"),
    ("d000/measures.csv", {"responsible": "actor/mof; Kommunförbundet; Hansel; Statskontoret"}, 'row 2, column responsible: met "Hansel", a name of no actor; write an id (actor/…) or a known name (did you mean Hansel Oy or Hansel Ab'),
    ("d000/measures.csv", {"schedule": "14.11."}, 'row 2, column schedule: met "14.11." (the year is missing); write the day with its year'),
    ("d000/measures.csv", {"schedule": "syksyllä 2020"}, 'row 2, column schedule: met "syksyllä 2020" (the words are Finnish); mark them as such: syksyllä 2020@fi'),
    ("d000/measures.csv", {"schedule": "2023@de"}, 'row 2, column schedule: met "2023@de"; mark another language by one of @fi, @sv, @en'),
    ("d000/measures.csv", {"edtf": "2020-24"}, 'row 2, column edtf: met "2020-24" (a winter lies in two years); write EDTF such as'),
    ("d000/measures.csv", {"edtf": "2023", "schedule": ""}, "row 2, column schedule: met an empty cell; write the words of the schedule as printed"),
    ("d000/measures.csv", {"lines": "27-7"}, 'row 2, column lines: met "27-7"; write a line or a range of lines'),
    ("d000/measures.csv", {"anchor": ""}, "row 2, column anchor: met an empty cell, though other columns of the evidence are filled in; fill it in (At most eight consecutive words"),
    ("d000/measures.csv", {"anchor": "a b c d e f g h i"}, 'row 2, column anchor: met "a b c d e f g h i"; write at most 8 words'),
    ("d000/measures.csv", {"anchor": "skriv a(at)b.fi"}, 'row 2, column anchor: met "skriv a(at)b.fi"; choose words without contact data'),
    ("d000/measures.csv", {"printed": "sw"}, 'row 2, column printed: met "sw"; list fi, sv, en separated by spaces, or write none'),
    ("d000/measures.csv", {"printed": "fi sv", "title_fi": ""}, "row 2, column title_fi: met no title_fi, though it is printed in that language"),
    ("d000/measures.csv", {"document": "d004"}, 'row 2, column document: met "d004"; write the key of a known document: d000'),
    ("d000/measures.csv", {"row": 4, "status_confidence": ""}, "row 6, column status_confidence: met an empty cell, though status_mode is inferred; fill it in: Confidence in the status"),
    ("d000/measures.csv", {"row": 4, "status_confidence": "1,0"}, 'row 6, column status_confidence: met "1,0"; write a number from 0 to 1 with a decimal point'),
    ("d000/measures.csv", {"status": "", "status_mode": "stated"}, 'row 2, column status_mode: met "stated"; write a status'),
    ("d000/dependencies.csv", {"type": "part-of"}, 'row 2, column type: met "part-of"; write one of requires'),
    ("d000/dependencies.csv", {"type": "funding-condition"}, "row 2, column condition_fi: met an empty cell, though type is funding-condition; fill it in: Funding condition"),
    ("d000/dependencies.csv", {"condition_fi": "x"}, 'row 2, column condition_fi: met "x"; empty the cell'),
    ("d000/dependencies.csv", {"rationale_en": ""}, "row 2, column rationale_en: met an empty cell, though mode is inferred; fill it in: Reason for an inferred claim"),
    ("d000/dependencies.csv", {"row": 1, "from": "measure/ap22-m01", "type": "related", "to": "measure/ap22-m13", "condition_fi": ""}, "row 3: met something that takes the identifier dependency/ap22-m01-related-ap22-m13, which d000/dependencies.csv row 2 has; delete one of the two rows, or change the key of one target"),
    ("d000/pages.csv", {"url": "mmm.fi/sv"}, 'row 2, column url: met "mmm.fi/sv"; write an address that begins with http'),
    ("registry/actors.csv", {"name_sv": "Statskontoret", "printed": "sv"}, 'row 5, column name_sv: met the name "Statskontoret", which actor/mof (registry/actors.csv row 2) has too; merge the two actors'),
    ("registry/actors.csv", {"kind": ""}, "row 2, column kind: met an empty cell; fill it in, every row needs it: Kind of actor"),
    ("registry/actors.csv", {"mode": "inferred"}, 'row 2, column mode: met "inferred"; write stated, normalised or editorial'),
    ("registry/actors.csv", {"document": ""}, "row 2, column document: met an empty cell, though other columns of the evidence are filled in; write the key of the document: d000, or empty section, lines, anchor too"),
    ("registry/services.csv", {"kind": "system"}, 'row 2, column kind: met "system"; write one of'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "cells", "expected"), CASES)
def test_wrong_cell_is_refused_with_its_place(changing, file, cells, expected):
    """A wrong cell is refused with file, row, column, what was met and what is accepted."""
    changing(file, **cells)

    assert [f"{file} {expected}"] == [problem[: len(file) + 1 + len(expected)] for problem in changing.read()][:1]


def test_names_are_resolved(changing):
    """Names of actors, whatever their case, may stand for ids, and then serve as the printed names too."""
    changing(
        "d000/measures.csv", responsible="FM; kommunförbundet; Hansel Ab; Statskontoret", responsible_as_printed=""
    )
    graphs = curated.read(changing.folder, IRIS)

    assert (term("hv:involvedAgent"), node("actor/mof")) in about(graphs, "src/d000", "involvement/ap22-m01-r1")
    assert (term("hv:nameAsPrinted"), Literal("kommunförbundet", language="sv")) in about(
        graphs, "src/d000", "involvement/ap22-m01-r2"
    )


def test_name_of_two_actors_is_refused(changing):
    """A name that two actors have is refused, and both are named."""
    changing("registry/actors.csv", row=1, alternatives_sv="FM")
    changing("d000/measures.csv", responsible="FM; actor/kuntaliitto; actor/hansel; actor/state-treasury")

    assert ['d000/measures.csv row 2, column responsible: met "FM", a name of 2 actors; write the id of the one that is meant: actor/mee or actor/mof'] == changing.read()  # fmt: skip


def test_all_files_in_one_run(changing):
    """Problems of all files are listed in one run."""
    changing("d000/measures.csv", status="x")
    changing("d000/pages.csv", url="x")
    changing("registry/actors.csv", kind="x")

    assert ["d000/measures.csv", "d000/pages.csv", "registry/actors.csv"] == [
        problem.split()[0] for problem in changing.read()
    ]


def test_count_that_differs_is_refused(changing):
    """A count that differs from the expected one is refused, with both numbers."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("themes = 5", "themes = 6\nmeasures_SubMeasure = 1\nmeasure = 5"),
        encoding="utf-8",
    )

    assert [
        "d000/source.toml key counts.themes: met 5 rows in the tables where 6 are expected; add the missing rows, or correct the count",
        "d000/source.toml key counts.measures_SubMeasure: met 0 rows in the tables where 1 are expected; add the missing rows, or correct the count",
        'd000/source.toml key counts.measure: met "measure"; count a table, or one of its kinds as in measures_SubMeasure (did you mean measures',
    ] == [problem[:135] if "counts.measure:" in problem else problem for problem in changing.read()]  # fmt: skip


def test_row_too_many_is_refused(changing):
    """A row too many is refused as well."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("themes = 5", "themes = 4"), encoding="utf-8")

    assert ["take out the surplus rows, or correct the count"] == [each.partition("; ")[2] for each in changing.read()]


def test_dependency_across_documents_needs_evidence_in_both(changing):
    """A dependency between elements of two documents needs evidence in both, and then has it."""
    other = changing.folder / "d004"
    other.mkdir()
    (other / "source.toml").write_text(
        f'title = "Suunnitelma"\nlanguage = "fi"\nfile = "004.txt"\nsha256 = "{"0" * 64}"\n', encoding="utf-8"
    )
    (other / "measures.csv").write_text("id,kind,title_fi\nmeasure/tem34-g03,Measure,Kolmas\n", encoding="utf-8")
    links = changing.folder / "links"
    links.mkdir()
    header = "from,type,to,document,section,lines,anchor,document_2,section_2,lines_2,anchor_2\n"
    row = "measure/ap22-m01,follows,measure/tem34-g03,d000,rad 1,7-9,x,{}\n"
    (links / "dependencies.csv").write_text(header + row.format(",,,"), encoding="utf-8")

    assert [
        "links/dependencies.csv row 2, column document_2: met an empty cell, though the ends come from d000 and d004; name the evidence in the other document too"
    ] == changing.read()
    (links / "dependencies.csv").write_text(header + row.format("d004,4 A 3,5,y"), encoding="utf-8")
    found = about(curated.read(changing.folder, IRIS), "links", "dependency/ap22-m01-follows-tem34-g03")
    assert {
        node("fragment/d000-dependency-ap22-m01-follows-tem34-g03"),
        node("fragment/d004-dependency-ap22-m01-follows-tem34-g03"),
    } == {value for predicate, value in found if predicate == term("hv:evidence")}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('language = "sv"', "", "d000/source.toml key language: met no text; write fi, sv or en"),
        ('language = "sv"', 'language = "se"', 'd000/source.toml key language: met "se"; write fi, sv or en'),
        ('key = "d000"', 'key = "d001"', 'd000/source.toml key key: met "d001"; write "d000"'),
        ("sha256", "sha", 'd000/source.toml key sha: met "55d64d4e'),
        (
            'kind = "measure-table"',
            'kind = "table"',
            'd000/source.toml key kind: met "table"; write one of measure-table',
        ),
        (
            'kind = "measure-table"',
            'issued = "2021-02-30"',
            'd000/source.toml key issued: met "2021-02-30"; write a date',
        ),
        (
            'kind = "measure-table"',
            "series = 34",
            'd000/source.toml key series: met "34"; write the series and its number as printed',
        ),
        ("measures = 5", "measures = five", "d000/source.toml: met a file that is no TOML"),
        ("themes = 5", 'themes = "5"', 'd000/source.toml key counts.themes: met "5"; write a whole number'),
    ],
)
def test_wrong_key_of_a_source_is_refused(changing, old, new, expected):
    """What is wrong in source.toml is refused with the key, what was met and what is accepted."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert expected == changing.read()[0][: len(expected)]


def test_stray_files_are_refused(changing):
    """Files that are no table, and tables with unknown names, are refused rather than passed over."""
    (changing.folder / "d000" / "notes.txt").write_text("x", encoding="utf-8")
    (changing.folder / "d000" / "measure.csv").write_text("x", encoding="utf-8")
    (changing.folder / "d000" / "~$measures.xlsx").write_text("lock file of a spreadsheet", encoding="utf-8")

    assert [
        'd000/measure.csv: met a table named "measure"',
        "d000/notes.txt: met a file that is no table",
    ] == [problem.split(";")[0] for problem in changing.read()]


def test_evidence_from_another_document_is_refused(changing):
    """A document's folder cites its own document only."""
    shutil.copytree(changing.folder / "d000", changing.folder / "d003")
    for path in (changing.folder / "d003").glob("*.csv"):
        path.unlink()
    toml = changing.folder / "d003" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").partition("[counts]")[0].replace("d000", "d003"), encoding="utf-8")
    changing("d000/measures.csv", document="d003")

    assert "cite d000 here; put this row into registry or links" in changing.read()[0]


def test_further_evidence_is_numbered(changing):
    """The table evidence adds numbered fragments after the first one."""
    (changing.folder / "d000" / "evidence.csv").write_text(
        "of,section,lines,anchor\nmeasure/ap22-m01,rad 1,9-10,x\nactor/mof,rad 2,40,FM\n", encoding="utf-8"
    )
    graphs = curated.read(changing.folder, IRIS)
    cited = {
        value for predicate, value in about(graphs, "src/d000", "measure/ap22-m01") if predicate == term("hv:evidence")
    }

    assert {node("fragment/d000-measure-ap22-m01"), node("fragment/d000-measure-ap22-m01-2")} == cited
    assert {(term("hv:evidence"), node("fragment/d000-actor-mof-2"))} == about(graphs, "src/d000", "actor/mof")


def test_nothing_to_read(tmp_path):
    """A folder without tables is refused rather than read as no facts."""
    with pytest.raises(InputError, match="no folders of tables"):
        curated.read(tmp_path, IRIS)
