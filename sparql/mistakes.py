"""
What is wrong with a query, said to the person who wrote it.

The engine names the place up to which it could read and every token that it had hoped for, dozens of them. Here the
query is looked at again for the mistakes that people make: a prefix that is not declared, a bracket or a string that
never closes; else what stands at the place is named.
"""

import re
from collections.abc import Iterator

from ontology.namespaces import PREFIXES
from sparql.errors import QuerySyntaxError
from sparql.keywords import strange
from sparql.tokens import Token, tokens

_PLACE = re.compile(r"(?:error )?at (\d+):(\d+)(?:: |$)")
_WIDTH = 100  # characters of a line that are shown
_LONGEST = 100_000  # characters; beyond them only the engine's place is told
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BAD_IRI = re.compile(r'<[A-Za-z][A-Za-z0-9+.-]*:[^<>\n]*[ {}|\\^`"][^<>\n]*>')
# What the engine says in words of its own, among the tokens -> what to do about it.
_SAID = {
    "The SELECT contains a variable that is unbound": "SELECT names a variable that is neither grouped nor inside an aggregate; "
    "add it to GROUP BY, or wrap it (SAMPLE, COUNT)",
    "Duplicated variable name in SELECT": "SELECT binds the same variable twice; rename one of them",
}
# Likewise of the operation of an update that ends at the place.
_ENDED = {
    "not allowed in DELETE DATA": "DELETE DATA has a variable or a blank node before this; match what is to go with variables "
    "in DELETE { ... } WHERE { ... }",
    "not allowed in DELETE WHERE": "DELETE WHERE has a blank node before this; write a variable for it",
    "not allowed in INSERT DATA": "INSERT DATA has a variable before this; give it a value in INSERT { ... } WHERE { ... }",
}


class Mistake(QuerySyntaxError):
    """
    A query that is not SPARQL: the message says where, what was met and what to do.

    *line* and *column* count from 1, in characters; *excerpt* is the line with a caret under the place; *engine* holds
    the engine's own words.
    """

    def __init__(self, message: str, line: int, column: int, excerpt: str, engine: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line, self.column, self.excerpt, self.engine = line, column, excerpt, engine


def explained(text: str, met: QuerySyntaxError) -> QuerySyntaxError:
    """
    *met*, which the guard or the engine said of the query *text*, as a `Mistake`; itself when it names no place.
    """
    said = str(met)
    place = _PLACE.match(said)
    if place is None:
        return met
    offset = _offset(text, int(place[1]), int(place[2]))
    rest = said[place.end() :]
    if not rest.startswith("expected "):
        for token, near in strange(tokens(text[offset : offset + _WIDTH])):
            if near and not token.offset:
                return _mistake(text, offset, _misspelt(token, near), said)
        return _mistake(text, offset, rest or "the query cannot be read", said)
    found = _found(text, rest) if len(text) <= _LONGEST else None
    if found is None:
        ended = next((advice for words, advice in _ENDED.items() if words in rest), None)
        return _mistake(text, offset, ended or _met(text, offset), said)
    return _mistake(text, *found, said)


def _found(text: str, rest: str) -> tuple[int, str] | None:
    """The offset of a mistake that people make, and what to do about it; None when it is none of those."""
    read = list(tokens(text))
    iri = _BAD_IRI.search(text)
    if iri and any(token.kind == "mark" and token.offset == iri.start() for token in read):
        return iri.start(), "this IRI cannot be read; an IRI has no spaces, quotation marks or braces"
    for token, prefix in _undeclared(read):
        known = PREFIXES.get(prefix)
        advice = f"add PREFIX {prefix}: <{known}>" if known else f"add a line PREFIX {prefix}: <...> with its namespace"
        return token.offset, f'the prefix "{prefix}:" is not declared; {advice}'
    for token in read:
        if token.kind == "mark" and token.text in {'"', "'"}:
            return token.offset, "a string begins here and does not end; close it with the same quotation mark"
    if bracket := _unpaired(read):
        if bracket.text in _CLOSING:
            return bracket.offset, f'"{bracket.text}" opens here and never closes; add "{_CLOSING[bracket.text]}"'
        return bracket.offset, f'"{bracket.text}" closes nothing here; remove it, or add what it should close'
    for words, advice in _SAID.items():
        if words in rest:
            return _offset_of_form(read), advice
    for token, near in strange(read):
        return token.offset, _misspelt(token, near) if near else _met(text, token.offset)
    return None


def _misspelt(token: Token, near: str) -> str:
    return f'"{token.text}" is no word of SPARQL; did you mean {near}?'


def _undeclared(read: list[Token]) -> Iterator[tuple[Token, str]]:
    declared: set[str] = set()
    before = ""
    for token in read:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                yield token, prefix
        before = token.text.upper()


def _unpaired(read: list[Token]) -> Token | None:
    """The first bracket that closes nothing, else the innermost one that nothing closes."""
    open_: list[Token] = []
    for token in read:
        for place, character in enumerate(token.text if token.kind == "mark" else ""):
            bracket = Token("mark", character, token.offset + place)
            if character in _CLOSING:
                open_.append(bracket)
            elif character in _CLOSING.values():
                if not open_ or _CLOSING[open_[-1].text] != character:
                    return bracket
                open_.pop()
    return open_[-1] if open_ else None


def _offset_of_form(read: list[Token]) -> int:
    return next((token.offset for token in read if token.text.upper() == "SELECT"), 0)


def _met(text: str, offset: int) -> str:
    rest = text[offset : offset + _WIDTH].lstrip()
    if not text[offset:].strip():
        return "the query cannot be read to its end; something is missing or misplaced, often just before this place"
    word = next((token.text for token in tokens(rest)), rest[:1])
    return f'"{word}" cannot stand here; look at it and at what stands just before'


def _offset(text: str, line: int, column: int) -> int:
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
        if not begin:
            return len(text)
    return min(begin + column - 1, len(text))


def _mistake(text: str, offset: int, message: str, engine: str) -> Mistake:
    line = text.count("\n", 0, offset) + 1
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    written = text[begin : len(text) if end < 0 else end].rstrip("\r")
    column = offset - begin + 1
    first = max(0, min(column - _WIDTH // 2, len(written) - _WIDTH))
    shown = written[first : first + _WIDTH].replace("\t", " ")
    return Mistake(message, line, column, f"{shown}\n{' ' * (column - 1 - first)}^", engine)
