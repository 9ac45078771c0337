"""
The axiom forms that a vocabulary module may use.

The core keeps to what OWL 2 RL and OWL 2 EL share, so that any reasoner can read it; rules and alignments keep to RL.
What is not on the list is refused, whether or not the profile would allow it: a new form is a decision.

Source: OWL 2 Web Ontology Language Profiles, sections 2 (EL) and 4 (RL); OWL 2 Mapping to RDF Graphs, section 3.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ontology.namespaces import PREFIXES, term


def _terms(*curies: str) -> frozenset[NamedNode]:
    """The terms that *curies* stand for."""
    return frozenset(map(term, curies))


_DECLARATIONS = _terms(
    "owl:Ontology", "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"
)
_ANNOTATIONS = _terms(
    "rdfs:comment",
    "rdfs:isDefinedBy",
    "rdfs:label",
    "rdfs:seeAlso",
    "owl:deprecated",
    "owl:versionInfo",
)
_HEADER = _terms(
    "owl:backwardCompatibleWith", "owl:imports", "owl:incompatibleWith", "owl:priorVersion", "owl:versionIRI"
)
_NAMED = _terms("rdfs:subClassOf", "rdfs:subPropertyOf")
_LISTS = _terms("rdf:first", "rdf:rest")
_RESERVED = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))


class Profile(Enum):
    """
    What a module may use beyond declarations, annotations, named superclasses and superproperties.

    *types* are the kinds of property or axiom it may state, *links* the axioms between names, *lists* those on a list.
    """

    CORE = (_terms("owl:TransitiveProperty"), frozenset[NamedNode](), _terms("owl:propertyChainAxiom"))
    RL = (
        _terms(
            "owl:AllDisjointClasses",
            "owl:AsymmetricProperty",
            "owl:IrreflexiveProperty",
            "owl:SymmetricProperty",
            "owl:TransitiveProperty",
        ),
        _terms("owl:inverseOf", "owl:disjointWith"),
        _terms("owl:propertyChainAxiom", "owl:members"),
    )

    def __init__(self, types: frozenset[NamedNode], links: frozenset[NamedNode], lists: frozenset[NamedNode]) -> None:
        self.types = types
        self.links = links
        self.lists = lists


PROFILES = {
    "core.ttl": Profile.CORE,
    "rules.ttl": Profile.RL,
    "service.ttl": Profile.CORE,
    "align.ttl": Profile.RL,
    "mappings.ttl": Profile.CORE,
}


def violations(quads: Sequence[Quad], profile: Profile, known: Iterable[Quad] = ()) -> list[str]:
    """
    The statements of a module that its *profile* has no place for, one sentence each, sorted.

    *known* are the modules in which other annotation properties are declared.
    """
    annotations = _ANNOTATIONS | {
        quad.subject
        for quad in (*quads, *known)
        if quad.predicate == term("rdf:type") and quad.object == term("owl:AnnotationProperty")
    }
    heads = {quad.object for quad in quads if quad.predicate in profile.lists}
    tails = {quad.object for quad in quads if quad.predicate == term("rdf:rest")}
    return sorted(
        f"{quad}: {reason}"
        for quad in quads
        if (reason := _reason(quad, profile, annotations, heads | tails)) is not None
    )


def _reason(quad: Quad, profile: Profile, annotations: Iterable[object], lists: Iterable[object]) -> str | None:
    """Why the profile has no place for *quad*, or None."""
    if quad.predicate == term("rdf:type"):
        if quad.object in _DECLARATIONS or quad.object in profile.types:
            return None
        return "this kind of axiom or declaration is not on the profile's list"
    if quad.predicate in annotations:
        return None
    if quad.predicate in _HEADER:
        return None if isinstance(quad.object, NamedNode) else "the value in an ontology header must be an IRI"
    if quad.predicate in _LISTS:
        member = quad.predicate == term("rdf:first")
        if quad.subject not in lists:
            return "the list belongs to no axiom on the profile's list"
        return None if not member or isinstance(quad.object, NamedNode) else "only named terms stand in lists"
    if quad.predicate in _NAMED | profile.links:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            return None
        return "only named classes and properties stand in this axiom"
    if quad.predicate in profile.lists:
        return None if isinstance(quad.object, BlankNode) else "the axiom must be on a list"
    if quad.predicate.value.startswith(_RESERVED):
        return "this axiom is not on the profile's list"
    kind = "literal" if isinstance(quad.object, Literal) else "statement"
    return f"the property of this {kind} is not declared as an annotation property"
