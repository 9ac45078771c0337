"""
Someone's entry: RDF files and tables, on their way into the graph.

What is read is what was written, quad by quad; whether it may be published is for the shapes to say.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from loaders import cells, rdf, tables, workbooks
from loaders.errors import Problems
from loaders.references import Known, References
from loaders.scribe import Desk
from loaders.sentences import Quoted, Sentence, Where, sentence
from loaders.statements import Graphs, Statements
from loaders.writing import write
from ontology.iris import IRIError, Iris

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


def read(files: Sequence[Path], iris: Iris, known: Known, public: str = "") -> Graphs:
    """
    The graphs that *files* hold, by name.

    Rows of tables, and triples that name no graph, go to ``graph/entry/{stem}`` of their file. The tables of all files
    are read together, so that one may refer to another; *known* is what they may refer to besides. *public* is the
    address of the service, whose JSON-LD context is ours.

    Raises:
        InputError: Anything is wrong anywhere, or a file states nothing; it lists every problem of every file, and
            nothing was kept.
    """
    problems = Problems()
    quads: dict[NamedNode, dict[Quad, None]] = {}
    rows: list[tuple[tables.Row, Desk]] = []
    homes: dict[NamedNode, Path] = {}
    silent: list[Path] = []
    for number, path in enumerate(files, start=1):
        graph = _home(path, iris, homes, problems)
        if graph is None or not _there(path, problems):
            continue
        before = len(problems)
        found: Sequence[tables.Row] | Sequence[Quad]
        if _tabular(path):
            desk = Desk(graph, translations=graph)
            found = tables.read(path, problems)
            rows.extend((row, desk) for row in found)
        else:
            found = rdf.read(path, iris, problems, public=public, label=f"b{number}x")
            _placed(found, graph, path.name, quads, problems)
        if not found and len(problems) == before:
            silent.append(path)
    for path in silent:
        problems.add(Where(path.name), sentence("nothing-stated"))
    checked = [(cells.checked(row, iris, problems), desk) for row, desk in rows]
    references = References((row for row, _ in rows), _with_types(known, quads, iris), problems)
    statements = Statements(iris, problems)
    write(checked, statements, references, {})
    problems.settle()
    for graph, said in statements.graphs().items():
        quads.setdefault(graph, {}).update(dict.fromkeys(said))
    return {graph: tuple(said) for graph, said in quads.items() if said}


def graph_name(stem: str) -> str:
    """
    The graph of a file whose name without suffix is *stem*: ``entry/`` and lower-case letters, digits, hyphens.
    """
    plain = unicodedata.normalize("NFKD", stem.casefold().translate(_LETTERS))
    key = "-".join(re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))
    return f"entry/{key}"


def _home(path: Path, iris: Iris, homes: dict[NamedNode, Path], problems: Problems) -> NamedNode | None:
    try:
        graph = iris.graph(graph_name(path.stem))
    except IRIError:
        problems.add(Where(path.name), sentence("file-name", name=Quoted(path.name)))
        return None
    if graph in homes:
        said = sentence("file-graph", graph=graph_name(path.stem), other=homes[graph].name)
        problems.add(Where(path.name), said)
        return None
    homes[graph] = path
    return graph


def _there(path: Path, problems: Problems) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError as error:
        problems.add(Where(path.name), _unreadable(error))
        return False


def _unreadable(error: OSError) -> Sentence:
    match error:
        case FileNotFoundError():
            return sentence("file-missing")
        case PermissionError():
            return sentence("file-forbidden")
        case IsADirectoryError():
            return sentence("file-folder")
    return sentence("file-unreadable", reason=str(error.strerror))


def _tabular(path: Path) -> bool:
    if path.suffix.lower() in tables.SUFFIXES:
        return True
    with path.open("rb") as stream:
        return stream.read(8).startswith((workbooks.ZIP, workbooks.OLE))


def _placed(
    found: Sequence[Quad], graph: NamedNode, called: str, quads: dict[NamedNode, dict[Quad, None]], problems: Problems
) -> None:
    for quad in found:
        if isinstance(quad.graph_name, BlankNode):
            problems.add(Where(called), sentence("graph-nameless"))
            return
        home = graph if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
        placed = Quad(quad.subject, quad.predicate, quad.object, home)
        quads.setdefault(home, {})[placed] = None


def _with_types(known: Known, quads: dict[NamedNode, dict[Quad, None]], iris: Iris) -> Known:
    """*known*, and what the RDF files of the same entry define."""
    ours = Known.of((quad for said in quads.values() for quad in said), iris)
    names = {
        name: known.names.get(name, frozenset()) | ours.names.get(name, frozenset())
        for name in {*known.names, *ours.names}
    }
    ids = None if known.ids is None or ours.ids is None else known.ids | ours.ids
    return Known(ids, names, {**known.languages, **ours.languages}, {**ours.written, **known.written})
