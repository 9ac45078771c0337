# ruff: noqa: E501 - tables of cases are read one case per line
"""
Entries: someone's RDF files and tables are read together, into graphs of their own, against what is known.
"""

import shutil
import time
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from loaders import curated, entry
from loaders.errors import InputError
from loaders.references import UNKNOWN, Known
from loaders.sentences import near
from ontology.iris import Iris
from ontology.namespaces import term

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
IRIS = Iris()
MEASURES = (
    "id,kind,title_fi,printed,status,themes,responsible,responsible_as_printed,schedule\n"
    "measure/uusi-1,Measure,Uusi toimenpide,fi,planned,theme/t1,{},,syksyllä 2023\n"
)


@pytest.fixture(scope="module")
def known():
    """What the published five rows define."""
    return Known.of((quad for said in curated.read(FIVE, IRIS).values() for quad in said), IRIS)


@pytest.fixture
def put(tmp_path):
    """Write files and give their paths."""

    def write(**contents):
        paths = []
        for name, content in contents.items():
            path = tmp_path / name.replace("_dot_", ".")
            path.write_text(content, encoding="utf-8")
            paths.append(path)
        return paths

    return write


def refused(paths, known):
    """The problems of an entry, as text."""
    with pytest.raises(InputError) as error:
        entry.read(paths, IRIS, known)
    return [str(problem) for problem in error.value.problems]


def test_what_is_published_is_known(known):
    """What is published is known: ids, names of actors whatever their case, languages of documents."""
    assert {"measure/ap22-m01", "actor/mof", "theme/t1", "document/d000"} <= known.ids
    assert (frozenset({"actor/mof"}), {"d000": "sv"}) == (known.names["fm"], known.languages)


def test_rows_go_to_the_graph_of_their_file(put, known):
    """Rows of a table go to the graph of their file, texts of ours included; names of actors are resolved."""
    graphs = entry.read(put(measures_dot_csv=MEASURES.format("finansministeriet; Kommunförbundet")), IRIS, known)
    quads = graphs[IRIS.graph("entry/measures")]
    found = {(quad.subject, quad.predicate, quad.object) for quad in quads}

    assert {IRIS.graph("entry/measures")} == graphs.keys()
    assert (IRIS.entity("measure/uusi-1"), term("skos:prefLabel"), Literal("Uusi toimenpide", language="fi")) in found
    assert (IRIS.entity("involvement/uusi-1-r1"), term("hv:involvedAgent"), IRIS.entity("actor/mof")) in found
    assert (IRIS.entity("schedule/uusi-1-s1"), term("hv:verbatim"), Literal("syksyllä 2023", language="fi")) in found


def test_tables_refer_to_each_other(put, known):
    """Tables, workbooks and RDF files of one entry may refer to each other."""
    paths = put(
        actors_dot_csv="id,class,kind,name_fi,printed\nactor/uusi,Organisation,company,Uusi Oy,fi\n",
        measures_dot_csv=MEASURES.format("Uusi Oy; Toinen Oy"),
        toinen_dot_ttl='<id/actor/toinen> a <http://a/B> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "Toinen Oy"@fi .',
    )
    graphs = entry.read(paths, IRIS, known)

    assert {"entry/actors", "entry/measures", "entry/toinen"} == {name.value.partition("graph/")[2] for name in graphs}
    assert 1 == len(entry.read(paths[2:], IRIS, known))
    assert ["measures.csv row 2, column responsible"] * 2 == [
        problem.split(":")[0] for problem in refused(paths[1:2], known)
    ]


def test_reference_to_nothing_is_refused(put, known):
    """A reference to nothing is refused with what is close to it; without knowledge it is taken as written."""
    paths = put(measures_dot_csv=MEASURES.format("FM").replace("theme/t1", "theme/t11"))

    assert [True] == [
        problem.startswith('measures.csv row 2, column themes: met "theme/t11", which nothing defines; name something')
        and "(did you mean theme/t1 " in problem
        for problem in refused(paths, known)
    ]
    by_id = put(measures_dot_csv=MEASURES.format("").replace("theme/t1", "theme/t11"))
    assert 1 == len(entry.read(by_id, IRIS, UNKNOWN))


def test_entry_cites_known_documents_alone(put, known):
    """An entry may cite a known document, whose language its words then have; an unknown document is refused."""
    text = "id,kind,title_sv,schedule,document,section,lines,anchor\nmeasure/x,Measure,Åtgärd,hösten 2023,{},rad 1,1-2,Åtgärd\n"
    graphs = entry.read(put(measures_dot_csv=text.format("d000")), IRIS, known)
    quads = graphs[IRIS.graph("entry/measures")]

    assert IRIS.entity("fragment/d000-measure-x") in {quad.object for quad in quads}
    assert "write the key of a known document: d000" in refused(put(measures_dot_csv=text.format("d009")), known)[0]


