"""The measure that the suites are measured with: it tells apart what differs and nothing else."""

import json

import pytest
from pyoxigraph import RdfFormat, parse

from tests.conformance import expectations, solutions


def solved(*rows: str) -> solutions.Answer:
    """Solutions of ?a and ?b; a row is two cells: ``_`` and a letter for a blank node, ``-`` for nothing, else a text."""
    bindings = []
    for row in rows:
        cells = zip("ab", row.split(), strict=True)
        bindings.append({name: _cell(cell) for name, cell in cells if cell != "-"})
    written = {"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}
    return solutions.read(json.dumps(written).encode(), "srj", "")


def _cell(cell: str) -> dict[str, str]:
    return {"type": "bnode" if cell.startswith("_") else "literal", "value": cell.removeprefix("_")}


@pytest.mark.parametrize(
    ("one", "other", "ordered", "same"),
    [
        (["x y", "y x"], ["y x", "x y"], False, True),
        (["x y", "y x"], ["y x", "x y"], True, False),
        (["x y", "x y"], ["x y"], False, False),
        (["x y", "x y", "x z"], ["x y", "x z", "x z"], False, False),
        (["x -"], ["- x"], False, False),
        (["_p _q"], ["_q _p"], False, True),
        (["_p _p"], ["_p _q"], False, False),
        (["_p _q"], ["_p _p"], False, False),
        (["_p x", "_p y"], ["_r y", "_r x"], False, True),
        (["_p x", "_p y"], ["_r x", "_s y"], False, False),
        (["_p _q", "_q _r", "_r _p"], ["_1 _2", "_2 _3", "_3 _1"], False, True),
        (["_p _q", "_q _r", "_r _p"], ["_1 _2", "_2 _1", "_3 _3"], False, False),
        (["_p x", "_p y"], ["_r x", "_r y"], True, True),
        (["_p x", "_p y"], ["_r x", "_s y"], True, False),
    ],
)
def test_solutions(one: list[str], other: list[str], ordered: bool, same: bool) -> None:
    """Solutions are the same up to the names of blank nodes, and in any order unless the order counts."""
    assert same is solutions.same(solved(*one), solved(*other), ordered=ordered)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<s> <p> _:a . _:a <p> _:b .", "_:x <p> _:y . <s> <p> _:x .", True),
        ("<s> <p> _:a . _:a <p> _:b .", "_:x <p> _:x . <s> <p> _:x .", False),
        ('<s> <p> "1.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .', "<s> <p> 1.00 .", True),
        ('<s> <p> "1"^^<http://www.w3.org/2001/XMLSchema#decimal> .', "<s> <p> 1 .", False),
        ('<s> <p> "a"@en-GB .', '<s> <p> "a"@en-gb .', True),
        ('<s> <p> "a"@en .', '<s> <p> "a" .', False),
    ],
)
def test_graphs(one: str, other: str, same: bool) -> None:
    """Graphs are the same up to isomorphism, numbers of one datatype up to how they are written."""
    graphs = [list(parse(text, format=RdfFormat.TURTLE, base_iri="http://example.org/")) for text in (one, other)]

    assert same is solutions.same(*graphs)


def test_truth_is_no_graph() -> None:
    """A boolean, solutions and a graph are never the same."""
    assert not solutions.same(True, [])
    assert not solutions.same(solved(), [])
    assert not solutions.same(True, False)


def test_expected_failures_are_of_tests_that_exist() -> None:
    """Each expected failure says why, and names a test of the suites, or of what is not here when they are not whole."""
    if not expectations.read():
        pytest.skip(expectations.ABSENT)
    listed = {iri: reason for reasons in expectations.failures().values() for iri, reason in reasons.items()}
    unknown = listed.keys() - {test.iri for test in expectations.read()}

    assert all(listed.values())
    assert not expectations.whole() or set() == unknown
