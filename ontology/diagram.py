"""
The class diagrams of ``docs/data-model.md``, drawn from the vocabulary in Mermaid.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from ontology.iris import Iris
from ontology.modules import parsed
from ontology.namespaces import DEF, term

TOPICS: dict[str, tuple[str, ...]] = {
    "Plan elements and what hangs on them": (
        "PlanElement", "Strategy", "Programme", "ActionPlan", "WorkPlan", "MeasurePackage", "Measure", "SubMeasure",
        "Project", "ProjectPhase", "Objective", "Theme", "Schedule", "Deliverable", "Execution",
    ),
    "Actors and their involvements": (
        "PlanElement", "Involvement", "Responsibility", "Implementation", "Commissioning", "Funding", "Participation",
        "Consultation", "Leadership", "Actor", "Organisation", "PublicOrganisation", "OrganisationUnit",
        "CollaborationNetwork", "ActorGroup", "UnnamedActor", "DigitalService",
    ),
    "Dependencies": (
        "PlanElement", "Dependency", "Requirement", "Succession", "Use", "FundingCondition", "Contribution",
        "Supersession", "Relation", "DigitalService", "Instrument", "Publication", "Decision", "Deliverable",
    ),
    "Indicators, numbers and events": (
        "Objective", "Indicator", "TargetValue", "Observation", "MeasurementMethod", "Figure", "Event", "Milestone",
    ),
    "Sources": ("SourceDocument", "SourceFragment", "ExternalPage"),
}  # fmt: skip
"""Headings and the classes drawn under them; every class of the vocabulary is drawn at least once."""


def text() -> str:
    """
    The diagrams with their headings.
    """
    core, rules = parsed("core.ttl", Iris()), parsed("rules.ttl", Iris())
    drawn = list(_drawn(core, rules))
    sections = [
        f"### {heading}\n\n```mermaid\n{_diagram(core, drawn, names)}\n```\n" for heading, names in TOPICS.items()
    ]
    return "\n".join(sections).rstrip()


def _objects(quads: Iterable[Quad], subject: object, curie: str) -> list[str]:
    """The IRIs to which *subject* is linked by the property *curie*."""
    predicate = term(curie)
    return [
        quad.object.value
        for quad in quads
        if quad.subject == subject and quad.predicate == predicate and isinstance(quad.object, NamedNode)
    ]


def _drawn(core: Iterable[Quad], rules: Iterable[Quad]) -> Iterator[NamedNode]:
    """The properties that people assert: no inverses, no chains, no closures, no inherited ones, none below another."""
    quads = list(core)
    inverses = {quad.subject for quad in rules if quad.predicate == term("owl:inverseOf")}
    chains = {quad.subject for quad in quads if quad.predicate == term("owl:propertyChainAxiom")}
    general = {
        quad.object
        for quad in quads
        if quad.predicate == term("rdfs:subPropertyOf") and (quad.subject in chains or quad.object in inverses)
    }
    for quad in quads:
        name = quad.subject
        if quad.predicate != term("schema:rangeIncludes") or not isinstance(name, NamedNode):
            continue
        below = [
            above
            for above in _objects(quads, name, "rdfs:subPropertyOf")
            if term("owl:TransitiveProperty").value not in _objects(quads, NamedNode(above), "rdf:type")
        ]
        derived = name in inverses | chains | general or name.value.startswith(f"{DEF}inherited")
        closure = term("owl:TransitiveProperty").value in _objects(quads, name, "rdf:type")
        if not below and not derived and not closure:
            yield name


def _diagram(quads: Iterable[Quad], properties: Iterable[NamedNode], names: Iterable[str]) -> str:
    """One class diagram: *names*, the hierarchy among them, the *properties* that join them, their literals."""
    facts = list(quads)
    classes = {f"{DEF}{name}": name for name in names}
    hierarchy = [
        f"    {classes[above]} <|-- {name}"
        for iri, name in classes.items()
        for above in _objects(facts, NamedNode(iri), "rdfs:subClassOf")
        if above in classes
    ]
    edges: dict[tuple[str, str], list[str]] = {}
    literals: dict[str, list[str]] = {}
    for name in dict.fromkeys(properties):
        local = name.value.removeprefix(DEF)
        values = _objects(facts, name, "schema:rangeIncludes")
        for owner in _objects(facts, name, "schema:domainIncludes"):
            if owner not in classes:
                continue
            for value in values:
                if value in classes:
                    edges.setdefault((classes[owner], classes[value]), []).append(local)
                elif not value.startswith(DEF):
                    literals.setdefault(classes[owner], []).append(f"{local} {_short(value)}")
    bodies = [
        "\n".join([f"    class {name} {{", *(f"        {line}" for line in literals[name]), "    }"])
        if name in literals
        else f"    class {name}"
        for name in classes.values()
    ]
    arrows = [f"    {owner} --> {value} : {', '.join(labels)}" for (owner, value), labels in edges.items()]
    return "\n".join(["classDiagram", *bodies, *hierarchy, *arrows])


def _short(value: str) -> str:
    """The local name of a class or datatype."""
    return value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
