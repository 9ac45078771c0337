"""The benchmark of the service says whom it could not measure, what was refused, and how the figures compare."""

from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.driver import Driven
from benchmarks.loads import COLD, WARM, Cell, Measurement, Plan, Rush, results
from benchmarks.peers import Absent
from benchmarks.questions import QUESTIONS
from benchmarks.report import Found, written

PLAN = Plan(measures=50, connections=(1, 2), seconds=1, patience=1, loading=1, deadline=1)
WORDS = [question.words for question in QUESTIONS]


def driven(answers: int, milliseconds: float, **statuses: int) -> Driven:
    """A load of one second with so many *answers*, each after so many *milliseconds*."""
    counted = {name.removeprefix("s"): count for name, count in statuses.items()}
    return Driven([milliseconds / 1000] * answers, counted or {"200": answers}, 0, 1.0)


def measurement(name: str, answers: int, words: list[str]) -> Measurement:
    """A peer that gave so many *answers* to each of the questions with these *words*."""
    cells = {
        Cell(each, temperature, connections): driven(answers, 2)
        for each in words
        for temperature in (COLD, WARM)
        for connections in PLAN.connections
    }
    return Measurement(name, 1.5, dict.fromkeys(words, 7), dict.fromkeys(words, 64), cells, 1 << 20)


def tables(*others: Measurement | Absent) -> str:
    """The report on a service that answers a hundred questions a second in two milliseconds each, beside *others*."""
    ours = measurement("this service", 100, WORDS)
    rush = Rush(driven(100, 2), driven(50, 5), driven(32, 1000, s503=28, s504=4))
    bare = {0: driven(400, 1), 64: driven(200, 1)}
    return written(
        Found(9, ours, others, {words: [0.001] for words in WORDS}, bare, driven(100, 2, s304=100), rush), PLAN
    )


def row(text: str, begins: str) -> list[str]:
    """The cells of the first row of *text* that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {begins}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A peer that is not on the PATH is named with what is missing, and nothing is started."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        peers.virtuoso(tmp_path / "x.nq", tmp_path / "v", 1) as one,
        peers.rdflib_endpoint(tmp_path / "x.nq", 1) as other,
    ):
        found = [one, other]

    assert ["Virtuoso", "rdflib-endpoint"] == [each.name for each in found if isinstance(each, Absent)]
    assert "Virtuoso was not measured: virtuoso-t and isql-vt are not on the PATH." in tables(*found)


def test_figures_are_compared() -> None:
    """The service is compared with each peer, with its engine, and with a bare server."""
    text = tables(measurement("Virtuoso", 50, WORDS))

    assert ["ASK", "100.0", "2.00", "2.00", "50.0", "2.00", "2.00", "2.00"] == row(text, "ASK  ")
    isolation, bare = text.split("engine in process")[1], text.split("bare server: answers/s")[1]
    assert ["ASK", "1.00", "2.00", "2.00", "yes"] == row(isolation, "ASK  ")
    assert ["ASK", "64.0", "200.0", "100.0", "0.50"] == row(bare, "ASK  ")
    assert ["ASK, unchanged (304)", "0", "400.0", "100.0", "0.25"] == row(bare, "ASK, unchanged")


def test_a_question_without_an_answer_in_time_is_shown_as_such() -> None:
    """What a peer does not answer in time has no figures, and is not compared."""
    text = tables(measurement("rdflib-endpoint", 50, WORDS[:-1]))

    assert ["none in time", "-", "-", "-"] == row(text, WORDS[-1])[4:]


def test_runaway_questions_are_counted() -> None:
    """The report says by how much small questions become slower, and what became of the runaway ones."""
    text = tables()

    assert "2.50" in row(text, "ratio")
    assert "What became of the runaway questions: 28 x 503, 4 x 504." in text


@pytest.mark.parametrize(
    ("body", "graph", "expected"),
    [
        (b'{"head": {}, "boolean": true}', False, 1),
        (b'{"head": {"vars": []}, "results": {"bindings": [{}, {}]}}', False, 2),
        (b"# a comment\n<a> <b> <c> .\n\n<a> <b> <d> .\n", True, 2),
    ],
)
def test_results_are_counted(body: bytes, graph: bool, expected: int) -> None:
    """Rows and triples are counted; true or false is one result."""
    question = next(question for question in QUESTIONS if question.gives_graph is graph)

    assert expected == results(body, question)
