"""
What changed between two versions: per graph, the statements that came and those that went.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from sparql.canonical import GraphName, line_of


@dataclass(frozen=True, slots=True)
class Change:
    """
    How one graph changed: the statements *added* and *removed*, as the store keeps them.
    """

    graph: GraphName
    added: frozenset[Quad]
    removed: frozenset[Quad]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def quads(self) -> Iterator[Quad]:
        """The statements that came or went."""
        yield from self.added
        yield from self.removed

    def subjects(self) -> frozenset[NamedNode]:
        """The nodes of which something is said now that was not before, or the other way round."""
        return frozenset(quad.subject for quad in self.quads() if isinstance(quad.subject, NamedNode))

    def lines(self) -> list[str]:
        """One line for each statement, ``+`` or ``-`` and the statement in N-Quads, sorted by statement."""
        signed = [(line_of(quad), "+") for quad in self.added] + [(line_of(quad), "-") for quad in self.removed]
        return [f"{sign} {line.decode()}" for line, sign in sorted(signed)]


@dataclass(frozen=True, slots=True)
class Difference:
    """
    The graphs that changed from version *old* to version *new*, in order of their names. May be empty.
    """

    old: int
    new: int
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)


def change(graph: GraphName, before: Iterable[Quad], after: Iterable[Quad]) -> Change:
    """
    How *graph* changes when its content goes from *before* to *after*. Both are held in memory.
    """
    old, new = frozenset(before), frozenset(after)
    return Change(graph, new - old, old - new)
