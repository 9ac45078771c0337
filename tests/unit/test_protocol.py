"""A query over HTTP: parameters come once, in the place the standard gives them, or the client is told."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql import protocol
from sparql.errors import QuerySyntaxError, UnsupportedMediaType

ASK = "ASK {}"
A, B, C = "http://e/a", "http://e/b", "http://e/c"


def test_get_gives_query_and_dataset() -> None:
    """A GET request names the query, its graphs, its format, its timeout, a version of the data and a file name."""
    pairs = [("query", ASK), ("default-graph-uri", A), ("default-graph-uri", B), ("named-graph-uri", C)]
    pairs += [("format", "csv"), ("timeout", "1500ms"), ("at", "3"), ("download", "measures"), ("unknown", "x")]

    assert protocol.ProtocolQuery(ASK, (A, B), (C,), "csv", 1.5, "3", "measures") == protocol.by_get(pairs)


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("lang", "sv")],
        [("format", "ttl"), ("at", "2")],
        [(name, "x") for name in ("lang", "at", "format", "output")],
    ],
)
def test_bare_get_asks_about_the_service(pairs: list[tuple[str, str]]) -> None:
    """A GET without a parameter of a query is no query."""

    assert protocol.by_get(pairs) is None


def test_form_carries_everything_in_the_body() -> None:
    """A form's parameters are read as UTF-8, and a dataset that stands in the URL is not overlooked."""
    body = urlencode([("query", "ASK { ?s ?p 'å' }"), ("named-graph-uri", C)]).encode()
    query = protocol.by_post("application/x-www-form-urlencoded; charset=UTF-8", [("default-graph-uri", A)], body)

    assert protocol.ProtocolQuery("ASK { ?s ?p 'å' }", (A,), (C,)) == query


def test_direct_post_takes_graphs_from_the_url() -> None:
    """A query sent directly takes its dataset from the URL."""
    query = protocol.by_post("application/sparql-query", [("default-graph-uri", A)], ASK.encode())

    assert protocol.ProtocolQuery(ASK, (A,)) == query


@pytest.mark.parametrize("language", protocol.LANGUAGES)
def test_language_may_be_named(language: str) -> None:
    """The languages of SPARQL 1.1 and 1.2 are accepted as parameter, in a form, and of the media type."""
    form = urlencode([("query", ASK), ("version", language)]).encode()

    assert protocol.ProtocolQuery(ASK) == protocol.by_get([("query", ASK), ("version", language)])
    assert ASK == protocol.by_post(protocol.FORM, [], form).text
    assert ASK == protocol.by_post(f'{protocol.DIRECT}; version="{language}"', [], ASK.encode()).text


@pytest.mark.parametrize("language", ["1.0", "", "2", "1.1 "])
def test_other_languages_are_refused(language: str) -> None:
    """A version of SPARQL that nobody here speaks is refused with the list of those that are spoken."""
    with pytest.raises(QuerySyntaxError, match=r"1\.1, 1\.2, 1\.2-basic"):
        protocol.by_get([("query", ASK), ("version", language)])
    with pytest.raises(QuerySyntaxError, match=r"1\.1, 1\.2, 1\.2-basic"):
        protocol.update_by_post(f'{protocol.UPDATE}; version="{language}"', [], b"CLEAR ALL")


@pytest.mark.parametrize(
    "name", ["query", "default-graph-uri", "named-graph-uri", "format", "timeout", "at", "version", "download"]
)
def test_no_parameter_comes_in_two_places(name: str) -> None:
    """What stands both in the URL and in the body of a form is an error, and nobody has to guess which one counts."""
    value = {"version": "1.1"}.get(name, A)
    body = urlencode({"query": ASK, name: value}).encode()
    with pytest.raises(QuerySyntaxError, match=f'"{name}" came both'):
        protocol.by_post(protocol.FORM, [(name, value)], body)


def test_update_form_gives_update_and_graphs() -> None:
    """An update in a form names the update and the graphs that its patterns look at."""
    pairs = [
        ("update", "CLEAR ALL"),
        ("using-graph-uri", A),
        ("using-named-graph-uri", B),
        ("using-named-graph-uri", C),
    ]
    found = protocol.update_by_post(protocol.FORM, [], urlencode(pairs).encode())

    assert protocol.ProtocolUpdate("CLEAR ALL", (A,), (B, C)) == found


def test_direct_update_takes_graphs_from_the_url() -> None:
    """An update sent directly takes the graphs that its patterns look at from the URL."""
    found = protocol.update_by_post(protocol.UPDATE, [("using-graph-uri", A)], "INSERT DATA { <a> <b> 'å' }".encode())

    assert protocol.ProtocolUpdate("INSERT DATA { <a> <b> 'å' }", (A,)) == found


@pytest.mark.parametrize(
    "text",
    [
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } USING <http://e/g> WHERE { ?s ?p ?o }",
        "insert { ?s ?p ?o } using named <http://e/g> where { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } \\u0055SING <http://e/g> WHERE { ?s ?p ?o }",
    ],
)
@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_update_names_its_graphs_in_one_place(text: str, name: str) -> None:
    """An update with USING or WITH is refused when the request names graphs as well, and accepted when it does not."""
    with pytest.raises(QuerySyntaxError, match=r"(USING|WITH).*one of the two places"):
        protocol.update_by_post(protocol.UPDATE, [(name, A)], text.encode())

    assert text == protocol.update_by_post(protocol.UPDATE, [], text.encode()).text


