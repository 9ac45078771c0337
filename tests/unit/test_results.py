"""Parts of answers, cut from a stream."""

import asyncio
import itertools
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store, Variable

from server.pages import Term
from server.results import Cut, cut
from sparql.asker import Answer
from sparql.formats import Kind, named

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
TERMS = st.one_of(
    st.none(),
    st.builds(Literal, TEXT),
    st.builds(lambda value: Literal(value, language="sv"), TEXT),
    st.builds(Literal, st.integers(-(2**31), 2**31) | st.booleans()),
    st.builds(
        lambda value: NamedNode(f"http://example.org/{value}"), st.from_regex(r"[a-zåäö0-9]{0,9}", fullmatch=True)
    ),
)


class Stream:
    """An answer that comes in *parts*, and knows how far it was read and that it was let go."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.parts, self.read, self.closed = parts, 0, False

    async def body(self) -> AsyncIterator[bytes]:
        """The parts, one after the other."""
        for part in self.parts:
            self.read += 1
            yield part

    def close(self) -> None:
        """Be let go."""
        self.closed = True


def _cut(stream: Stream, *, kind: Kind = Kind.SOLUTIONS, offset: int = 0, limit: int = 10, most: int = 1000) -> Cut:
    return asyncio.run(cut(cast(Answer, stream), kind, offset=offset, limit=limit, most=most))


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=60), st.integers(0, 6), st.integers(1, 6), st.lists(st.integers(0, 80), max_size=6))
def test_lines_do_not_depend_on_how_the_answer_arrives(text: bytes, offset: int, limit: int, places: list[int]) -> None:
    """However an answer is divided on its way, the part cut from it is the same lines, and it is known whether more follow."""
    whole = b"?x\n" + text + b"\n"
    marks = sorted({0, len(whole), *(min(place, len(whole)) for place in places)})
    stream = Stream([whole[begin:end] for begin, end in itertools.pairwise(marks)])
    lines = whole.split(b"\n")[1:-1]
    found = _cut(stream, offset=offset, limit=limit)

    assert tuple(lines[offset : offset + limit]) == found.lines
    assert (len(lines) > offset + limit) == found.more
    assert b"?x" == found.head
    assert stream.closed


def test_rest_is_not_read() -> None:
    """Once the last line wanted is there, nothing more is read."""
    stream = Stream([b"?x\n1\n2\n3\n", b"4\n" * 1000, b"5\n"])

    assert (b"2",) == _cut(stream, offset=1, limit=1).lines
    assert 1 == stream.read
    assert stream.closed


def test_long_line_that_is_passed_over_takes_no_memory() -> None:
    """A line before the part that is wanted may be as long as it likes and is not kept."""
    stream = Stream([b"?x\n", *[b"a" * 65_536] * 200, b"\n2\n"])
    tracemalloc.start()
    found = _cut(stream, offset=1, most=20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (b"2",) == found.lines
    assert peak < 2_000_000


def test_long_line_that_is_wanted_counts_against_the_bound() -> None:
    """Reading stops in the middle of a line that is larger than the part may be; the lines before it are there."""
    stream = Stream([b"?x\n1\n", *[b"a" * 100] * 50, b"\n2\n"])
    found = _cut(stream, most=150)

    assert ((b"1",), True) == (found.lines, found.more)
    assert 3 == stream.read


def test_triples_have_no_head() -> None:
    """Of a graph the first line is a triple already."""
    found = _cut(Stream([b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> 'd' .\n"]), kind=Kind.GRAPH, limit=1)

    assert ("subject", "predicate", "object") == found.columns()
    assert [(NamedNode("a:a"), NamedNode("a:b"), NamedNode("a:c"))] == found.rows()
    assert found.more


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(TERMS, TERMS), max_size=5))
def test_terms_come_through_unchanged(rows: list[tuple[Term | None, Term | None]]) -> None:
    """Terms of every kind, written by the engine and cut from its lines, are the same terms, in order."""
    store = Store()
    values = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    text = store.query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
    assert isinstance(text, QuerySolutions)
    found = _cut(Stream([text.serialize(format=QueryResultsFormat.TSV) or b""]), most=100_000)

    assert rows == found.rows()
    assert ("a", "b") == found.columns()
    assert [Variable("a"), Variable("b")] == list(found._solutions().variables)
    assert b'"vars":["a","b"]' in found.written(named("json", Kind.SOLUTIONS))


@pytest.mark.parametrize(
    ("query", "count"), [("SELECT * {}", 1), ("SELECT ?x {}", 1), ("SELECT ?x { FILTER(false) }", 0)]
)
def test_rows_without_values_are_rows(query: str, count: int) -> None:
    """A row that binds nothing is a row."""
    text = Store().query(query)
    assert isinstance(text, QuerySolutions)

    assert count == len(_cut(Stream([text.serialize(format=QueryResultsFormat.TSV) or b""])).rows())


def test_blank_nodes_are_told_apart() -> None:
    """Blank nodes of an answer keep their labels."""
    found = _cut(Stream([b"?x\t?y\n_:a\t_:b\n_:a\t_:a\n"]))

    assert [(BlankNode("a"), BlankNode("b")), (BlankNode("a"), BlankNode("a"))] == found.rows()
