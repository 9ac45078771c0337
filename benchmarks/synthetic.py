"""
Synthetic facts shaped like the domain: any number of measures, in documents of fifty, with everything that goes with
them.

Only the tables are made up. They are written down as quads by the loaders themselves, so whatever the real tables
become, these become too: fragments with selectors, involvements in printed order, names printed or editorial. The same
number of measures gives the same quads.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pyoxigraph import NamedNode, Quad

from benchmarks import plans
from loaders import sources
from loaders.columns import tables
from loaders.curated import TRANSLATIONS
from loaders.errors import Problems
from loaders.references import Known, References
from loaders.scribe import Desk
from loaders.statements import Statements
from loaders.tables import Row
from loaders.writing import write
from ontology.iris import Iris


def folders(measures: int, iris: Iris) -> Iterator[Mapping[NamedNode, Sequence[Quad]]]:
    """
    Graph name -> asserted quads for the registry, then for each document in turn, then for the links between documents.

    Streamed, so that a million measures need no more memory than fifty. The graph of translations comes in parts, one
    with each folder; no quad comes twice.
    """
    documents = -(-measures // plans.IN_DOCUMENT)
    languages = {plans.document_key(number): plans.language_of(number) for number in range(1, documents + 1)}
    references = References((), Known(None, {}, languages), Problems())
    yield _written(plans.registry(measures), iris, references)
    for number in range(1, documents + 1):
        count = min(plans.IN_DOCUMENT, measures - (number - 1) * plans.IN_DOCUMENT)
        yield _written(plans.plan(number, count, measures), iris, references)
    if documents > 1:
        yield _written(plans.links(documents), iris, references)


def graphs(measures: int, iris: Iris) -> dict[NamedNode, list[Quad]]:
    """All that `folders` gives, one entry per graph."""
    found: dict[NamedNode, list[Quad]] = {}
    for folder in folders(measures, iris):
        for graph, quads in folder.items():
            found.setdefault(graph, []).extend(quads)
    return found


def entry(measures: int, iris: Iris, edition: int = 1) -> tuple[NamedNode, Sequence[Quad]]:
    """
    One more measure as an editor publishes it: the graph ``entry/bench`` and its quads. *edition* changes its titles.

    It belongs to the first package of the document in the middle of *measures*, and two actors of the registry answer
    for it.
    """
    document = max(1, measures // plans.IN_DOCUMENT // 2)
    language = plans.language_of(document)
    row = {
        **plans.measure(document, plans.IN_DOCUMENT + 1, measures, random.Random(edition)),
        "id": "measure/bench",
        "code": "bench",
        "document": plans.document_key(document),
    }
    row["title_en"] = f"{row['title_en']}, edition {edition}"
    graph = iris.graph("entry/bench")
    statements = Statements(iris, Problems())
    desk = Desk(graph, graph)
    references = References((), Known(None, {}, {plans.document_key(document): language}), statements.problems)
    write([(Row(tables()["measures"], "bench.csv", 2, row), desk)], statements, references, {})
    statements.problems.settle()
    return graph, statements.graphs()[graph]


def _written(folder: plans.Folder, iris: Iris, references: References) -> Mapping[NamedNode, Sequence[Quad]]:
    statements = Statements(iris, Problems())
    own = folder.name if folder.language else None
    source = f"src/{folder.name}" if own else folder.name
    desk = Desk(iris.graph(source), iris.graph(TRANSLATIONS), own, whole=own is not None)
    if own:
        sources.describe(_source(folder), statements, iris)
    ordered = sorted(folder.rows, key=lambda pair: pair[0])
    rows = [
        Row(tables()[name], f"{folder.name}/{name}.csv", number, cells)
        for name, group in groupby(ordered, key=lambda pair: pair[0])
        for number, (_, cells) in enumerate(group, start=2)
    ]
    write(((row, desk) for row in rows), statements, references, {})
    statements.problems.settle()
    return statements.graphs()


def _source(folder: plans.Folder) -> sources.Source:
    language = folder.language or "fi"
    metadata = {
        "title": f"Toimenpideohjelma {folder.name}" if language == "fi" else f"Åtgärdsprogram {folder.name}",
        "title_en": f"Action programme {folder.name}",
        "language": language,
        "kind": "measure-table",
        "publisher": folder.publisher,
        "issued": "2022-03-01",
        "file": f"{folder.name}.txt",
        "sha256": hashlib.sha256(folder.name.encode()).hexdigest(),
    }
    metadata["title_sv" if language == "fi" else "title_fi"] = f"Bench {folder.name}"
    return sources.Source(folder.name, document=True, metadata=metadata, counts={})
