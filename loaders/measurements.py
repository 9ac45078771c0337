"""
Numbers: indicators, how they are measured, their targets and observations, and single figures.
"""

from loaders.scribe import Scribe

RECORDS = {
    "target": "hv:hasTarget",
    "baseline": "hv:hasBaseline",
    "observation": "hv:hasObservation",
    "earlier-target": "hv:hasEarlierTarget",
}
"""The property that leads from an indicator to each record of it."""


def indicator(scribe: Scribe) -> None:
    """Write one row of the table ``indicators``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, "hv:Indicator", scribe.place)
    scribe.names(node)
    scribe.editorial(node, "skos:definition", "definition")
    scribe.code(node, "hv:unit", "unit")
    scribe.linked_from("measures", "hv:measuredBy", node)
    scribe.cite(node, path)


def method(scribe: Scribe) -> None:
    """Write one row of the table ``methods``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, "hv:MeasurementMethod", scribe.place)
    scribe.names(node)
    scribe.editorial(node, "dcterms:description", "description")
    scribe.linked_from("indicator", "hv:method", node)
    scribe.cite(node, path)


def value(scribe: Scribe) -> None:
    """Write one row of the table ``values``: a target or an observation of an indicator."""
    row = scribe.row
    indicator = scribe.found("indicator")
    if not indicator:
        scribe.period(words_needed=False)
        scribe.found("method")
        scribe.claim(scribe.unfound)
        scribe.cite(scribe.unfound, "fragment/none")
        return
    record = row.text("record")
    target = record.endswith("target")
    base = f"{indicator[0][0].partition('/')[2]}-{record}"
    path = f"value/{base}-{scribe.statements.counted(base)}"
    node = scribe.statements.mint(path, "hv:TargetValue" if target else "hv:Observation", scribe.place)
    scribe.say(indicator[0][1], RECORDS[record], node)
    scribe.decimal(node)
    scribe.code(node, "hv:unit", "unit")
    if words := row.text("verbatim"):
        scribe.say(node, "hv:verbatim", scribe.words(words))
    period = scribe.period(words_needed=False)
    if period:
        scribe.time(node, period, verbatim=False)
    scribe.link(node, "hv:method", "method")
    scribe.claim(node)
    scribe.cite(node, path)


def figure(scribe: Scribe) -> None:
    """Write one row of the table ``figures``."""
    path = scribe.row.text("id")
    node = scribe.statements.mint(path, "hv:Figure", scribe.place)
    scribe.names(node)
    scribe.decimal(node)
    scribe.code(node, "hv:unit", "unit")
    scribe.say(node, "hv:verbatim", scribe.words(scribe.row.text("verbatim")))
    scribe.link(node, "hv:about", "about")
    scribe.cite(node, path)
