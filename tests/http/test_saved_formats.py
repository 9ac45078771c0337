"""Every saved query in every format: the same table, whichever way it is written, and whichever way it is cut."""

import csv
import io
import re

import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.query import Result
from rdflib.term import Node
from rdflib.util import from_n3
from starlette.testclient import TestClient

from server import results
from sparql.queries import saved
from tests.http.tables import Table

FREE = [slug for slug, query in saved().items() if not any(each.required for each in query.parameters)]
TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": "text/html",
}
Rows = list[list[Node | None]]


def _parsed(body: bytes, name: str) -> Rows:
    """The solutions that rdflib reads from an answer in JSON or XML, in their order."""
    result = Result.parse(io.BytesIO(body), format=name)
    return [[row.get(variable) for variable in result.vars or []] for row in result.bindings]


def _tsv(text: str) -> Rows:
    """The solutions of tab-separated values, each term read by rdflib."""
    return [[from_n3(cell) if cell else None for cell in line.split("\t")] for line in text.split("\n")[1:-1]]


def _plain(term: Node | None) -> str:
    assert isinstance(term, BNode | Literal | URIRef | None)
    return "" if term is None else str(term)


@pytest.mark.parametrize("slug", FREE)
def test_formats_agree(client: TestClient, slug: str) -> None:
    """A saved query gives the same columns, rows and terms in JSON, XML, TSV, CSV and on its page."""
    answers = {name: client.get(f"/queries/{slug}.{name}", params={"lang": "en"}) for name in TYPES}
    columns = [column.name for column in saved()[slug].columns]
    rows = _parsed(answers["json"].content, "json")
    table = list(csv.reader(io.StringIO(answers["csv"].text, newline="")))
    page = Table(answers["html"].text)

    assert {200} == {answer.status_code for answer in answers.values()}
    assert TYPES == {name: answer.headers["content-type"].partition(";")[0] for name, answer in answers.items()}
    assert rows
    assert rows == _parsed(answers["xml"].content, "xml")
    assert rows == _tsv(answers["tsv"].text)
    assert [columns, *([_plain(term) for term in row] for row in rows)] == table
    assert "\t".join(f"?{column}" for column in columns) == answers["tsv"].text.split("\n")[0]
    assert columns == page.rows[0]
    assert min(len(rows), results.ROWS) == len(page.rows) - 1
    for row, shown in zip(rows, page.rows[1:], strict=False):
        for term, text in zip(row, shown, strict=True):
            assert isinstance(term, URIRef) or _plain(term) == text


@pytest.mark.parametrize("slug", FREE)
def test_pages_make_up_the_whole(client: TestClient, slug: str) -> None:
    """Followed from the first page to the last, the links give every row once, in the order of the whole answer."""
    whole = client.get(f"/queries/{slug}.csv").text.splitlines(keepends=True)
    size = max(1, -(-(len(whole) - 1) // 3))
    found, bodies, address, before = [whole[0]], set(), f"/queries/{slug}.csv?limit={size}", None
    while address:
        page = client.get(address)
        lines = page.text.splitlines(keepends=True)
        assert 200 == page.status_code
        assert "text/csv" == page.headers["content-type"].partition(";")[0]
        assert f"limit={size}, rows={len(lines) - 1}, " in page.headers["hankinta-page"]
        assert 0 < len(lines) - 1 <= size
        assert before == page.links.get("prev", {}).get("url")
        assert page.text not in bodies
        assert ("next" in page.links) == page.headers["hankinta-page"].endswith("more=?1")
        bodies.add(page.text)
        found += lines[1:]
        before = f"{page.url.copy_with(query=None)}?limit={size}&offset={len(found) - 1 - (len(lines) - 1)}".replace(
            str(client.base_url), "http://127.0.0.1:8000"
        )
        address = page.links["next"]["url"].removeprefix("http://127.0.0.1:8000") if "next" in page.links else ""

    assert whole == found
    assert len(bodies) <= 3


@pytest.mark.parametrize("slug", FREE)
def test_order_is_complete(client: TestClient, slug: str) -> None:
    """No two rows of a saved query are equal in all that it is ordered by, so every answer has the same order."""
    query = saved()[slug]
    keys = re.findall(r"\?(\w+)", query.text.rpartition("ORDER BY")[2])
    rows = client.get(f"/queries/{slug}.json").json()["results"]["bindings"]
    seen = [tuple(str(row.get(key)) for key in keys) for row in rows]

    assert keys
    assert [] == sorted({key for key in seen if seen.count(key) > 1})


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_page_is_the_same_in_every_format(client: TestClient, name: str) -> None:
    """A page holds the same rows in every format, and its links stay in that format."""
    slug = "responsibilities"
    page = client.get(f"/queries/{slug}", params={"format": name, "limit": "7", "offset": "9"})
    wanted = _parsed(client.get(f"/queries/{slug}.json").content, "json")[9:16]
    read = {
        "json": lambda: _parsed(page.content, "json"),
        "xml": lambda: _parsed(page.content, "xml"),
        "tsv": lambda: _tsv(page.text),
        "csv": lambda: list(csv.reader(io.StringIO(page.text, newline="")))[1:],
    }[name]()

    assert ([[_plain(term) for term in row] for row in wanted] if name == "csv" else wanted) == read
    assert TYPES[name] == page.headers["content-type"].partition(";")[0]
    assert f"format={name}&limit=7&offset=16" in page.links["next"]["url"]
    assert f"format={name}&limit=7&offset=2" in page.links["prev"]["url"]
    assert f"format={name}&limit=7&offset=0" in page.links["first"]["url"]
    assert "Hankinta-Page" in page.headers["access-control-expose-headers"]
    assert "void" in page.links["describedby"]["url"]


def test_page_of_a_browser_leads_on(client: TestClient) -> None:
    """On a page for people the rows are counted from one, and links lead back and forth and keep the language."""
    path, given = "/queries/responsibilities.html", {"lang": "en", "limit": "5", "offset": "10"}
    page = client.get(path, params=given)
    first, last = client.get(path, params={"limit": "5"}), client.get(path, params={"offset": "1000000", "limit": "5"})

    assert "Rows 11–15. There are more." in page.text
    assert '<a href="?lang=en&amp;limit=5&amp;offset=15" rel="next">Next rows</a>' in page.text
    assert '<a href="?lang=en&amp;limit=5&amp;offset=5" rel="prev">Previous rows</a>' in page.text
    assert 'rel="prev"' not in first.text
    assert 'rel="next"' not in last.text
    assert '<nav class="pages"' not in client.get("/queries/actors.html", params={"limit": "9999"}).text
    assert 'href="/queries/responsibilities.csv"' in page.text


def test_whole_answer_has_no_pages(client: TestClient) -> None:
    """Without paging parameters the answer is whole, and says nothing of pages; so it is with empty ones."""
    for params in ({}, {"limit": "", "offset": ""}):
        whole = client.get("/queries/actors.json", params=params)

        assert "hankinta-page" not in whole.headers
        assert "next" not in whole.links
    assert len(whole.json()["results"]["bindings"]) > 100


def test_page_beyond_the_end_is_empty(client: TestClient) -> None:
    """A page after the last row is an empty table with its columns, and leads back and not on."""
    page = client.get("/queries/actors.csv", params={"offset": "100000", "limit": "10"})

    assert 1 == page.text.count("\n")
    assert "next" not in page.links
    assert "rows=0, more=?0" in page.headers["hankinta-page"]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"limit": "0"}, "from 1 to 10,000"),
        ({"limit": "10001"}, "from 1 to 10,000"),
        ({"limit": "ten"}, '"ten"'),
        ({"limit": "-1"}, '"-1"'),
        ({"limit": "٣"}, "whole number"),
        ({"offset": "-1"}, "from 0 to"),
        ({"offset": "9" * 400}, "from 0 to"),
        ({"limit": "1.5"}, '"1.5"'),
        ({"lmit": "5"}, "limit"),
        ({"day": "2023-01-01"}, "none of its own"),
    ],
)
@pytest.mark.parametrize("form", ["json", "html"])
def test_bad_parameters_are_told(client: TestClient, params: dict[str, str], said: str, form: str) -> None:
    """A bad or unknown parameter is answered 400 with what is accepted, as a problem document and on the page alike."""
    response = client.get(f"/queries/actors.{form}", params=params, headers={"Accept-Language": "en"})

    assert 400 == response.status_code
    assert said in response.text.replace("&#34;", '"').replace('\\"', '"')


