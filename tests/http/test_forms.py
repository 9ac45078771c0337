"""The form at ``/sparql``: a query, its answer as a table, and its errors, in one page and without script."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from ontology.namespaces import PREFIXES
from server import results
from sparql.queries import saved

# What browsers send.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "Accept-Language": "en",
}
MANY = "SELECT ?a ?b { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { %s } }"
ACTOR = "https://w3id.org/hankintaverkko/id/actor/state-treasury"


class Table(HTMLParser):
    """The cells of a page's table, row by row, and what else the tests look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.languages: list[str] = []
        self.typed = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember rows, cells, and links and languages inside the table."""
        given = dict(attrs)
        if tag == "textarea":
            self._inside = tag
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._inside = tag
        if self._inside == "td" and tag == "a":
            self.links.append(given["href"] or "")
        if self._inside == "td" and given.get("lang"):
            self.languages.append(given["lang"] or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a cell."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Take the text of a cell, and of the field."""
        if self._inside in {"td", "th"}:
            self.rows[-1][-1] += data
        if self._inside == "textarea":
            self.typed += data


def _ask(client: TestClient, query: str, **more: str) -> tuple[Table, str]:
    response = client.get("/sparql", params={"query": query, **more}, headers=BROWSER)

    assert 200 == response.status_code, response.text
    assert response.headers["content-type"].startswith("text/html")
    return Table(response.text), response.text


def test_form_offers_every_saved_query(client: TestClient) -> None:
    """Every saved query is an example under its title in the reader's language, and choosing one fills the form."""
    page = client.get("/sparql", params={"lang": "sv"}, headers=BROWSER).text
    filled = client.get("/sparql", params={"example": "cq-07-most-and-fewest-responsible-actors"}, headers=BROWSER)

    assert list(saved()) == re.findall(r'<option value="([a-z0-9-]+)">[^<]*</option>', page.partition("</select>")[0])
    assert saved()["actors"].title("sv") in page
    assert 200 == filled.status_code
    assert saved()["cq-07-most-and-fewest-responsible-actors"].text.strip() == Table(filled.text).typed.strip()
    assert 'value="cq-07-most-and-fewest-responsible-actors" selected' in filled.text


def test_every_example_runs_as_it_stands(client: TestClient) -> None:
    """Whichever example is put into the form, it runs without a change."""
    for slug in saved():
        text = Table(client.get("/sparql", params={"example": slug}, headers=BROWSER).text).typed
        response = client.post("/sparql", data={"query": text, "format": "", "timeout": ""}, headers=BROWSER)

        assert 303 == response.status_code, slug
        assert 200 == client.get(response.headers["location"], headers=BROWSER).status_code, slug


def test_unknown_example_is_told(client: TestClient) -> None:
    """An example that is not there is told in the page, with a name like it."""
    response = client.get("/sparql", params={"example": "actor"}, headers=BROWSER)

    assert 404 == response.status_code
    assert "actors" in response.text
    assert "<textarea" in response.text


def test_form_declares_the_prefixes(client: TestClient) -> None:
    """The form shows every prefix of the data as a line that can be copied into a query."""
    page = client.get("/sparql", headers=BROWSER).text

    assert all(f"PREFIX {prefix}: &lt;{namespace}&gt;" in page for prefix, namespace in PREFIXES.items())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_first_query_of_the_form_has_an_answer(client: TestClient, language: str) -> None:
    """Who presses the button at once gets a table in the language of the page."""
    begun = Table(client.get("/sparql", params={"lang": language}, headers=BROWSER).text).typed
    table, _ = _ask(client, begun, lang=language)

    assert ["measure", "title", "actor"] == table.rows[0]
    assert 50 == len(table.rows) - 1


def test_form_that_is_sent_comes_back_at_an_address(client: TestClient) -> None:
    """A query sent by the form has an address of its own, with its language and its time limit, that shows the answer."""
    query = "SELECT ?x { VALUES ?x { 'ä & ö' } }"
    sent = client.post("/sparql?lang=fi", data={"query": query, "format": "", "timeout": "5"}, headers=BROWSER)
    location = sent.headers["location"]

    assert 303 == sent.status_code
    assert {"query": [query], "timeout": ["5"], "lang": ["fi"]} == parse_qs(urlsplit(location).query)
    assert [["x"], ["ä & ö"]] == Table(client.get(location, headers=BROWSER).text).rows


