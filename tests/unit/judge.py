"""
A judge whose verdict is set by the test, in place of the validator.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Quad

from ontology.iris import shape
from ontology.namespaces import term
from shapes.report import Finding, Report


def violation(focus: NamedNode | BlankNode) -> Finding:
    """What is found wrong with *focus*."""
    return Finding(
        focus=focus,
        path=None,
        value=None,
        shape=shape("Measure"),
        severity="Violation",
        messages={"fi": "Lisää nimi.", "sv": "Lägg till ett namn.", "en": "Add a title."},
        component=term("sh:MinCountConstraintComponent"),
    )


@dataclass
class Judge:
    """
    A judge who finds something wrong with each *focus*, and remembers what was put before it.

    *seen* has a pair for each time it was asked: what was there before a change, and what is there after it. Before a whole
    dataset there was nothing.
    """

    focus: tuple[NamedNode | BlankNode, ...] = ()
    seen: list[tuple[set[Quad], set[Quad]]] = field(default_factory=list)

    def full(self, asserted: Iterable[Quad], *_: object, **__: object) -> Report:
        """The verdict on a whole dataset."""
        return self.entry((), asserted)

    def entry(self, before: Iterable[Quad], written: Iterable[Quad], *_: object, **__: object) -> Report:
        """The verdict on a change."""
        self.seen.append((set(before), set(written)))
        return Report(tuple(map(violation, self.focus)))
