"""
What may be asked: the admission of a query before the engine sees it.

``SERVICE`` and ``LOAD`` would make the engine speak HTTP to addresses of the asker's choice, so they are refused here, in
every path; the engine has no switch for them.
"""

from dataclasses import dataclass
from enum import StrEnum

from sparql.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from sparql.tokens import Token, readings, tokens, unescaped

LONGEST_QUERY = 1_048_576  # characters; longer ones are answered 413


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
        QuerySyntaxError: It is none of the four forms.

    Source: SPARQL 1.1 Protocol section 4 (policy considerations).
    """
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong(f"the query has {len(text):,} characters; at most {LONGEST_QUERY:,} are accepted")
    refuse_reaching_out(text)
    names_dataset = any(token.kind == "word" and token.text.upper() == "FROM" for token in tokens(unescaped(text)))
    return Admitted(text, _form(text), names_dataset)


def refuse_reaching_out(text: str) -> None:
    """
    Return when no reading of *text*, a query or an update, reaches out of this machine.

    Raises:
        QueryRefused: A reading holds the keyword SERVICE or LOAD.
    """
    for token in readings(text):
        reason = _REFUSED.get(token.text.upper()) if token.kind == "word" else None
        if reason:
            raise QueryRefused(f"line {_line(text, token)}: {reason}")


def _line(text: str, token: Token) -> int:
    return text.count("\n", 0, token.offset) + 1


def _form(text: str) -> Form:
    stream = iter(tokens(unescaped(text)))
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
            raise QuerySyntaxError(f"line {_line(text, token)}: {word} begins an update; send updates to /update")
        else:
            break
    raise QuerySyntaxError("the query is none of SELECT, ASK, CONSTRUCT, DESCRIBE; begin with prefixes and then one of these")
