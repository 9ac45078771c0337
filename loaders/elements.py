"""
Plan elements: measures and everything that a plan is made of, with the actors that answer for them.
"""

from pyoxigraph import Literal

from loaders import cells
from loaders.scribe import Scribe
from loaders.sentences import Quoted, sentence
from loaders.statements import integer
from ontology.iris import concept

SEGMENTS = {
    "Measure": "measure", "SubMeasure": "measure", "ActionPlan": "plan", "WorkPlan": "workplan",
    "MeasurePackage": "package", "Project": "project", "ProjectPhase": "phase", "Objective": "objective",
    "Strategy": "strategy", "Programme": "programme",
}  # fmt: skip
"""The id segment of every kind of plan element."""
_LINKS = {
    "part_of": "hv:isPartOf",
    "themes": "hv:theme",
    "implements": "hv:implements",
    "scheduled_in": "hv:scheduledIn",
    "carries_out": "hv:carriesOut",
}


def write(scribe: Scribe) -> None:
    """
    Write one row of the table ``measures``: the element, its responsibilities, schedule, and execution if completed.
    """
    row = scribe.row
    path, kind = row.text("id"), row.text("kind")
    if not path.startswith(SEGMENTS[kind] + "/"):
        scribe.refuse("kind", sentence("kind-segment", kind=Quoted(kind), path=path, segment=SEGMENTS[kind]))
    node = scribe.statements.mint(path, f"hv:{kind}", scribe.place)
    scribe.names(node, "title")
    scribe.editorial(node, "dcterms:description", "description")
    if code := row.text("code"):
        scribe.say(node, "skos:notation", Literal(code))
    if order := row.text("order"):
        scribe.say(node, "hv:order", integer(int(order)))
    for column, predicate in _LINKS.items():
        scribe.link(node, predicate, column)
    scribe.code(node, "adms:status", "status")
    scribe.code(node, "hv:startMode", "start_mode")
    scribe.cite(node, path)
    _responsibilities(scribe, path)
    scribe.schedule(path, node)
    _status(scribe, path)


def _responsibilities(scribe: Scribe, path: str) -> None:
    row = scribe.row
    actors, printed = row.items("responsible"), row.items("responsible_as_printed")
    if not printed and not any(actor.startswith("actor/") for actor in actors):
        printed = actors
    if len(actors) != len(printed):
        scribe.refuse("responsible_as_printed", sentence("printed-count", printed=len(printed), actors=len(actors)))
        scribe.found("responsible")
        return
    node = scribe.statements.iris.entity(path)
    for order, (actor, words) in enumerate(zip(actors, printed, strict=True), start=1):
        found = scribe.references.find(row, "responsible", actor)
        if found is None:
            continue
        involvement_path = f"involvement/{path.partition('/')[2]}-r{order}"
        involvement = scribe.statements.mint(involvement_path, "hv:Responsibility", scribe.place)
        scribe.say(node, "hv:hasResponsibility", involvement)
        scribe.say(involvement, "hv:involvedAgent", scribe.statements.iris.entity(found))
        scribe.say(involvement, "hv:roleKind", concept("role", "responsible"))
        scribe.say(involvement, "hv:order", integer(order))
        scribe.say(involvement, "hv:nameAsPrinted", scribe.words(words))
        scribe.say(involvement, "hv:assertionMode", concept("assertion-mode", "stated"))
        scribe.cite(involvement, involvement_path, cells.tagged(words, "")[0])


def _status(scribe: Scribe, path: str) -> None:
    row = scribe.row
    if not row.text("status"):
        for column in ("status_mode", "status_confidence"):
            if row.text(column):
                scribe.refuse(column, sentence("status-needed", value=Quoted(row.text(column))))
    if row.text("status") != "completed":
        return
    execution_path = f"execution/{path.partition('/')[2]}-x1"
    execution = scribe.statements.mint(execution_path, "hv:Execution", scribe.place)
    scribe.say(execution, "hv:hadPlan", scribe.statements.iris.entity(path))
    scribe.claim(execution, "status_")
    scribe.cite(execution, execution_path)
