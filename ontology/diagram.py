"""
The class diagrams of ``docs/data-model.md``, drawn from the vocabulary in Mermaid.

``python -m ontology.diagram`` writes them between the markers; with ``--check`` it only tells whether they drifted.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from ontology.iris import Iris
from ontology.modules import parsed
from ontology.namespaces import DEF, term

PAGE = Path(__file__).parents[1] / "docs" / "data-model.md"
BEGIN = "<!-- diagrams: begin, written by python -m ontology.diagram -->"
END = "<!-- diagrams: end -->"

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
    The diagrams with their headings, as they stand between the markers.
    """
    core, rules = parsed("core.ttl", Iris()), parsed("rules.ttl", Iris())
    drawn = list(_drawn(core, rules))
    sections = [
        f"### {heading}\n\n```mermaid\n{_diagram(core, drawn, names)}\n```\n" for heading, names in TOPICS.items()
    ]
    return "\n".join([f"{BEGIN}\n", *sections, END])


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


def written(page: str, diagrams: str) -> str:
    """
    *page* with *diagrams* between its markers.

    Raises:
        ValueError: The page does not have both markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines {BEGIN!r} and {END!r}; put them where the diagrams belong")
    return before + diagrams + after


def main(arguments: list[str] | None = None) -> int:
    """
    Writes the diagrams, or with ``--check`` compares them; exit code 1 means that the page has drifted.
    """
    parser = argparse.ArgumentParser(prog="python -m ontology.diagram", description="draw the vocabulary")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")
    options = parser.parse_args(arguments)
    page = PAGE.read_text(encoding="utf-8")
    new = written(page, text())
    if not options.check:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    if page == new:
        return 0
    print("docs/data-model.md is out of date; run python -m ontology.diagram", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
