"""The form at ``/sparql``: a query, its answer as a table, and its errors, in one page and without script."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from ontology.namespaces import PREFIXES
from sparql.queries import saved
from tests.http.tables import BROWSER, Table, shown


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
    table, _ = shown(client, begun, lang=language)

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


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s a hv:Meassure }",
        "ASK { ?s a hv:Meassure }",
        "CONSTRUCT { ?s a hv:Measure } WHERE { ?s a hv:Meassure }",
    ],
)
def test_an_empty_answer_names_what_is_misspelt(client: TestClient, language: str, query: str) -> None:
    """Where nothing was found, the page names the terms of the query that the vocabulary does not have."""
    text = f"PREFIX hv: <{PREFIXES['hv']}> {query}"
    page = client.get("/sparql", params={"query": text, "lang": language}, headers=BROWSER).text

    assert "<code>hv:Meassure</code>" in page
    assert "<code>hv:Measure</code>" not in page


def test_an_answer_is_not_doubted(client: TestClient) -> None:
    """Where something was found, no name of the query is doubted."""
    text = f"PREFIX hv: <{PREFIXES['hv']}> SELECT ?s {{ ?s a hv:Measure OPTIONAL {{ ?s hv:none ?o }} }}"

    assert "hv:none</code>" not in client.get("/sparql", params={"query": text}, headers=BROWSER).text


def test_what_is_downloaded_has_a_name(client: TestClient) -> None:
    """The links to the whole answer save a file with a name and the ending of its format."""
    page = client.get("/sparql", params={"query": "SELECT ?s { ?s ?p ?o } LIMIT 1"}, headers=BROWSER).text
    names = [
        client.get(link.replace("&amp;", "&"), headers=BROWSER).headers["content-disposition"]
        for link in re.findall(r'<a href="([^"]+format=[^"]+)" type', page)
    ]

    assert [f'attachment; filename="answer.{name}"' for name in ("json", "xml", "csv", "tsv")] == names
