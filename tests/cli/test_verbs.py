"""The editorial verbs: build, query, publish, withdraw, versions, diff, rollback, each in one command."""

import csv
import hashlib
import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from server.settings import CHECKOUT
from tests.cli.conftest import Run, runner

CODE = "SELECT ?code { <https://w3id.org/hankintaverkko/id/measure/ap22-m14> <http://www.w3.org/2004/02/skos/core#notation> ?code }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/hankintaverkko/id/measure/ap22-m14> } ?s ?p ?o }"
ENTRY = "https://w3id.org/hankintaverkko/id/measure/trial-m1"


def _digest(var: Path) -> str:
    # Provenance tells when and by whom, so it is the one graph that differs between two builds.
    from sparql.embedded import EmbeddedStore

    with EmbeddedStore(var).snapshot() as snapshot:
        lines = sorted(str(quad) for quad in snapshot.quads() if not str(quad.graph_name).endswith("/graph/prov>"))
    assert len(lines) > 10_000
    assert not any("_:" in line.split('"')[0] for line in lines)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@pytest.mark.long
def test_two_builds_are_the_same(tmp_path: Path) -> None:
    """Building in two fresh folders gives the same bytes, and building again says that nothing has changed."""
    first, second = tmp_path / "first", tmp_path / "second"
    built = [runner(var, CHECKOUT)("build") for var in (first, second)]
    again = runner(first, CHECKOUT)("build")

    assert [0, 0, 0] == [*(each.returncode for each in built), again.returncode], built[0].stderr
    assert all(each.stdout.startswith("version 1 is published: ") for each in built)
    assert "nothing has changed; version 1 is current\n" == again.stdout
    assert _digest(first) == _digest(second)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_query_prints_each_result_format(hankinta: Run, tmp_path: Path, name: str) -> None:
    """A query of a file is answered in the format asked for, and nothing else is printed."""
    file = tmp_path / "q.rq"
    file.write_text(CODE, encoding="utf-8")
    answer = hankinta("query", file, "--format", name)

    assert (0, "") == (answer.returncode, answer.stderr)
    assert "14" in answer.stdout
    assert answer.stdout.endswith("\n")
    if name == "json":
        assert ["code"] == json.loads(answer.stdout)["head"]["vars"]


@pytest.mark.long
def test_query_prints_each_graph_format(hankinta: Run) -> None:
    """A CONSTRUCT query from standard input gives the same graph in each format."""
    formats = {
        "ttl": RdfFormat.TURTLE,
        "jsonld": RdfFormat.JSON_LD,
        "nt": RdfFormat.N_TRIPLES,
        "rdf": RdfFormat.RDF_XML,
    }
    graphs = []
    for name, kind in formats.items():
        answer = hankinta("query", "-", "--format", name, text=GRAPH)
        assert 0 == answer.returncode, answer.stderr
        graphs.append({quad.triple for quad in parse(answer.stdout.encode(), kind)})

    assert graphs == [graphs[0]] * 4
    assert len(graphs[0]) > 10


@pytest.mark.parametrize(
    ("arguments", "text", "status", "words"),
    [
        (["query", "-"], "SELECT ?s {", 2, "1:"),
        (["query", "-"], "SELECT * { SERVICE <http://127.0.0.1:9/> {} }", 2, "SERVICE is switched off"),
        (["query", "-", "--format", "ttl"], COUNT, 2, "json, xml, csv, tsv"),
        (["query", "-", "--version", "99"], COUNT, 2, "there is no version 99"),
        (["query", "nothing.rq"], None, 2, "nothing.rq"),
        (["query", "."], None, 2, "directory"),
        (["query", "-", "--endpoint", "http://127.0.0.1:9/sparql"], COUNT, 2, "did not answer"),
        (["query", "-", "--endpoint", "nonsense"], COUNT, 2, "did not answer"),
        (["rollback", "99"], None, 2, "99"),
        (["diff", "1", "99"], None, 2, "99"),
        (["withdraw", "entry/nothing", "--why", "x"], None, 2, "entry/nothing"),
        (["withdraw", "../x", "--why", "x"], None, 2, "not accepted"),
        (["publish", "nothing.csv", "--why", "x"], None, 2, "nothing.csv"),
        (["validate", "nothing.ttl"], None, 2, "nothing.ttl"),
        (["template", "nothing"], None, 2, "nothing"),
        (["serve", "--port", "99999"], None, 2, "--port"),
        (["nonsense"], None, 2, "nonsense"),
    ],
)  # fmt: skip
def test_error_is_one_message(hankinta: Run, arguments: list[str], text: str | None, status: int, words: str) -> None:
    """What cannot be done ends in one message that names it, an exit code and no stack trace."""
    answer = hankinta(*arguments, text=text)

    assert status == answer.returncode, answer.stderr
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "" == answer.stdout


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"HANKINTA_DEADLINE": "soon"}, "HANKINTA_DEADLINE"),
        ({"HANKINTA_KEEP": "0"}, "HANKINTA_KEEP"),
        ({"HANKINTA_NONSENSE": "1"}, "HANKINTA_NONSENSE is no setting"),
        ({"HANKINTA_BASE_IRI": "ftp://x/"}, "HANKINTA_BASE_IRI"),
        ({"HANKINTA_BASE_IRI": "http://x"}, "http://x"),
        ({"HANKINTA_VAR": "/dev/null/x"}, "/dev/null"),
    ],
)
def test_bad_setting_is_told(hankinta: Run, settings: dict[str, str], words: str) -> None:
    """A setting that cannot be used is named, with what is accepted."""
    answer = hankinta("query", "-", text=COUNT, **settings)

    assert 2 == answer.returncode, answer.stdout
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


