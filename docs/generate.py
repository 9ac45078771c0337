"""
What the pages say that the code knows better: commands, settings, saved queries, columns, imports, classes.

``python -m docs.generate`` writes these parts again; with ``--check`` it only tells which pages have drifted.
"""

import argparse
import sys
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

from docs import picture
from docs.picture import rows
from loaders.columns import LANGUAGES, Column, Table, tables
from loaders.template import accepted
from ontology import diagram
from server.cli import app
from server.manual import localised
from server.settings import CHECKOUT, Settings
from sparql.parameters import Parameter
from sparql.queries import SavedQuery, saved

FOLDER = Path(__file__).parent
LANGUAGE = "en"
BEGIN = "<!-- generated: begin, written by python -m docs.generate -->"
END = "<!-- generated: end -->"


class DriftError(ValueError):
    """A page and the code contradict each other in a way that only a person can settle."""


def imports() -> str:
    """The picture of the house, for ``docs/architecture.md``."""
    return picture.text(CHECKOUT)


def commands() -> str:
    """Every command with its arguments and options, from their help texts."""
    parts = []
    for name, command in commands_of(localised(app, LANGUAGE)):
        used = [name, *(f"{each.name.upper()}{'...' if each.nargs == -1 else ''}" for each in _arguments(command))]
        parts += [f"## hankinta {name}", "", command.help, "", "```sh", f"hankinta {' '.join(used)} [OPTIONS]", "```"]
        if command.params:
            parts += [
                "",
                *rows(("argument or option", "values", "default", "meaning"), map(_parameter, command.params)),
            ]
        parts.append("")
    return "\n".join(parts).rstrip()


