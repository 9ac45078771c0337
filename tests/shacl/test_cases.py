"""
Every shape has a case that meets it and one that does not.

The first line of a case names the shape; that of an invalid one also the severity with which it must be hit. Cases hold
no more than their shape looks at, so other shapes may miss something in both of a pair.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from ontology.iris import shape
from shapes import sources, vocabulary, whole
from shapes.engine import Engine, Task
from shapes.jobs import Job
from shapes.library import library, profile
from shapes.report import Finding

CASES = Path(__file__).parent / "cases"
DATASET = profile("dataset")
_FIRST_LINE = re.compile(r"# hvs:(?P<shape>\S+) (?:is met\.|sh:(?P<severity>\w+))")


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the shape that it is about, and the severity with which it is to be hit, if it is."""

    shape: NamedNode
    severity: str | None
    triples: tuple[Triple, ...]

    @property
    def file(self) -> str:
        """The file of the shape."""
        return library().shapes[self.shape].file

    @property
    def context(self) -> bool:
        """Whether the vocabulary is known while judging; not where it is judged itself."""
        return self.file not in {*DATASET.vocabulary, "usage.ttl"}


def read(path: Path) -> Case:
    """The case of a file."""
    text = path.read_text(encoding="utf-8")
    found = _FIRST_LINE.fullmatch(text.splitlines()[0])
    assert found, f"{path.name} does not name its shape in its first line"
    triples = tuple(quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE))
    return Case(shape(found["shape"]), found["severity"], triples)


def hits(engine: Engine, case: Case) -> set[tuple[NamedNode, str]]:
    """Shape and severity of each result of the file of the shape, with pySHACL."""
    statements = "asserted" if case.file not in (*DATASET.combined, *DATASET.whole) else "combined"
    raws, _ = engine.run(Task(case.triples, (), None, [Job(case.file, statements)], case.context))
    return {(raw.shape, raw.severity) for raw in raws}


@pytest.mark.parametrize("path", sorted(CASES.glob("*-invalid.ttl")), ids=lambda path: path.stem)
def test_an_invalid_case_differs_from_the_valid_one_by_its_shape(engine: Engine, path: Path) -> None:
    """Data that follows a rule is not remarked on; breaking it is hit by the shape named, with its severity, alone."""
    invalid, valid = read(path), read(path.with_name(path.name.replace("-invalid", "-valid")))
    met = hits(engine, valid)

    assert invalid.shape == valid.shape
    assert (valid.shape, invalid.severity) not in met
    assert {(invalid.shape, invalid.severity)} == hits(engine, invalid) - met


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(CASES.glob("*.ttl")) if read(path).file in DATASET.whole],
    ids=lambda path: path.stem,
)
def test_a_whole_graph_rule_finds_the_same_as_one_query(engine: Engine, path: Path) -> None:
    """A rule about the whole graph finds the same node by node in pySHACL, as one query there, and in a store."""
    case = read(path)
    each = library().shapes[case.shape]
    raws, rows = engine.run(
        Task(case.triples, (), None, [Job(each.file, "combined"), Job(each.file, "combined", each.iri)], case.context)
    )
    store = Store()
    for triple in (*case.triples, *(vocabulary.triples() if case.context else ())):
        store.add(Quad(triple.subject, triple.predicate, triple.object))

    def ask(text: str, *, substitutions: object) -> object:
        return store.query(text, substitutions=substitutions, use_default_graph_as_union=True)

    node_by_node = {(raw.focus, raw.path, raw.value) for raw in raws if raw.shape == each.iri}
    one_query = {triple_of(finding) for finding in whole.read(each, rows[each.iri])}
    stored = {triple_of(finding) for finding in whole.findings([each], ask)}

    assert node_by_node == one_query == stored
    assert bool(stored) == (case.severity is not None)


def triple_of(finding: Finding) -> tuple[object, object, object]:
    """What pySHACL's result of the same finding says."""
    return finding.focus, finding.path, finding.value


@pytest.mark.parametrize("path", sorted(CASES.glob("*.trig")), ids=lambda path: path.stem)
def test_a_rule_about_graphs_is_met_or_not(path: Path) -> None:
    """A case of several graphs is hit by the shape that it names, with its severity, or by none."""
    text = path.read_text(encoding="utf-8")
    named = _FIRST_LINE.fullmatch(text.splitlines()[0])
    assert named, f"{path.name} does not name its shape in its first line"
    found = sources.findings(library(), parse(text.encode(), format=RdfFormat.TRIG))
    expected = {(shape(named["shape"]), named["severity"])} if named["severity"] else set()

    assert expected == {(finding.shape, finding.severity) for finding in found}


def test_every_shape_has_both_cases() -> None:
    """No shape is without a valid and an invalid case, and no case is about a shape that is gone."""
    judged = {iri for iri, each in library().shapes.items() if each.messages}
    about_graphs = shape("SourceGraph-document")
    valid = {read(path).shape for path in CASES.glob("*-valid.ttl")}
    invalid = {read(path).shape for path in CASES.glob("*-invalid.ttl")}

    assert 2 == len(list(CASES.glob("*-source-graph-document-*.trig")))
    assert judged - {about_graphs} == valid
    assert judged - {about_graphs} == invalid


def test_every_rule_is_covered() -> None:
    """Each rule of the catalogue of rules has a shape, but for the four that code or other work answers for."""
    elsewhere = {"S-35", "S-57", "S-59"}
    covered = {rule for each in library().shapes.values() for rule in each.rules}

    assert {f"S-{number:02}" for number in range(1, 63)} - elsewhere == {rule for rule in covered if rule[0] == "S"}