def test_long_query_is_answered_at_once(client: TestClient) -> None:
    """A query that is too long for an address is answered in the page that it was sent from, and stays in the field."""
    query = "SELECT ?x { VALUES ?x { 1 } } # " + "long " * 4000
    response = client.post("/sparql", data={"query": query}, headers=BROWSER)

    assert 200 == response.status_code
    assert [["x"], ["1"]] == [[cell.partition(" ")[0] for cell in row] for row in Table(response.text).rows]
    assert query.strip() == Table(response.text).typed.strip()
    assert "too long for an address" in response.text


def test_answer_is_an_accessible_table(client: TestClient) -> None:
    """The table has a caption with the number of rows, headers with a scope, and can be scrolled with the keyboard."""
    _, text = _ask(client, MANY % "1 2")

    assert re.search(r'<caption id="caption">20 rows</caption>', text)
    assert 2 == text.count('<th scope="col">')
    assert re.search(r'<div class="scroll" tabindex="0" role="region" aria-labelledby="caption">', text)
    assert '<caption id="caption">1 row</caption>' in _ask(client, "SELECT ?a { VALUES ?a { 1 } }")[1]


def test_terms_are_shown_as_what_they_are(client: TestClient) -> None:
    """A thing of ours links to its page here, another IRI to itself; a literal names its language or its datatype."""
    query = f"""SELECT ?a {{ VALUES ?a {{ <{ACTOR}> <http://example.org/x> <urn:isbn:1> <javascript:alert(1)>
        "hej"@sv "plain" "2023-05-31"^^<http://www.w3.org/2001/XMLSchema#date> UNDEF
        <http://www.w3.org/2004/02/skos/core#prefLabel> <https://w3id.org/hankintaverkko/def/Measure>
        <https://w3id.org/hankintaverkko/graph/inferred> }} }}"""
    table, _ = _ask(client, query)

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
    text = _ask(client, 'SELECT ?a { VALUES ?a { "</textarea><script>alert(1)</script>" <http://e/%22onclick> } }')[1]

    assert "<script" not in text
    assert 1 == text.count("</textarea>")


def test_large_answer_is_cut_and_says_so(client: TestClient) -> None:
    """Of an answer with more rows than a page shows, the first are shown, the page says so and leads to all of them."""
    query = MANY % " ".join(str(number) for number in range(101))
    table, text = _ask(client, query)
    whole = re.search(r'<a href="([^"]+)" type="text/csv">csv</a>', text)

    assert results.ROWS == len(table.rows) - 1
    assert "Rows 1–1,000. There are more." in text
    assert whole is not None
    assert 1010 == client.get(whole[1].replace("&amp;", "&"), headers=BROWSER).text.count("\n") - 1


def test_answer_that_just_fits_is_not_called_cut(client: TestClient) -> None:
    """An answer with exactly as many rows as a page shows is whole, and the page does not say otherwise."""
    table, text = _ask(client, MANY % " ".join(str(number) for number in range(100)))

    assert results.ROWS == len(table.rows) - 1
    assert '<caption id="caption">1,000 rows</caption>' in text


def test_endless_answer_costs_a_page(client: TestClient) -> None:
    """An answer of a hundred million rows is cut as quickly as any other, and its worker is free for the next query."""
    tens = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcdefgh")
    table, text = _ask(client, f"SELECT ?a ?b ?h {{ {tens} }}", timeout="10")

    assert results.ROWS == len(table.rows) - 1
    assert len(text) < 1_000_000
    assert [["x"], ["1 xsd:integer"]] == _ask(client, "SELECT ?x { VALUES ?x { 1 } }", timeout="5")[0].rows


def test_large_values_do_not_make_a_large_page(client: TestClient) -> None:
    """Rows that are long rather than many are cut as well."""
    query = f'SELECT ?a ?b {{ VALUES ?a {{ 1 2 3 4 5 6 7 8 9 }} BIND ("{"x" * 900_000}" AS ?b) }}'
    response = client.post("/sparql", data={"query": query}, headers=BROWSER)

    assert 200 == response.status_code
    assert 4 == len(Table(response.text).rows) - 1
    assert "Rows 1–4. There are more." in response.text


def test_graph_is_a_table_of_triples(client: TestClient) -> None:
    """The answer to CONSTRUCT and DESCRIBE is shown as triples, and offered in the formats of graphs."""
    table, text = _ask(client, "CONSTRUCT { <http://e/s> <http://e/p> ?o } WHERE { VALUES ?o { 1 'a'@fi } }")
    described, _ = _ask(client, f"DESCRIBE <{ACTOR}>")

    assert ["subject", "predicate", "object"] == table.rows[0] == described.rows[0]
    assert [["http://e/s", "http://e/p", "1 xsd:integer"], ["http://e/s", "http://e/p", "a fi"]] == sorted(
        table.rows[1:]
    )
    assert len(described.rows) > 5
    assert 'type="text/turtle">ttl</a>' in text
    assert 'type="text/csv">csv</a>' not in text


