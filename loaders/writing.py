"""
Which module writes the rows of which table.
"""

from collections.abc import Callable, Iterable, Mapping

from loaders import elements, measurements, relations, things
from loaders.columns import tables
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


def write(
    rows: Iterable[tuple[Row, Desk]], statements: Statements, references: References, texts: Mapping[str, Text]
) -> None:
    """
    Write every row to its desk: table by table, so that further evidence is numbered after the first.
    """
    order = {name: number for number, name in enumerate(tables())}
    for row, desk in sorted(rows, key=lambda pair: order[pair[0].table.name]):
        WRITERS[row.table.name](Scribe(row, desk, statements, references, texts))
