"""
The pages: what they tell people to type exists, where they point to is there, and examples give what they show.
"""

import ast
import hashlib
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from rdflib.plugins.sparql import prepareQuery

from docs.generate import commands_of
from loaders import entry
from loaders.publish import Publisher
from loaders.references import Known
from ontology.iris import Iris
from server.cli import app
from server.settings import CHECKOUT, Settings
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore
from sparql.queries import parse

PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("[a-z]*/CHANGELOG.md")])
DECISIONS = sorted((CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))
CHANGELOGS = sorted(path for path in PAGES if path.name == "CHANGELOG.md")
EXAMPLE = CHECKOUT / "docs" / "how-to" / "example"
COMMANDS = dict(commands_of(typer.main.get_command(app)))
BLOCK = re.compile(r"^ *```(?P<language>\w*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<'END'\n(?P<body>.*?)^END$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FOREIGN_TO_THE_REPOSITORY = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "/wo" + "rk/",
    "/ho" + "me/",
    "/ro" + "ot/",
)


class Block(NamedTuple):
    """A code block of a page."""

    page: str
    language: str
    body: str


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def blocks(*languages: str) -> Iterator[Block]:
    """The code blocks of all pages that are in one of *languages*."""
    for path in PAGES:
        for match in BLOCK.finditer(path.read_text(encoding="utf-8")):
            if match["language"] in languages:
                yield Block(_name(path), match["language"], match["body"])


def typed() -> Iterator[tuple[str, str]]:
    """What pages tell people to type, line by line: in shell blocks, and in the text between backticks."""
    for block in blocks("sh"):
        for line in HEREDOC.sub("", block.body).replace("\\\n", " ").splitlines():
            yield block.page, re.sub(r"\s+# .*", "", line).strip()
    for path in PAGES:
        prose = BLOCK.sub("", path.read_text(encoding="utf-8"))
        for match in re.finditer(r"`([^`\n]+)`", prose):
            yield _name(path), match[1]


def calls(program: str) -> Iterator[tuple[str, list[str]]]:
    """The words after *program* wherever a page types it, settings before it disregarded."""
    for page, line in typed():
        words = line.split()
        while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
            words = words[1:]
        if words[:1] == [program] and len(words) > 1:
            yield page, shlex.split(line)[len(line.split()) - len(words) + 1 :]


def test_pages_are_found():
    """The tests below read README, CONTRIBUTING, the changelogs, the how-to pages and the decisions."""
    names = {_name(path) for path in PAGES}

    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ontology/CHANGELOG.md", "docs/how-to/ask.md"} <= names
    assert len(DECISIONS) >= 5


def _command(words: list[str]) -> str:
    """The name of the command that *words* call, which may be two words."""
    return " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]


def test_commands_exist():
    """Every `hankinta` command that a page types is one, and has the options that the page gives it."""
    met = [(page, _command(words), words) for page, words in calls("hankinta")]
    unknown = [f"{page}: hankinta {name}" for page, name, _ in met if name not in COMMANDS]
    for page, name, words in met:
        options = {option for each in COMMANDS[name].params for option in each.opts} if name in COMMANDS else set()
        unknown += [
            f"{page}: hankinta {name} {word}" for word in words if word.startswith("--") and word not in options
        ]

    assert [] == unknown
    assert len(met) > 30


def test_every_command_is_told():
    """Every command of `hankinta` occurs in a how-to page or in README."""
    told = {
        _command(words) for page, words in calls("hankinta") if page.startswith("docs/how-to") or page == "README.md"
    }

    assert set() == COMMANDS.keys() - told


def test_every_folder_of_tests_is_told_with_its_promise():
    """CONTRIBUTING says what each folder of tests promises, and names none that is gone."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    there = {path.parent.name for path in (CHECKOUT / "tests").glob("*/test_*.py")}

    assert there == set(re.findall(r"^\| `tests/(\w+)` \|", text, re.MULTILINE))


def test_make_targets_exist():
    """Every make target that a page names is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {(page, words[0]) for page, words in calls("make")}

    assert [] == sorted(f"{page}: make {target}" for page, target in named if target not in targets)
    assert {"run", "test"} <= {target for _, target in named}


def test_python_modules_exist():
    """Every `python -m` that a page names is a module of the project."""
    named = {(page, words[1]) for page, words in calls("python") if words[0] == "-m"}

    assert [] == sorted(f"{page}: {module}" for page, module in named if find_spec(module) is None)
    assert len(named) > 1


