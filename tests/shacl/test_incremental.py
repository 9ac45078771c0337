"""Validating a change looks at little and says what validating everything would say."""

from collections.abc import Mapping, Sequence

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from ontology.iris import Iris
from ontology.namespaces import term
from shapes.validator import Validator

from .conftest import Statements

Graphs = Mapping[NamedNode, tuple[Quad, ...]]
SOURCE = Iris().graph("src/d000")


def quads_of(graphs: Mapping[NamedNode, Sequence[Quad]]) -> list[Quad]:
    """All quads of some graphs."""
    return [quad for quads in graphs.values() for quad in quads]


PLACE = st.integers(0, 10**6)
CHANGES = st.lists(st.tuples(st.sampled_from(("take out", "redirect", "add")), PLACE, PLACE), min_size=1, max_size=4)


def changed_by(changes: Sequence[tuple[str, int, int]], quads: Sequence[Quad]) -> tuple[Quad, ...]:
    """*quads* with some of them taken out, given the object of another, or mixed into a new one."""
    changed = list(quads)
    for kind, here, there in changes:
        place = here % len(changed)
        one, other = changed[place], changed[there % len(changed)]
        alike = [quad for quad in quads if quad.predicate == one.predicate]
        match kind:
            case "take out":
                del changed[place]
            case "redirect":
                value = alike[there % len(alike)].object
                changed[place] = Quad(one.subject, one.predicate, value, one.graph_name)
            case _:
                changed.append(Quad(one.subject, other.predicate, other.object, one.graph_name))
    return tuple(changed)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # one example takes seconds: no shrinking
)
@given(changes=CHANGES)
def test_a_change_is_judged_as_the_whole_would_be(
    changes: list[tuple[str, int, int]],
    validator: Validator,
    curated_graphs: Graphs,
    vocabulary_quads: tuple[Quad, ...],
) -> None:
    """
    Whatever is changed in a graph, judging the change finds every violation that judging everything finds, and all that
    is found about the changed nodes.
    """
    before = curated_graphs[SOURCE]
    written = changed_by(changes, before)
    everything = quads_of({**curated_graphs, SOURCE: written})
    ask = Statements((*everything, *vocabulary_quads))

    full = validator.full(everything, ask=ask, name="entry")
    entry = validator.entry(before, written, ask)

    changed = {quad.subject for quad in set(before) ^ set(written)}
    all_of = {finding.key for finding in full.findings}
    some_of = {finding.key for finding in entry.findings}
    assert {finding.key for finding in full.findings if finding.severity == "Violation"} <= some_of
    assert {finding.key for finding in full.findings if finding.focus in changed} <= some_of
    assert some_of <= all_of
    assert full.conforms == entry.conforms


def test_a_far_consequence_is_found(
    validator: Validator, curated_graphs: Graphs, vocabulary_quads: tuple[Quad, ...]
) -> None:
    """A dependency is judged again when the schedule at its other end changes."""
    before = curated_graphs[SOURCE]
    schedules = [quad for quad in before if quad.predicate == term("hv:precision")]
    written = tuple(quad for quad in before if quad not in schedules)
    everything = quads_of({**curated_graphs, SOURCE: written})

    report = validator.entry(before, written, Statements((*everything, *vocabulary_quads)))

    assert {quad.subject for quad in schedules} == {
        finding.focus for finding in report.findings if "S-19" in finding.rules
    }


def test_a_change_of_nothing_finds_nothing_about_nodes(
    validator: Validator, curated_graphs: Graphs, vocabulary_quads: tuple[Quad, ...]
) -> None:
    """Writing a graph again as it was conforms."""
    before = curated_graphs[SOURCE]

    report = validator.entry(before, before, Statements((*quads_of(curated_graphs), *vocabulary_quads)))

    assert report.conforms
    assert () == report.findings
