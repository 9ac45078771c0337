"""
Rules that look at the whole graph: each run as one query, or bound to the nodes that a change can matter to.

The text of the query is the text of the shape's ``sh:select``: it names its own targets, so it gives the same rows
whether ``$this`` is bound to one focus node after the other or left free.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Variable

from ontology.namespaces import term
from shapes.library import Shape
from shapes.report import Finding, Term

SPARQL = term("sh:SPARQLConstraintComponent")
_THIS = Variable("this")


class Ask(Protocol):
    """
    A way to query the statements, given by whoever holds them.

    The default graph is the union of all graphs. SELECT gives solutions that are read by the name of the variable, as
    those of pyoxigraph are; variables that are replaced stand in its projection, as pyoxigraph demands.
    """

    def __call__(self, text: str, *, substitutions: Mapping[Variable, Term]) -> Any:
        """The solutions of the query *text* with variables replaced."""
        ...


def at(node: NamedNode | Literal, variable: Variable, text: str, ask: Ask) -> Any:
    """
    The solutions of the query *text* in which *variable* is *node*, at the cost of what lies around *node*.

    The node is given twice. pyoxigraph 0.5.13 plans a query without looking at its substitutions, so that a path from a
    known node is walked from all nodes; it does look at a data block. Evaluating one is slow where the query has
    OPTIONAL, and there the substitution helps. ``make bench`` (publishing: validate) tells when one of them is enough.
    """
    return ask(f"{text}\nVALUES ?{variable.value} {{ {node} }}", substitutions={variable: node})


def findings(shapes: Iterable[Shape], ask: Ask) -> Iterator[Finding]:
    """
    What the whole-graph rules among *shapes* find in the statements behind *ask*; in no particular order.
    """
    for shape in shapes:
        if shape.query is not None:
            yield from read(shape, ask(shape.query, substitutions={}))


def bound(shape: Shape, nodes: Iterable[NamedNode], ask: Ask) -> Iterator[Finding]:
    """
    What the rule of *shape* finds at each of *nodes*: the same as `findings`, at the cost of the nodes, not of the graph.
    """
    if shape.query is not None:
        for node in nodes:
            yield from read(shape, at(node, _THIS, shape.query, ask))


def read(shape: Shape, solutions: Iterable[Any]) -> Iterator[Finding]:
    """The findings that the solutions of the rule of *shape* stand for."""
    for solution in solutions:
        yield finding(shape, solution["this"], _bound(solution, "path"), _bound(solution, "value"))


def finding(shape: Shape, focus: Term, path: Term | None, value: Term | None) -> Finding:
    """
    The finding of a rule at one focus node; the value is the focus node where the rule names none.

    Source: SHACL section 5.3.2.
    """
    return Finding(
        focus=focus,
        path=path if isinstance(path, NamedNode) else None,
        value=focus if value is None else value,
        shape=shape.iri,
        severity=shape.severity,
        messages=shape.messages,
        component=SPARQL,
        names=shape.names,
        rules=shape.rules,
    )


def _bound(solution: Any, name: str) -> Term | None:
    try:
        value: Term | None = solution[name]
    except KeyError:
        return None
    return value
