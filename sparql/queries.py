"""
Saved queries: the files of ``sparql/queries``, each with what its header says of it.

A header is comment lines ``# key: words`` above the query; a line ``#   words`` goes on with the key before it. What
can go wrong::

    SavedQueryError
    |-- UnknownQuery     no saved query has that name
    `-- HeaderError      the header of a file is not as described here

Source: ``CONTRIBUTING.md``, SPARQL files.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Variable

from ontology.iris import Iris
from sparql.parameters import PARAMETER_TYPES, Parameter, ParameterError

LANGUAGES = ("en", "fi", "sv")
SUFFIX = ".rq"
FOLDER: Traversable = files("sparql") / "queries"
_KEYS = {
    "title": True,
    "title-fi": True,
    "title-sv": True,
    "answers": True,
    "answers-fi": True,
    "answers-sv": True,
    "params": False,
    "returns": True,
    "cost": True,
}
"""The keys of a header, and whether each must be there."""
_NONE = "none"
_WHOLE = {"boolean", "graph"}  # what ASK, and CONSTRUCT and DESCRIBE, return: no columns
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PARAMETER = re.compile(
    r"\?(?P<name>\w+) (?P<kind>\w+) \((?:(?P<need>required|optional)|default (?P<default>[^()]+))\)"
)
_COLUMN = re.compile(r"\?(?P<name>\w+) (?P<kind>\w+) ?(?P<note>.*)", re.DOTALL)


class SavedQueryError(Exception):
    """A saved query cannot be found or read."""


class UnknownQuery(SavedQueryError):
    """There is no saved query of that name; the message names those that are like it."""

    def __init__(self, slug: str, close: tuple[str, ...]) -> None:
        hint = f"; did you mean {' or '.join(close)}?" if close else "; /queries lists them all"
        super().__init__(f'there is no saved query "{slug}"{hint}')
        self.slug = slug


class HeaderError(SavedQueryError):
    """The header of *file* is not in order at *line*, counted from 1."""

    def __init__(self, file: str, line: int, met: str, accepted: str) -> None:
        super().__init__(f"line {line} of {file}: {met}; {accepted}")
        self.file, self.line = file, line


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer: *kind* is its type, *note* says what else there is to know."""

    name: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """
    A query with its header. *titles* and *answers*, the question in words, are by language, *text* the whole file, *cost* a measured one.
    """

    slug: str
    titles: Mapping[str, str]
    answers: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    ordered_by: str
    cost: str
    text: str

    def title(self, language: str) -> str:
        """The title in *language*, or the English one."""
        return self.titles.get(language, self.titles["en"])

    def question(self, language: str) -> str:
        """The question that the query answers, in *language*, or in English."""
        return self.answers.get(language, self.answers["en"])

    def bind(self, values: Mapping[str, str], iris: Iris) -> dict[Variable, NamedNode | Literal]:
        """
        The substitutions for *values*, by the names of parameters without their question marks.

        Empty values are as good as absent ones. Nothing is ever written into the text of the query.

        Raises:
            ParameterError: A value is not of its type, a required one is missing, or there is no such parameter.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                accepted = f"give {', '.join(known)}" if known else "this query takes none"
                raise ParameterError(name, "there is no such parameter", accepted)
        for parameter in self.parameters:
            if parameter.required and not values.get(parameter.name):
                raise ParameterError(parameter.name, "no value", f"write {PARAMETER_TYPES[parameter.kind][1]}")
        return {Variable(name): known[name].term(value, iris) for name, value in values.items() if value}


def parse(slug: str, text: str) -> SavedQuery:
    """
    The saved query that *text* is: its header read and checked, the query itself not looked at.

    Raises:
        HeaderError: A key is missing, unknown, doubled or empty, or ``params`` or ``returns`` is not in its form.
    """
    file = slug + SUFFIX
    if not _SLUG.fullmatch(slug):
        raise HeaderError(
            file, 1, "the name of the file is not kebab case", "write lower-case words with hyphens between"
        )
    header = _header(file, text)
    for key, needed in _KEYS.items():
        if needed and key not in header:
            raise HeaderError(file, 1, f'the header has no "{key}"', f'add a line "# {key}: …"')
    returned, _, order = header["returns"][1].partition("; ordered by ")
    return SavedQuery(
        slug=slug,
        titles=_by_language(header, "title"),
        answers=_by_language(header, "answers"),
        parameters=_parameters(file, *header.get("params", (1, _NONE))),
        columns=_columns(file, header["returns"][0], returned),
        ordered_by=order,
        cost=header["cost"][1],
        text=text,
    )


def _by_language(header: Mapping[str, tuple[int, str]], key: str) -> Mapping[str, str]:
    return MappingProxyType(
        {language: header[key if language == "en" else f"{key}-{language}"][1] for language in LANGUAGES}
    )


def _header(file: str, text: str) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        if line.startswith("#   ") and last:
            found[last] = (found[last][0], f"{found[last][1]} {line[1:].strip()}".strip())
            continue
        key, colon, words = line[1:].strip().partition(":")
        if not colon or key not in _KEYS:
            met = f'"{line}" is not a line of a header'
            raise HeaderError(file, number, met, f'write "# key: words" with one of the keys {", ".join(_KEYS)}')
        if key in found:
            raise HeaderError(file, number, f'a second "{key}"', f"join it with the one in line {found[key][0]}")
        found[key], last = (number, words.strip()), key
    for key, (number, words) in found.items():
        if not words:
            raise HeaderError(file, number, f'"{key}" says nothing', "write what it says, or take the line out")
    return found


def _parameters(file: str, line: int, words: str) -> tuple[Parameter, ...]:
    if words == _NONE:
        return ()
    found = []
    for part in re.split(r",\s*(?=\?)", words):
        match = _PARAMETER.fullmatch(part.strip())
        if match is None or match["kind"] not in PARAMETER_TYPES:
            accepted = f"write ?name, one of {', '.join(PARAMETER_TYPES)}, and (required), (optional) or (default …)"
            raise HeaderError(file, line, f'the parameter "{part.strip()}"', accepted)
        found.append(Parameter(match["name"], match["kind"], match["need"] == "required", match["default"]))
    return tuple(found)


def _columns(file: str, line: int, words: str) -> tuple[Column, ...]:
    if words in _WHOLE:
        return ()
    found = []
    for part in re.split(r",\s*(?=\?)", words):
        match = _COLUMN.fullmatch(part.strip())
        if match is None:
            raise HeaderError(
                file,
                line,
                f'the column "{part.strip()}"',
                "write ?name and its type, such as ?measure IRI; or boolean, or graph",
            )
        found.append(Column(match["name"], match["kind"], match["note"].strip("() ")))
    return tuple(found)


@cache
def saved() -> Mapping[str, SavedQuery]:
    """
    Every saved query that the package carries, by its slug, in the order of the slugs.

    Raises:
        HeaderError: A file of the package is not in the header format.
    """
    texts = {each.name: each.read_text(encoding="utf-8") for each in FOLDER.iterdir() if each.name.endswith(SUFFIX)}
    return MappingProxyType(
        {name.removesuffix(SUFFIX): parse(name.removesuffix(SUFFIX), texts[name]) for name in sorted(texts)}
    )


def find(slug: str) -> SavedQuery:
    """
    The saved query called *slug*.

    Raises:
        UnknownQuery: There is none.
    """
    try:
        return saved()[slug]
    except KeyError:
        raise UnknownQuery(slug, tuple(difflib.get_close_matches(slug, saved(), n=2))) from None
