"""Answers in the page of the form at ``/sparql``: tables of terms, cut where they are long, and words where there is no table."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from server import results
from tests.http.tables import BROWSER, Table, shown

MANY = "SELECT ?a ?b { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { %s } }"
ACTOR = "https://w3id.org/hankintaverkko/id/actor/state-treasury"


def test_answer_is_an_accessible_table(client: TestClient) -> None:
    """The table has a caption with the number of rows, headers with a scope, and can be scrolled with the keyboard."""
    _, text = shown(client, MANY % "1 2")

    assert re.search(r'<caption id="caption">20 rows</caption>', text)
    assert 2 == text.count('<th scope="col">')
    assert re.search(r'<div class="scroll" tabindex="0" role="region" aria-labelledby="caption">', text)
    assert '<caption id="caption">1 row</caption>' in shown(client, "SELECT ?a { VALUES ?a { 1 } }")[1]


def test_terms_are_shown_as_what_they_are(client: TestClient) -> None:
    """A thing of ours links to its page here, another IRI to itself; a literal names its language or its datatype."""
    query = f"""SELECT ?a {{ VALUES ?a {{ <{ACTOR}> <http://example.org/x> <urn:isbn:1> <javascript:alert(1)>
        "hej"@sv "plain" "2023-05-31"^^<http://www.w3.org/2001/XMLSchema#date> UNDEF
        <http://www.w3.org/2004/02/skos/core#prefLabel> <https://w3id.org/hankintaverkko/def/Measure>
        <https://w3id.org/hankintaverkko/graph/inferred> }} }}"""
    table, _ = shown(client, query)

    assert [
        ["a"], ["actor/state-treasury"], ["http://example.org/x"], ["urn:isbn:1"], ["javascript:alert(1)"], ["hej sv"],
        ["plain"], ["2023-05-31 xsd:date"], [""], ["skos:prefLabel"], ["hv:Measure"], ["graph/inferred"],
    ] == table.rows  # fmt: skip
    assert [
        "/doc/actor/state-treasury", "http://example.org/x", "http://www.w3.org/2004/02/skos/core#prefLabel",
        "/def/Measure", "https://w3id.org/hankintaverkko/graph/inferred",
    ] == table.links  # fmt: skip
    assert ["sv"] == table.languages


def test_hostile_values_stay_text(client: TestClient) -> None:
    """Markup in a query, in a variable's value and in an IRI is shown as text."""
    text = shown(client, 'SELECT ?a { VALUES ?a { "</textarea><script>alert(1)</script>" <http://e/%22onclick> } }')[1]

    assert "<script" not in text
    assert 1 == text.count("</textarea>")


def test_large_answer_is_cut_and_says_so(client: TestClient) -> None:
    """Of an answer with more rows than a page shows, the first are shown, the page says so and leads to all of them."""
    query = MANY % " ".join(str(number) for number in range(101))
    table, text = shown(client, query)
    whole = re.search(r'<a href="([^"]+)" type="text/csv">csv</a>', text)

    assert results.ROWS == len(table.rows) - 1
    assert "Rows 1–1,000. There are more." in text
    assert whole is not None
    assert 1010 == client.get(whole[1].replace("&amp;", "&"), headers=BROWSER).text.count("\n") - 1


def test_answer_that_just_fits_is_not_called_cut(client: TestClient) -> None:
    """An answer with exactly as many rows as a page shows is whole, and the page does not say otherwise."""
    table, text = shown(client, MANY % " ".join(str(number) for number in range(100)))

    assert results.ROWS == len(table.rows) - 1
    assert '<caption id="caption">1,000 rows</caption>' in text


def test_endless_answer_costs_a_page(client: TestClient) -> None:
    """An answer of a hundred million rows is cut as quickly as any other, and its worker is free for the next query."""
    tens = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcdefgh")
    table, text = shown(client, f"SELECT ?a ?b ?h {{ {tens} }}", timeout="30")

    assert results.ROWS == len(table.rows) - 1
    assert len(text) < 1_000_000
    assert [["x"], ["1 xsd:integer"]] == shown(client, "SELECT ?x { VALUES ?x { 1 } }", timeout="30")[0].rows


def test_large_values_do_not_make_a_large_page(client: TestClient) -> None:
    """Rows that are long rather than many are cut as well."""
    query = f'SELECT ?a ?b {{ VALUES ?a {{ 1 2 3 4 5 6 7 8 9 }} BIND ("{"x" * 900_000}" AS ?b) }}'
    response = client.post("/sparql", data={"query": query}, headers=BROWSER)

    assert 200 == response.status_code
    assert 4 == len(Table(response.text).rows) - 1
    assert "Rows 1–4. There are more." in response.text


def test_graph_is_a_table_of_triples(client: TestClient) -> None:
    """The answer to CONSTRUCT and DESCRIBE is shown as triples, and offered in the formats of graphs."""
    table, text = shown(client, "CONSTRUCT { <http://e/s> <http://e/p> ?o } WHERE { VALUES ?o { 1 'a'@fi } }")
    described, _ = shown(client, f"DESCRIBE <{ACTOR}>")

    assert ["subject", "predicate", "object"] == table.rows[0] == described.rows[0]
    assert [["http://e/s", "http://e/p", "1 xsd:integer"], ["http://e/s", "http://e/p", "a fi"]] == sorted(
        table.rows[1:]
    )
    assert len(described.rows) > 5
    assert 'type="text/turtle">ttl</a>' in text
    assert 'type="text/csv">csv</a>' not in text


def test_columns_called_as_those_of_a_graph_are_still_a_table(client: TestClient) -> None:
    """A table whose variables happen to be subject, predicate and object is offered in the formats of tables."""
    _, text = shown(client, "SELECT ?subject ?predicate ?object { ?subject ?predicate ?object } LIMIT 1")

    assert 'type="text/csv">csv</a>' in text


@pytest.mark.parametrize(
    ("query", "language", "said"),
    [
        ("ASK {}", "en", "Yes:"),
        ("ASK { FILTER(false) }", "en", "No:"),
        ("ASK {}", "fi", "Kyllä:"),
        ("ASK {}", "sv", "Ja:"),
    ],
)
def test_ask_is_answered_in_words(client: TestClient, query: str, language: str, said: str) -> None:
    """ASK is answered with yes or no in the language of the page."""
    table, text = shown(client, query, lang=language)

    assert [] == table.rows
    assert said in text
    assert 'type="application/sparql-results+json">json</a>' in text


def test_no_rows_are_told(client: TestClient) -> None:
    """An answer without rows says so instead of showing an empty table."""
    assert "The query found no rows." in shown(client, "SELECT ?x { FILTER(false) }")[1]
    assert "The query found no rows." in shown(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }")[1]


def test_dataset_of_the_address_counts(client: TestClient) -> None:
    """A graph named in the address is the one that the answer in the page comes from."""
    graph = {"default-graph-uri": "https://w3id.org/hankintaverkko/graph/none"}
    response = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", **graph}, headers=BROWSER)

    assert "The query found no rows." in response.text


def test_version_of_the_address_counts(client: TestClient) -> None:
    """A version named beside the query answers it; links keep it, and one leads to the newest."""
    query = "SELECT ?x { VALUES ?x { 1 } }"
    sent = client.post("/sparql", data={"query": query, "at": "1"}, headers=BROWSER)
    response = client.get(sent.headers["location"], headers=BROWSER)
    missing = client.get("/sparql", params={"query": query, "at": "99"}, headers=BROWSER)

    assert {"query": [query], "at": ["1"]} == parse_qs(urlsplit(sent.headers["location"]).query)
    assert "1" == response.headers["hankinta-version"]
    assert "memento-datetime" in response.headers
    assert 'href="/queries?at=1"' in response.text
    assert 'name="at" value="1"' in response.text
    assert "Go to the newest version" in response.text
    assert 404 == missing.status_code
    assert "no version 99" in missing.text
    assert query == Table(missing.text).typed.strip()
