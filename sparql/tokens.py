"""
The lexical tokens of SPARQL, enough to know what is a keyword and what only looks like one.

A refusal must not be fooled by strings, comments, IRIs or escapes, and must not refuse a query that merely speaks of a
service. Where the grammar leaves two readings (``<`` as less-than or as the beginning of an IRI), `readings` gives both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*''' | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]{4,8}[^<>"{}|^`\\\x00-\x20]*)*>)
  | (?P<variable>[?$]\w+)
  | (?P<blank>_:[\w.\-·]+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:[^\W\d_][\w.\-·]*)?:(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
  | (?P<number>[0-9]*\.?[0-9]+(?:[eE][+\-]?[0-9]+)?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# Before "<", one of these may end an operand, so that "<" may be the comparison.
_OPERAND_END = frozenset({"variable", "string", "number", "iri", "name", "language"})


@dataclass(frozen=True, slots=True)
class Token:
    """
    One token: its *kind* (a group of the pattern), its *text*, and its *offset* in characters.
    """

    kind: str
    text: str
    offset: int


def tokens(text: str) -> Iterator[Token]:
    """
    The tokens of *text* without white space and comments, in order. Total: what fits nothing is a one-character mark.

    Source: SPARQL 1.1 Query Language section 19.8, terminals.
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind not in {"space", "comment"}:
            yield Token(kind, match.group(), match.start())


def unescaped(text: str) -> str:
    r"""
    *text* with code point escapes (``\u0053``) replaced, as the standard does before it parses.

    Escapes beyond Unicode stay as written. Source: SPARQL 1.1 Query Language section 19.2.
    """

    def character(match: re.Match[str]) -> str:
        point = int(match.group(1) or match.group(2), 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else match.group()

    return _CODEPOINT.sub(character, text)


def readings(text: str) -> Iterator[Token]:
    """
    Every token of every reading of *text*: as written, with escapes replaced, and with ``<`` after an operand as less-than.

    Unordered across readings; a token may come more than once.
    """
    for reading in {text, unescaped(text)}:
        yield from _both(reading)


def _both(text: str) -> Iterator[Token]:
    before: Token | None = None
    for token in tokens(text):
        yield token
        may_compare = before is not None and (before.kind in _OPERAND_END or before.text in {")", "]"})
        if token.kind == "iri" and may_compare:
            # "?a<?b)SERVICE?x#>" is an IRI to a lexer and a comparison, a SERVICE and a comment to a parser.
            yield from _comparison(token)
        before = token


def _comparison(iri: Token) -> Iterator[Token]:
    # The group that the comparison stands in must be closed before another pattern can begin; "<service>" closes none.
    before = ""
    for token in tokens(iri.text[1:]):
        if token.kind != "word" or before in {")", "."}:
            yield Token(token.kind, token.text, iri.offset + 1 + token.offset)
        before = token.text
