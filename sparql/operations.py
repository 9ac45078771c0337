"""
The operations of an update request: read without being run, and written as the engine can run them.

The engine reads a request only to run it. It keeps empty graphs apart from absent ones, which versions do not. And
pyoxigraph 0.5.13 reads no prologue behind a semicolon, where the grammar has one and clients write one (rdflib does);
when it reads it, ``test_engine_reads_no_prologue_behind_a_semicolon`` fails, and `requests` can go.

Source: SPARQL 1.1 Update section 3; SPARQL 1.1 Query Language section 19.8, rules 4 and 29.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from pyoxigraph import Store

from sparql.errors import QuerySyntaxError
from sparql.tokens import Token, tokens

_DECLARING = {"BASE": 1, "PREFIX": 2, "VERSION": 1}  # keyword of a prologue -> how many tokens follow it
_DECLARATION = re.compile(r"\b(?:BASE\s*[<#]|PREFIX\s+(?:#|[^\s:<]*:\s*[<#])|VERSION\s*[\"'#])", re.IGNORECASE)
_MANAGING = re.compile(r"\b(?:CLEAR|CREATE|DROP)\b", re.IGNORECASE)
_NEVER_RUN = "DROP GRAPH <urn:hankinta:absent>;"  # fails in an empty store, so that nothing behind it is run
_PLACE = re.compile(r"^error at (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in a text from *start* to *end*: a prologue, and operations from *body* on. *known* was declared before."""

    known: str
    start: int
    body: int
    end: int


def check(text: str, base_iri: str) -> None:
    """
    Return when the update *text* is SPARQL; nothing of it is run. It may not nest too deep (`guard.admit_update`).

    Raises:
        QuerySyntaxError: It is not; the engine's words name the place in *text*.
    """
    for part in _parts(text):
        read = part.known + text[part.start : part.body] + _NEVER_RUN + text[part.body : part.end]
        try:
            Store().update(read, base_iri=base_iri)
        except SyntaxError as met:
            raise QuerySyntaxError(_in_text(str(met), read, part, text)) from met
        except RuntimeError:  # of the graph that is absent: all of it has been read
            continue


def requests(text: str) -> list[str]:
    """The update *text* as requests of one prologue each, to be run one after the other; most often one, as it is."""
    return [part.known + text[part.start : part.end] for part in _parts(text)] if _later(text) else [text]


def forgiving(text: str) -> str:
    """
    The update *text*, which is SPARQL, with SILENT in every CREATE, DROP and CLEAR: an absent graph is an empty one.

    Source: SPARQL 1.1 Update sections 3.1.3, 3.2.1 and 3.2.2, of stores that do not record empty graphs.
    """
    if not _MANAGING.search(text):
        return text
    pieces, place, managing = [], 0, False
    for token, depth in _nested(text):
        word = _word(token)
        if managing and word != "SILENT":
            pieces += [text[place : token.offset], "SILENT "]
            place = token.offset
        managing = depth == 0 and word in {"CLEAR", "CREATE", "DROP"}
    return "".join([*pieces, text[place:]])


def _parts(text: str) -> Iterator[_Part]:
    """*text*, cut before every prologue that stands behind a semicolon."""
    declared: dict[str, str] = {}
    cuts = [0, *_cuts(text), len(text)]
    for start, end in pairwise(cuts):
        body = _body(text, start, end)
        yield _Part("".join(declared.values()), start, body, end)
        for name, declaration in _declarations(text[start:body]):
            declared.pop(name, None)  # the last one counts, in the order in which they stand
            declared[name if name.endswith(":") else f"{start} {name}"] = declaration


def _cuts(text: str) -> Iterator[int]:
    if not _later(text):
        return
    behind = False
    for token, depth in _nested(text):
        if behind and _word(token) in _DECLARING:
            yield token.offset
        behind = depth == 0 and token.kind == "mark" and token.text.endswith(";")


def _later(text: str) -> bool:
    """Whether anything behind the first semicolon looks like a declaration: large updates are seldom read for it in vain."""
    first = text.find(";")
    return first >= 0 and _DECLARATION.search(text, first) is not None


def _body(text: str, start: int, end: int) -> int:
    """Where the prologue that begins at *start* is over."""
    left = 0
    for token in tokens(text[start:end]):
        if left:
            left -= 1
        elif not (left := _DECLARING.get(_word(token), 0)):
            return start + token.offset
    return end


def _declarations(prologue: str) -> Iterator[tuple[str, str]]:
    """What a prologue declares, by the prefix with its colon, or by the base."""
    stream = tokens(prologue)
    for token in stream:
        taken = [each.text for each in islice(stream, _DECLARING[_word(token)])]
        if _word(token) != "VERSION":
            yield taken[0] if taken else "", f"{token.text} {' '.join(taken)} "


def _nested(text: str) -> Iterator[tuple[Token, int]]:
    """The tokens of *text*, each with the number of braces that are open behind it."""
    depth = 0
    for token in tokens(text):
        if token.kind == "mark":
            depth += token.text.count("{") - token.text.count("}")
        yield token, depth


def _in_text(said: str, read: str, part: _Part, text: str) -> str:
    """What the engine *said* of *read*, which `check` made of *part*, with the place as it is in *text*."""

    def moved(place: re.Match[str]) -> str:
        lines = read.split("\n")[: int(place[1]) - 1]
        offset = sum(len(line) + 1 for line in lines) + int(place[2]) - 1 - len(part.known)
        if offset > part.body - part.start:
            offset = max(offset - len(_NEVER_RUN), part.body - part.start)
        before = text[: part.start + max(offset, 0)]
        return f"error at {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    return _PLACE.sub(moved, said)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