def test_quads_keep_the_graph_that_they_name(put, known):
    """Triples go to the graph of their file; quads keep the graph that they name."""
    graphs = entry.read(put(a_dot_ttl="<id/measure/x> a <http://a/B> .", b_dot_nq="<http://a/s> <http://a/p> <http://a/o> <http://a/g> ."), IRIS, known)  # fmt: skip

    assert {IRIS.graph("entry/a"), NamedNode("http://a/g")} == graphs.keys()
    assert IRIS.entity("measure/x") == graphs[IRIS.graph("entry/a")][0].subject


def test_blank_nodes_of_two_files(put, known):
    """Blank nodes of two files stay apart even in one graph."""
    paths = put(a_dot_nq='_:x <http://a/p> "1" <http://a/g> .', b_dot_nq='_:x <http://a/p> "2" <http://a/g> .')
    quads = entry.read(paths, IRIS, known)[NamedNode("http://a/g")]

    assert [BlankNode, BlankNode] == [type(quad.subject) for quad in quads]
    assert 2 == len({quad.subject for quad in quads})


def test_nameless_graph_is_refused(put, known):
    """A graph named by a blank node is refused."""
    assert (
        "name every graph by an IRI"
        in refused(put(a_dot_nq="<http://a/s> <http://a/p> 1 _:g .".replace("1", '"1"')), known)[0]
    )


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("measures", "entry/measures"),
        ("Uudet toimenpiteet 2026 (v2)", "entry/uudet-toimenpiteet-2026-v2"),
        ("Åtgärder_för ÖVRIGA", "entry/atgarder-for-ovriga"),
    ],
)
def test_name_of_a_file_becomes_that_of_its_graph(stem, name):
    """The name of a file becomes the name of its graph, in letters a-z, digits and hyphens."""
    assert name == entry.graph_name(stem)


def test_names_of_files(put, known):
    """Two files that would share a graph, and files without a usable name, are refused."""
    assert "a second file for the graph entry/a" in refused(put(a_dot_ttl="", A_dot_nt=""), known)[0]
    assert "name the file with letters" in refused(put(**{"…_dot_ttl": ""}), known)[0]


def test_missing_file_is_a_problem(tmp_path, known):
    """A file that does not exist is one of the problems."""
    assert [
        "x.ttl: met a file that cannot be read (No such file or directory); name a file that exists and may be read"
    ] == refused([tmp_path / "x.ttl"], known)


def test_all_problems_of_all_files(put, known):
    """Problems of all files, tables and RDF alike, are listed in one run, and nothing is read by halves."""
    paths = put(
        a_dot_ttl="<http://a> <http://b> x .\n",
        measures_dot_csv=MEASURES.format("X").replace("planned", "plan"),
        b_dot_jsonld="{",
    )
    problems = refused(paths, known)

    assert {"a.ttl", "measures.csv", "b.jsonld"} == {problem.split()[0] for problem in problems}


SPOILED = (
    "id,kind,title_fi,printed,order,status,themes,responsible,responsible_as_printed,schedule,lines\n"
    "{id},Measure,Uusi,fi,{order},{status},theme/t1,{responsible},{printed},{schedule},\n"
)


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"status": "plan", "responsible": "Nobody", "schedule": "joskus"}, ["status", "responsible", "schedule"]),
        ({"status": "plan"}, ["status"]),
        (
            {"order": "x", "responsible": "FM; actor/Å; Nobody", "printed": "a; b; c"},
            ["order", "responsible", "responsible"],
        ),
        ({"status": "plan", "responsible": "FM; actor/mof", "printed": "FM"}, ["status", "responsible_as_printed"]),
        ({"id": "actor/x", "schedule": "joskus"}, ["id", "schedule"]),
        ({"printed": "FM@de", "responsible": "FM"}, ["responsible_as_printed"]),
    ],
)
def test_other_cells_of_a_bad_row(put, known, cells, columns):
    """A bad cell hides no other problem of its row, and causes none."""
    row = {"id": "measure/uusi-1", "order": "1", "status": "planned", "responsible": "", "printed": "", "schedule": ""}
    problems = refused(put(measures_dot_csv=SPOILED.format(**{**row, **cells})), known)

    assert sorted(columns) == sorted(problem.partition("column ")[2].partition(":")[0] for problem in problems), (
        problems
    )