def test_runaway_is_stopped(hankinta: Run) -> None:
    """A query past the deadline ends in one message here too."""
    never = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "") }'
    answer = hankinta("query", "-", text=never, HANKINTA_DEADLINE="1")

    assert 2 == answer.returncode
    assert "1 seconds" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_version_says_what_to_do(tmp_path: Path) -> None:
    """Where nothing has been built, a query says so."""
    answer = runner(tmp_path / "var", tmp_path)("query", "-", text=COUNT)

    assert 2 == answer.returncode
    assert "hankinta build" in answer.stderr


def _fill(template: Path, row: dict[str, str]) -> None:
    lines = [line for line in template.read_text(encoding="utf-8-sig").splitlines() if not line.startswith(("#", '"#'))]
    header = next(csv.reader(lines[:1]))
    assert row.keys() <= set(header)
    with template.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([row.get(column, "") for column in header])


@pytest.mark.long
def test_entry_comes_and_goes(hankinta: Run, tmp_path: Path) -> None:
    """A template is filled in, checked, published, found by a query, compared, withdrawn, and the old version restored."""
    file = tmp_path / "measures.csv"
    written = hankinta("template", "measures", "--format", "csv", "--lang", "en", "--out", file)
    assert 0 == written.returncode, written.stderr
    _fill(
        file,
        {"id": "measure/trial-m1", "kind": "Measure", "title_fi": "Kokeilu kunnissa", "title_sv": "Försök i kommunerna",
         "title_en": "Trial in municipalities", "printed": "none", "responsible": "actor/mof", "responsible_as_printed": "VM",
         "schedule": "2027", "code": "trial-m1", "document": "d000", "section": "rad 14",
         "lines": "212-230", "anchor": "en upphandlingskalender",
         "status": "planned", "themes": "theme/t1"},
    )  # fmt: skip
    judged = hankinta("validate", file)
    assert 0 == judged.returncode, judged.stdout + judged.stderr
    ask = f"ASK {{ <{ENTRY}> ?p ?o }}"

    assert "false" in hankinta("query", "-", text=ask).stdout
    published = hankinta("publish", file, "--why", "a trial")
    assert 0 == published.returncode, published.stdout + published.stderr
    assert "true" in hankinta("query", "-", text=ask).stdout
    assert "false" in hankinta("query", "-", "--version", "1", text=ask).stdout
    assert f"<{ENTRY}>" in hankinta("diff", "1", "2").stdout
    assert "a trial" in hankinta("versions").stdout
    withdrawn = hankinta("withdraw", "entry/measures", "--why", "over")
    assert 0 == withdrawn.returncode, withdrawn.stderr
    assert "false" in hankinta("query", "-", text=ask).stdout
    assert 0 == hankinta("rollback", "2").returncode
    assert "true" in hankinta("query", "-", text=ask).stdout
    assert ["1", "2", "3", "4"] == [line.split()[0] for line in hankinta("versions").stdout.splitlines()]


def test_bad_entry_is_refused(hankinta: Run, tmp_path: Path) -> None:
    """Bad rows are all told in one run, with file, row and column; nothing is published."""
    file = tmp_path / "measures.csv"
    hankinta("template", "measures", "--format", "csv", "--out", file)
    _fill(file, {"id": "measure/Trial M1", "kind": "Nonsense", "title_fi": "x", "schedule": "some day"})
    answer = hankinta("publish", file, "--why", "a trial")

    assert 2 == answer.returncode
    assert answer.stderr.count("measures.csv row ") >= 2
    assert all(word in answer.stderr for word in ("column id", "column kind"))
    assert "Traceback" not in answer.stderr
    assert 1 == len(hankinta("versions").stdout.splitlines())