def test_update_that_speaks_of_using_is_accepted() -> None:
    """The words USING and WITH in strings, IRIs and comments conflict with nothing."""
    text = "INSERT DATA { <http://e/with> <http://e/using> 'USING WITH' } # WITH"

    assert (A,) == protocol.update_by_post(protocol.UPDATE, [("using-graph-uri", A)], text.encode()).using_graphs


@pytest.mark.parametrize(
    ("content_type", "given", "body", "words"),
    [
        (protocol.FORM, [], b"", "missing"),
        (protocol.FORM, [], b"update=CLEAR+ALL&update=CLEAR+ALL", "2 times"),
        (protocol.FORM, [], b"query=ASK{}", "/sparql"),
        (protocol.FORM, [], b"update=%ff", "UTF-8"),
        (protocol.UPDATE, [("update", "CLEAR ALL")], b"CLEAR ALL", "both"),
        (protocol.UPDATE, [], b"\xff", "UTF-8"),
        (protocol.UPDATE + ";charset=UTF-16", [], b"CLEAR ALL", "UTF-8"),
        (protocol.UPDATE, [("using-graph-uri", "g")], b"CLEAR ALL", "absolute"),
    ],
)
def test_bad_updates_are_told(content_type: str, given: list[tuple[str, str]], body: bytes, words: str) -> None:
    """A request that is not one update in UTF-8 is refused with what is wrong with it."""
    with pytest.raises(QuerySyntaxError, match=words):
        protocol.update_by_post(content_type, given, body)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/sparql-query"])
def test_other_bodies_are_no_updates(content_type: str) -> None:
    """A body that is no update is answered with the two types that are accepted."""
    with pytest.raises(UnsupportedMediaType, match="application/sparql-update"):
        protocol.update_by_post(content_type, [], b"CLEAR ALL")


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("query", ASK), ("query", ASK)], '"query" came 2 times; send it once'),
        (
            [("default-graph-uri", "http://e/")],
            '"query" is missing; send "query=..." once and encoded, or POST the text as application/sparql-query',
        ),
        ([("query", ASK), ("default-graph-uri", "graph/a")], 'default-graph-uri is "graph/a"; write an absolute IRI'),
        (
            [("query", ASK), ("named-graph-uri", "http://e/a b")],
            'named-graph-uri is "http://e/a b"; write an absolute IRI',
        ),
        ([("query", ASK), ("timeout", "1"), ("timeout", "1")], '"timeout" came 2 times'),
        ([("query", ASK), ("at", "1"), ("at", "2")], '"at" came 2 times'),
        ([("update", "CLEAR ALL")], "not sent by GET; POST it to /update"),
        ([("query", ASK), ("update", "CLEAR ALL")], "not sent by GET; POST it to /update"),
        ([("query", ASK), ("timeout", "soon")], 'timeout is "soon"; write seconds'),
        ([("query", ASK), ("timeout", "-1")], 'timeout is "-1"; write seconds'),
        ([("query", ASK), ("timeout", "inf")], 'timeout is "inf"; write seconds'),
        ([("query", ASK), ("timeout", "nan")], 'timeout is "nan"; write seconds'),
    ],
)
def test_bad_parameters_are_told(pairs: list[tuple[str, str]], words: str) -> None:
    """A doubled, missing or unreadable parameter is refused with what was met and what to do."""
    with pytest.raises(QuerySyntaxError, match=re.escape(words)):
        protocol.by_get(pairs)


@pytest.mark.parametrize(
    ("content_type", "given", "body"),
    [
        (protocol.FORM, [], urlencode([("query", ASK), ("update", "CLEAR ALL")]).encode()),
        (protocol.DIRECT, [("update", "CLEAR ALL")], ASK.encode()),
    ],
)
def test_update_beside_a_query_is_refused(content_type: str, given: list[tuple[str, str]], body: bytes) -> None:
    """A request with a query that names an update as well is refused, and told where updates are sent."""
    with pytest.raises(QuerySyntaxError, match="POST updates to /update"):
        protocol.by_post(content_type, given, body)


def test_first_format_counts() -> None:
    """Clients name the format several times, by its name first and by media types then; the first one is taken."""
    pairs = [("query", ASK), ("format", "tsv"), ("format", "text/tab-separated-values"), ("output", "csv")]
    asked = protocol.by_get(pairs)

    assert asked is not None
    assert "tsv" == asked.format


@pytest.mark.parametrize("encoded", [b"query=ASK%7B%7D&x=%ff", b"query=\xe5", b"&".join([b"a=b"] * 1001)])
def test_parameters_are_utf8_and_bounded(encoded: bytes) -> None:
    """Parameters in another encoding, or thousands of them, are refused instead of being misread."""
    with pytest.raises(QuerySyntaxError):
        protocol.parameters(encoded)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20))
def test_parameters_come_as_they_were_sent(pairs: list[tuple[str, str]]) -> None:
    """Whatever text a client encodes, it comes out of the URL as it went in, in order and with its doubles."""
    pairs = [pair for pair in pairs if pair[0].isprintable()]

    assert pairs == protocol.parameters(urlencode(pairs).encode())


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
