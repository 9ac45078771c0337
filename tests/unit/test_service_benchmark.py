"""The benchmark of the service says whom it could not measure, what was refused, and how the figures compare."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import peers, service
from benchmarks.answers import results
from benchmarks.driver import Driven
from benchmarks.loads import COLD, WARM, Cell, Rounds
from benchmarks.peers import Data
from benchmarks.processes import Absent, NotMeasurable
from benchmarks.questions import QUESTIONS
from benchmarks.report import UNCHANGED, Found, written
from benchmarks.rush import Rush
from benchmarks.subject import LATE, UNASKED, Measurement

PLAN = replace(
    service.SMALL, measures=50, connections=(1, 2), seconds=1, patience=1, loading=1, asking=1, deadline=1, window=1
)
WORDS = [question.words for question in QUESTIONS]


def driven(answers: int, milliseconds: float, **statuses: int) -> Driven:
    """A load of one second with so many *answers*, each after so many *milliseconds*."""
    counted = {name.removeprefix("s"): count for name, count in statuses.items()}
    return Driven([milliseconds / 1000] * answers, counted or {"200": answers}, 0, 1.0, 0, [0.0] * answers)


def measurement(name: str, answers: int, missing: Mapping[str, str] | None = None) -> Measurement:
    """A system that gave so many *answers* to each of the questions that are not *missing*."""
    given = [words for words in WORDS if words not in (missing or {})]
    cells = {
        Cell(each, temperature, connections): driven(answers, 2)
        for each in given
        for temperature in (COLD, WARM)
        for connections in PLAN.connections
    }
    return Measurement(
        name, 1.5, dict.fromkeys(given, 7), dict.fromkeys(given, 64), dict(missing or {}), cells, 1 << 20, 1 << 21
    )


def tables(*others: Measurement | Absent, ours: Measurement | None = None) -> str:
    """The report on a service that answers a hundred questions a second in two milliseconds each, beside *others*."""
    ours = ours or measurement("this service", 100)
    beside = {COLD: driven(1000, 1), WARM: driven(200, 1)}
    rounds = {cell: Rounds([driven(100, 2)] * 3, [beside[cell.temperature]] * 3) for cell in ours.cells}
    for connections in PLAN.connections:
        rounds[Cell(UNCHANGED, WARM, connections)] = Rounds([driven(100, 2)], [driven(400, 1)])
    small = Rounds([driven(50, 4), driven(50, 5), driven(50, 90)], [driven(100, 2)] * 3)
    return written(Found(9, ours, others, rounds, Rush(small, driven(32, 1000, s503=28, s504=4))), PLAN)


def row(text: str, begins: str) -> list[str]:
    """The cells of the first row of *text* that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {begins}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    ("name", "start", "why"),
    [
        ("Virtuoso", peers.virtuoso, "virtuoso-t is not on the PATH"),
        ("Oxigraph", peers.oxigraph, "oxigraph is not on the PATH"),
        ("Fuseki", peers.fuseki, "java is not on the PATH"),
        ("rdflib-endpoint", peers.rdflib_endpoint, "rdflib-endpoint is not on the PATH"),
    ],
)
def test_a_peer_that_is_not_installed_is_named(
    name: str, start: service.Start, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A peer that is not on the PATH is named with what is missing, and nothing is started."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with ExitStack() as stack:
        begun = service.begin(stack, name, start, Data(tmp_path / "x.nq", 1, tmp_path, 1), PLAN, (1,), 1)

    assert Absent(name, why) == begun
    assert f"{name} was not measured: {why}." in tables(Absent(name, why))


@pytest.mark.parametrize(("script", "why"), [("echo that was it; exit 3", "exit status 3"), ("sleep 60", "not listen")])
def test_a_peer_that_does_not_start_is_passed_over(
    script: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A peer that ends, or never listens, is named with what it said last; the others are measured all the same."""
    program = tmp_path / "rdflib-endpoint"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    data = Data(tmp_path / "x.nq", 1, tmp_path / "data", 0.5)
    data.folder.mkdir()
    with ExitStack() as stack:
        begun = service.begin(stack, "rdflib-endpoint", peers.rdflib_endpoint, data, PLAN, (1,), 1)

    assert isinstance(begun, Absent)
    assert why in begun.why
    assert ("that was it" in begun.why) == ("echo" in script)


def test_the_newest_jar_is_taken(tmp_path: Path) -> None:
    """Of the releases of Fuseki that Maven keeps the highest is taken, by number; without any, that is said."""
    with pytest.raises(NotMeasurable, match="--fuseki"):
        peers.newest_jar(tmp_path)
    for release in ("5.9.0", "5.10.0", "4.10.0"):
        jar = tmp_path / release / f"jena-fuseki-server-{release}.jar"
        jar.parent.mkdir()
        jar.touch()

    assert "jena-fuseki-server-5.10.0.jar" == peers.newest_jar(tmp_path).name


def test_a_jar_that_is_no_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A jar that is not there is refused before anything is measured, with what to name."""
    with pytest.raises(SystemExit) as ended:
        service.main(["--fuseki", str(tmp_path / "absent.jar")])

    assert 2 == ended.value.code
    assert "absent.jar is no file; name the jar" in capsys.readouterr().err


def test_figures_are_compared() -> None:
    """The service is compared with each peer, with its engine, and with a bare server over few and many connections."""
    text = tables(measurement("Virtuoso", 50), measurement("Oxigraph", 400))

    assert ["ASK", "100.0", "50.0", "400.0", "2.00", "0.25"] == row(text, "ASK  ")
    assert ["ASK", *["2.00"] * 6] == row(text.split("cold, 1 connection: ms")[1], "ASK  ")
    isolation = text.split("engine in process")[1]
    assert ["ASK", "1.00", "2.00", "2.00", "yes"] == row(isolation, "ASK  ")
    for bare in text.split("bare server: answers/s")[1:]:
        assert ["ASK", "64", "200.0", "100.0", "0.50"] == row(bare, "ASK  ")
        assert ["ASK, unchanged (304)", "0", "400.0", "100.0", "0.25"] == row(bare, "ASK, unchanged")


def test_the_memory_of_each_system_is_told() -> None:
    """The report tells what each system holds with the data, and after all questions."""
    text = tables(measurement("Virtuoso", 50))

    assert ["memory with the data (PSS)", "1.00", "1.00", "MiB"] == row(text, "memory with")
    assert ["memory after all questions (PSS)", "2.00", "2.00", "MiB"] == row(text, "memory after")


@pytest.mark.parametrize("why", [LATE, UNASKED])
def test_a_question_without_an_answer_is_shown_as_such(why: str) -> None:
    """What a system does not answer, or is not asked, has no figures, and is not compared."""
    other = measurement("rdflib-endpoint", 50, {WORDS[-1]: why})
    text = tables(other, ours=measurement("this service", 100, {WORDS[0]: why}))

    assert [why, "-"] == row(text, WORDS[-1])[2:]
    assert [why, "50.0", "-"] == row(text, f"{WORDS[0]}  ")[1:]
    assert ["-"] * 4 == row(text.split("engine in process")[1], f"{WORDS[0]}  ")[1:]


def test_a_system_that_is_asked_over_one_connection_only_has_no_other_tables() -> None:
    """A system that was asked over one connection stands in the tables of one connection."""
    other = measurement("rdflib-endpoint", 50)
    other = replace(other, cells={cell: each for cell, each in other.cells.items() if cell.connections == 1})
    one, many = tables(other).split("| cold, 2 connections: answers/s")

    assert "times rdflib-endpoint" in one
    assert "times rdflib-endpoint" not in many.split("| warm, 1 connection")[0]


def test_runaway_questions_are_counted() -> None:
    """The report says by how much small questions become slower, by the median round, and what became of the runaways."""
    text = tables()

    assert ["ratio, median of the rounds", "", "2.50", "2.50", "2.50", ""] == row(text, "ratio")
    assert ["by itself", "300", "2.00", "2.00", "2.00", "0"] == row(text, "by itself")
    assert "What became of the runaway questions: 28 x 503, 4 x 504." in text


def test_answers_beside_runaways_are_told_with_and_without_what_the_hypervisor_took() -> None:
    """Both are shown: all answers, and those during which the machine had its processors."""
    disturbed = Driven([0.002] * 98 + [0.1] * 2, {"200": 100}, 0, 1.0, 0, [0.0] * 98 + [0.1] * 2)
    small = Rounds([disturbed] * 3, [driven(100, 1)] * 3)
    text = written(Found(9, measurement("this service", 1), [], {}, Rush(small, driven(32, 1000))), PLAN)

    assert ["ratio, median of the rounds", "", "2.00", "100.0", "100.0", ""] == row(text, "ratio")
    assert ["294", "2.00", "2.00", "2.00"] == row(text, "beside 32 runaway questions, undisturbed")[1:-1]
    assert ["undisturbed: ratio, median of the rounds", "", "2.00", "2.00", "2.00", ""] == row(text, "undisturbed")


@pytest.mark.parametrize(
    ("body", "words", "expected"),
    [
        (b'{"head": {}, "boolean": true}', "ASK", 1),
        (b'{"head": {"vars": []}, "results": {"bindings": [{}, {}]}}', "lookup of an IRI", 2),
        (b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"value": "17"}}]}}', "COUNT(*)", 17),
        (b"# a comment\n<a> <b> <c> .\n\n<a> <b> <d> .\n", "DESCRIBE", 2),
    ],
)
def test_results_are_counted(body: bytes, words: str, expected: int) -> None:
    """Rows and triples are counted, a number is taken as it is; true or false is one result."""
    question = next(question for question in QUESTIONS if question.words == words)

    assert expected == results(body, question)
