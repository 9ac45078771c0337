"""
Amendments: whose graphs may be changed, what of them is judged, and under which condition.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from loaders.amendment import Amendment, Condition, Merge, Patch, Replace, Update, state
from loaders.errors import (
    BlankNodeError,
    ConditionError,
    ForeignThingError,
    OtherGraphError,
    ReservedGraphError,
    UnknownGraphError,
)
from loaders.ownership import RESERVED
from loaders.publish import Outcome, Published, Publisher, Refused, Unchanged
from ontology.iris import Iris
from ontology.namespaces import term
from sparql.embedded import EmbeddedStore
from sparql.errors import QueryRefused, QuerySyntaxError
from sparql.store import GraphName
from tests.unit.judge import Judge

IRIS = Iris("https://example.test/")
BASE = "http://example.test/update"
OURS, OTHER = IRIS.graph("entry/one"), IRIS.graph("entry/two")
OWN = NamedNode("http://people.test/graph")
MEASURE = IRIS.entity("measure/one")
TYPE, NOTE = term("rdf:type"), NamedNode("http://people.test/note")


@pytest.fixture
def publisher(tmp_path: Path, judge: Judge) -> Publisher:
    """The write path into a store that holds one entry."""
    made = Publisher(EmbeddedStore(tmp_path / "store"), judge, IRIS, "editor")
    made.publish({OURS: [_measure(OURS)]}, "entry")
    judge.seen.clear()
    return made


def _measure(graph: GraphName) -> Quad:
    return Quad(MEASURE, TYPE, term("hv:Measure"), graph)


def _note(name: str, graph: GraphName = OWN) -> Quad:
    return Quad(NamedNode(f"http://people.test/{name}"), NOTE, Literal("x"), graph)


def _counts(outcome: Outcome) -> dict[str, int]:
    assert isinstance(outcome, Published), outcome
    return dict(outcome.version.counts)


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize(
    "amend",
    [
        lambda graph: Replace({graph: [_note("a", graph)]}),
        lambda graph: Merge(graph, [_note("a", graph)]),
        lambda graph: Patch(graph, "INSERT DATA { <a> <b> 1 }", BASE),
        lambda graph: Update(f"INSERT DATA {{ GRAPH <{graph.value}> {{ <a> <b> 1 }} }}", BASE),
        lambda graph: Update(f"COPY <{OURS.value}> TO <{graph.value}>", BASE),
    ],
)
def test_graphs_of_the_build_are_refused(
    publisher: Publisher, name: str, amend: Callable[[NamedNode], Amendment]
) -> None:
    """Nobody writes a graph that the build writes, by whatever verb."""
    with pytest.raises(ReservedGraphError, match=f"graph/{name}"):
        publisher.amend(amend(IRIS.graph(name)), "try")

    assert 1 == len(publisher.store.versions())


def test_own_graph_may_hold_anything(publisher: Publisher, judge: Judge) -> None:
    """A graph of somebody's own, and the default graph, hold blank nodes and any vocabulary, and are not judged."""
    node = BlankNode("x")
    quads = [Quad(node, NOTE, node), Quad(node, TYPE, NamedNode("http://people.test/Thing"))]
    counts = _counts(publisher.amend(Replace({OWN: quads, DefaultGraph(): [_note("b", DefaultGraph())]}), "own"))

    assert (2, 1) == (counts[OWN.value], counts["default"])
    assert [] == judge.seen
    assert IRIS.graph("prov").value in counts  # of the entry alone
    with publisher.store.snapshot() as snapshot:
        assert not any(quad.subject == OWN for quad in snapshot.quads(IRIS.graph("prov")))


def test_own_graph_is_judged_for_what_touches_ours(publisher: Publisher, judge: Judge) -> None:
    """In a graph of somebody's own, only what is said of our things or with our words is put before the judge."""
    judge.focus = (MEASURE,)
    ours = Quad(MEASURE, term("dcterms:title"), Literal("x"), OWN)
    outcome = publisher.amend(Replace({OWN: [_note("a"), ours]}), "own")
    before, after = judge.seen[0]

    assert isinstance(outcome, Refused)
    assert {ours} == before ^ after
    assert {_note("a"), ours} == after