def test_settings_exist():
    """Every `HANKINTA_*` variable that a page names is a setting."""
    known = {f"HANKINTA_{field.name.upper()}" for field in fields(Settings)}
    named = {
        f"{_name(path)}: {match}"
        for path in PAGES
        for match in re.findall(r"HANKINTA_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
        if match not in known
    }

    assert set() == named


def _anchors(path: Path) -> set[str]:
    """The anchors of the headings of a page, as repository hosts make them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_resolve():
    """Every link between pages leads to a file that is there, and to a heading that it has."""
    broken = []
    for path in PAGES:
        for match in LINK.finditer(BLOCK.sub("", path.read_text(encoding="utf-8"))):
            address, _, anchor = match["target"].partition("#")
            if address.startswith(("http://", "https://", "mailto:")):
                continue
            target = (path.parent / address).resolve() if address else path
            if not target.exists() or (anchor and anchor not in _anchors(target)):
                broken.append(f"{_name(path)}: {match['target']}")

    assert [] == broken


def test_every_page_can_be_reached():
    """From README, links lead to every page of docs/."""
    reached, waiting = set(), [CHECKOUT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        targets = (match["target"].partition("#")[0] for match in LINK.finditer(page.read_text(encoding="utf-8")))
        waiting += [(page.parent / each).resolve() for each in targets if each and "://" not in each]

    assert [] == [_name(path) for path in PAGES if path not in reached]


def test_nothing_of_one_machine():
    """No file of the repository names a package registry or a path of somebody's machine."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no repository: the files of a source archive cannot be told from what a machine adds")
    paths = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    found = [
        f"{_name(path)}: {word}"
        for path in paths
        if path.is_file()
        for word in FOREIGN_TO_THE_REPOSITORY
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert [] == found
    assert len(paths) > 100


@pytest.mark.parametrize("path", CHANGELOGS, ids=_name)
def test_changelog_form(path):
    """A changelog has versions with dates, newest first, each with sections of Keep a Changelog that say something."""
    text = path.read_text(encoding="utf-8")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    forms = [
        re.fullmatch(r"\[?(\d+)\.(\d+)\.(\d+)\]? - (\d{4}-\d\d-\d\d|Unreleased)|\[Unreleased\]", each)
        for each in versions
    ]
    numbers = [tuple(int(part) for part in form.groups()[:3]) for form in forms if form and form[1]]
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]

    assert versions
    assert None not in forms
    assert sorted(numbers, reverse=True) == numbers
    assert {section.partition("\n")[0].strip() for section in sections} <= {
        "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security",
    }  # fmt: skip
    assert [] == [section for section in sections if "\n- " not in section]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_decision_form(path):
    """A decision has its number in title and file name, and tells context, decision and consequences, in this order."""
    text = path.read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)

    assert parts[0].startswith(f"# {path.name[:4]} ")
    assert ["Context", "Decision", "Consequences"] == [part.partition("\n")[0] for part in parts[1:]]
    assert [] == [part for part in parts[1:] if len(part.split()) < 10]


def test_decision_numbers():
    """No two decisions have one number."""
    numbers = [path.name[:4] for path in DECISIONS]

    assert sorted(set(numbers)) == numbers


def test_code_blocks_can_be_read():
    """Python, TOML and SPARQL on the pages are Python, TOML and SPARQL."""
    queries = [(block.page, block.body) for block in blocks("sparql")]
    queries += [(block.page, found["body"]) for block in blocks("sh") for found in HEREDOC.finditer(block.body)]
    for _, text in queries:
        if text.startswith("# title"):
            parse("example", text)
        else:
            prepareQuery(text, base=Iris().base)
    for block in blocks("python"):
        ast.parse(block.body)
    for block in blocks("toml"):
        tomllib.loads(re.sub("^   ", "", block.body, flags=re.MULTILINE))

    assert len(queries) >= 4


def test_example_document_is_the_one_described():
    """The checksum of the example document is that of its text, and the anchors of the example stand in their lines."""
    text = (EXAMPLE / "esimerkkila.txt").read_bytes()
    lines = text.decode().splitlines()

    assert f'hv:sha256 "{hashlib.sha256(text).hexdigest()}"' in (EXAMPLE / "esimerkkila.ttl").read_text(
        encoding="utf-8"
    )
    assert "Hankintakalenteri julkaistaan avoimena datana" in lines[10 - 1]
    assert "Esimerkkilän kunta" in lines[11 - 1]


def test_example_gives_the_report_shown(built):
    """The entry that README has people check gives the very report that README shows."""
    store, iris = EmbeddedStore(built), Iris()
    files = [EXAMPLE / name for name in ("esimerkkila.ttl", "actors-esimerkkila.csv", "measures-esimerkkila.csv")]
    with store.snapshot() as current:
        graphs = entry.read(files, iris, Known.of(current.quads(), iris))
    with Validator() as validator:
        report = Publisher(store, validator, iris, "tests").judge(graphs)

    shown = next(
        block.body for block in blocks("text") if block.page == "README.md" and "cannot be published" in block.body
    )

    assert shown.strip() == report.text("en").strip()
