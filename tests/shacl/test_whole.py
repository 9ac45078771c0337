"""Rules about the whole graph find the same about a change as about everything, though they look at little of it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Variable, parse

from ontology.iris import Iris, shape
from ontology.namespaces import term
from shapes import focus, vocabulary, whole
from shapes.library import Shape, library, profile
from shapes.report import Finding

from .conftest import Statements

Graphs = Mapping[NamedNode, tuple[Quad, ...]]
Edit = Callable[[Sequence[Quad], int, int], Sequence[Quad]]
IRIS = Iris()
CASES = Path(__file__).parent / "cases"
FAR = {shape("Measure-codeGap")}  # its gap is where nothing is stated: only a full run sees one that opens
RULES = [rule for rule in library().of(profile("entry").whole) if rule.query]
PLACE = st.integers(0, 10**6)


def forgotten(quads: Sequence[Quad], here: int, _: int) -> Sequence[Quad]:
    """*quads* without everything that is said about one thing."""
    gone = quads[here % len(quads)].subject
    return [quad for quad in quads if quad.subject != gone]


def untyped(quads: Sequence[Quad], here: int, _: int) -> Sequence[Quad]:
    """*quads* without the type of one thing."""
    types = [quad for quad in quads if quad.predicate == term("rdf:type")]
    return [quad for quad in quads if quad != types[here % len(types)]]


def mistaken(quads: Sequence[Quad], here: int, there: int) -> Sequence[Quad]:
    """*quads* in which one statement has the object of another."""
    one, other = quads[here % len(quads)], quads[there % len(quads)]
    return [*quads, Quad(one.subject, one.predicate, other.object, one.graph_name)]


def namesake(quads: Sequence[Quad], here: int, there: int) -> Sequence[Quad]:
    """*quads* in which one thing is also called, numbered, or linked as another of its like is."""
    one = quads[here % len(quads)]
    alike = [quad for quad in quads if quad.predicate == one.predicate]
    return [*quads, Quad(one.subject, one.predicate, alike[there % len(alike)].object, one.graph_name)]


def circular(quads: Sequence[Quad], here: int, there: int) -> Sequence[Quad]:
    """*quads* in which two things are parts of each other, or require each other."""
    one, other = quads[here % len(quads)], quads[there % len(quads)]
    links = ("hv:isPartOf",) if here % 2 else ("hv:hasRequirement", "hv:dependencyTarget")
    return [
        *quads,
        *(Quad(one.subject, term(link), other.subject, one.graph_name) for link in links),
        *(Quad(other.subject, term(link), one.subject, one.graph_name) for link in links),
    ]


EDITS: Sequence[Edit] = (forgotten, untyped, mistaken, namesake, circular)


def found(findings: Sequence[Finding]) -> set[tuple[object, ...]]:
    """What tells findings apart."""
    return {finding.key for finding in findings}


def near(rule: Shape, before: Sequence[Quad], written: Sequence[Quad], ask: whole.Ask) -> set[tuple[object, ...]]:
    """What *rule* finds at the nodes that the change from *before* to *written* can matter to."""
    nodes = focus.targeted(rule, focus.affected(before, written, (rule,), ask), ask)
    return found(list(whole.bound(rule, nodes, ask)))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(
    graph=st.sampled_from(("src/d000", "registry")),
    edits=st.lists(st.tuples(st.sampled_from(EDITS), PLACE, PLACE), min_size=1, max_size=3),
)
@example(graph="registry", edits=[(forgotten, 0, 0)])
@example(graph="src/d000", edits=[(circular, 0, 1)])
def test_rules_find_about_a_change_what_they_find_about_everything(
    graph: str,
    edits: list[tuple[Edit, int, int]],
    curated_graphs: Graphs,
    vocabulary_quads: tuple[Quad, ...],
) -> None:
    """
    Whatever becomes of a graph, each violation that is new is found by looking at the nodes that the change can matter
    to, and nothing is found there that looking at everything does not find.
    """
    name = IRIS.graph(graph)
    before = curated_graphs[name]
    written: Sequence[Quad] = before
    for edit, here, there in edits:
        written = edit(written, here, there)
    rest = [quad for key, quads in curated_graphs.items() if key != name for quad in quads]
    as_it_was = Statements((*before, *rest, *vocabulary_quads))
    as_it_is = Statements((*written, *rest, *vocabulary_quads))

    for rule in RULES:
        old, new = (found(list(whole.findings([rule], ask))) for ask in (as_it_was, as_it_is))
        seen = near(rule, before, written, as_it_is)

        assert seen <= new
        if rule.severity == "Violation":
            assert new - old <= seen


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.iri not in FAR], ids=lambda rule: rule.iri.value[-24:])
def test_no_single_statement_escapes_a_rule(rule: Shape) -> None:
    """Each statement of a rule's cases, written or withdrawn, leads to every node that the rule then finds amiss."""
    terms = [Quad(*triple, DefaultGraph()) for triple in vocabulary.triples()]
    name = rule.iri.value.rpartition("/")[2]
    files = [path for path in CASES.glob("*.ttl") if path.read_text(encoding="utf-8").startswith(f"# hvs:{name} ")]
    tried = 0
    for file in files:
        quads = list(parse(path=str(file), format=RdfFormat.TURTLE))
        ask = Statements((*quads, *terms))
        complete = found(list(whole.findings([rule], ask)))
        for left_out in quads:
            few = [quad for quad in quads if quad != left_out]
            near_complete = near(rule, few, quads, ask)
            ask.remove(left_out)
            lacking = found(list(whole.findings([rule], ask)))
            near_lacking = near(rule, quads, few, ask)
            ask.add(left_out)

            assert complete - lacking <= near_complete <= complete
            assert lacking - complete <= near_lacking <= lacking
            tried += lacking != complete

    assert 2 == len(files)
    assert tried


def test_a_known_node_is_asked_about_by_itself(curated_graphs: Graphs) -> None:
    """What is asked at a node is what asking everything says of that node, whatever kind of term it is."""
    quads = [quad for graph in curated_graphs.values() for quad in graph]
    ask = Statements(quads)
    text = "SELECT ?subject ?node WHERE { ?subject ?predicate ?node . OPTIONAL { ?node ?further ?end } }"
    everything = [(solution["subject"], solution["node"]) for solution in ask(text, substitutions={})]
    some = {type(node).__name__ + str(getattr(node, "datatype", "")): node for _, node in everything}

    assert len(some) > 3
    for node in some.values():
        found = [(each["subject"], each["node"]) for each in whole.at(node, Variable("node"), text, ask)]
        assert sorted(map(str, found)) == sorted(str(pair) for pair in everything if pair[1] == node)