def test_value_of_the_wrong_type_is_told_beside_its_field(client: TestClient) -> None:
    """A value of the wrong type is told with what is accepted; the page keeps it in its field and marks the field."""
    path = "/queries/cq-10-measures-running-on-a-day"
    problem = client.get(f"{path}.csv", params={"day": "31.5.2023"})
    page = client.get(f"{path}.html", params={"day": "31.5.2023", "lang": "sv"})

    assert 400 == problem.status_code == page.status_code
    assert 'parameter "day": "31.5.2023"; write a date, such as 2023-05-31' == problem.json()["detail"]
    assert 'value="31.5.2023"' in page.text
    assert 'aria-describedby="day-kind trouble" aria-invalid="true"' in page.text
    assert "datum, till exempel 2023-05-31" in page.text


def test_parameter_given_twice_is_told(client: TestClient) -> None:
    """A parameter that comes twice is refused rather than half read."""
    response = client.get("/queries/cq-10-measures-running-on-a-day.csv?day=2023-01-01&day=2024-01-01")

    assert 400 == response.status_code
    assert "came 2 times" in response.json()["detail"]


def test_parameters_choose_the_rows(client: TestClient) -> None:
    """A value is bound as a term: the answer is that part of the whole which has it."""
    path = "/queries/cq-03-responsible-actors-in-order.csv"
    whole = client.get(path).text.splitlines()
    one = client.get(path, params={"measure": "measure/ap22-m14"}).text.splitlines()
    same = client.get(path, params={"measure": "https://w3id.org/hankintaverkko/id/measure/ap22-m14"}).text.splitlines()

    assert [whole[0], *(line for line in whole if "/id/measure/ap22-m14," in line)] == one == same
    assert 1 < len(one) < len(whole)


def test_queries_can_be_read_from_other_pages(client: TestClient) -> None:
    """HEAD answers as GET without a body, OPTIONS tells the methods, and every origin may read, errors included."""
    path = "/queries/actors.csv?limit=3"
    head, options = client.head(path), client.options(path)

    assert 200 == head.status_code
    assert client.get(path).headers["hankinta-page"] == head.headers["hankinta-page"]
    assert 204 == options.status_code
    assert "GET" in options.headers["allow"]
    for response in (head, options, client.get("/queries/actors.csv?limit=x")):
        assert "*" == response.headers["access-control-allow-origin"]


def test_version_of_the_data_can_be_named(client: TestClient) -> None:
    """A saved query answers over the version that ``?at=`` names, page by page, and links keep it; others are told."""
    page = client.get("/queries/actors.json", params={"at": "1", "limit": "3"})
    missing = client.get("/queries/actors.json", params={"at": "77"})

    assert "1" == page.headers["hankinta-version"]
    assert "at=1&limit=3&offset=3" in page.links["next"]["url"]
    assert 404 == missing.status_code
