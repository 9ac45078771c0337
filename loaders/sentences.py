"""
Sentences for the person who can repair the input, in Finnish, Swedish and English.

The words of all of them stand in ``sentences.toml``; the code names a key and gives the facts. What a fact looks like in
a language (quotation marks, lists, groups of digits) is decided here::

    sentence("integer", value=Quoted("x")).say("sv")    ”x” godtas inte; skriv ett heltal från 1
    sentence("integer", value=Quoted("x")).say("en")    met "x"; write a whole number from 1 on
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeAlias

ENGLISH = "en"
SHOWN = 80
"""Most characters of a quotation."""
_QUOTES = {"fi": "”{}”", "sv": "”{}”", ENGLISH: '"{}"'}
_GROUPS = {"fi": "\u00a0", "sv": "\u00a0", ENGLISH: ","}


class Said(Protocol):
    """What reads differently in each language."""

    def say(self, language: str) -> str:
        """It, in *language* (``fi``, ``sv`` or ``en``)."""
        ...


Fact: TypeAlias = str | int | Said
"""Codes and names as they are; numbers, in groups of three digits; what reads differently in each language."""


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The words of every sentence: key -> language -> text with the names of facts in braces."""
    written = tomllib.loads(files("loaders").joinpath("sentences.toml").read_text(encoding="utf-8"))
    return {key: said for section in written.values() for key, said in section.items()}


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    The sentence *key* of ``sentences.toml`` with its *facts* by name.
    """

    key: str
    facts: tuple[tuple[str, Fact], ...] = ()

    def say(self, language: str) -> str:
        """It, in *language*."""
        return texts()[self.key][language].format(**{name: _shown(fact, language) for name, fact in self.facts})

    def __str__(self) -> str:
        return self.say(ENGLISH)


def sentence(key: str, /, **facts: Fact) -> Sentence:
    """The sentence *key* with these *facts*, one for each name in the braces of its text."""
    return Sentence(key, tuple(facts.items()))


def _shown(fact: Fact, language: str) -> str:
    if isinstance(fact, str):
        return fact
    if isinstance(fact, int):
        return f"{fact:,}".replace(",", _GROUPS[language])
    return fact.say(language)


@dataclass(frozen=True, slots=True)
class Quoted:
    """*text* of the input in quotation marks, on one line, shortened where it is long unless *whole*."""

    text: str
    whole: bool = False

    def say(self, language: str) -> str:
        """It, in the quotation marks of *language*."""
        line = " ".join(self.text.split())
        return _QUOTES[language].format(line if self.whole or len(line) <= SHOWN else line[: SHOWN - 1] + "…")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A text that stands elsewhere in three languages, such as the meaning of a column."""

    fi: str
    sv: str
    en: str

    def say(self, language: str) -> str:
        """Its words in *language*, without a full stop."""
        return {"fi": self.fi, "sv": self.sv, ENGLISH: self.en}[language].rstrip(".")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the *accepted* forms, or the only one."""

    accepted: tuple[str, ...]

    def say(self, language: str) -> str:
        """The words "one of …"."""
        if len(self.accepted) == 1:
            return self.accepted[0]
        return sentence("one-of", items=", ".join(self.accepted)).say(language)


@dataclass(frozen=True, slots=True)
class Listed:
    """*items* joined by the word *joint*: ``and`` or ``or``."""

    items: tuple[str, ...]
    joint: str

    def say(self, language: str) -> str:
        """They, in a row."""
        return sentence(self.joint).say(language).join(self.items)


@dataclass(frozen=True, slots=True)
class Near:
    """The words "did you mean …?"; nothing when *names* is empty."""

    names: tuple[str, ...]

    def say(self, language: str) -> str:
        """They, with a space before them."""
        return sentence("near", items=Listed(self.names, "or")).say(language) if self.names else ""

    def __bool__(self) -> bool:
        return bool(self.names)


def near(met: str, known: Iterable[str]) -> Near:
    """
    Up to three of the *known* names that are nearest to *met*; none when none is near.
    """
    lowered: dict[str, str] = {}
    for name in sorted(known, key=lambda each: each[:1].isupper() != met[:1].isupper()):
        lowered.setdefault(name.casefold(), name)
    found = difflib.get_close_matches(met[:SHOWN].casefold(), lowered, n=3, cutoff=0.6)
    return Near(tuple(lowered[name] for name in found))


@dataclass(frozen=True, slots=True)
class Where:
    """
    A place in the input: *file*, and of it the *sheet*, *row* and *column* of a table, the *line* and *character* of a
    text, or the *key* of a settings file. Rows, lines and characters count from 1.
    """

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    line: int = 0
    character: int = 0
    key: str = ""

    def say(self, language: str) -> str:
        """It, in words of *language*."""
        said = self.file
        if self.sheet:
            said = sentence("in-sheet", file=said, sheet=self.sheet).say(language)
        if self.row:
            said = sentence("in-row", file=said, row=str(self.row)).say(language)
        if self.line:
            said = sentence("in-line", file=said, line=str(self.line)).say(language)
        if self.column:
            said = sentence("in-column", place=said, column=self.column).say(language)
        if self.character:
            said = sentence("at-character", place=said, character=str(self.character)).say(language)
        if self.key:
            said = sentence("at-key", file=said, key=self.key).say(language)
        return said

    def __str__(self) -> str:
        return self.say(ENGLISH)

    def facts(self) -> dict[str, str | int]:
        """What is known of it, by name, for machines."""
        named: dict[str, str | int] = {
            "file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column, "line": self.line,
            "character": self.character, "key": self.key,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value}
