"""
Part of an answer, read from the stream of the query worker: rows to be shown on a page or written in another format.

An answer is asked for in a form that has one solution or one triple on each line, and is read up to the last line wanted;
then the worker is let go. So a page costs the rows that it shows, however many there are.
"""

import asyncio
import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse
from pyoxigraph import parse_query_results as parse_results
from starlette.requests import Request

from server import context, pages
from server.pages import Term
from server.routes.answers import unless_gone
from server.strangers import strangers
from sparql.asker import Answer
from sparql.formats import Format, Kind, named
from sparql.guard import Admitted, Form

ROWS = 1000
"""Rows that one page shows."""
_BYTES = 4_000_000  # of rows that one page shows
_VERDICT = named("json", Kind.BOOLEAN)
LINES: dict[Kind, Format] = {Kind.SOLUTIONS: named("tsv", Kind.SOLUTIONS), Kind.GRAPH: named("nt", Kind.GRAPH)}
"""The formats that `cut` can read, by what they carry."""
TRIPLE = ("subject", "predicate", "object")
"""The columns of a graph."""


@dataclass(frozen=True, slots=True)
class Cut:
    """
    *lines* of an answer of *kind*, below its *head* line, which graphs have not; whether there are *more* after them.
    """

    kind: Kind
    head: bytes
    lines: tuple[bytes, ...]
    more: bool

    def columns(self) -> tuple[str, ...]:
        """The variables in their order; of a graph `TRIPLE`."""
        if self.kind is Kind.GRAPH:
            return TRIPLE
        return tuple(variable.value for variable in self._solutions().variables)

    def rows(self) -> list[tuple[Term | None, ...]]:
        """The terms, row by row; None where a variable has no value."""
        if self.kind is Kind.GRAPH:
            quads = parse(self._text(), RdfFormat.N_TRIPLES)
            return [(quad.subject, quad.predicate, quad.object) for quad in quads]
        return [tuple(solution) for solution in self._solutions()]

    def written(self, format_: Format) -> bytes:
        """The rows in *format_*, which can carry the kind of the answer."""
        if self.kind is Kind.GRAPH or format_ is LINES[Kind.SOLUTIONS]:
            return self._text()
        # The kind has been looked at: the writer is one for results, and without an output the engine gives bytes.
        return self._solutions().serialize(format=format_.writer)  # type: ignore[arg-type,return-value]

    def _text(self) -> bytes:
        head = (self.head,) if self.kind is Kind.SOLUTIONS else ()
        return b"".join(line + b"\n" for line in (*head, *self.lines))

    def _solutions(self) -> QuerySolutions:
        read = parse_results(self._text(), format=QueryResultsFormat.TSV)
        assert isinstance(read, QuerySolutions)  # noqa: S101 - tab-separated values carry nothing else
        return read


async def cut(answer: Answer, kind: Kind, *, offset: int, limit: int, most: int) -> Cut:
    """
    At most *limit* lines of *answer*, from number *offset* on, counted from 0, and at most *most* bytes of them.

    *answer* is in the format that `LINES` has for *kind*. What follows is not read, and its worker is stopped. Raises what
    `Answer.body` raises.
    """
    ends = offset + limit
    found: list[bytes] = []
    head: bytes | None = None if kind is Kind.SOLUTIONS else b""
    number, size, rest = 0, 0, b""
    try:
        async for part in answer.body():
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                if head is None:
                    head = line
                    continue
                if number >= ends or (number >= offset and size + len(line) > most):
                    return Cut(kind, head, tuple(found), more=True)
                if number >= offset:
                    found.append(line)
                    size += len(line)
                number += 1
            if head is not None and number < offset:
                rest = b""  # of a line that is passed over only its end counts
            elif size + len(rest) > most:
                return Cut(kind, head or b"", tuple(found), more=True)
        return Cut(kind, head or b"", tuple(found), more=False)
    finally:
        answer.close()


@dataclass(frozen=True, slots=True)
class Shown:
    """
    An answer of one *kind* as a page shows it: *columns* and *rows* of a table that goes on when there is *more*, or the
    *verdict* of an ASK query; the *unknown* functions that the query calls, and where nothing was found the *strangers* among
    its names.
    """

    kind: Kind
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[pages.Value, ...], ...] = ()
    more: bool = False
    verdict: bool | None = None
    unknown: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


async def shown(
    request: Request,
    admitted: Admitted,
    version: int,
    *,
    offset: int = 0,
    limit: int = ROWS,
    typed: bool = False,
    **asked: Any,
) -> Shown:
    """
    What a page shows of the answer to a query over *version*: at most *limit* rows from number *offset* on.

    *typed*: literals with their datatypes and languages; *asked* goes on to `Context.ask`. Raises what that raises.
    """
    here, kind = context.of(request), kind_of(admitted)
    answer = await unless_gone(request, here.ask(admitted, format_of(admitted), version, **asked))
    if kind is Kind.BOOLEAN:
        verdict = json.loads(await answer.read())["boolean"]
        return Shown(
            kind, verdict=verdict, unknown=answer.unknown, strangers=_strangers(verdict, admitted, here, version)
        )
    found = await unless_gone(request, cut(answer, kind, offset=offset, limit=limit, most=_BYTES))
    made = await asyncio.to_thread(_table, found, here, typed, answer.unknown)
    return dataclasses.replace(made, strangers=_strangers(made.rows, admitted, here, version))


def _strangers(found: object, admitted: Admitted, here: context.Context, version: int) -> tuple[str, ...]:
    return () if found else strangers(admitted.text, here.words.labels, here.versions.record(version).counts)


def _table(found: Cut, here: context.Context, typed: bool, unknown: tuple[str, ...]) -> Shown:
    rows = tuple(tuple(pages.value(term, here, typed=typed) for term in row) for row in found.rows())
    return Shown(found.kind, found.columns(), rows, found.more, unknown=unknown)


def format_of(admitted: Admitted) -> Format:
    """The format in which a page asks for the answer to the query."""
    return LINES.get(kind_of(admitted), _VERDICT)


def kind_of(admitted: Admitted) -> Kind:
    """What the query gives."""
    form = admitted.form
    return Kind.GRAPH if form.gives_graph else Kind.BOOLEAN if form is Form.ASK else Kind.SOLUTIONS
