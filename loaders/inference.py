"""
Derived statements: the rules I1 to I8 over everything asserted, written to ``graph/inferred``.

The rules are the files of ``loaders/rules``, run in the order of their names; a rule reads what is asserted and what
rules before it derive, never its own results. Each derives for one node, ``?this``, what follows from the statements
*of* that node, those of its involvements and dependencies, and those of the nodes above it; never from statements that
point at it. So `derive`, which runs them for all nodes, is the reference, and `rederive` gives the same graph after a
change by running them for the nodes that the change can reach. Nothing is derived of or about blank nodes, which the
graphs of other people may have: nobody could point at it, and each time it would be other nodes.

Source: ``docs/data-model.md``, inference.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from pyoxigraph import BlankNode, NamedNode, Quad, QueryTriples, Variable

from ontology.namespaces import term
from sparql.diff import Change
from sparql.store import Draft

_THIS = Variable("this")
_PART_OF = term("hv:isPartOf")
_DEPENDS_ON = term("hv:dependsOn")
_SCHEMA = frozenset(map(term, ("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:inverseOf")))
_MOST = 20_000  # changed nodes; above, running every rule once for all nodes is quicker than once for each


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its *name*, as ``i1-involvements``, and the *text* of its CONSTRUCT query."""

    name: str
    text: str

    def rows(self) -> list[list[NamedNode]]:
        """The rows of its VALUES table, without undefined cells."""
        return [list(map(term, re.findall(r"hv:\w+", row))) for row in re.findall(r"\((hv:[^)]*)\)", self.text)]


def _rules() -> tuple[Rule, ...]:
    folder = files("loaders") / "rules"
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".rq")), key=lambda each: each.name)
    return tuple(Rule(each.name.removesuffix(".rq"), each.read_text(encoding="utf-8")) for each in found)


RULES = _rules()
_INVOLVEMENTS, _DEPENDENCIES, _INVERSES = (rule.rows() for rule in RULES[:3])
_QUALIFIED = frozenset(row[0] for row in _INVOLVEMENTS + _DEPENDENCIES)
_INVERSE = frozenset(row[1] for row in _INVERSES)
_FROM_ABOVE = frozenset(
    map(
        term,
        (
            "hv:isPartOfTransitively",
            "hv:dependsOnTransitively",
            "hv:inheritedResponsible",
            "hv:inheritedFundingCondition",
        ),
    )
)
_RULES_FROM_ABOVE = RULES[3:6]
_OF_THIS = frozenset(
    {derived for row in _INVOLVEMENTS + _DEPENDENCIES for derived in row[1:]}
    | set(map(term, ("hv:involves", "hv:hasInvolvement", "hv:hasDependency", "rdf:type", "rdfs:label")))
    | _FROM_ABOVE
)
_SYMMETRIC = _INVERSE & _OF_THIS
# What the nodes below depend on when it changes at a node: its place, its involvements, its dependencies.
_INHERITED = (
    _QUALIFIED
    | {_PART_OF, term("hv:involvedAgent"), term("hv:dependencyTarget")}
    | {derived for row in _INVOLVEMENTS + _DEPENDENCIES for derived in row[1:]}
)


def derive(draft: Draft, graph: NamedNode) -> None:
    """
    Derive everything anew: *graph* then holds what the rules give for the asserted statements of *draft*.
    """
    draft.drop_graph(graph)
    for rule in RULES:
        draft.derive(graph, rule.text)


def rederive(draft: Draft, graph: NamedNode, changes: Iterable[Change]) -> None:
    """
    Bring *graph* up to date after *changes* of asserted graphs, which *draft* holds already.

    The result is that of `derive`; the cost is that of the nodes that the changes reach.
    """
    changed = [quad for change in changes for quad in change.quads()]
    nodes, below = _reached(draft, changed)
    if len(nodes) > _MOST or any(quad.predicate in _SCHEMA for quad in changed):
        derive(draft, graph)
        return
    before = {quad for node in nodes for quad in _derived_from(draft, graph, node)}
    before.update(quad for node in below for name in _FROM_ABOVE for quad in draft.pattern(node, name, None, graph))
    draft.change_graph(graph, (), before)
    after: set[Quad] = set()
    for rule in RULES:
        touched = nodes | below if rule in _RULES_FROM_ABOVE else nodes
        found = {quad for node in touched for quad in _run(draft, graph, rule, node)}
        draft.change_graph(graph, found - after, ())
        after |= found
    _restore_symmetric(draft, graph, {quad for quad in before - after if quad.predicate in _SYMMETRIC}, nodes)


def _restore_symmetric(draft: Draft, graph: NamedNode, gone: set[Quad], nodes: frozenset[NamedNode]) -> None:
    """
    Put back those of the *gone* statements that follow from the other node too: ``isRelatedTo`` may be said from both.
    """
    others = {end for quad in gone for end in (quad.subject, quad.object) if isinstance(end, NamedNode)} - nodes
    for rule in RULES[1:3]:
        found = {quad for node in others for quad in _run(draft, graph, rule, node)}
        draft.change_graph(graph, found & gone, ())


def _run(draft: Draft, graph: NamedNode, rule: Rule, node: NamedNode) -> Iterator[Quad]:
    found = draft.query(rule.text, {_THIS: node})
    assert isinstance(found, QueryTriples)  # noqa: S101 - the rules are ours, and CONSTRUCT gives nothing else
    for triple in found:
        if not isinstance(triple.subject, BlankNode) and not isinstance(triple.object, BlankNode):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _derived_from(draft: Draft, graph: NamedNode, node: NamedNode) -> Iterator[Quad]:
    """What the rules have derived with *node* as ``?this``; look-ups by predicate, as a node may be much pointed at."""
    for predicate in _OF_THIS:
        yield from draft.pattern(node, predicate, None, graph)
    for predicate in _INVERSE:
        yield from draft.pattern(None, predicate, node, graph)


def _reached(draft: Draft, changed: Iterable[Quad]) -> tuple[frozenset[NamedNode], frozenset[NamedNode]]:
    """
    The nodes whose derived statements the *changed* asserted ones can touch.

    First those with changed statements, or changed involvements or dependencies; then those that merely stand below
    them, whose own statements are as they were.
    """
    nodes: set[NamedNode] = set()
    roots: set[NamedNode] = set()
    for quad in changed:
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate in _INHERITED:
            roots.add(quad.subject)
        if quad.subject not in nodes:
            nodes.add(quad.subject)
            roots.update(_sources(draft, _QUALIFIED, quad.subject))
    nodes |= roots
    # Below: parts of parts, and dependents of dependents. A path that the change has cut begins at a node whose own
    # statement changed, so the paths that are left reach everything; derived dependencies are still the old ones.
    waiting, seen = list(roots), set(roots)
    while waiting:
        for source in _sources(draft, (_PART_OF, _DEPENDS_ON), waiting.pop()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return frozenset(nodes), frozenset(seen - nodes)


def _sources(draft: Draft, predicates: Iterable[NamedNode], node: NamedNode) -> Iterator[NamedNode]:
    for predicate in predicates:
        for quad in draft.pattern(None, predicate, node):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject
