"""The saved queries over HTTP: each as table, file and page, with parameters that are never more than values."""

import csv
import io

import pytest
from starlette.testclient import TestClient

from server import results
from sparql.queries import SavedQuery, saved

FREE = {slug: query for slug, query in saved().items() if not any(each.required for each in query.parameters)}
BOUND = {slug: query for slug, query in saved().items() if query.parameters}
HOSTILE = [
    '" } ; DROP ALL ; SELECT * { ?s ?p "',
    "> } SERVICE <http://127.0.0.1:9999/> { ?s ?p ?o } #",
    "https://e/> ?x . ?s ?p <https://e/",
    "1) UNION { ?s ?p ?o",
    "\\u0022",
    "\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "x" * 60_000,
    "\x00",
]


def test_index_lists_every_query(client: TestClient) -> None:
    """The list names every saved query with titles, parameters and columns; the page links each."""
    listed = client.get("/queries").json()["queries"]
    page = client.get("/queries", headers={"Accept": "text/html"})

    assert list(saved()) == [each["slug"] for each in listed]
    assert all({"fi", "sv", "en"} == each["title"].keys() and each["columns"] for each in listed)
    assert all(f'href="/queries/{slug}"' in page.text for slug in saved())


@pytest.mark.parametrize("slug", FREE)
def test_query_answers_with_its_columns(client: TestClient, slug: str) -> None:
    """A saved query that needs nothing answers with the columns it declares: as CSV, JSON and page alike."""
    columns = [column.name for column in FREE[slug].columns]
    table, tree = client.get(f"/queries/{slug}.csv"), client.get(f"/queries/{slug}.json")
    page = client.get(f"/queries/{slug}.html", params={"lang": "en"})
    rows = list(csv.reader(io.StringIO(table.text)))

    assert (200, 200, 200) == (table.status_code, tree.status_code, page.status_code)
    assert columns == rows[0] == tree.json()["head"]["vars"]
    assert len(rows) - 1 == len(tree.json()["results"]["bindings"])
    assert page.text.count('<th scope="col">') == len(columns)
    shown = min(len(rows) - 1, results.ROWS)
    assert shown == page.text.count("<tr>") - 1


@pytest.mark.parametrize(
    ("suffix", "kind"), [("xml", "application/sparql-results+xml"), ("tsv", "text/tab-separated-values")]
)
def test_other_formats_are_there(client: TestClient, suffix: str, kind: str) -> None:
    """A saved query comes as XML and TSV too, by suffix, by parameter and by header."""
    responses = [
        client.get(f"/queries/actors.{suffix}"),
        client.get("/queries/actors", params={"format": suffix}),
        client.get("/queries/actors", headers={"Accept": kind}),
    ]

    assert {200} == {response.status_code for response in responses}
    assert {kind} == {response.headers["content-type"].partition(";")[0] for response in responses}
    assert 1 == len({response.content for response in responses})
    assert f'filename="actors.{suffix}"' in responses[0].headers["content-disposition"]


@pytest.mark.parametrize("slug", BOUND)
def test_parameters_are_only_values(client: TestClient, slug: str) -> None:
    """Whatever a parameter is given, it stays a value: refused as one, or bound as one, and found nowhere."""
    query: SavedQuery = BOUND[slug]
    others = {
        "date": "2023-06-01",
        "IRI": "measure/ap22-m14",
        "string": "x",
        "integer": "1",
        "decimal": "1",
        "boolean": "true",
    }
    for hostile in HOSTILE:
        for attacked in query.parameters:
            given = {each.name: others[each.kind] for each in query.parameters if each.required} | {
                attacked.name: hostile
            }
            for suffix in (".csv", ".html"):
                response = client.get(f"/queries/{slug}{suffix}", params=given)

                assert response.status_code in {200, 400}, (attacked.name, hostile)
                assert "set-cookie" not in response.headers
                if response.headers["content-type"].startswith("text/html"):
                    assert "<script" not in response.text
                elif response.status_code == 200 and suffix == ".csv":
                    assert response.text.count("\n") == 1, (attacked.name, hostile, response.text[:300])


def test_missing_and_unknown_parameters_are_told(client: TestClient) -> None:
    """A parameter that is missing or unknown is answered 400 with its name and those there are; a page shows the form."""
    required = {slug: query for slug, query in BOUND.items() if any(each.required for each in query.parameters)}
    for slug in required:
        assert 400 == client.get(f"/queries/{slug}.json").status_code
        page = client.get(f"/queries/{slug}.html")
        assert 200 == page.status_code
        assert "<form" in page.text
    unknown = client.get("/queries/measures.json", params={"nonsense": "1"})

    assert 400 == unknown.status_code
    assert "nonsense" in unknown.json()["detail"]
    assert all(each in unknown.json()["detail"] for each in ("limit", "offset", "format", "at", "lang"))


def test_unknown_names_are_told(client: TestClient) -> None:
    """An unknown query is answered 404 with a name like it; an unknown format 406 with those there are."""
    slug, form = client.get("/queries/measure.csv"), client.get("/queries/measures.pdf")

    assert 404 == slug.status_code
    assert "measures" in slug.json()["detail"]
    assert 406 == form.status_code
    assert "csv" in form.json()["detail"]


@pytest.mark.parametrize("value", ['csv"\r\nSet-Cookie: a=b', "../../etc/passwd", "CSV", "ttl", "\x00"])
def test_odd_format_writes_no_header(client: TestClient, value: str) -> None:
    """A format that is none of ours reaches no header."""
    response = client.get("/queries/actors", params={"format": value})

    assert response.status_code in {200, 406}
    assert "set-cookie" not in response.headers
