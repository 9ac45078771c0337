"""A query over HTTP: parameters come once, in the place the standard gives them, or the client is told."""

from urllib.parse import urlencode

import pytest

from sparql import protocol
from sparql.errors import QuerySyntaxError, UnsupportedMediaType

ASK = "ASK {}"


def test_get_gives_query_and_dataset() -> None:
    """A GET request names the query, its graphs, its format and its timeout."""
    pairs = [("query", ASK), ("default-graph-uri", "a"), ("default-graph-uri", "b"), ("named-graph-uri", "c")]
    pairs += [("format", "csv"), ("timeout", "1500ms")]

    assert protocol.ProtocolQuery(ASK, ("a", "b"), ("c",), "csv", 1.5) == protocol.by_get(pairs)


def test_bare_get_asks_about_the_service() -> None:
    """A GET without parameters is no query."""

    assert protocol.by_get([]) is None


def test_form_carries_everything_in_the_body() -> None:
    """A form's parameters are those of its body; the URL's are left alone."""
    body = urlencode([("query", "ASK { ?s ?p 'å' }"), ("named-graph-uri", "c")]).encode()
    query = protocol.by_post("application/x-www-form-urlencoded; charset=UTF-8", [("default-graph-uri", "x")], body)

    assert protocol.ProtocolQuery("ASK { ?s ?p 'å' }", (), ("c",)) == query


def test_direct_post_takes_graphs_from_the_url() -> None:
    """A query sent directly takes its dataset from the URL."""
    query = protocol.by_post("application/sparql-query", [("default-graph-uri", "x")], ASK.encode())

    assert protocol.ProtocolQuery(ASK, ("x",)) == query


@pytest.mark.parametrize(
    "pairs",
    [
        [("query", ASK), ("query", ASK)],
        [("format", "csv")],
        [("update", "CLEAR ALL")],
        [("query", ASK), ("timeout", "soon")],
        [("query", ASK), ("timeout", "-1")],
        [("query", ASK), ("timeout", "inf")],
        [("query", ASK), ("timeout", "nan")],
    ],
)
def test_bad_parameters_are_told(pairs: list[tuple[str, str]]) -> None:
    """A doubled, missing or unreadable parameter is an error of the client's."""
    with pytest.raises(QuerySyntaxError):
        protocol.by_get(pairs)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_other_bodies_are_unsupported(content_type: str) -> None:
    """A body of another type is answered with the two that are accepted."""
    with pytest.raises(UnsupportedMediaType, match="application/sparql-query"):
        protocol.by_post(content_type, [], ASK.encode())


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/sparql-query", b"ASK { ?s ?p '\xe5' }"), ("application/sparql-query; charset=latin-1", b"ASK {}")],
)
def test_direct_post_is_utf8(content_type: str, body: bytes) -> None:
    """A query in another encoding is refused instead of being misread."""
    with pytest.raises(QuerySyntaxError, match="UTF-8"):
        protocol.by_post(content_type, [], body)
