"""
What ids and names refer to: the things that rows define, and those that are known already.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from loaders.columns import LANGUAGES
from loaders.errors import Problems
from loaders.sentences import Listed, Quoted, near, sentence
from loaders.tables import Row
from ontology.iris import Iris
from ontology.namespaces import term

FEW = 1_000
"""Most names that are compared letter by letter to suggest one; comparing all of many would take minutes."""
_LANGUAGE_CODES = {"FIN": "fi", "SWE": "sv", "ENG": "en"}


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is published already and may be referred to: *ids*, *names* of actors, *languages* of documents by key,
    and how names are *written*.

    *ids* is None when nothing is known of them; then ids are taken as written, and the shapes judge them.
    """

    ids: frozenset[str] | None = frozenset()
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad], iris: Iris) -> "Known":
        """What the published *quads* define."""
        ids: set[str] = set()
        names: dict[str, set[str]] = {}
        languages: dict[str, str] = {}
        written: dict[str, str] = {}
        kind, labels = term("rdf:type"), {term("skos:prefLabel"), term("skos:altLabel")}
        for quad in quads:
            path = iris.path(quad.subject) if isinstance(quad.subject, NamedNode) else None
            if path is None:
                continue
            if quad.predicate == kind:
                ids.add(path)
            elif quad.predicate in labels and path.startswith("actor/") and isinstance(quad.object, Literal):
                names.setdefault(folded(quad.object.value), set()).add(path)
                written.setdefault(folded(quad.object.value), quad.object.value)
            elif quad.predicate == term("dcterms:language") and isinstance(quad.object, NamedNode):
                code = _LANGUAGE_CODES.get(quad.object.value.rpartition("/")[2])
                if code and path.startswith("document/"):
                    languages[path.removeprefix("document/")] = code
        return cls(frozenset(ids), {name: frozenset(paths) for name, paths in names.items()}, languages, written)


UNKNOWN = Known(ids=None)


def folded(name: str) -> str:
    """*name* as it is compared: without regard to case and spacing."""
    return " ".join(name.split()).casefold()


def _beginning(names: Sequence[str], start: str) -> Sequence[str]:
    """Those of the sorted *names* that begin with *start*."""
    return names[bisect_left(names, start) : bisect_left(names, start + "\U0010ffff")]


def _alike(names: Sequence[str], met: str) -> Sequence[str]:
    """
    The sorted *names* to compare *met* with: all when they are few, else at most `FEW` that share two thirds with it.
    """
    return names if len(names) <= FEW else _beginning(names, met[: max(1, len(met) * 2 // 3)])[:FEW]


class References:
    """
    The ids and names of *rows* and of what is *known*. Ids that two rows define go to *problems*.
    """

    def __init__(self, rows: Iterable[Row], known: Known, problems: Problems) -> None:
        self._problems = problems
        self._rows: dict[str, Row] = {}
        self._known = known
        self._ids: list[str] = []
        self._sorted_names: list[str] = []
        self._written: dict[str, str] = dict(known.written)
        self._names: dict[str, set[str]] = {name: set(paths) for name, paths in known.names.items()}
        preferred: dict[tuple[str, str], Row] = {}
        for row in rows:
            path = row.text("id")
            if not path:
                continue
            if path in self._rows:
                other = self._rows[path].where()
                problems.add(row.where("id"), sentence("id-twice", value=Quoted(path), other=other))
                continue
            self._rows[path] = row
            if row.table.name == "actors":
                self._actor(path, row, preferred)
        self.languages = dict(known.languages)

    def _actor(self, path: str, row: Row, preferred: dict[tuple[str, str], Row]) -> None:
        for language in LANGUAGES:
            name = row.text(f"name_{language}")
            if name:
                earlier = preferred.setdefault((language, folded(name)), row)
                if earlier is not row:
                    self._problems.add(
                        row.where(f"name_{language}"),
                        sentence("name-twice", name=Quoted(name), actor=earlier.text("id"), other=earlier.where()),
                    )
            for each in (name, *row.items(f"alternatives_{language}")):
                if each:
                    self._names.setdefault(folded(each), set()).add(path)
                    self._written.setdefault(folded(each), each)

    def row(self, path: str) -> Row | None:
        """The row that defines *path*, when it is one of those being read."""
        return self._rows.get(path)

    def find(self, row: Row, column: str, item: str) -> str | None:
        """
        The id that *item* of a cell means, be it an id or the name of one actor; None, with a problem, for none.
        """
        if row.table.columns[column].reference and item in row.spoiled.get(column, ()):
            return None  # said already, when the cell was checked
        if row.table.columns[column].kind == "actors" and not item.startswith("actor/"):
            return self._by_name(row, column, item)
        if item in self._rows or self._known.ids is None or item in self._known.ids:
            return item
        self._ids = self._ids or sorted({*self._rows, *self._known.ids})
        same = _beginning(self._ids, f"{item.partition('/')[0]}/")
        similar = near(item, _alike(same, item)) or near(item, _alike(self._ids, item))
        self._problems.add(row.where(column), sentence("undefined", value=Quoted(item), near=similar))
        return None

    def _by_name(self, row: Row, column: str, name: str) -> str | None:
        found = sorted(self._names.get(folded(name), ()))
        if len(found) == 1:
            return found[0]
        if found:
            ids = Listed(tuple(found), "or")
            said = sentence("name-shared", value=Quoted(name), count=len(found), ids=ids)
        else:
            self._sorted_names = self._sorted_names or sorted(self._names)
            similar = [self._written.get(each, each) for each in _alike(self._sorted_names, folded(name))]
            said = sentence("name-unknown", value=Quoted(name), near=near(name, sorted(similar)))
        self._problems.add(row.where(column), said)
        return None

    def home(self, path: str) -> str | None:
        """The folder of the row that defines *path*."""
        row = self._rows.get(path)
        return row.file.partition("/")[0] if row else None
