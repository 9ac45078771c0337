"""
The things that measures use, build on, produce or speak of: actors, services, publications, events and the like.
"""

from pyoxigraph import Literal

from loaders.scribe import Scribe
from loaders.statements import property_
from ontology.iris import concept
from ontology.iris import scheme as concept_scheme

CLASSES = {
    "services": "hv:DigitalService",
    "instruments": "hv:Instrument",
    "publications": "hv:Publication",
    "decisions": "hv:Decision",
    "events": "hv:Event",
    "deliverables": "hv:Deliverable",
    "pages": "hv:ExternalPage",
    "themes": "hv:Theme",
}
"""The class of the rows of every table whose rows have but one."""
_INTENT = "intent"


def actor(scribe: Scribe) -> None:
    """Write one row of the table ``actors``."""
    row = scribe.row
    path = row.text("id")
    node = scribe.statements.mint(path, f"hv:{row.text('class')}", scribe.place)
    scribe.names(node)
    scribe.say(node, "org:classification", concept("actor-kind", row.text("kind")))
    scribe.link(node, "hv:unitOf", "unit_of")
    scribe.claim(node)
    scribe.cite(node, path)


def thing(scribe: Scribe) -> None:
    """Write one row of ``services``, ``instruments`` or ``publications``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, CLASSES[scribe.row.table.name], scribe.place)
    scribe.names(node)
    scribe.editorial(node, "dcterms:description", "description")
    scribe.code(node, "dcterms:type", "kind")
    if "operator" in scribe.row.table.columns:
        scribe.link(node, "hv:operator", "operator")
    scribe.cite(node, path)


def deliverable(scribe: Scribe) -> None:
    """Write one row of the table ``deliverables``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, CLASSES["deliverables"], scribe.place)
    scribe.names(node)
    scribe.editorial(node, "dcterms:description", "description")
    scribe.code(node, "dcterms:type", "kind")
    scribe.linked_from("produced_by", "hv:produces", node)
    scribe.claim(node)
    scribe.cite(node, path)


def occasion(scribe: Scribe) -> None:
    """Write one row of ``events`` or ``decisions``, which carry their time themselves."""
    row = scribe.row
    path = row.text("id")
    node = scribe.statements.mint(path, CLASSES[row.table.name], scribe.place)
    scribe.names(node)
    scribe.editorial(node, "dcterms:description", "description")
    if row.table.name == "events":
        scribe.code(node, "dcterms:type", "kind")
        scribe.link(node, "hv:about", "about")
    else:
        scribe.code(node, "adms:status", "status")
    period = scribe.period()
    if period:
        scribe.time(node, period)
    scribe.cite(node, path)


def page(scribe: Scribe) -> None:
    """Write one row of the table ``pages``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, CLASSES["pages"], scribe.place)
    scribe.names(node)
    scribe.say(node, "schema:url", Literal(scribe.row.text("url"), datatype=property_("xsd:anyURI")))
    scribe.linked_from("cited_by", "foaf:page", node)
    scribe.cite(node, path)


def theme(scribe: Scribe) -> None:
    """Write one row of the table ``themes``: a top concept of the scheme of strategic intents."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, CLASSES["themes"], scribe.place)
    scribe.names(node)
    scribe.say(node, "skos:notation", Literal(scribe.row.text("code")))
    scribe.say(node, "skos:inScheme", concept_scheme(_INTENT))
    scribe.say(node, "skos:topConceptOf", concept_scheme(_INTENT))
    scribe.cite(node, path)
