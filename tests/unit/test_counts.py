"""What is counted of a version stays what the engine counts, whatever goes and comes."""

from collections.abc import Sequence
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from ontology.namespaces import term
from sparql import counts
from sparql.counts import Counts, Members

_NODES = [NamedNode(f"http://example.org/{name}") for name in "abcd"] + [BlankNode("b1"), BlankNode("b2")]
_PREDICATES = [term("rdf:type"), term("rdf:type"), NamedNode("http://example.org/p"), NamedNode("http://example.org/q")]
_OBJECTS = [
    *_NODES,
    Literal("x"),
    Literal("x", language="fi"),
    Literal("1", datatype=term("xsd:integer")),
    *(Literal(each, datatype=term("xsd:double")) for each in ("0", "-0", "NaN")),
    *(
        Literal(f"2026-01-01T0{each}", datatype=term("xsd:dateTime"))
        for each in ("1:00:00Z", "3:00:00+02:00", "1:00:00")
    ),
]
_GRAPHS = [DefaultGraph(), NamedNode("http://example.org/g"), NamedNode("http://example.org/h"), BlankNode("g")]
QUADS = st.lists(
    st.builds(
        Quad,
        st.sampled_from(_NODES),
        st.sampled_from(_PREDICATES),
        st.sampled_from(_OBJECTS),
        st.sampled_from(_GRAPHS),
    ),
    max_size=12,
)


def held(quads: Sequence[Quad]) -> Store:
    """A store that holds *quads*."""
    store = Store()
    store.extend(quads)
    return store


@given(QUADS, st.lists(st.tuples(QUADS, QUADS), max_size=3), st.sampled_from([0, 10_000]))
def test_counts_follow_every_change(first: list[Quad], changes: list[tuple[list[Quad], list[Quad]]], few: int) -> None:
    """After any change, the numbers are those of counting all of it again, also where a statement stands in several graphs."""
    store = held(first)
    known = counts.take(store)
    whole = set(first)
    for gone, come in changes:
        with patch.object(counts, "_FEW", few):
            known = counts.change(store, known, gone, come)
        whole = (whole - set(gone)) | set(come)

        assert set(store) == whole
        assert known == counts.take(store)
        assert known.triples == len(whole)


@given(QUADS)
def test_counts_are_those_of_the_engine(quads: list[Quad]) -> None:
    """Each property and each class has the number of triples and of entities that a query gives for it alone."""
    store = held(quads)
    known = counts.take(store)
    (row,) = store.query(
        "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s ?p ?o }", use_default_graph_as_union=True
    )
    assert (int(row["n"].value), int(row["m"].value)) == (known.subjects, known.objects)
    for predicate in set(_PREDICATES):
        (row,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ ?s {predicate} ?o }}", use_default_graph_as_union=True)
        assert int(row["n"].value) == known.properties.get(predicate, 0)
    for each in (node for node in _NODES if isinstance(node, NamedNode)):
        (row,) = store.query(
            f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) {{ ?s a {each} }}", use_default_graph_as_union=True
        )
        members = known.classes.get(each, Members(0, 0))
        assert (int(row["n"].value), int(row["m"].value)) == (members.triples, members.entities)


def test_nothing_is_counted_of_nothing() -> None:
    """An empty version has no property and no class, and so has one from which everything went."""
    quads = [Quad(_NODES[0], term("rdf:type"), _NODES[1], graph) for graph in _GRAPHS]
    store = held(quads)
    known = counts.take(store)

    assert Counts({term("rdf:type"): 4}, {_NODES[1]: Members(4, 1)}, 1, 1) == known
    assert Counts({}, {}, 0, 0) == counts.change(store, known, quads, []) == counts.take(Store())


def test_a_small_change_is_followed_and_a_large_one_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is not counted again for a change of some statements, only for one of a large part of the whole."""
    taken = []
    monkeypatch.setattr(counts, "take", lambda _: taken.append("taken"))
    quads = [Quad(NamedNode(f"urn:{number}"), _PREDICATES[2], _NODES[0]) for number in range(10_001)]

    assert 10_000 == counts.change(Store(), Counts({}, {}, 0, 0), [], quads[1:]).triples
    assert [] == taken
    counts.change(Store(), Counts({}, {}, 0, 0), quads[:1], quads[1:])
    assert ["taken"] == taken
