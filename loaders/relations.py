"""
What binds things together: involvements, dependencies, memberships, and further evidence.
"""

from loaders.columns import LANGUAGES
from loaders.scribe import Scribe
from loaders.sentences import Quoted, sentence
from loaders.statements import integer

INVOLVEMENTS = {
    "responsible": "Responsibility",
    "implementer": "Implementation",
    "principal": "Commissioning",
    "funder": "Funding",
    "participant": "Participation",
    "consulted": "Consultation",
    "lead": "Leadership",
}
"""The class of involvement of every role; ``hv:has`` and the class name make its property."""
DEPENDENCIES = {
    "requires": "Requirement",
    "follows": "Succession",
    "uses": "Use",
    "funding-condition": "FundingCondition",
    "contributes": "Contribution",
    "supersedes": "Supersession",
    "related": "Relation",
}
"""The class of dependency of every type, likewise."""


def involvement(scribe: Scribe) -> None:
    """Write one row of the table ``involvements``."""
    row = scribe.row
    role, order = row.text("role"), int(row.text("order"))
    whole, actor = scribe.found("of"), scribe.found("actor")
    if not (whole and actor):
        scribe.claim(scribe.unfound)
        scribe.cite(scribe.unfound, "fragment/none")
        return
    key = whole[0][0].partition("/")[2]
    path = f"involvement/{key}-r{order}" if role == "responsible" else f"involvement/{key}-{role}-{order}"
    node = scribe.statements.mint(path, f"hv:{INVOLVEMENTS[role]}", scribe.place)
    scribe.say(whole[0][1], f"hv:has{INVOLVEMENTS[role]}", node)
    scribe.say(node, "hv:involvedAgent", actor[0][1])
    scribe.code(node, "hv:roleKind", "role")
    scribe.say(node, "hv:order", integer(order))
    printed = row.text("as_printed") or ("" if row.text("actor").startswith("actor/") else row.text("actor"))
    if printed:
        scribe.say(node, "hv:nameAsPrinted", scribe.words(printed))
    scribe.claim(node)
    scribe.cite(node, path)


def dependency(scribe: Scribe) -> None:
    """Write one row of the table ``dependencies``."""
    row = scribe.row
    kind = row.text("type")
    ends = scribe.found("from") + scribe.found("to")
    if len(ends) != 2:
        scribe.claim(scribe.unfound)
        _condition(scribe, kind)
        scribe.cite(scribe.unfound, "fragment/none")
        scribe.cite(scribe.unfound, "fragment/none", suffix="_2")
        return
    keys = [path.partition("/")[2] for path, _ in ends]
    path = f"dependency/{keys[0]}-{kind}-{keys[1]}"
    node = scribe.statements.mint(path, f"hv:{DEPENDENCIES[kind]}", scribe.place)
    scribe.say(ends[0][1], f"hv:has{DEPENDENCIES[kind]}", node)
    scribe.code(node, "hv:dependencyKind", "type")
    scribe.say(node, "hv:dependencyTarget", ends[1][1])
    scribe.claim(node)
    _condition(scribe, kind)
    scribe.texts_of(node, "hv:conditionText", "condition")
    scribe.cite(node, path)
    scribe.cite(node, path, suffix="_2")
    homes = [scribe.references.home(path) for path, _ in ends]
    across = homes[0] != homes[1] and set(homes) <= set(scribe.references.languages)
    if across and not row.text("document_2"):
        scribe.refuse("document_2", sentence("evidence-across", first=str(homes[0]), second=str(homes[1])))


def _condition(scribe: Scribe, kind: str) -> None:
    for language in LANGUAGES:
        column = f"condition_{language}"
        if kind == "funding-condition" and not scribe.row.text(column):
            scribe.refuse(column, sentence("condition-needed", meaning=scribe.row.table.columns[column].means))
        elif kind != "funding-condition" and scribe.row.text(column):
            scribe.refuse(column, sentence("condition-surplus", value=Quoted(scribe.row.text(column))))


def membership(scribe: Scribe) -> None:
    """Write one row of the table ``memberships``."""
    member, organisation = scribe.found("member"), scribe.found("organisation")
    if not (member and organisation):
        scribe.period()
        scribe.claim(scribe.unfound)
        scribe.cite(scribe.unfound, "fragment/none")
        return
    key = f"{member[0][0].partition('/')[2]}-{organisation[0][0].partition('/')[2]}"
    path = f"membership/{key}"
    node = scribe.statements.mint(path, "org:Membership", scribe.place)
    scribe.say(node, "org:member", member[0][1])
    scribe.say(node, "org:organization", organisation[0][1])
    scribe.code(node, "org:role", "role")
    scribe.schedule(path, node)
    scribe.claim(node)
    scribe.cite(node, path)


def evidence(scribe: Scribe) -> None:
    """Write one row of the table ``evidence``: one more place for something."""
    for path, node in scribe.found("of"):
        scribe.cite(node, path)
