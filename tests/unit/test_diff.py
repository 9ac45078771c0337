"""
Differences: what came, what went, in words that a reader can follow.
"""

from pyoxigraph import Literal, NamedNode, Quad

from sparql.diff import Difference, change

GRAPH = NamedNode("https://example.test/graph/a")


def _quad(subject: str, value: str) -> Quad:
    return Quad(NamedNode(f"https://example.test/id/{subject}"), GRAPH, Literal(value), GRAPH)


def test_change_holds_what_differs() -> None:
    """What is in both is no part of the change."""
    found = change(GRAPH, [_quad("a", "1"), _quad("b", "1")], [_quad("b", "1"), _quad("c", "1")])

    assert found.added == {_quad("c", "1")}
    assert found.removed == {_quad("a", "1")}
    assert {node.value[-1] for node in found.subjects()} == {"a", "c"}


def test_lines_are_signed_and_sorted_by_statement() -> None:
    """A changed value reads as its old line followed by its new one, next to each other."""
    found = change(GRAPH, [_quad("a", "1"), _quad("b", "1")], [_quad("a", "2"), _quad("b", "0")])

    assert [line[0] + line.split('"')[1] for line in found.lines()] == ["-1", "+2", "+0", "-1"]


def test_coming_and_going_are_changes() -> None:
    """A graph to which something is only added, or from which it is only taken, has changed."""
    assert change(GRAPH, [], [_quad("a", "1")])
    assert change(GRAPH, [_quad("a", "1")], [])


def test_no_change_is_false() -> None:
    """Equal contents make no change, and no changes make no difference."""
    found = change(GRAPH, [_quad("a", "1")], [_quad("a", "1")])

    assert not found
    assert not Difference(1, 2, ())
    assert Difference(1, 2, (change(GRAPH, [], [_quad("a", "1")]),))
