"""
The curated facts: the folders of ``data/``, read whole, cross-checked and counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from loaders import cells, evidence, sources, tables
from loaders.codes import codes
from loaders.columns import tables as declared
from loaders.errors import Problems
from loaders.references import Known, References
from loaders.scribe import Desk
from loaders.sentences import Quoted, Where, near, sentence
from loaders.statements import Graphs, Statements
from loaders.writing import write
from ontology.iris import Iris

TRANSLATIONS = "translations"
_IN_CELLS = {"responsibilities": "responsible", "theme_links": "themes", "schedules": "schedule"}


def read(folder: Path, iris: Iris, texts: Path | None = None) -> Graphs:
    """
    The graphs of the curated facts in *folder*: one per document, registry, links, translations.

    Folders are taken in the order of their names. *texts* is the folder of the texts of the documents; with it, every
    anchor is looked up in its lines. Pure: the same files give the same quads in the same order.

    Raises:
        InputError: Anything is wrong anywhere; it lists every problem of every file.
    """
    problems = Problems()
    folders = sorted(entry for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []
    if not folders:
        problems.add(Where(folder.name), sentence("folder-empty"))
    found = {entry.name: sources.read(entry, problems) for entry in folders}
    rows = {entry.name: _rows(entry, problems) for entry in folders}
    checked = {key: [cells.checked(row, iris, problems) for row in each] for key, each in rows.items()}
    references = References((row for each in rows.values() for row in each), Known(documents(found)), problems)
    references.languages.update({key: source.language for key, source in found.items() if source.language})
    statements = Statements(iris, problems)
    desks = {}
    for key, source in found.items():
        own = key if source.document else None
        desks[key] = Desk(iris.graph(source.graph), iris.graph(TRANSLATIONS), own, whole=source.document)
        if source.document and source.language and {"sha256", "file"} <= source.metadata.keys():
            sources.describe(source, statements, iris)
    held = evidence.read(texts, found, problems) if texts else {}
    write(((row, desks[key]) for key, each in checked.items() for row in each), statements, references, held)
    for key, source in found.items():
        sources.compare(source, counts(rows[key]), problems)
    problems.settle()
    return statements.graphs()


def documents(found: Mapping[str, sources.Source]) -> frozenset[str]:
    """The ids of the documents that have a folder."""
    return frozenset(f"document/{key}" for key, source in found.items() if source.document)


def _rows(folder: Path, problems: Problems) -> Sequence[tables.Row]:
    rows: list[tables.Row] = []
    for path in sorted(folder.iterdir()):
        called = f"{folder.name}/{path.name}"
        if path.name == sources.FILE or path.name.startswith((".", "~$")):
            continue
        if path.is_dir() or path.suffix.lower() not in tables.SUFFIXES:
            problems.add(Where(called), sentence("folder-file"))
        elif path.suffix.lower() == ".csv" and path.stem not in declared():
            names, similar = ", ".join(declared()), near(path.stem, declared())
            problems.add(Where(called), sentence("folder-table", name=Quoted(path.stem), names=names, near=similar))
        else:
            rows.extend(tables.read(path, problems, called))
    return rows


def counts(rows: Iterable[tables.Row]) -> Mapping[str, int]:
    """
    How many rows each table has (``measures``), and each of its kinds (``measures_SubMeasure``), none included.

    ``responsibilities``, ``theme_links`` and ``schedules`` count what the cells of ``measures`` hold.
    """
    found: Counter[str] = Counter(dict.fromkeys(_IN_CELLS, 0))
    for table in declared().values():
        found[table.name] = 0
        if table.counted_by:
            column = table.columns[table.counted_by]
            for code in column.accepted or codes().get(column.scheme or "", ()):
                found[f"{table.name}_{code}"] = 0
    for row in rows:
        found[row.table.name] += 1
        if row.table.counted_by and row.text(row.table.counted_by):
            found[f"{row.table.name}_{row.text(row.table.counted_by)}"] += 1
        if row.table.name == "measures":
            for key, name in _IN_CELLS.items():
                found[key] += len(row.items(name)) if row.table.columns[name].many else bool(row.text(name))
    return found
