"""
What this service says to people, in Finnish and Swedish as well.

An error carries its English sentence: it is raised in any process, passes a socket, and lands in logs as it is. Where a
person reads it, at the edge, `said` finds the sentence among those of ``sentences.toml``, takes the facts out of it, and
says the same in the reader's language::

    said("there is no version 9; here are versions 1 to 3", "sv")

So the code writes each sentence once, and a test reads the code and tells which sentence the file lacks. Sentences of
`loaders.sentences`, which a writing process sends as English, are known too.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from loaders import sentences as loaders

ENGLISH = "en"
_LONGEST = 10_000  # characters; a message that holds a whole request is told as it is
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+\.[0-9]+")
_RANGES = re.compile(r"[0-9]+(?: to [0-9]+)?(?:, [0-9]+(?: to [0-9]+)?)*")
_QUOTED = re.compile(r"""(?<!\w)(["'])([^"']*)\1(?!\w)""")
_MARKS = ('"', "'", "<")  # what stands in them was written by somebody, and is repeated as it is
_SAID = "said"  # a fact that is a sentence itself
_LEAST = 8  # characters of its own that a sentence has; with fewer it is found within others alone
_DEEPEST = 3  # sentences inside of each other


@dataclass(frozen=True, slots=True)
class Said:
    """A *text* and the *language* that it is in: the one asked for, else English."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """An English sentence cut at its facts: *parts* are one more than *names*; *texts* say it by language."""

    parts: tuple[str, ...]
    names: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def holds_others(self) -> bool:
        """Whether a fact of it is a sentence itself."""
        return any(name.startswith(_SAID) for name in self.names)

    @property
    def weight(self) -> int:
        """How many characters are its own."""
        return sum(map(len, self.parts))

    def facts(self, message: str) -> dict[str, str] | None:
        """The facts of *message* by name when it is this sentence, in time linear in its length; else None."""
        first, *inner = self.parts
        if not inner:
            return {} if message == first else None
        *inner, last = inner
        end = len(message) - len(last)
        if not message.startswith(first) or not message.endswith(last) or end < len(first):
            return None
        begin, found = len(first), []
        for part in inner:
            place = message.find(part, begin, end)
            if place < 0:
                return None
            found.append(message[begin:place])
            begin = place + len(part)
        return dict(zip(self.names, [*found, message[begin:end]], strict=True))

    @property
    def stands_alone(self) -> bool:
        """Whether a whole message can be this sentence: it says enough itself, or what is in it must be one."""
        return self.weight >= _LEAST or self.holds_others

    def quoted(self, name: str) -> bool:
        """Whether the fact *name* stands in quotation marks or angle brackets."""
        return self.parts[self.names.index(name)].endswith(_MARKS)


def said(message: str, language: str) -> Said:
    """
    *message*, an English sentence of this service, in *language*; as it is when it is none of those known.

    What somebody wrote (names, values, the words of an engine or of a system) stands in it as it was met. Total.
    """
    if language == ENGLISH or len(message) > _LONGEST:
        return Said(message, ENGLISH)
    text = _translated(message, language, 0)
    return Said(message, ENGLISH) if text is None else Said(text, language)


def _translated(message: str, language: str, depth: int) -> str | None:
    for pattern in _patterns():
        facts = pattern.facts(message) if depth or pattern.stands_alone else None
        if facts is None:
            continue
        shown = {name: _fact(pattern, name, value, language, depth) for name, value in facts.items()}
        if None not in shown.values():
            return pattern.texts[language].format(**shown)
    return None


def _fact(pattern: _Pattern, name: str, value: str, language: str, depth: int) -> str | None:
    """A fact in *language*; None when it must be a sentence and is none."""
    if pattern.quoted(name):
        return value
    if _NUMBER.fullmatch(value):
        return value.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    if _RANGES.fullmatch(value):
        return value.replace(" to ", "\N{EN DASH}")
    found = _translated(value, language, depth + 1) if depth < _DEEPEST else None
    return found if name.startswith(_SAID) else found or _QUOTED.sub(r"”\2”", value)


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The sentences of the file: key -> language -> text with the names of facts in braces."""
    written = tomllib.loads((files("server") / "sentences.toml").read_text(encoding="utf-8"))
    return {key: text for section in written.values() for key, text in section.items()}


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """Every known sentence: those that hold others first, and of two that fit the one that says more itself."""
    known = [*texts().values(), *_foreign()]
    cut = [_cut(text) for text in known]
    return tuple(sorted(cut, key=lambda pattern: (pattern.holds_others, pattern.weight), reverse=True))


def _foreign() -> Iterator[Mapping[str, str]]:
    """The sentences of the loaders that are more than a frame for others."""
    return (text for text in loaders.texts().values() if _cut(text).weight >= _LEAST)


def _cut(text: Mapping[str, str]) -> _Pattern:
    parts, names = [""], []
    for literal, name, _, _ in Formatter().parse(text[ENGLISH]):
        parts[-1] += literal  # one that holds a brace comes in pieces
        if name is not None:
            names.append(name)
            parts.append("")
    return _Pattern(tuple(parts), tuple(names), text)
