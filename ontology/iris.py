"""
The one place where IRIs are minted and checked.

Instances live under a base that is a setting (``id/``, ``doc/``, ``graph/``, ``data/``, ``catalog``); terms, shapes and
concepts live under fixed namespaces, whatever the base.
"""

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.namespaces import CONCEPT, PROJECT, SHAPE

DEFAULT_BASE = PROJECT
TYPE_SEGMENTS = frozenset(
    {
        "activity", "actor", "decision", "deliverable", "dependency", "document", "event", "execution", "figure",
        "fragment", "identifier", "indicator", "instrument", "involvement", "measure", "membership", "method",
        "objective", "package", "page", "phase", "plan", "programme", "project", "publication", "schedule", "selector",
        "service", "strategy", "theme", "value", "workplan",
    }
)  # fmt: skip
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PART = re.compile(r"[A-Za-z0-9_]+(?:[-./][A-Za-z0-9_]+)*")
_GRAPH = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")


class IRIError(ValueError):
    """A name from which no IRI can be minted; the message says which and what is accepted."""


def _checked(pattern: re.Pattern[str], value: str, what: str, accepted: str) -> str:
    """*value*, when it matches *pattern* whole; an error that says *what* is *accepted* otherwise."""
    if not pattern.fullmatch(value):
        raise IRIError(f'{what} "{value}" is not accepted; write {accepted}')
    return value


@dataclass(frozen=True, slots=True)
class Iris:
    """
    IRIs of instances under one *base*, which ends in ``/``.
    """

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#]+/", self.base):
            raise IRIError(f'base IRI "{self.base}" is not accepted; write an http(s) address that ends in "/"')

    def entity(self, path: str) -> NamedNode:
        """
        The thing whose path under ``id/`` is *path*: type segment and key, as in ``measure/ap22-m14``.

        Raises:
            IRIError: The type is unknown, or the key holds more than lower-case letters, digits and hyphens.
        """
        segment, _, key = path.partition("/")
        if segment not in TYPE_SEGMENTS:
            raise IRIError(f'id "{path}" is not accepted; begin with one of {", ".join(sorted(TYPE_SEGMENTS))} and "/"')
        _checked(KEY, key, "key", "lower-case letters a-z, digits and single hyphens")
        return NamedNode(f"{self.base}id/{segment}/{key}")

    def path(self, node: NamedNode) -> str | None:
        """
        The path under ``id/`` of an entity of ours; None for every other IRI. Inverse of `entity`.
        """
        prefix = self.base + "id/"
        return node.value[len(prefix) :] if node.value.startswith(prefix) else None

    def document(self, path: str) -> NamedNode:
        """The document about the thing whose path under ``id/`` is *path*."""
        return NamedNode(self.entity(path).value.replace(self.base + "id/", self.base + "doc/", 1))

    def graph(self, name: str) -> NamedNode:
        """
        The named graph *name*, such as ``src/d000`` or ``inferred``.

        Raises:
            IRIError: The name holds more than lower-case letters, digits, hyphens and slashes.
        """
        accepted = "lower-case letters, digits, hyphens and slashes"
        return NamedNode(f"{self.base}graph/{_checked(_GRAPH, name, 'graph name', accepted)}")

    def catalogue(self) -> NamedNode:
        """The DCAT catalogue of everything published."""
        return NamedNode(f"{self.base}catalog")

    def dataset(self, name: str) -> NamedNode:
        """
        The dataset *name* of the catalogue, such as ``d000``.

        Raises:
            IRIError: The name holds more than lower-case letters, digits and hyphens.
        """
        return NamedNode(
            f"{self.base}data/dataset/{_checked(KEY, name, 'dataset name', 'lower-case letters and digits')}"
        )

    def endpoint(self) -> NamedNode:
        """The SPARQL endpoint, by the name that it keeps wherever the service runs."""
        return NamedNode(f"{self.base}sparql")

    def description(self, part: str = "") -> NamedNode:
        """
        The VoID description of everything published, or a *part* of it, such as ``class/hv/Measure``.

        Raises:
            IRIError: The part holds more than letters, digits, single hyphens, dots, underscores and slashes.

        Source: VoID section 7.2.
        """
        document = f"{self.base}.well-known/void"
        if not part:
            return NamedNode(document)
        accepted = "letters, digits, hyphens, dots, underscores and slashes"
        return NamedNode(f"{document}#{_checked(_PART, part, 'part', accepted)}")

    def example(self, slug: str = "") -> NamedNode:
        """
        The example query *slug*, or the list of all.

        Raises:
            IRIError: The slug holds more than lower-case letters, digits and hyphens.
        """
        accepted = "lower-case letters, digits and single hyphens"
        return NamedNode(
            f"{self.base}.well-known/sparql-examples/{_checked(KEY, slug, 'query', accepted) if slug else ''}"
        )

    def skolem(self, digest: str) -> NamedNode:
        """
        The IRI that replaces a blank node whose canonical digest is *digest*.

        Source: RDF 1.1 Concepts section 3.5.
        """
        accepted = "lower-case letters, digits and single hyphens"
        return NamedNode(f"{self.base}.well-known/genid/{_checked(KEY, digest, 'digest', accepted)}")


def concept(scheme: str, code: str) -> NamedNode:
    """The concept *code* of *scheme*, such as ``role``, ``responsible``."""
    for value in (scheme, code):
        _checked(KEY, value, "concept code", "lower-case letters, digits and single hyphens")
    return NamedNode(f"{CONCEPT}{scheme}/{code}")


def scheme(code: str) -> NamedNode:
    """The concept scheme *code*, such as ``role``."""
    return NamedNode(CONCEPT + _checked(KEY, code, "scheme", "lower-case letters, digits and single hyphens"))


def shape(name: str) -> NamedNode:
    """The shape *name*, such as ``Measure-theme``."""
    return NamedNode(SHAPE + name)
