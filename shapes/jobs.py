"""
What the engine and its worker processes say to each other.
"""

from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import Literal, NamedNode

from shapes.report import Severity, Term

Row = dict[str, Term]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """
    The statements to judge, as N-Triples with literals as written.

    *focus* are the nodes to judge, None meaning all. With *context* the vocabulary of the ontology package is known
    while judging, and its terms are not judged.
    """

    asserted: bytes
    inferred: bytes
    focus: frozenset[NamedNode] | None
    context: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """
    One file of shapes to apply node by node, or (with *rule*) one rule of it to run as one query on everything.
    """

    file: str
    statements: Choice["asserted", "combined"]
    rule: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """One validation result as pySHACL gave it."""

    focus: Term
    path: NamedNode | None
    value: Term | None
    shape: NamedNode
    severity: Severity
    component: NamedNode
    messages: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one job found: results of shapes, or the rows of *rule*."""

    results: tuple[Raw, ...] = ()
    rule: NamedNode | None = None
    rows: Rows = ()
