"""
Queries that only count: read token by token, so that whoever knows the counts need not have the data counted.

One of them has one triple pattern, gives counts and what it is grouped by, and has no expression but a comparison of a
count with a number. What is not wholly understood is none.

Source: SPARQL 1.1 Query Language section 19.8, rules 4 to 28, of which this reads a small part.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat

from ontology.namespaces import PREFIXES
from sparql.tokens import Token, tokens

TYPE = PREFIXES["rdf"] + "type"
_LONGEST = 4_000  # characters
_TERMS = 4  # of a triple, and its full stop
_DIGITS = 16  # a number with fewer is a number to every engine
_LIKELY = re.compile(r"\b(?:COUNT|DISTINCT)\b", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$][A-Za-z0-9_]+")
_PREFIX = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]*)?:")
_NAME = re.compile(
    r"(?P<prefix>(?:[A-Za-z][A-Za-z0-9_-]*)?:)(?P<local>(?:[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)?)"
)


class Unknown(Exception):
    """This is no query of the kind that is meant here."""


@dataclass(frozen=True, slots=True)
class Count:
    """A ``COUNT``, from *start* to *end* in the text; *variable* is what it counts, None standing for ``*``."""

    start: int
    end: int
    distinct: bool
    variable: str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    The braces from *start* to *end* with their one triple; each term is ``?`` and the name of a variable, or an IRI.

    The *subject* is a variable, and so is the *object* unless the *predicate* is ``rdf:type``.
    """

    start: int
    end: int
    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> list[str]:
        """The variables among its terms, in order."""
        return [each for each in (self.subject, self.predicate, self.object) if each.startswith("?")]

    @property
    def key(self) -> str | None:
        """The variable for properties, or that for classes, where the pattern has one of them."""
        if self.predicate.startswith("?"):
            return self.predicate
        return self.object if self.predicate == TYPE and self.object.startswith("?") else None


@dataclass(slots=True)
class Aggregate:
    """
    What a query asks of its *pattern*: the variables it gives as they are (*plain*), the *names* of the counts it gives, all
    its *counts*, wherever they stand, the variable it is grouped by (*group*), and the variables by which it is ordered.
    *distinct* says that no solution comes twice.
    """

    pattern: Pattern
    distinct: bool = False
    plain: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    group: str | None = None
    order: list[str] = field(default_factory=list)


def read(text: str) -> Aggregate:
    """
    What the query *text* asks for, if it only counts.

    Raises:
        Unknown: It does not, or is no query, or this cannot be told.
    """
    # Most queries are none of these, and must not be held up: braces that hold one triple are looked for first. Escapes are
    # replaced before a query is read, and could stand for anything.
    inside = text[:_LONGEST].partition("{")[2].partition("}")[0]
    require(len(text) <= _LONGEST and 0 < len(inside.split(None, _TERMS)) <= _TERMS)
    require(_LIKELY.search(text) is not None and "\\" not in text)
    return _Reader(text).read()


def require(condition: bool) -> None:
    """
    Return when *condition* holds.

    Raises:
        Unknown: It does not.
    """
    if not condition:
        raise Unknown