def commands_of(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands of *group* with their names, those of groups in it as ``token create``."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield before + name, command


def _arguments(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "argument"]


def _parameter(parameter: Any) -> tuple[str, str, str, str]:
    argument = parameter.param_type_name == "argument"
    name = parameter.name.upper() if argument else ", ".join(parameter.opts)
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    shown = (
        "required" if parameter.required else f"`{default}`" if parameter.show_default and default is not None else ""
    )
    return f"`{name}`", _values(parameter), shown, parameter.help or ""


def _values(parameter: Any) -> str:
    annotation = parameter.type_descriptor.annotation
    kinds = [kind for kind in typing.get_args(annotation) or (annotation,) if kind is not types.NoneType]
    if isinstance(kinds[0], type) and issubclass(kinds[0], Enum):
        return ", ".join(f"`{each.value}`" for each in kinds[0])
    plain = {int: "number", str: "text", Path: "path"}[kinds[0]]
    low, high = parameter.min, parameter.max
    if low is not None:
        plain += f", {low} to {high}" if high is not None else f", {low} or more"
    return plain


def settings() -> str:
    """Every setting with its default from ``server/settings.py`` and its meaning from ``docs/settings.toml``."""
    meanings = tomllib.loads((FOLDER / "settings.toml").read_text(encoding="utf-8"))
    defaults = {field.name: field.default for field in fields(Settings)}
    if defaults.keys() != meanings.keys():
        differing = ", ".join(sorted(defaults.keys() ^ meanings.keys()))
        raise DriftError(
            f"docs/settings.toml and server/settings.py differ in {differing}; describe each setting there"
        )
    lines = (
        (f"`HANKINTA_{name.upper()}`", _default(default), meanings[name]["unit"], meanings[name]["meaning"])
        for name, default in defaults.items()
    )
    return "\n".join(rows(("variable", "default", "unit", "meaning"), lines))


def _default(value: object) -> str:
    if isinstance(value, Path):
        return f"`{value.relative_to(CHECKOUT) if value.is_absolute() else value}`"
    if isinstance(value, bool):
        return "`on`" if value else "`off`"
    if isinstance(value, int) and value >= 10_000:
        return f"`{value:_}`"
    return f"`{value}`" if value != "" else ""


def queries() -> str:
    """The saved queries, from their headers: those that list facts, then the competency questions."""
    every = list(saved().values())
    questions = [query for query in every if query.slug.startswith("cq-")]
    lists = [query for query in every if query not in questions]
    parts = []
    for heading, listed in (("Lists of facts", lists), ("Competency questions", questions)):
        parts += [f"## {heading}", ""]
        parts += rows(("slug", "title", "answers", "parameters", "columns"), map(_query, listed))
        parts.append("")
    return "\n".join(parts).rstrip()


def _query(query: SavedQuery) -> tuple[str, str, str, str, str]:
    columns = ", ".join(f"`?{column.name}`" for column in query.columns)
    return f"`{query.slug}`", query.title("en"), query.question("en"), ", ".join(map(_asked, query.parameters)), columns


def _asked(parameter: Parameter) -> str:
    need = "required" if parameter.required else f"default {parameter.default}" if parameter.default else "optional"
    return f"`{parameter.name}` ({parameter.kind}, {need})"


def columns() -> str:
    """The columns of every table, as the readers and the templates declare them."""
    parts = []
    for table in tables().values():
        lines = (_column(column, every) for column, every in _by_stem(table))
        parts += [f"## {table.name}", "", table.meaning["en"], ""]
        parts += rows(("column", "needed", "meaning", "accepted", "example"), lines)
        parts.append("")
    return "\n".join(parts).rstrip()


def _by_stem(table: Table) -> Iterator[tuple[Column, list[str]]]:
    """The columns of *table*, those for the three languages together under the English one."""
    for name, column in table.columns.items():
        stem = name.removesuffix("_fi")
        trio = [f"{stem}_{language}" for language in LANGUAGES]
        if name == trio[0]:
            yield table.columns[trio[2]], trio
        elif not (name[:-3] + "_fi" in table.columns and name.endswith(("_sv", "_en"))):
            yield column, [name]


def _column(column: Column, names: list[str]) -> tuple[str, str, str, str, str]:
    meaning = column.meaning["en"].removesuffix(" (in English)")
    written = ", ".join(f"`{name}`" for name in names)
    return written, "yes" if column.required else "", meaning, accepted(column, "en"), f"`{column.example}`"


def decisions() -> str:
    """The decisions by number, with their titles."""
    pages = sorted((FOLDER / "decisions").glob("[0-9]*.md"))
    titles = ((path.name, path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")) for path in pages)
    return "\n".join(f"- [{title}]({name})" for name, title in titles)


PAGES: Mapping[str, Callable[[], str]] = {
    "architecture.md": imports,
    "data-model.md": diagram.text,
    "commands.md": commands,
    "settings.md": settings,
    "queries.md": queries,
    "columns.md": columns,
    "decisions/README.md": decisions,
}
"""What stands between the markers of each page."""


def written(page: str, part: str) -> str:
    """
    *page* with *part* between its markers.

    Raises:
        DriftError: The page does not have both markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DriftError(f"the page has no lines {BEGIN!r} and {END!r}; put them where the generated part belongs")
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"


def drifted(folder: Path = FOLDER) -> Iterable[tuple[Path, str]]:
    """The pages in *folder* whose generated part is not what the code gives now, with what they should be."""
    for name, part in PAGES.items():
        page = (folder / name).read_text(encoding="utf-8")
        wanted = written(page, part())
        if wanted != page:
            yield folder / name, wanted


def main(arguments: list[str] | None = None) -> int:
    """
    Write the generated parts, or with ``--check`` compare them; exit code 1 means that a page has drifted.
    """
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description="write what the code knows better")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    options = parser.parse_args(arguments)
    stale = list(drifted())
    for path, wanted in stale:
        if options.check:
            print(f"docs/{path.relative_to(FOLDER)} is out of date; run python -m docs.generate", file=sys.stderr)
        else:
            path.write_text(wanted, encoding="utf-8")
            print(f"wrote docs/{path.relative_to(FOLDER)}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
