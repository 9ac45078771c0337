"""
The lexical tokens of SPARQL, enough to know what is a keyword and what only looks like one.

A refusal must not be fooled by strings, comments, IRIs or escapes, and must not refuse a query that merely speaks of a
service. Where the grammar leaves two readings (``<`` as less-than or as the beginning of an IRI), `readings` follows both.
Time is linear in the length of the text, whatever the text: nothing is scanned twice from within.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

# Characters of names. Source: SPARQL 1.1 Query Language section 19.8, rules 164 to 167.
_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_REST = rf"{_BASE}_0-9\u00B7\u0300-\u036F\u203F\u2040"
# An escape that the grammar does not know ends no string: the engine then reads the quotes in another way.
_ESCAPE = r"""\\(?:[tbnrf"'\\]|u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}|U(?!0000[dD][89A-Fa-f])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"""
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]++)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\[uU])*+>)
  | (?P<variable>[?$][{_BASE}_0-9][{_REST}]*+)
  | (?P<blank>_:[{_REST}.\-]++)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<name>(?:[{_BASE}][{_REST}.\-]*+)?:(?:[{_REST}.:\-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
  | (?P<number>(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?)
  | (?P<word>[{_BASE}_][{_REST}]*+)
  | (?P<mark>[(]++|[\[\]{{}};,*/|^!=&+\->]++|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Opening quotation mark -> the string from there up to where it closes, or to where it cannot go on.
_BODIES = {
    '"""': re.compile(rf'"""(?:[^"\\]|{_ESCAPE}|"(?!""))*+'),
    "'''": re.compile(rf"'''(?:[^'\\]|{_ESCAPE}|'(?!''))*+"),
    '"': re.compile(rf'"(?:[^"\\\r\n]|{_ESCAPE})*+'),
    "'": re.compile(rf"'(?:[^'\\\r\n]|{_ESCAPE})*+"),
}
_UNNAMED = re.compile(rf"(?P<word>[{_BASE}_][{_REST}]*+)")
_RUN = re.compile(rf"[{_BASE}][{_REST}.\-]*+")
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    """
    One token: its *kind* (a group of the pattern), its *text*, and its *offset* in characters.
    """

    kind: str
    text: str
    offset: int


class _Lexer:
    """The token that begins at a place of *text*; what one scan found out, the next need not find out again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer(r"[\r\n]", text)]
        self._open: dict[str, int] = {}  # quotation mark -> where the scan ended that did not find its other half
        self._unnamed = -1  # where the last run of name characters without a colon ends

    def token(self, place: int) -> tuple[str, int]:
        """Kind and end of the token at *place*. Total: what fits nothing is a one-character mark."""
        first = self._text[place]
        if first == "#":
            return "comment", self._line_end(place)
        if first in "\"'":
            return self._string(first, place)
        if place < self._unnamed and (word := _UNNAMED.match(self._text, place)):
            return "word", word.end()
        match = _TOKEN.match(self._text, place)
        assert match is not None  # noqa: S101 - the last alternative is any character
        kind = match.lastgroup or "mark"
        if kind == "word" and (run := _RUN.match(self._text, place)):
            self._unnamed = max(self._unnamed, run.end())
        return kind, match.end()

    def _line_end(self, place: int) -> int:
        at = bisect_left(self._ends, place)
        return self._ends[at] if at < len(self._ends) else len(self._text)

    def _string(self, mark: str, place: int) -> tuple[str, int]:
        for quote in (mark * 3, mark):
            # A quotation mark inside a string that never closes was an escaped one, and opens none that closes.
            if place < self._open.get(quote, -1) or not self._text.startswith(quote, place):
                continue
            body = _BODIES[quote].match(self._text, place)
            end = body.end() if body else place
            if self._text.startswith(quote, end):
                return "string", end + len(quote)
            self._open[quote] = end
        return "mark", place + 1


def tokens(text: str) -> Iterator[Token]:
    """
    The tokens of *text* without white space and comments, in order, ``<`` beginning an IRI where it can.

    Source: SPARQL 1.1 Query Language section 19.8, terminals.
    """
    lexer, place = _Lexer(text), 0
    while place < len(text):
        kind, end = lexer.token(place)
        if kind not in {"space", "comment"}:
            yield Token(kind, text[place:end], place)
        place = end


def unescaped(text: str) -> str:
    r"""
    *text* with code point escapes (``\u0053``) replaced, as SPARQL 1.1 does before it parses.

    Escapes beyond Unicode stay as written. Source: SPARQL 1.1 Query Language section 19.2.
    """

    def character(match: re.Match[str]) -> str:
        point = int(match.group(1) or match.group(2), 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else match.group()

    return _CODEPOINT.sub(character, text)


def readings(text: str) -> Iterator[Token]:
    """
    The tokens of every reading of *text* that can be part of a pattern: as written and with escapes replaced, with every
    ``<`` as the beginning of an IRI and as less-than.

    What follows a less-than is left out up to the next ``)``: a comparison stands in parentheses, so no pattern begins
    before they close, and the words inside an IRI are no words. Unordered; no token comes twice from one text.
    """
    for reading in {text, unescaped(text)}:
        yield from _both(reading)


def _both(text: str) -> Iterator[Token]:
    lexer = _Lexer(text)
    seen: set[tuple[int, bool]] = set()
    begun = [(0, False)]  # places to read from, and whether a comparison is open there
    while begun:
        place, compares = begun.pop()
        while place < len(text) and (place, compares) not in seen:
            seen.add((place, compares))
            kind, end = lexer.token(place)
            if kind == "iri":
                # "<<" begins a quoted triple, which closes without parentheses.
                begun.append((place + 1, compares if text[place - 1 : place] == "<" else True))
            if text[place] == ")":
                compares = False
            elif kind not in {"space", "comment"} and not compares:
                yield Token(kind, text[place:end], place)
            place = end
