"""
The JSON-LD context, generated from the vocabulary modules and committed as ``context.jsonld``.

``python -m ontology.context`` writes it; with ``--check`` it only tells whether the committed file has drifted.

Source: JSON-LD 1.1 section 4.1 (contexts) and 4.6.2 (language maps).
"""

import argparse
import json
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad

from ontology.iris import Iris
from ontology.modules import parsed
from ontology.namespaces import DEF, PREFIXES, term

FILE = Path(__file__).with_name("context.jsonld")

SINGLE = frozenset(
    {
        "assertionMode", "canonicalActor", "carriesOut", "deadlineEvent", "dependencyKind", "dependencySource",
        "dependencyTarget", "hadPlan", "hasSchedule", "involvedAgent", "involvementIn", "isPartOf", "operator",
        "precision", "primaryTheme", "roleKind", "scheduledIn", "startMode", "unit", "unitOf",
    }
)  # fmt: skip
"""Object properties of ours that a node has once at most; the values of all others are always written as an array."""

_IRI = {"@type": "@id"}
_IRIS = {"@type": "@id", "@container": "@set"}
_WORDS = {"@container": "@language"}
_MANY_WORDS = {"@container": ["@language", "@set"]}

EXTERNAL: dict[str, tuple[str, dict[str, Any]]] = {
    "altLabel": ("skos:altLabel", _MANY_WORDS),
    "classification": ("org:classification", _IRI),
    "closeMatch": ("skos:closeMatch", _IRIS),
    "conformsTo": ("dcterms:conformsTo", _IRI),
    "definition": ("skos:definition", _WORDS),
    "description": ("dcterms:description", _WORDS),
    "exact": ("oa:exact", {}),
    "exactMatch": ("skos:exactMatch", _IRIS),
    "externalIdentifier": ("adms:identifier", _IRIS),
    "hasSelector": ("oa:hasSelector", _IRIS),
    "hasSource": ("oa:hasSource", _IRI),
    "hasTopConcept": ("skos:hasTopConcept", _IRIS),
    "identifier": ("dcterms:identifier", {}),
    "inScheme": ("skos:inScheme", _IRI),
    "isDefinedBy": ("rdfs:isDefinedBy", _IRI),
    "issued": ("dcterms:issued", {"@type": "xsd:date"}),
    "kind": ("dcterms:type", _IRI),
    "label": ("rdfs:label", _WORDS),
    "language": ("dcterms:language", _IRIS),
    "member": ("org:member", _IRI),
    "notation": ("skos:notation", {}),
    "organization": ("org:organization", _IRI),
    "page": ("foaf:page", _IRIS),
    "prefLabel": ("skos:prefLabel", _WORDS),
    "publisher": ("dcterms:publisher", _IRI),
    "role": ("org:role", _IRI),
    "scopeNote": ("skos:scopeNote", _WORDS),
    "seeAlso": ("rdfs:seeAlso", _IRIS),
    "status": ("adms:status", _IRI),
    "title": ("dcterms:title", _WORDS),
    "topConceptOf": ("skos:topConceptOf", _IRI),
    "url": ("schema:url", {"@type": "xsd:anyURI"}),
    "value": ("rdf:value", {}),
}
"""Terms of other vocabularies that nodes of ours carry: name in JSON, CURIE, how values are read."""


def build() -> dict[str, Any]:
    """
    The context document: aliases, prefixes, the classes and properties of ours, the external terms that the graph uses.
    """
    quads = parsed("core.ttl", Iris())
    properties = {
        _local(name): {"@id": f"hv:{_local(name)}", **_coercion(name, quads)}
        for kind in ("owl:ObjectProperty", "owl:DatatypeProperty")
        for name in _instances(quads, kind)
    }
    external = {name: {"@id": curie, **coercion} for name, (curie, coercion) in EXTERNAL.items()}
    classes = {_local(name): f"hv:{_local(name)}" for name in _instances(quads, "owl:Class")}
    terms = {**properties, **external, **classes}
    prefixes = {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix not in terms}
    return {
        "generated": "by python -m ontology.context, from ontology/core.ttl; edit that file instead",
        "@context": {
            "@version": 1.1,
            "id": "@id",
            "type": "@type",
            **prefixes,
            **dict(sorted(terms.items())),
        },
    }


def read() -> dict[str, Any]:
    """
    The committed context document.
    """
    document: dict[str, Any] = json.loads((files("ontology") / FILE.name).read_text(encoding="utf-8"))
    return document


def text() -> str:
    """
    The context document as the committed file has it.
    """
    return json.dumps(build(), ensure_ascii=False, indent=2) + "\n"


def _local(name: NamedNode) -> str:
    """The name of a term of ours."""
    return name.value.removeprefix(DEF)


def _instances(quads: Iterable[Quad], kind: str) -> list[NamedNode]:
    """The terms of ours that are declared as *kind*, in reading order."""
    return [
        quad.subject
        for quad in quads
        if quad.predicate == term("rdf:type")
        and quad.object == term(kind)
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(DEF)
    ]


def _coercion(name: NamedNode, quads: Iterable[Quad]) -> dict[str, Any]:
    """How values of the property *name* are read: as IRIs, as words by language, as literals of one datatype."""
    facts = [quad for quad in quads if quad.subject == name]
    if any(quad.predicate == term("rdf:type") and quad.object == term("owl:ObjectProperty") for quad in facts):
        return _IRI if _local(name) in SINGLE else _IRIS
    (datatype,) = [
        quad.object.value
        for quad in facts
        if quad.predicate == term("schema:rangeIncludes") and isinstance(quad.object, NamedNode)
    ]
    if datatype == term("rdf:langString").value:
        return _WORDS
    if datatype == term("xsd:string").value:
        return {}
    # Written out where it is none of XML Schema: `edtf` names a property in the context, so it is no prefix there.
    return {"@type": datatype.replace(PREFIXES["xsd"], "xsd:", 1)}


def main(arguments: list[str] | None = None) -> int:
    """
    Writes the context, or with ``--check`` compares it; exit code 1 means that the committed file has drifted.
    """
    parser = argparse.ArgumentParser(prog="python -m ontology.context", description="write ontology/context.jsonld")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    options = parser.parse_args(arguments)
    if not options.check:
        FILE.write_text(text(), encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == text():
        return 0
    print("ontology/context.jsonld is out of date; run python -m ontology.context", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
