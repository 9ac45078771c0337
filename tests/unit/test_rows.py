"""Rows of an answer are counted in its bytes, whatever stands in the literals and wherever the pieces are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

from sparql.rows import RowCounter

FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
# Pieces of what stands between rows, so that literals look like row ends.
LITERALS = st.lists(
    st.lists(st.sampled_from(["},{", '"', "}}", "<result>", "\n", "\r\n", "\\", ",", "]", "a", "\t"]), max_size=5)
    .map("".join)
    .filter(lambda value: "},{}" not in value),  # what JSON says of a row that binds nothing
    min_size=1,
    max_size=6,
    unique=True,
)


def _written(values: list[str], name: str) -> bytes:
    store = Store()
    place = NamedNode("http://example.org/s")
    store.extend(Quad(place, place, Literal(value)) for value in values)
    written = store.query("SELECT ?o { ?s ?p ?o }").serialize(format=FORMATS[name])
    assert written is not None
    return written


@pytest.mark.parametrize("name", FORMATS)
@given(values=LITERALS, step=st.integers(1, 40))
def test_the_limit_falls_after_the_last_row(name: str, values: list[str], step: int) -> None:
    """An answer of n rows passes a limit of n and not one of n - 1, in every format, cut into any pieces."""
    data = _written(values, name)
    pieces = [data[start : start + step] for start in range(0, len(data), step)]

    assert all(map(RowCounter(name, len(values)).admits, pieces))
    if len(values) > 1:
        assert not all(map(RowCounter(name, len(values) - 1).admits, pieces))


@pytest.mark.parametrize("name", FORMATS)
def test_rows_that_bind_nothing_are_rows(name: str) -> None:
    """Solutions without any binding count like others."""
    store = Store()
    store.extend(
        Quad(NamedNode(f"http://example.org/{n}"), NamedNode("http://example.org/p"), Literal("")) for n in range(5)
    )
    data = store.query("SELECT ?nothing { ?s ?p ?o }").serialize(format=FORMATS[name])
    assert data is not None

    assert RowCounter(name, 5).admits(data)
    assert not RowCounter(name, 4).admits(data)
