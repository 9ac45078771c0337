"""
Which module writes the rows of which table.
"""

from collections.abc import Callable, Iterable, Mapping

from loaders import elements, measurements, relations, things
from loaders.columns import LANGUAGES, tables
from loaders.evidence import Text
from loaders.references import References
from loaders.scribe import Desk, Scribe
from loaders.statements import Statements
from loaders.tables import Row

WRITERS: Mapping[str, Callable[[Scribe], None]] = {
    "measures": elements.write,
    "actors": things.actor,
    "themes": things.theme,
    "services": things.thing,
    "instruments": things.thing,
    "publications": things.thing,
    "decisions": things.occasion,
    "events": things.occasion,
    "deliverables": things.deliverable,
    "pages": things.page,
    "indicators": measurements.indicator,
    "methods": measurements.method,
    "values": measurements.value,
    "figures": measurements.figure,
    "memberships": relations.membership,
    "involvements": relations.involvement,
    "dependencies": relations.dependency,
    "evidence": relations.evidence,
}

_LEANING: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"id"}),
    "status_mode": frozenset({"status"}),
    "status_confidence": frozenset({"status", "status_mode"}),
    "schedule": frozenset({"edtf", "deadline_event", "document"}),
    "lines": frozenset({"document"}),
    "anchor": frozenset({"document", "lines"}),
    "document_2": frozenset({"document", "from", "to"}),
    **{
        f"{stem}_{language}": frozenset({cause})
        for stem, cause in (("condition", "type"), ("title", "printed"), ("name", "printed"))
        for language in LANGUAGES
    },
}
"""Columns whose problems may only follow from a spoiled cell in one of the others."""


def write(
    rows: Iterable[tuple[Row, Desk]], statements: Statements, references: References, texts: Mapping[str, Text]
) -> None:
    """
    Write every row to its desk: table by table, so that further evidence is numbered after the first.
    """
    order = {name: number for number, name in enumerate(tables())}
    for row, desk in sorted(rows, key=lambda pair: order[pair[0].table.name]):
        if row.spoiled:
            _judge(row, desk, statements, references, texts)
        else:
            WRITERS[row.table.name](Scribe(row, desk, statements, references, texts))


def _judge(row: Row, desk: Desk, statements: Statements, references: References, texts: Mapping[str, Text]) -> None:
    """
    Note what else is wrong with a row that has spoiled cells, but nothing that only follows from these.

    What it writes is thrown away: stand-ins for spoiled cells must not take the identifiers of other rows.
    """
    problems = statements.problems
    before = len(problems)
    WRITERS[row.table.name](Scribe(row, desk, Statements(statements.iris, problems), references, texts))
    hushed = {column for column in row.spoiled if not row.table.columns[column].reference}
    hushed |= {column for column, causes in _LEANING.items() if causes & row.spoiled.keys()}
    if any(";" in item for item in row.spoiled.get("responsible", ())):
        hushed.add("responsible_as_printed")
    places = {row.where(column) for column in hushed} | {row.where()}
    problems.keep(before, lambda problem: problem.where not in places)
