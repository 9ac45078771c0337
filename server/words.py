"""
The words of the pages in Finnish, Swedish and English: the interface's own, and the labels of the vocabulary's terms.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term
from sparql.media import parse_accept

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """
    *interface*: word key -> language -> word. *labels*: IRI of a term or concept -> language -> label. *wider*: IRI of a
    class -> the classes directly above it.
    """

    interface: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    wider: Mapping[str, frozenset[str]]

    def say(self, key: str, language: str) -> str:
        """The interface's word *key* in *language*."""
        return self.interface[key][language]

    def label(self, iri: str, language: str) -> str:
        """What a term is called in *language*; without a label, its CURIE, else the IRI."""
        if (names := self.labels.get(iri)) and language in names:
            return names[language]
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def narrowest(self, classes: Iterable[str]) -> frozenset[str]:
        """Those of *classes* that are above no other one of them."""
        given = frozenset(classes)
        above: set[str] = set()
        fringe = set(given)
        while fringe:
            fringe = {wider for each in fringe for wider in self.wider.get(each, ())} - above
            above |= fringe
        return given - above


@cache
def read(iris: Iris) -> Words:
    """The words of this release; labels of our terms come from the vocabulary modules, of other people's from the file."""
    interface = tomllib.loads((files("server") / "templates" / "words.toml").read_text(encoding="utf-8"))
    foreign = interface.pop("terms")
    labels: dict[str, dict[str, str]] = {term(curie).value: dict(names) for curie, names in foreign.items()}
    wider: dict[str, set[str]] = {}
    wanted = {term("rdfs:label"), term("skos:prefLabel"), term("dcterms:title")}
    for quads in modules.read(iris).values():
        for quad in quads:
            if quad.predicate in wanted and isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
                labels.setdefault(quad.subject.value, {})[quad.object.language or ""] = quad.object.value
            elif (
                quad.predicate == term("rdfs:subClassOf")
                and isinstance(quad.object, NamedNode)
                and isinstance(quad.subject, NamedNode)
            ):
                wider.setdefault(quad.subject.value, set()).add(quad.object.value)
    return Words(interface, labels, {name: frozenset(above) for name, above in wider.items()})


def chosen(asked: str | None, accept_language: str, otherwise: str = "fi") -> str:
    """
    The reader's language: *asked* when it is one of ours, else what ``Accept-Language`` prefers, else *otherwise*.

    Source: RFC 9110 section 12.5.4.
    """
    if asked in LANGUAGES:
        return asked
    best, best_quality = otherwise, 0.0
    for tag, quality in _preferences(accept_language):
        language = tag.partition("-")[0]
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


def _preferences(header: str) -> list[tuple[str, float]]:
    # The grammar is that of Accept once each tag is made a media range.
    if not header.strip():
        return []
    return [
        (each.type.name.removeprefix("l/"), each.quality)
        for each in parse_accept(",".join(f"l/{p.strip()}" for p in header.split(",")))
    ]
