"""
The Turtle files of the project, and the form they are kept in.

``python -m ontology.layout`` formats them; with ``--check`` it only tells what is out of form.

Source: RDF 1.1 Turtle section 2.4; the house style of Turtle (one language per line, prefixes from one table).
"""

import argparse
import re
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from ontology.namespaces import PREFIXES

ROOT = Path(__file__).parents[1]
_PREFIX = re.compile(r"^@prefix (?P<prefix>[\w-]*): <(?P<namespace>[^>]*)> \.$", re.MULTILINE)
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
_TWO_LANGUAGES = re.compile(r'"@[a-z-]+ *, *"')


def paths() -> list[Path]:
    """
    Every Turtle file of the vocabulary and of the shapes, in alphabetical order.
    """
    return sorted(path for folder in ("ontology", "shapes") for path in (ROOT / folder).rglob("*.ttl"))


def problems(path: Path) -> list[str]:
    """
    What is out of form in the Turtle file *path*, one sentence each; empty when nothing is.

    Prefixes are those of `ontology.namespaces`, alphabetical and used; each line holds one language.
    """
    text = path.read_text(encoding="utf-8")
    declared = [(match["prefix"], match["namespace"]) for match in _PREFIX.finditer(text)]
    names = [prefix for prefix, _ in declared]
    body = _LITERAL.sub(" ", _PREFIX.sub("", text))
    found = [
        f"prefix {prefix}: stands for <{namespace}>; ontology/namespaces.py says <{PREFIXES.get(prefix, 'nothing')}>"
        for prefix, namespace in declared
        if PREFIXES.get(prefix) != namespace
    ]
    if names != sorted(set(names)):
        found.append("the prefixes are not in alphabetical order, each once")
    found += [
        f"prefix {prefix}: is declared and not used; remove it"
        for prefix in names
        if not re.search(rf"(?<![\w-]){re.escape(prefix)}:", body)
    ]
    found += [
        f"line {number} holds two languages; repeat the property"
        for number, line in enumerate(text.splitlines(), start=1)
        if _TWO_LANGUAGES.search(line)
    ]
    return [f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: {problem}" for problem in found]


def formatted(files: Sequence[Path], *, check: bool) -> bool:
    """
    Whether *files* have the formatter's form; unless *check*, they are brought into it first.
    """
    formatter = Path(sysconfig.get_path("scripts")) / "turtlefmt"
    command = [str(formatter), *(["--check"] if check else []), *map(str, files)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    print(run.stderr, end="", file=sys.stderr)
    return run.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    """
    Formats the Turtle files, or with ``--check`` looks only; exit code 1 means that something is out of form.
    """
    parser = argparse.ArgumentParser(prog="python -m ontology.layout", description="format ontology and shapes")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of form")
    options = parser.parse_args(arguments)
    files = paths()
    right = formatted(files, check=options.check)
    found = [problem for path in files for problem in problems(path)]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 0 if right and not found else 1


if __name__ == "__main__":
    raise SystemExit(main())
