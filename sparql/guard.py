"""
What may be asked: the admission of a query before the engine sees it.

``SERVICE`` and ``LOAD`` would make the engine speak HTTP to addresses of the asker's choice, so they are refused here, in
every path; the engine has no switch for them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sparql.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from sparql.tokens import Token, readings, tokens, unescaped

LONGEST_QUERY = 1_048_576  # characters; longer ones are answered 413
DEEPEST_NESTING = 200  # brackets open at once
_BETWEEN = r"(?:[ \t\r\n]|#[^\r\n]*+(?:[\r\n]|$))*+"
_AFTER_ENDPOINT = re.compile(_BETWEEN + r"\{")
_AFTER_SOURCE = re.compile(_BETWEEN + r"(?:;|$|INTO\b)", re.IGNORECASE)
# Prefixes without escapes and comments, and what follows them.
_PLAIN = re.compile(
    r"[ \t\r\n]*+(?:PREFIX[ \t\r\n]++[A-Za-z0-9]*+:[ \t\r\n]*+<[^<>\"{}|^`\\\x00-\x20]*+>[ \t\r\n]*+)*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)[ \t\r\n{(*?$<]",
    re.IGNORECASE,
)


class Form(StrEnum):
    """The four query forms of SPARQL 1.1 section 16."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, and not solutions or a boolean."""
        return self in {Form.CONSTRUCT, Form.DESCRIBE}


@dataclass(frozen=True, slots=True)
class Admitted:
    """
    A query that may be run: its *text* as received, its *form*, and whether it *names_dataset* with FROM clauses.
    """

    text: str
    form: Form
    names_dataset: bool


_REFUSED = {
    "SERVICE": "SERVICE is switched off here: this endpoint asks no other endpoint; ask the other one yourself and join the answers",
    "LOAD": "LOAD is switched off here: this endpoint fetches nothing; send the data to it instead",
}
_UPDATES = frozenset({"INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"})


def admit(text: str) -> Admitted:
    """
    The query with its form, when it may be run.

    Raises:
        QueryRefused: It would reach out of this machine.
        QueryTooLong: It is longer than `LONGEST_QUERY`.
        QuerySyntaxError: It is none of the four forms, or nests deeper than `DEEPEST_NESTING`.

    Source: SPARQL 1.1 Protocol section 4 (policy considerations).
    """
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong(f"the query has {len(text):,} characters; at most {LONGEST_QUERY:,} are accepted")
    refuse_reaching_out(text)
    form = _form(text)
    _refuse_nesting(text)
    names_dataset = "from" in text.lower() and any(
        token.kind == "word" and token.text.upper() == "FROM" for token in tokens(text)
    )
    return Admitted(text, form, names_dataset)


def admit_update(text: str) -> None:
    """
    Return when the update *text* may be run. Raises `QueryRefused` and `QuerySyntaxError` as `admit` does.
    """
    _refuse_nesting(text)  # first: what is refused for reaching out is still read by the engine, for its mistakes
    refuse_reaching_out(text)


def refuse_reaching_out(text: str) -> None:
    """
    Return when no reading of *text*, a query or an update, reaches out of this machine.

    Raises:
        QueryRefused: A reading holds the keyword SERVICE or LOAD.
    """
    lowered = unescaped(text).lower()
    if not any(word.lower() in lowered for word in _REFUSED):
        return
    for token in readings(text):
        word = _keyword(token, text)
        if reason := _REFUSED.get(word):
            raise QueryRefused(f"line {line_of(text, token)}: {reason}")


def _keyword(token: Token, text: str) -> str:
    """The keyword that *token* is, or may be to a parser: ``SERVICE:x {`` is one when "SERVICE:x" cannot be a name there."""
    if token.kind == "word":
        return token.text.upper()
    if token.kind != "name":
        return ""
    word = token.text.partition(":")[0].rpartition(".")[2].upper()
    # The name may have swallowed dots that end the clause before; and the engine tries names first, keywords then.
    follows = _AFTER_ENDPOINT if word == "SERVICE" else _AFTER_SOURCE
    rest = follows.match(text, min(token.offset + len(token.text), len(text)))
    return word if rest else ""


def line_of(text: str, token: Token) -> int:
    """The line of *text* in which *token* begins, from 1."""
    return text.count("\n", 0, token.offset) + 1


def _refuse_nesting(text: str) -> None:
    # The engine's parser calls itself at every bracket, and a worker that runs out of stack takes its answer with it.
    if sum(text.count(bracket) for bracket in "([{") <= DEEPEST_NESTING:
        return
    depth = 0
    for token in tokens(text):
        if token.kind != "mark":
            continue
        for mark in token.text:  # several in one token, opening and closing
            depth += (mark in "([{") - (mark in ")]}")
            if depth > DEEPEST_NESTING:
                line, column = line_of(text, token), token.offset - text.rfind("\n", 0, token.offset)
                raise QuerySyntaxError(
                    f"error at {line}:{column}: brackets nest deeper than {DEEPEST_NESTING}; write the query flatter"
                )


def _form(text: str) -> Form:
    # Most queries begin plainly; what begins otherwise is looked at token by token.
    if plain := _PLAIN.match(text):
        return Form(plain[1].upper())
    stream = iter(tokens(unescaped(text)))
    token = None
    for token in stream:
        word = token.text.upper()
        if token.kind != "word":
            break
        if word in Form.__members__:
            return Form(word)
        if word in {"BASE", "VERSION"}:
            next(stream, None)
        elif word == "PREFIX":
            next(stream, None)
            next(stream, None)
        elif word in _UPDATES:
            raise QuerySyntaxError(f"line {line_of(text, token)}: {word} begins an update; send updates to /update")
        else:
            break
    met = token or Token("mark", "", 0)
    place = f"{line_of(text, met)}:{met.offset - text.rfind(chr(10), 0, met.offset)}"
    wanted = "begin with prefixes and then one of these"
    raise QuerySyntaxError(f"error at {place}: the query is none of SELECT, ASK, CONSTRUCT, DESCRIBE; {wanted}")
