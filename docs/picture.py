"""
The picture of the house: which package and which module imports which, read from the code.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PACKAGES = ("server", "loaders", "shapes", "sparql", "ontology")
"""The import packages, from the front doors down."""
Imports = Mapping[str, frozenset[str]]


def text(root: Path) -> str:
    """
    The pictures in Mermaid, and what each module is, for the packages under *root*.
    """
    imported = imports(root)
    parts = ["### Packages", "", *_flowchart(_between_packages(imported)), ""]
    for package in PACKAGES:
        inside = {
            name: frozenset(other for other in others if _package(other) == package)
            for name, others in imported.items()
            if _package(name) == package
        }
        parts += [f"### `{package}/`", "", *_flowchart(_reduced(inside)), ""]
        parts += ["| module | what it is |", "|---|---|"]
        parts += [f"| `{path.relative_to(root)}` | {_first_sentence(path)} |" for path in _files(root, package)]
        parts.append("")
    return "\n".join(parts).rstrip()


def imports(root: Path) -> Imports:
    """
    Every module of the packages under *root* by its dotted name, with those of our modules that it imports.
    """
    names = {_dotted(root, path): path for package in PACKAGES for path in _files(root, package)}
    found = {}
    for name, path in names.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        wanted = {candidate for node in ast.walk(tree) for candidate in _candidates(node)}
        found[name] = frozenset((wanted & names.keys()) - {name})
    return found


def _files(root: Path, package: str) -> list[Path]:
    return sorted(path for path in (root / package).rglob("*.py") if path.name != "__init__.py")


def _dotted(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _package(name: str) -> str:
    return name.partition(".")[0]


def _candidates(node: ast.AST) -> Iterator[str]:
    """What an import statement may mean: ``from a import b`` the module ``a``, and ``a.b`` if there is one."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), names=names):
            yield module
            yield from (f"{module}.{alias.name}" for alias in names)


def _between_packages(imported: Imports) -> Imports:
    found: dict[str, set[str]] = {package: set() for package in PACKAGES}
    for name, others in imported.items():
        found[_package(name)] |= {_package(other) for other in others} - {_package(name)}
    return _reduced({name: frozenset(others) for name, others in found.items()})


def _reduced(imported: Imports) -> Imports:
    """*imported* without the arrows that follow from others: what is imported by an import is reached anyway."""
    kept = {}
    for name, others in imported.items():
        further = frozenset().union(*(_reached(imported, other) for other in others)) if others else frozenset()
        kept[name] = frozenset(other for other in others if other not in further or name in _reached(imported, other))
    return kept


def _reached(imported: Imports, start: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(imported.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(imported.get(name, ()))
    return frozenset(found)


def _flowchart(imported: Imports) -> list[str]:
    nodes = [f'    {_key(name)}["{name.partition(".")[2] or name}"]' for name in imported]
    arrows = [f"    {_key(name)} --> {_key(other)}" for name, others in imported.items() for other in sorted(others)]
    return ["```mermaid", "flowchart TD", *nodes, *arrows, "```"]


def _key(name: str) -> str:
    return name.replace(".", "_")


def _first_sentence(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(words.partition("\n\n")[0].split())
    sentence = re.split(r"(?<=\.) (?=[A-Z])", paragraph, maxsplit=1)[0]
    return cell(sentence.rstrip(":").replace("``", "`"))


def cell(words: str) -> str:
    """*words* as they may stand in a cell of a Markdown table."""
    return " ".join(words.split()).replace("|", r"\|")


def rows(header: Iterable[str], lines: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table of *header* and *lines*."""
    names = list(header)
    body = [f"| {' | '.join(cell(words) for words in line)} |" for line in lines]
    return [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", *body]