class _Reader:
    """Reads a query of the one kind that is answered here, token by token, and stops at the first that is not of it."""

    def __init__(self, text: str) -> None:
        self._tokens = chain(_single(tokens(text)), repeat(Token("end", "", len(text))))
        self._next = next(self._tokens)
        self._prefixes: dict[str, str] = {}
        self._query = Aggregate(Pattern(0, 0, "", "", ""))

    def read(self) -> Aggregate:
        """The whole. Raises `Unknown`."""
        self._prologue()
        self._keyword("SELECT")
        self._query.distinct = self._accepts("DISTINCT")
        while not (self._next.text == "{" or self._accepts("WHERE")):
            self._item()
        self._query.pattern = self._pattern()
        self._modifiers()
        require(self._next.kind == "end")
        return self._query

    def _take(self) -> Token:
        token = self._next
        require(token.kind != "end")
        self._next = next(self._tokens)
        return token

    def _accepts(self, word: str) -> bool:
        found = self._next.kind == "word" and self._next.text.upper() == word
        if found:
            self._take()
        return found

    def _keyword(self, word: str) -> None:
        require(self._accepts(word))

    def _mark(self, mark: str) -> Token:
        token = self._take()
        require(token.kind == "mark" and token.text == mark)
        return token

    def _variable(self) -> str:
        token = self._take()
        require(_VARIABLE.fullmatch(token.text) is not None)
        return "?" + token.text[1:]

    def _whole_number(self) -> None:
        token = self._take()
        require(token.kind == "number" and len(token.text) < _DIGITS and token.text.isdecimal())

    def _prologue(self) -> None:
        while True:
            if self._accepts("BASE"):
                require(self._take().kind == "iri")
            elif self._accepts("PREFIX"):
                prefix, iri = self._take(), self._take()
                require(_PREFIX.fullmatch(prefix.text) is not None and iri.kind == "iri")
                self._prefixes[prefix.text] = iri.text[1:-1]
            else:
                return

    def _item(self) -> None:
        if self._next.kind == "variable":
            self._query.plain.append(self._variable())
            return
        self._mark("(")
        self._count()
        self._keyword("AS")
        self._query.names.append(self._variable())
        self._mark(")")

    def _count(self) -> None:
        start = self._next.offset
        self._keyword("COUNT")
        self._mark("(")
        distinct = self._accepts("DISTINCT")
        variable = None
        if self._next.kind == "variable":
            variable = self._variable()
        else:
            self._mark("*")
        end = self._mark(")").offset + 1
        self._query.counts.append(Count(start, end, distinct, variable))

    def _pattern(self) -> Pattern:
        start = self._mark("{").offset
        terms = self._term(), self._term(predicate=True), self._term()
        if self._next.text == ".":
            self._mark(".")
        pattern = Pattern(start, self._mark("}").offset + 1, *terms)
        require(terms[0].startswith("?"))
        require(terms[2].startswith("?") or terms[1] == TYPE)
        return pattern

    def _term(self, *, predicate: bool = False) -> str:
        token = self._next
        if token.kind == "variable":
            return self._variable()
        self._take()
        if token.kind == "iri":
            return token.text[1:-1]
        if predicate and token.text == "a":
            return TYPE
        name = _NAME.fullmatch(token.text)
        if token.kind != "name" or name is None or name["prefix"] not in self._prefixes:
            raise Unknown
        return self._prefixes[name["prefix"]] + name["local"]

    def _modifiers(self) -> None:
        query = self._query
        if self._accepts("GROUP"):
            self._keyword("BY")
            query.group = self._variable()
        if self._accepts("HAVING"):
            self._condition()
        if self._accepts("ORDER"):
            self._keyword("BY")
            self._order()
            while self._next.kind != "end" and self._next.text.upper() not in {"LIMIT", "OFFSET"}:
                self._order()
        slices = ["LIMIT", "OFFSET"]
        while word := next(filter(self._accepts, slices), None):
            slices.remove(word)
            self._whole_number()

    def _condition(self) -> None:
        """A comparison of a count with a number."""
        self._mark("(")
        self._count()
        operator, start = "", self._next.offset
        while self._next.text in {"=", "!", "<", ">"}:
            require(self._next.offset == start + len(operator))
            operator += self._take().text
        require(operator in {"=", "!=", "<", ">", "<=", ">="})
        self._whole_number()
        self._mark(")")

    def _order(self) -> None:
        directed = self._accepts("ASC") or self._accepts("DESC")
        if directed:
            self._mark("(")
        if self._next.kind == "variable":
            self._query.order.append(self._variable())
        else:
            self._count()
        if directed:
            self._mark(")")


def _single(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens *found*, each mark one character, and without the full stops that names have swallowed."""
    for token in found:
        if token.kind == "mark":
            yield from (Token("mark", mark, token.offset + at) for at, mark in enumerate(token.text))
        elif token.kind == "name":
            name = token.text.rstrip(".")
            yield Token("name", name, token.offset)
            yield from (Token("mark", ".", token.offset + at) for at in range(len(name), len(token.text)))
        else:
            yield token