def test_other_cells_beside_an_unknown_end(put, known):
    """An end that nothing defines hides no other problem of a dependency, and causes none."""
    text = "from,type,to,mode,document,section,lines,anchor\nmeasure/none,uses,theme/t1,inferred,,,7,FM\n"
    columns = [
        problem.partition("column ")[2].partition(":")[0] for problem in refused(put(dependencies_dot_csv=text), known)
    ]

    assert (
        {"from", "confidence", "rationale_fi", "rationale_sv", "rationale_en", "document", "section"}
        >= set(columns)
        >= {"from", "document"}
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "involvements",
            "of,role,order,actor\nmeasure/ap22-m01,member,1,FM\n",
            'column role: met "member"; write one of responsible',
        ),
        ("measures", "id,kind,title_fi\nplan/x,Mesure,A\n", 'column kind: met "Mesure"; write one of Measure'),
        (
            "measures",
            "id,kind,title_fi,status,status_mode\nmeasure/x,Measure,A,plan,stated\n",
            'column status: met "plan"; write one of',
        ),
        ("measures", "id,kind,title_fi\nu1,Measure,A\n", 'column id: met "u1"; begin with one of measure/, plan/'),
        (
            "measures",
            "id,kind,title_fi,themes\nmeasure/u1,Measure,A,t1\n",
            'column themes: met "t1"; write the id of the thing, such as theme/t1',
        ),
        (
            "measures",
            "id,kind\nmeasure/u1,Measure\n",
            "column title_fi: met no title_fi, though this is the language of the row",
        ),
    ],
)
def test_usual_mistake_gets_one_message(put, known, name, text, expected):
    """A usual mistake gets one message that says what to write instead."""
    (problem,) = refused(put(**{f"{name}_dot_csv": text}), known)

    assert expected in problem


def test_names_keep_their_case(put, known):
    """Suggested names of published actors are written as published."""
    (problem,) = refused(put(measures_dot_csv=MEASURES.format("Komunförbundet")), known)

    assert "Kommunförbundet" in problem


def test_workbook_is_one_entry(tmp_path, known):
    """A workbook with several tables is one entry with one graph."""
    book = openpyxl.Workbook()
    book.active.title = "measures"
    for line in MEASURES.format("FM").splitlines():
        book.active.append(line.split(","))
    book.create_sheet("deliverables").append(["id", "kind", "name_fi", "produced_by"])
    book["deliverables"].append(["deliverable/uusi-1-opas", "guide", "Opas", "measure/uusi-1"])
    path = tmp_path / "Syksyn uudet.xlsx"
    book.save(path)
    quads = entry.read([path], IRIS, known)[IRIS.graph("entry/syksyn-uudet")]

    assert (IRIS.entity("measure/uusi-1"), IRIS.entity("deliverable/uusi-1-opas")) in {
        (q.subject, q.object) for q in quads
    }


def test_refused_cells_of_a_workbook(tmp_path, known):
    """A cell that a spreadsheet spoilt is told once, and the other cells of its row are still judged."""
    book = openpyxl.Workbook()
    book.active.title = "measures"
    book.active.append(["id", "kind", "title_fi", "schedule"])
    book.active.append(["measure/x", "=A1", "=A2", "joskus"])
    book.active.append(["measure/y\u200b", "Measure", "B", "2023"])
    path = tmp_path / "measures.xlsx"
    book.save(path)
    problems = refused([path], known)
    told = [problem.partition("sheet measures ")[2].partition(":")[0] for problem in problems]

    assert ["row 2, column kind", "row 2, column title_fi", "row 3, column id", "row 2, column schedule"] == told


def test_curated_tables_are_entries(tmp_path, known):
    """The tables of the data folder read as an entry and say the same there, all in one graph."""
    path = shutil.copy(FIVE / "registry" / "actors.csv", tmp_path)
    quads = entry.read([Path(path)], IRIS, known)[IRIS.graph("entry/actors")]
    curated_too = curated.read(FIVE, IRIS)

    assert {(q.subject, q.predicate, q.object) for q in quads} == {
        (q.subject, q.predicate, q.object)
        for name in ("registry", "translations")
        for q in curated_too[IRIS.graph(name)]
        if "actor" in q.subject.value
    }


def test_document_is_named(tmp_path, known):
    """A row with evidence but without a document, which only the folder could tell, is refused."""
    path = shutil.copy(FIVE / "d000" / "deliverables.csv", tmp_path)
    problems = refused([Path(path)], known)

    assert {"column document: met an empty cell, though other columns of the evidence are filled in"} == {
        problem.partition(", ")[2].partition(";")[0] for problem in problems
    }


def test_no_files_are_no_graphs(known):
    """No files are no graphs."""
    assert {} == entry.read([], IRIS, known)


def test_suggestions_among_many(put):
    """Among very many names one that begins alike is still suggested, and they are not all looked at for each mistake of a file."""
    ids = frozenset(f"theme/t{number:06}" for number in range(100_000))
    rows = "".join(f"measure/m{number},Measure,A,theme/t{number:06}x\n" for number in range(200))
    started = time.thread_time()
    near("theme/t000123x", ids)
    looked = time.thread_time()
    problems = refused(put(measures_dot_csv="id,kind,title_fi,themes\n" + rows), Known(ids))
    took = time.thread_time() - looked

    assert 200 == len(problems)
    assert "(did you mean theme/t000123" in problems[123]
    assert took < 200 * (looked - started) / 8
