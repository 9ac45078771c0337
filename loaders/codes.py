"""
The codes that tables may use: concepts of the schemes in ``ontology/schemes``.
"""

from collections.abc import Mapping
from functools import cache

from pyoxigraph import Literal, NamedNode

from ontology.iris import Iris
from ontology.modules import parsed, scheme_files
from ontology.namespaces import CONCEPT, term


@cache
def codes() -> Mapping[str, tuple[str, ...]]:
    """The codes of every scheme, in the order of its file."""
    found: dict[str, dict[str, None]] = {}
    for name in scheme_files():
        for quad in parsed(name, Iris()):
            if quad.predicate == term("skos:inScheme") and isinstance(quad.subject, NamedNode):
                scheme, _, code = quad.subject.value.removeprefix(CONCEPT).partition("/")
                if code:
                    found.setdefault(scheme, {})[code] = None
    return {scheme: tuple(listed) for scheme, listed in found.items()}


@cache
def labels(scheme: str, language: str) -> Mapping[str, str]:
    """The preferred label in *language* of every code of *scheme*."""
    found = {}
    for quad in parsed(f"schemes/{scheme}.ttl", Iris()):
        label = quad.object
        if quad.predicate == term("skos:prefLabel") and isinstance(label, Literal) and label.language == language:
            path = quad.subject.value.removeprefix(CONCEPT) if isinstance(quad.subject, NamedNode) else ""
            if path.startswith(f"{scheme}/"):
                found[path.partition("/")[2]] = label.value
    return found
