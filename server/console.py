"""
What the command line says when all is well, and the words of its help, in Finnish, Swedish and English.

They stand in ``console.toml``; the code names a key and gives the facts. What a number looks like in a language is
decided here::

    line("pinned", "sv", number="9")    version 9 behålls
    counted("triples", 34_399, "en")    34,399 triples
"""

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Fact: TypeAlias = str | int | float
"""Names and codes as they are; numbers, in groups of three digits; what has decimals, with two of them."""
_MARKS = {"fi": ("\u00a0", ","), "sv": ("\u00a0", ","), "en": (",", ".")}
_EVERY = "every"  # where that stands which means the same in all commands


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """The words of the file by section: key -> language -> text; in *help*: command -> key -> language -> text."""
    return tomllib.loads((files("server") / "console.toml").read_text(encoding="utf-8"))


def line(key: str, language: str, /, **facts: Fact) -> str:
    """The line *key* in *language*, with a fact for each name in its braces."""
    text: str = texts()["line"][key][language]
    return text.format(**{name: _shown(fact, language) for name, fact in facts.items()})


def counted(key: str, number: int, language: str, width: int = 0) -> str:
    """A *number* of things in *language*, such as "9 warnings"; the number takes at least *width* characters."""
    text: str = texts()["count"][f"{key}-one" if number == 1 else key][language]
    return text.format(number=_shown(number, language).rjust(width))


def step(name: str, language: str) -> str:
    """What a step of publishing is called in *language*."""
    text: str = texts()["step"][name][language]
    return text


def word(key: str, language: str) -> str:
    """The word *key* of every page of help, in *language*."""
    text: str = texts()["page"][key][language]
    return text


def meaning(command: str, name: str, language: str) -> str:
    """
    What *command*, such as ``token create``, does (*name* is ``about``), or what an argument or option of it means.
    """
    known = texts()["help"]
    text: str = (known[command] if name in known[command] else known[_EVERY])[name][language]
    return text


def data(text: str) -> None:
    """Print *text* for programs: in UTF-8, whatever the locale is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def _shown(fact: Fact, language: str) -> str:
    if isinstance(fact, str):
        return fact
    groups, decimals = _MARKS[language]
    written = f"{fact:,}" if isinstance(fact, int) else f"{fact:,.2f}"
    return written.translate({ord(","): groups, ord("."): decimals})
