"""
The rule about source graphs: a graph of one document holds only statements with evidence in that document.

Named graphs are beyond what SHACL sees, so this rule is code; its shape carries the words and never has targets.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from pyoxigraph import NamedNode, Quad, Variable

from ontology.iris import shape
from ontology.namespaces import term
from shapes.library import Library
from shapes.report import Finding, Term
from shapes.whole import Ask, finding

RULE = shape("SourceGraph-document")
_MARK = "/graph/src/"
_EVIDENCE, _SOURCE = term("hv:evidence"), term("oa:hasSource")
_QUERY = "SELECT ?fragment ?property ?source WHERE { ?fragment ?property ?source }"


def findings(library: Library, quads: Iterable[Quad], ask: Ask | None = None) -> Iterator[Finding]:
    """
    Each statement in a source graph whose evidence lies in another document.

    The document of a fragment is looked up among *quads*, then with *ask*.
    """
    quads = list(quads)
    sources: dict[object, object] = {quad.subject: quad.object for quad in quads if quad.predicate == _SOURCE}

    def source(fragment: object) -> object:
        if fragment not in sources and ask is not None and isinstance(fragment, NamedNode):
            names = {Variable("fragment"): fragment, Variable("property"): _SOURCE}
            for solution in ask(_QUERY, substitutions=names):
                sources[fragment] = solution["source"]
        return sources.get(fragment)

    for quad in quads:
        document = _document(quad.graph_name)
        if document is None:
            continue
        if quad.predicate == _SOURCE and quad.object != document:
            yield finding(library.shapes[RULE], cast(Term, quad.subject), _SOURCE, cast(Term, quad.object))
        elif quad.predicate == _EVIDENCE and source(quad.object) not in {None, document}:
            yield finding(library.shapes[RULE], cast(Term, quad.subject), _EVIDENCE, cast(Term, quad.object))


def _document(graph: object) -> NamedNode | None:
    """The document whose statements *graph* holds, None for every other graph."""
    if not isinstance(graph, NamedNode) or _MARK not in graph.value:
        return None
    base, _, key = graph.value.rpartition(_MARK)
    return NamedNode(f"{base}/id/document/{key}")
