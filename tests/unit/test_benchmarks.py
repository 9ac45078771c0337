"""
The benchmarks measure what they say: data that is the same every time, is shaped as the real data is, and conforms.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from benchmarks import synthetic
from benchmarks.measuring import Bench, Measured
from benchmarks.table import Table
from loaders import catalogue, curated
from loaders.publish import Published, Publisher
from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import term
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore

ROOT = Path(__file__).parents[2]
IRIS = Iris()
SAMPLE = 60  # measures: two documents, the second of which is not full
TYPE, EVIDENCE = term("rdf:type"), term("hv:evidence")

Pattern = tuple[str, str, str]


@pytest.fixture(scope="module")
def sample() -> Mapping[NamedNode, Sequence[Quad]]:
    """The graphs of the sample."""
    return synthetic.graphs(SAMPLE, IRIS)


def patterns(quads: Iterable[Quad]) -> set[Pattern]:
    """Which class is described with which property and what kind of value."""
    quads = list(quads)
    classes = {quad.subject: str(quad.object) for quad in quads if quad.predicate == TYPE}
    found = set()
    for quad in quads:
        value = quad.object
        kind = "node" if not isinstance(value, Literal) else "text" if value.language else str(value.datatype)
        found.add((classes[quad.subject], str(quad.predicate), kind))
    return found


def test_the_same_number_of_measures_gives_the_same_bytes(tmp_path: Path) -> None:
    """The same number of measures gives the same file, in any process and with any seed of hashing."""
    digests = set()
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.nq"
        command = [sys.executable, "-m", "benchmarks.tasks", "generate", str(SAMPLE), str(file)]
        subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        digests.add(hashlib.sha256(file.read_bytes()).hexdigest())

    assert 1 == len(digests)


def test_the_file_holds_the_sample_and_the_vocabulary(
    tmp_path: Path, sample: Mapping[NamedNode, Sequence[Quad]]
) -> None:
    """The file that is loaded holds every statement of the sample and of the vocabulary, and a catalogue."""
    file = tmp_path / "sample.nq"
    Bench(60).run("generate", SAMPLE, file, deadline=60)
    graphs = {**modules.read(IRIS), **sample}
    graphs[IRIS.graph("catalog")] = catalogue.read(graphs, IRIS)

    assert {quad for quads in graphs.values() for quad in quads} == set(parse(path=file, format=RdfFormat.N_QUADS))


def test_as_many_measures_as_asked_for(sample: Mapping[NamedNode, Sequence[Quad]]) -> None:
    """There are as many measures, with their parts, as were asked for."""
    kinds = {term("hv:Measure"), term("hv:SubMeasure")}
    typed = [quad for quads in sample.values() for quad in quads if quad.predicate == TYPE]

    assert SAMPLE == sum(quad.object in kinds for quad in typed)


def test_no_statement_comes_twice_and_every_node_has_a_name(sample: Mapping[NamedNode, Sequence[Quad]]) -> None:
    """No statement comes twice, none is about a node without an IRI."""
    quads = [quad for each in sample.values() for quad in each]

    assert len(quads) == len(set(quads))
    assert not any(isinstance(end, BlankNode) for quad in quads for end in (quad.subject, quad.object))


def test_shaped_as_the_curated_facts_are(sample: Mapping[NamedNode, Sequence[Quad]]) -> None:
    """Whatever the sample says of a class, the curated facts say of that class in the same way."""
    real = patterns(quad for quads in curated.read(ROOT / "data", IRIS).values() for quad in quads)
    made = patterns(quad for quads in sample.values() for quad in quads)

    assert set() == made - real
    assert {str(term(f"hv:{name}")) for name in ("Schedule", "Responsibility", "Requirement", "SourceFragment")} <= {
        class_ for class_, _, _ in made
    }


def test_the_sample_and_one_more_measure_conform(tmp_path: Path, sample: Mapping[NamedNode, Sequence[Quad]]) -> None:
    """The sample conforms to the shapes, and so does the measure whose publication is measured, in each edition."""
    graphs = {**modules.read(IRIS), **sample}
    graphs[IRIS.graph("catalog")] = catalogue.read(graphs, IRIS)
    with Validator() as validator:
        publisher = Publisher(EmbeddedStore(tmp_path), validator, IRIS, "bench")
        outcomes = [publisher.replace_built(graphs, "base", "sample")]
        for edition in (1, 2, 7):
            graph, quads = synthetic.entry(SAMPLE, IRIS, edition)
            outcomes.append(publisher.publish({graph: quads}, "one more"))

    assert [Published] * 4 == [type(outcome) for outcome in outcomes]


def test_a_task_past_its_deadline_is_cut_off(tmp_path: Path) -> None:
    """A task past its deadline is ended, and what it had told by then is kept."""
    measured = Bench(budget=60).run("generate", 100_000, tmp_path / "large.nq", deadline=0.5)

    assert not measured.finished
    assert measured.last("seconds") is None


def test_a_task_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """A task that fails stops the benchmarks instead of leaving a gap in the table."""
    with pytest.raises(RuntimeError, match="load_memory"):
        Bench(budget=60).run("load_memory", tmp_path / "absent.nq", deadline=60)


def test_the_last_word_of_a_task_counts() -> None:
    """Of what a task tells again and again, the last counts; what it never told is absent."""
    measured = Measured(({"peak": 1}, {"peak": 2}), finished=True, seconds=1)

    assert (2, None) == (measured.last("peak"), measured.last("seconds"))


def test_the_table_shows_how_a_figure_grows() -> None:
    """Each row shows the figure at both sizes with its unit, and by how much it grew."""
    table = Table((1_000, 5_000))
    table.row("time", "s", (2.0, 10.0))
    table.row("other", "s", (2.0, "not in 5 s"))
    first, second = str(table).splitlines()[-2:]

    assert ["time", "2.00", "10.0", "s", "5.00 x"] == [cell.strip() for cell in first.strip("|").split("|")]
    assert ["other", "2.00", "not in 5 s", "s", ""] == [cell.strip() for cell in second.strip("|").split("|")]
