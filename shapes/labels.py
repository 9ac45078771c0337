"""
Names by which a reader recognises the nodes of a report.

A node without a name of its own - a schedule, an involvement - goes by the name of what points at it.
"""

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad, Variable

from ontology.namespaces import term
from shapes.report import Term, Words
from shapes.whole import Ask

_PROPERTIES = (term("skos:prefLabel"), term("dcterms:title"), term("rdfs:label"))
_OWN = "SELECT ?node ?property ?label WHERE { ?node ?property ?label FILTER(isLiteral(?label)) }"
_OWNERS = (
    "SELECT ?node ?property ?label WHERE { ?owner ?any ?node . ?owner ?property ?label FILTER(isLiteral(?label)) }"
)


def of(nodes: Iterable[NamedNode], quads: Iterable[Quad]) -> Mapping[Term, Words]:
    """The names of *nodes* that *quads* give."""
    wanted, quads = set(nodes), list(quads)
    owners: dict[NamedNode, NamedNode] = {}
    for quad in quads:
        if quad.object in wanted and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            owners[quad.object] = min(quad.subject, owners.get(quad.object, quad.subject), key=lambda node: node.value)
    named = wanted | set(owners.values())
    found: dict[NamedNode, dict[str, str]] = {}
    for name in reversed(_PROPERTIES):
        for quad in quads:
            subject, text = quad.subject, quad.object
            if (
                quad.predicate == name
                and subject in named
                and isinstance(subject, NamedNode)
                and isinstance(text, Literal)
            ):
                found.setdefault(subject, {})[text.language or ""] = text.value
    names: dict[Term, Words] = {}
    for node in wanted:
        if label := found.get(node) or (node in owners and found.get(owners[node])):
            names[node] = label
    return names


def asked(nodes: Iterable[NamedNode], ask: Ask) -> Mapping[Term, Words]:
    """The names of *nodes* that the statements behind *ask* give."""
    names: dict[Term, Words] = {}
    for node in nodes:
        for text in (_OWN, _OWNERS):
            label: dict[str, str] = {}
            for name in _PROPERTIES:
                words = {Variable("node"): node, Variable("property"): name}
                for solution in ask(text, substitutions=words) if not label else ():
                    label.setdefault(solution["label"].language or "", solution["label"].value)
            if label:
                names[node] = label
                break
    return names