def test_findings_about_other_peoples_things_are_left_out(publisher: Publisher, judge: Judge) -> None:
    """A rule about the whole graph that comes upon a thing with a class of somebody's own refuses nothing."""
    judge.focus = (NamedNode("http://people.test/a"), BlankNode("x"))
    title = Quad(MEASURE, term("dcterms:title"), Literal("x"), OURS)
    foreign = [_note("a"), Quad(_note("a").subject, TYPE, NamedNode("http://people.test/Thing"), OWN)]
    foreign += [Quad(_note("a").subject, NOTE, term("hv:Measure"), OWN)]
    outcome = publisher.amend(Replace({OURS: [_measure(OURS), title], OWN: foreign}), "both")

    assert isinstance(outcome, Published)


def test_ours_by_its_class_is_judged_wherever_it_is(publisher: Publisher, judge: Judge) -> None:
    """A thing with a class of ours is ours, whatever its IRI and its graph."""
    thing = NamedNode("http://people.test/a")
    judge.focus = (thing,)

    assert isinstance(publisher.amend(Update(f"INSERT DATA {{ {thing} a {term('hv:Measure')} }}", BASE), "x"), Refused)


def test_blank_nodes_do_not_enter_our_graphs(publisher: Publisher) -> None:
    """A blank node that an update makes in a graph of the project is refused, with the statement."""
    with pytest.raises(BlankNodeError, match="_:"):
        publisher.amend(Update(f"INSERT DATA {{ GRAPH <{OURS.value}> {{ {MEASURE} <x:p> [] }} }}", BASE), "x")


def test_our_graphs_speak_of_their_own_things(publisher: Publisher) -> None:
    """What one of the project's graphs describes, another one does not add to; a graph of somebody's own may."""
    said = f"{MEASURE} <x:p> 1"
    with pytest.raises(ForeignThingError, match="entry/two"):
        publisher.amend(Update(f"INSERT DATA {{ GRAPH <{OTHER.value}> {{ {said} }} }}", BASE), "x")

    assert (
        1
        == _counts(publisher.amend(Update(f"INSERT DATA {{ GRAPH <{OWN.value}> {{ {said} }} }}", BASE), "x"))[OWN.value]
    )


def test_operations_of_one_update_are_one_version(publisher: Publisher) -> None:
    """Several operations make one version together, or none when the last one fails."""
    good = f"INSERT DATA {{ <a> <b> 1 }} ; INSERT DATA {{ GRAPH <{OWN.value}> {{ <a> <b> 1 }} }}"
    with pytest.raises(QuerySyntaxError):
        publisher.amend(Update(good + " ; CLEAR XYZ", BASE), "x")
    outcome = publisher.amend(Update(good, BASE), "x")

    assert isinstance(outcome, Published)
    assert (2, 1, 1) == (outcome.version.number, _counts(outcome)["default"], _counts(outcome)[OWN.value])


@pytest.mark.parametrize(
    "amendment",
    [
        Merge(OURS, [_measure(OURS)]),
        Merge(OWN, []),
        Replace({OURS: [_measure(OURS)]}),
        Replace({OWN: []}, must_exist=False),
        Update("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }", BASE),
        Update("", BASE),
        Patch(OURS, "DELETE DATA { <a> <b> 1 }", BASE),
    ],
)
def test_what_changes_nothing_makes_no_version(publisher: Publisher, amendment: Amendment) -> None:
    """An amendment after which everything is as it was makes no version."""
    assert isinstance(publisher.amend(amendment, "x"), Unchanged)
    assert 1 == len(publisher.store.versions())


@pytest.mark.parametrize(
    "text", ["LOAD <http://127.0.0.1:9/>", "INSERT { ?s ?p ?o } WHERE { SERVICE <x:y> { ?s ?p ?o } }"]
)
@pytest.mark.parametrize("kind", [lambda text: Update(text, BASE), lambda text: Patch(OWN, text, BASE)])
def test_nobody_is_called(publisher: Publisher, text: str, kind: Callable[[str], Amendment]) -> None:
    """LOAD and SERVICE are refused in every kind of update."""
    with pytest.raises(QueryRefused, match="switched off"):
        publisher.amend(kind(text), "x")


def test_patch_changes_its_graph_alone(publisher: Publisher) -> None:
    """An update of one graph is about that graph, named or not; one that changes another is refused."""
    publisher.amend(Patch(OWN, "INSERT DATA { <a> <b> 1 }", BASE), "unnamed")
    named = f"INSERT {{ GRAPH <{OWN.value}> {{ ?s <c> ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    counts = _counts(publisher.amend(Patch(OWN, named, BASE), "named"))

    assert 3 <= counts[OWN.value]
    assert "default" not in counts
    for text in (
        f"INSERT DATA {{ GRAPH <{OTHER.value}> {{ <a> <b> 1 }} }}",
        "WITH <x:g> INSERT { <a> <b> 1 } WHERE {}",
    ):
        with pytest.raises(OtherGraphError, match=r"may change .*people\.test/graph.* alone"):
            publisher.amend(Patch(OWN, text, BASE), "x")


def test_what_is_not_there_is_not_removed(publisher: Publisher) -> None:
    """Taking away a graph that is not there is an error; replacing one with nothing is not, when it may be missing."""
    with pytest.raises(UnknownGraphError, match=r"people\.test/graph"):
        publisher.amend(Replace({OWN: []}), "x")


def test_condition_is_that_of_the_version_before(publisher: Publisher) -> None:
    """A change is made when the graph is as the condition says: in a state, there, or not there."""
    current = publisher.store.current()
    here, there = state(current, OURS), state(current, OWN)
    change = Merge(OWN, [_note("a")])

    assert here is not None
    assert there is None
    for condition, words in (
        (Condition(OURS, match=frozenset({"other"})), "has changed since it was read; read it again"),
        (Condition(OURS, none_match=frozenset({here})), "in which it was not to be; read it first"),
        (Condition(OURS, none_match=frozenset({"*"})), "is there, .*; read it first"),
        (Condition(OWN, match=frozenset({"*"})), "is not there, .* without If-Match"),
    ):
        with pytest.raises(ConditionError, match=words):
            publisher.amend(change, "x", condition)
    assert 1 == len(publisher.store.versions())
    outcome = publisher.amend(change, "x", Condition(OURS, match=frozenset({here, "other"})))
    assert isinstance(outcome, Published)
    assert isinstance(publisher.amend(Merge(OWN, [_note("b")]), "x", Condition(OWN, match=frozenset({"*"}))), Published)


def test_empty_service_infers_nothing(tmp_path: Path, judge: Judge) -> None:
    """After a build from nothing, the graphs are those that people bring: nothing is derived, no origin is told of them."""
    publisher = Publisher(EmbeddedStore(tmp_path), judge, IRIS, "editor")
    publisher.clear("nothing")
    label = Quad(NamedNode("x:a"), term("skos:prefLabel"), Literal("a"))
    counts = _counts(publisher.amend(Replace({OWN: [label]}), "x"))

    assert {OWN.value: 1} == counts


def test_build_leaves_what_is_somebodys_own(publisher: Publisher, judge: Judge) -> None:
    """A build keeps graphs of somebody's own, judges nothing in them that is not about our things, and tells no origin."""
    node = BlankNode("x")
    publisher.amend(Replace({OWN: [Quad(node, NOTE, node), _note("a")]}), "own")
    outcome = publisher.replace_built({IRIS.graph("registry"): [_note("r", IRIS.graph("registry"))]}, "build", "d")

    assert 2 == _counts(outcome)[OWN.value]
    assert not any(quad.graph_name == OWN for quad in judge.seen[-1][1])
    assert any(quad.graph_name == OURS for quad in judge.seen[-1][1])
