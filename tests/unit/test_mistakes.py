"""Syntax errors as people are told of them: the place, what stands there, and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from sparql.errors import QuerySyntaxError
from sparql.guard import admit
from sparql.mistakes import Mistake, explained


def mistake(text: str) -> Mistake:
    """What a person is told of the query *text*, which the engine has refused."""
    with pytest.raises(SyntaxError) as met:
        Store().query(text)
    found = explained(text, QuerySyntaxError(str(met.value)))
    assert isinstance(found, Mistake)
    return found


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT * { ?s skos:prefLabel ?o }", 1, 15, "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("SELECT * {\n  ?s x:y ?o }", 2, 6, 'the prefix "x:" is not declared; add a line PREFIX x: <...>'),
        ("PREFIX a: <http://a/>\nSELECT * {\n\t?s a:p ö:x }", 3, 9, '"ö:"'),
        ("SELECT * {\n ?s ?p ?o ", 1, 10, '"{" opens here and never closes; add "}"'),
        ("SELECT * { FILTER((1 = 1) }", 1, 27, '"}" closes nothing'),
        ("SELECT * { ?s ?p ?o } }", 1, 23, '"}" closes nothing here'),
        ('SELECT * { ?s ?p "a }', 1, 18, "a string begins here and does not end"),
        ("SELECT * { ?s <http://e/a b> ?o }", 1, 15, "this IRI cannot be read"),
        ("SELECT ?a (COUNT(?x) AS ?n) { ?a ?y ?x }", 1, 1, "add it to GROUP BY"),
        ("SELECT (1 AS ?a) (2 AS ?a) {}", 1, 1, "the same variable twice"),
        ("SELECT * { ?s ?p ?o . FILTR(?s > 1) }", 1, 23, '"FILTR" is no word of SPARQL; did you mean FILTER?'),
        ("SELECT * WERE { ?s ?p ?o }", 1, 10, "did you mean WHERE?"),
        ("SELECT * { ?s ?p ?o }\nORDR BY ?s", 2, 1, "did you mean ORDER?"),
        ("SELECT * { ?s ?p ?o FILTER(CONTANS(?o, 'ORDR')) }", 1, 28, "did you mean CONTAINS?"),
        ("SELECT * { ?s ?p ?o nonsense }", 1, 21, '"nonsense" cannot stand here'),
        ("SELECT * { ?s ?p ?o }\nLIMIT x", 2, 7, '"x" cannot stand here'),
        ("SELECT ?s {\n  ?s ?p }", 2, 10, "something is missing or misplaced"),
    ],
)
def test_mistake_is_named_with_its_place(text: str, line: int, column: int, words: str) -> None:
    """The mistakes that people make are told in one sentence with line, column and the way out."""
    found = mistake(text)

    assert (line, column) == (found.line, found.column)
    assert words in str(found)
    assert f"line {line}, column {column}" in str(found)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("DELETE DATA { _:b <x:p> <x:o> }", 32, "match what is to go"),
        ("DELETE DATA { ?s <x:p> <x:o> }", 31, "match what is to go"),
        ("DELETE WHERE { _:b <x:p> <x:o> }", 33, "write a variable"),
        ("INSERT DATA { ?s <x:p> <x:o> }", 31, "has a variable"),
    ],
)
def test_term_that_an_operation_does_not_take_is_told(text: str, column: int, words: str) -> None:
    """Blank nodes and variables where an update may not have them are told with what to write instead."""
    with pytest.raises(SyntaxError) as met:
        Store().update(text)
    found = explained(text, QuerySyntaxError(str(met.value)))

    assert isinstance(found, Mistake)
    assert column == found.column
    assert words in str(found)


def test_caret_stands_below_the_place() -> None:
    """The line is shown with a caret below the place, and the engine's words are kept."""
    found = mistake("SELECT *\n{ ?s\tskos:a ?o }")

    assert "{ ?s skos:a ?o }\n     ^" == found.excerpt
    assert "expected" in found.engine
    assert "expected" not in str(found)


def test_long_line_is_cut_around_the_place() -> None:
    """Of a line with thousands of characters, the hundred around the place are shown."""
    found = mistake("SELECT * { VALUES ?x { " + "1 " * 5000 + "} ?s x:y ?o }")
    shown, caret = found.excerpt.split("\n")

    assert len(shown) <= 100
    assert "x:y" == shown[caret.index("^") :][:3]


def test_refusals_of_the_guard_are_shown_too() -> None:
    """What the guard refuses before the engine sees it has an excerpt as well."""
    text = "PREFIX a: <http://e/>\nFROM x"
    with pytest.raises(QuerySyntaxError) as met:
        admit(text)
    found = explained(text, met.value)

    assert isinstance(found, Mistake)
    assert "FROM x\n^" == found.excerpt
    assert "none of SELECT" in str(found)


def test_error_without_a_place_stays_as_it_is() -> None:
    """A refusal that names no place in the query is passed on."""
    met = QuerySyntaxError('the parameter "query" is missing')

    assert met is explained("", met)


@given(st.text("{}[]()\"'<>?:#\\ \n\taé1.,;", max_size=40), st.integers(1, 9), st.integers(1, 99))
def test_any_text_and_place_are_told(text: str, line: int, column: int) -> None:
    """Whatever the query and wherever the engine stopped, there is a place inside the query and a sentence."""
    found = explained(text, QuerySyntaxError(f"error at {line}:{column}: expected one of A, [_]"))

    assert isinstance(found, Mistake)
    assert 1 <= found.line <= text.count("\n") + 1
    assert 1 <= found.column <= max(map(len, text.split("\n"))) + 1


@pytest.mark.parametrize(
    ("text", "words"), [("SELEC ?s { ?s ?p ?o }", "SELECT"), ("PREFIX a: <b:>\nCONSTUCT { ?s ?p ?o }", "CONSTRUCT")]
)
def test_a_misspelt_form_is_told(text: str, words: str) -> None:
    """A query whose first word is misspelt is told the word, and not all that it might have been."""
    with pytest.raises(QuerySyntaxError) as met:
        admit(text)
    found = explained(text, met.value)

    assert f"is no word of SPARQL; did you mean {words}?" in str(found)
