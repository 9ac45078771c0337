"""
The vocabulary that shapes refer to: classes with their hierarchy and the concepts of the schemes.

``sh:class`` and ``sh:targetClass`` follow ``rdfs:subClassOf`` in the data, so whoever judges data adds these triples.
"""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode, Triple

from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import term

_SUBCLASS = term("rdfs:subClassOf")


@cache
def triples() -> tuple[Triple, ...]:
    """The triples of the ontology's own modules and of all concept schemes; none of them depends on a base."""
    names = (*modules.MODULES["ontology"], *modules.scheme_files())
    return tuple(quad.triple for name in names for quad in modules.parsed(name, Iris()))


@cache
def superclasses() -> dict[NamedNode, frozenset[NamedNode]]:
    """Each class of the vocabulary with all its superclasses and itself."""
    parents: dict[NamedNode, set[NamedNode]] = {}
    for triple in triples():
        match triple.subject, triple.object:
            case NamedNode() as cls, NamedNode() as parent if triple.predicate == _SUBCLASS:
                parents.setdefault(cls, set()).add(parent)

    def above(cls: NamedNode, seen: frozenset[NamedNode]) -> Iterator[NamedNode]:
        yield cls
        for parent in parents.get(cls, set()) - seen:
            yield from above(parent, seen | {parent})

    return {cls: frozenset(above(cls, frozenset({cls}))) for cls in parents}
