"""
The declared columns of every table, read from ``columns.toml``.

Readers, templates and the check of the documentation all follow this one declaration.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from loaders.sentences import Meaning

LANGUAGES = ("fi", "sv", "en")
NONE = "none"
"""What the column ``printed`` holds when the document prints the name in no language."""
EVIDENCE = ("document", "section", "lines", "anchor")
IN_LANGUAGE: Mapping[str, Mapping[str, str]] = {
    "fi": {"fi": "suomeksi", "sv": "ruotsiksi", "en": "englanniksi"},
    "sv": {"fi": "på finska", "sv": "på svenska", "en": "på engelska"},
    "en": {"fi": "in Finnish", "sv": "in Swedish", "en": "in English"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of one table.

    *kind* says how a cell is read (the list is in ``columns.toml``), *many* that it is a list separated by ``; ``. *to*
    holds the id segments that a reference may have (none: any), *scheme* and *accepted* the codes.
    """

    name: str
    kind: str
    required: bool
    many: bool
    meaning: Mapping[str, str]
    example: str
    to: tuple[str, ...] = ()
    scheme: str | None = None
    accepted: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def means(self) -> Meaning:
        """What it means, to be said in a sentence."""
        return Meaning(**self.meaning)

    @property
    def reference(self) -> bool:
        """Whether its cells name other things."""
        return self.kind in {"reference", "actors"}


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table: its columns by name, in the order in which templates write them.

    *ids* are the segments that its ids may have (none: its rows have no id), *counted_by* the column whose words
    ``source.toml`` may count one by one.
    """

    name: str
    meaning: Mapping[str, str]
    columns: Mapping[str, Column]
    ids: tuple[str, ...]
    counted_by: str | None


def _expanded(
    written: str, declarations: Mapping[str, Mapping[str, Any]], ids: tuple[str, ...], table: str
) -> Iterator[Column]:
    required = written.endswith("!")
    name, _, declared = written.removesuffix("!").partition("=")
    entry = declarations[declared or name]
    shared: dict[str, Any] = {
        "kind": entry["kind"],
        "required": required,
        "many": entry.get("many", False),
        "to": tuple(entry.get("to", ())),
        "scheme": entry.get("scheme"),
        "accepted": tuple(entry.get("accepted", ())),
        "ids": ids if entry["kind"] == "id" else (),
    }
    meaning = {language: str(entry[language]) for language in LANGUAGES}
    if entry.get("each"):
        for target in LANGUAGES:
            yield Column(
                name=f"{name}_{target}",
                meaning={at: f"{text} ({IN_LANGUAGE[at][target]})" for at, text in meaning.items()},
                example=str(entry[f"example_{target}"]),
                **shared,
            )
    else:
        example = f"{ids[0]}/{table}-1" if entry["kind"] == "id" and ids[0] != "measure" else str(entry["example"])
        yield Column(name=name, meaning=meaning, example=example, **shared)


@cache
def tables() -> Mapping[str, Table]:
    """Every table by name, in the order in which readers take them: ``evidence`` is the last."""
    declared = tomllib.loads(files("loaders").joinpath("columns.toml").read_text(encoding="utf-8"))
    found: dict[str, Table] = {}
    for name, entry in declared["tables"].items():
        ids = tuple(entry.get("ids", ()))
        columns = [
            column for written in entry["columns"] for column in _expanded(written, declared["columns"], ids, name)
        ]
        found[name] = Table(
            name=name,
            meaning={language: str(entry[language]) for language in LANGUAGES},
            columns={column.name: column for column in columns},
            ids=ids,
            counted_by=entry.get("counted_by"),
        )
    return found


def matching(header: Sequence[str]) -> tuple[Table, ...]:
    """The tables that know every column of *header* and whose required columns are all in it."""
    names = set(header)
    return tuple(
        table
        for table in tables().values()
        if names <= set(table.columns) and all(c.name in names for c in table.columns.values() if c.required)
    )
