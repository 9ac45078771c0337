"""
Input that cannot be judged or published: one answer in the language of the reader, exit code 2, nothing published.
"""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, runner


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """The command where nothing has been built."""
    return runner(tmp_path / "var", tmp_path)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["mitään ei luettu", "measures.csv, rivi 2, sarake status: ”planed” ei kelpaa; kirjoita jokin näistä: "]),
        ("sv", ["ingenting lästes", "measures.csv, rad 2, kolumn status: ”planed” godtas inte; skriv något av följande: "]),
        ("en", ["nothing was read", 'measures.csv row 2, column status: met "planed"; write one of ']),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["validate", "publish"])
def test_language(hankinta: Run, tmp_path: Path, command: str, language: str, words: list[str]) -> None:
    """Problems of input are told in the language asked for, when checking and when publishing."""
    (tmp_path / "measures.csv").write_text("id,kind,title_fi,status\nmeasure/x,Measure,A,planed\n", encoding="utf-8")
    answer = hankinta(command, "measures.csv", "--lang", language)

    assert (2, "") == (answer.returncode, answer.stdout)
    assert all(word in answer.stderr for word in words), answer.stderr
    assert "Traceback" not in answer.stderr


def test_build_in_swedish(alone: Run, tmp_path: Path) -> None:
    """The build tells in the language asked for what is wrong with the curated tables."""
    folder = tmp_path / "tables" / "registry"
    folder.mkdir(parents=True)
    (folder / "actors.csv").write_text("id,class,kind,name_fi\nactor/x,Organisation,kompany,A\n", encoding="utf-8")
    answer = alone("build", "--lang", "sv", HANKINTA_DATA=str(folder.parent))

    assert 2 == answer.returncode
    assert "registry/actors.csv, rad 2, kolumn kind: ”kompany” godtas inte; skriv något av" in answer.stderr
    assert "(menade du company eller " in answer.stderr


def test_refusal_in_finnish(hankinta: Run, tmp_path: Path) -> None:
    """What may not be published is told in the language asked for too."""
    (tmp_path / "inferred.nq").write_text(
        "<http://a/s> <http://a/p> <http://a/o> <https://w3id.org/hankintaverkko/graph/inferred> .", encoding="utf-8"
    )
    answer = hankinta("publish", "inferred.nq", "--lang", "fi")

    assert (2, "") == (answer.returncode, answer.stdout)
    assert 'kirjoittaa vain "hankinta build"; julkaise toiseen graafiin' in answer.stderr


def test_json(alone: Run, tmp_path: Path) -> None:
    """Problems in JSON have their place, the name of the problem and its words in three languages."""
    (tmp_path / "measures.csv").write_text("id,kind,title_fi,order\nmeasure/x,Measure,A,yksi\n", encoding="utf-8")
    answer = alone("validate", "measures.csv", "--format", "json", "--against", "none")
    told = json.loads(answer.stdout)
    expected = {
        "file": "measures.csv",
        "row": 2,
        "column": "order",
        "problem": "integer",
        "messages": {
            "fi": "”yksi” ei kelpaa; kirjoita kokonaisluku ykkösestä alkaen",
            "sv": "”yksi” godtas inte; skriv ett heltal från 1",
            "en": 'met "yksi"; write a whole number from 1 on',
        },
    }

    assert (2, "") == (answer.returncode, answer.stderr)
    assert {"conforms": None, "findings": [], "problems": [expected]} == told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.ttl", ""),
        ("prefixes.ttl", "@prefix a: <http://a/> .\n# nothing\n"),
        ("x.nt", "\n"),
        ("x.trig", "<http://a/g> { }"),
        ("x.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
        ("x.jsonld", "{}"),
        ("x.json", "[]"),
        ("measures.csv", "id,kind,title_fi\n"),
        ("measures-2.csv", "id,kind,title_fi\n,,\n\n"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "publish"])
def test_nothing_to_judge(hankinta: Run, tmp_path: Path, command: str, name: str, content: str) -> None:
    """A file without a single statement is neither judged nor published: one message says that there is nothing."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    answer = hankinta(command, name)

    assert (2, "") == (answer.returncode, answer.stdout)
    assert f"  {name}: met no statement at all, so there is nothing to judge; fill in" in answer.stderr
    assert 2 == len(answer.stderr.splitlines())
    assert 1 == len(hankinta("versions").stdout.splitlines())


def test_empty_template(alone: Run) -> None:
    """A template that nobody has filled in says nothing, as a workbook and as CSV."""
    for form in ("xlsx", "csv"):
        assert 0 == alone("template", "measures", "--format", form, "--lang", "fi").returncode
        answer = alone("validate", f"measures.{form}", "--against", "none", "--lang", "fi")

        assert 2 == answer.returncode
        assert f"measures.{form}: syötteessä ei ole yhtään väitettä" in answer.stderr