def test_columns_called_as_those_of_a_graph_are_still_a_table(client: TestClient) -> None:
    """A table whose variables happen to be subject, predicate and object is offered in the formats of tables."""
    _, text = _ask(client, "SELECT ?subject ?predicate ?object { ?subject ?predicate ?object } LIMIT 1")

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
    table, text = _ask(client, query, lang=language)

    assert [] == table.rows
    assert said in text
    assert 'type="application/sparql-results+json">json</a>' in text


def test_no_rows_are_told(client: TestClient) -> None:
    """An answer without rows says so instead of showing an empty table."""
    assert "The query found no rows." in _ask(client, "SELECT ?x { FILTER(false) }")[1]
    assert "The query found no rows." in _ask(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }")[1]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_syntax_error_keeps_the_query_and_shows_the_place(client: TestClient, method: str) -> None:
    """An error in a query is shown above the query, with line, column and the line itself, and nothing typed is lost."""
    query = "SELECT ?x {\n  ?x ?y ?z .\n  ?x ?y }"
    given = {"params": {"query": query, "lang": "sv"}} if method == "GET" else {"data": {"query": query}}
    response = client.request(method, "/sparql?lang=sv", headers=BROWSER, follow_redirects=True, **given)
    told = client.get("/sparql", params={"query": query}).json()

    assert 400 == response.status_code
    assert 3 == told["line"]
    assert "Det finns ett fel i frågan" in response.text
    assert f"rad 3, kolumn {told['column']}: " in response.text
    assert told["detail"].replace('"', "&#34;") not in response.text
    assert f'<pre lang="zxx" tabindex="0">  ?x ?y }}\n{" " * (told["column"] - 1)}^</pre>' in response.text
    assert query == Table(response.text).typed.strip()
    assert 'aria-invalid="true" aria-describedby="trouble"' in response.text
    assert 'role="alert" id="trouble"' in response.text
    assert "no-store" == response.headers["cache-control"]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, 403, "SERVICE is switched off here"),
        ({"query": "SELECT ?x {}", "timeout": "soon"}, 400, "write seconds"),
        ({"query": ""}, 400, "none of SELECT"),
        ({"query": "SELECT ?x {}", "format": "ttl"}, 406, "cannot carry this answer"),
        ({"query": "INSERT DATA { <a:a> <a:b> 1 }"}, 400, "update"),
        (
            {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout": "0.2"},
            504,
            "took too long",
        ),
    ],
)
def test_every_error_is_told_in_the_page(client: TestClient, fields: dict[str, str], status: int, said: str) -> None:
    """A refusal, a bad field, a timeout: each is told in the page with its status, and the query is still there."""
    response = client.get("/sparql", params=fields, headers=BROWSER)

    assert status == response.status_code
    assert said in response.text
    assert fields["query"] == Table(response.text).typed.strip()


def test_form_gives_files(client: TestClient) -> None:
    """A format chosen in the form gives the whole answer in it."""
    response = client.post("/sparql", data={"query": "SELECT ?x { VALUES ?x { 1 } }", "format": "csv"}, headers=BROWSER)

    assert response.headers["content-type"].startswith("text/csv")
    assert "x\r\n1\r\n" == response.text.replace("\n", "\r\n").replace("\r\r", "\r")


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER["Accept"], True),
        ("text/html", True),
        ("text/html, application/xhtml+xml, */*", True),
        ("*/*", False),
        ("", False),
        ("application/sparql-results+json", False),
        ("text/html;q=0.5, text/csv", False),
        ("text/html;q=0.5, */*", False),
        ("text/csv, text/html", False),
        ("text/html, text/csv", True),
        ("text/html;q=0, */*", False),
        ("text/*", False),
    ],
)
def test_only_browsers_get_the_page(client: TestClient, accept: str, page: bool) -> None:
    """Who names HTML first gets the page; a program that takes anything, or names a data format, gets data."""
    response = client.get("/sparql", params={"query": "SELECT ?x { VALUES ?x { 1 } }"}, headers={"Accept": accept})

    assert 200 == response.status_code
    assert page == response.headers["content-type"].startswith("text/html")
    assert "Accept" in response.headers["vary"]


def test_page_can_be_asked_for_by_name(client: TestClient) -> None:
    """``format=html`` gives the page to whoever asks for it."""
    response = client.get("/sparql", params={"query": "SELECT ?x { VALUES ?x { 1 } }", "format": "html"})

    assert response.headers["content-type"].startswith("text/html")
    assert [["x"], ["1 xsd:integer"]] == Table(response.text).rows


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
