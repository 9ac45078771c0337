"""Queries known again whatever their layout, and those whose answers change from call to call."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from sparql import normal
from sparql.normal import is_steady, normalised

PIECES = [
    "?x",
    "<",
    "'",
    '"',
    "<http://e/#a>",
    "<http://e/#",
    "://",
    "#",
    "\n",
    " ",
    "  ",
    "\t",
    "{",
    "}",
    ".",
    "a",
    ">",
    "\\",
    "'''",
    "1",
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT *  { ?s ?p ?o }", "SELECT * {\t?s ?p ?o }"),
        ("\n ASK { }\n", "ASK { }"),
        ("ASK {\n\n  ?s ?p ?o\r\n}", "ASK { ?s ?p ?o }"),
        ("ASK {\n ?s <http://e/#p> '#' }", "ASK { ?s <http://e/#p> '#' }"),
        ("ASK { # comment\n\n ?s ?p ?o }", "ASK { # comment\n?s  ?p ?o }"),
        ("ASK { <http://e/#a>  ?p 'a' }", "ASK { <http://e/#a> ?p 'a' }"),
    ],
)
def test_layout_makes_no_difference(one: str, other: str) -> None:
    """Queries that differ only in white space have one normal form."""

    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ASK {\n\n?s ?p 1 }", "ASK { ?s ?p 1 }"),
        ("ASK {\n # x\n\n ?s  ?p 1 }", "ASK {\n# x\n?s ?p 1 }"),
        ("ASK { # x\r ?s ?p 1 }", "ASK { # x\n?s ?p 1 }"),
        ("ASK { <http://e/#a>\n ?p 1 }", "ASK { <http://e/#a> ?p 1 }"),
    ],
)
def test_line_ends_stay_where_comments_end(text: str, normal: str) -> None:
    """A line end is a space like any other, but in a query with comments, which end there."""

    assert normal == normalised(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { ?s ?p 'a  b' }", "ASK { ?s ?p 'a b' }"),
        ("ASK { ?s ?p '''a\n\nb''' }", "ASK { ?s ?p '''a\nb''' }"),
        ("ASK { ?s ?p 1 . # x\n ?s ?p 2 }", "ASK { ?s ?p 1 . # x ?s ?p 2 }"),
        ("SELECT ?x {}", "SELECT ? x {}"),
        ("ASK { FILTER(?x<?y#c>\n) }", "ASK { FILTER(?x<?y#c> ) }"),
        ("ASK { FILTER(?x<?y#c://>\n) }", "ASK { FILTER(?x<?y#c://> ) }"),
        ("ASK { FILTER(?x<'>  '&&1>0) }", "ASK { FILTER(?x<'> '&&1>0) }"),
        (r"ASK { ?s ?p \u0027a  b\u0027 }", r"ASK { ?s ?p \u0027a b\u0027 }"),
        ("ASK { ?s ?p 'A' }", "ASK { ?s ?p 'a' }"),
    ],
)
def test_meaning_makes_a_difference(one: str, other: str) -> None:
    """White space in strings, the ends of comments, and letters are part of a query."""

    assert normalised(one) != normalised(other)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.lists(st.sampled_from(PIECES), max_size=9))
def test_normal_form_means_the_same(inside: str, more: list[str]) -> None:
    """Whatever a query looks like, its normal form is refused or answered by the engine as it is itself."""
    text = "SELECT * { ?x ?p ?o FILTER(" + inside + ") " + "".join(more) + "}"

    assert _outcome(text) == _outcome(normalised(text))


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_both_ways_to_a_normal_form_give_the_same(text: str) -> None:
    """What is known to have no comments gets by the short way the form that the long one gives it."""
    short = normalised(text)
    if short != text:
        assert short == normal._by_pieces(text.strip(" \t\r\n"))


def _outcome(text: str) -> object:
    store = Store()
    store.add(Quad(NamedNode("http://e/#a"), NamedNode("http://e/p"), Literal(">  ")))
    try:
        found = store.query(text)
        assert isinstance(found, QuerySolutions)
        return sorted(map(str, found))
    except (SyntaxError, ValueError):
        return None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand ( ) AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        r"SELECT (\u004eOW() AS ?x) {}",
        "ASK { FILTER(1<2&&NOW()>2) }",
        "SELECT (NOW#'\n() AS ?x) {}",
        "SELECT * { SERVICE silent <http://e/> {} }",
        "PREFIX e: <http://e/> SELECT * { SERVICE e:x {} }",
    ],
)
def test_changing_answers_are_known(text: str) -> None:
    """A query that asks for the time, for chance or for another endpoint is never said to be steady."""

    assert not is_steady(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK {}",
        "ASK { ?s ?p 'now' }",
        "ASK { ?s ?p 'the service is new now' }",
        "PREFIX now: <http://e/> ASK { ?now now:rand <http://e/UUID> } # NOW at last",
    ],
)
def test_words_that_only_look_like_it_change_nothing(text: str) -> None:
    """Names, strings and comments that speak of time, chance or services leave a query steady."""

    assert is_steady(text)


@pytest.mark.parametrize("piece", ["<'", "'", '"', "NOW#", "NOW ", "NOW\n#\n", "SERVICE", "service ", "#", "<", " "])
def test_hostile_layout_costs_linear_time(piece: str) -> None:
    """A query of a million characters that invites backtracking is read in seconds at most."""
    text = piece * (1_000_000 // len(piece))
    begun = time.perf_counter()
    normalised(text)
    is_steady(text)

    assert time.perf_counter() - begun < 5
