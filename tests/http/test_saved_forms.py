"""Saved queries of every form, from files of an own folder: ASK, CONSTRUCT, DESCRIBE, and one that needs a value."""

import json
from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from sparql import queries

HEADER = """\
# title: {title}
# title-fi: {title} (fi)
# title-sv: {title} (sv)
# answers: what is {title}?
# answers-fi: mikä on {title}?
# answers-sv: vad är {title}?
# params: {params}
# returns: {returns}
# cost: 1 ms on 35,000 triples
PREFIX hv: <https://w3id.org/hankintaverkko/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

"""
FILES = {
    "has-theme": ("?measure IRI (required)", "boolean", "ASK {\n  ?measure hv:theme ?theme .\n}\n"),
    "names": (
        "?measure IRI (required)",
        "graph",
        """CONSTRUCT {
  ?measure skos:prefLabel ?title .
  ?measure hv:theme ?theme .
}
WHERE {
  ?measure skos:prefLabel ?title .
  ?measure hv:theme ?theme .
}
""",
    ),
    "about": ("none", "graph", "DESCRIBE <https://w3id.org/hankintaverkko/id/service/hilma>\n"),
    "themes": (
        "?measure IRI (required)",
        "?measure IRI (as given), ?theme IRI; ordered by ?theme",
        "SELECT ?measure ?theme\nWHERE {\n  ?measure hv:theme ?theme .\n}\nORDER BY ?theme\n",
    ),
}
MEASURE = {"measure": "measure/ap22-m14"}
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
IRI = "https://w3id.org/hankintaverkko/id/measure/ap22-m14"


@pytest.fixture(scope="module")
def own(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service with the saved queries of a folder in place of its own."""
    folder = tmp_path_factory.mktemp("queries")
    for slug, (params, returns, text) in FILES.items():
        header = HEADER.format(title=slug, params=params, returns=returns)
        (folder / f"{slug}.rq").write_text(header + text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "FOLDER", folder)
        queries.saved.cache_clear()
        yield client
    queries.saved.cache_clear()


def graph(body: bytes, name: str) -> Graph:
    """The statements that rdflib reads from *body*."""
    if name in {"trig", "nq"}:
        dataset = Dataset(default_union=True).parse(data=body, format={"nq": "nquads"}.get(name, name))
        read = Graph()
        for subject, predicate, object_, _ in dataset.quads():
            read.add((subject, predicate, object_))
        return read
    return Graph().parse(data=body, format={"rdf": "xml", "jsonld": "json-ld"}.get(name, name))


@pytest.mark.parametrize("name", GRAPHS)
def test_graph_comes_in_every_format(own: TestClient, name: str) -> None:
    """A saved CONSTRUCT query answers with the same graph in every format of graphs, with the value bound."""
    response = own.get(f"/queries/names.{name}", params=MEASURE)
    reference = own.get("/queries/names.nt", params=MEASURE)
    read = graph(response.content, name)

    assert 200 == response.status_code
    assert GRAPHS[name] == response.headers["content-type"].partition(";")[0]
    assert f'filename="names.{name}"' in response.headers["content-disposition"]
    assert isomorphic(graph(reference.content, "nt"), read)
    assert {IRI} == {str(subject) for subject in read.subjects()}
    assert len(read) >= 4
    again = own.get(f"/queries/names.{name}", params=MEASURE, headers={"If-None-Match": response.headers["etag"]})
    assert 304 == again.status_code


def test_graph_is_a_table_to_a_browser(own: TestClient) -> None:
    """The page of a saved CONSTRUCT query shows its statements as a table and links every format of graphs."""
    page = own.get("/queries/names", params={**MEASURE, "lang": "en"}, headers={"Accept": "text/html"})
    statements = list(parse(own.get("/queries/names.nt", params=MEASURE).content, RdfFormat.N_TRIPLES))

    assert 200 == page.status_code
    assert all(f'<th scope="col">{column}</th>' in page.text for column in ("subject", "predicate", "object"))
    assert len(statements) == page.text.count("<tr>") - 1
    assert all(f"/queries/names.{name}?measure=measure%2Fap22-m14" in page.text for name in GRAPHS)
    assert ".csv" not in page.text


@pytest.mark.parametrize(
    ("measure", "verdict", "word"), [("measure/ap22-m14", True, "Yes:"), ("actor/none", False, "No:")]
)
def test_verdict_comes_in_every_format(own: TestClient, measure: str, verdict: bool, word: str) -> None:
    """A saved ASK query answers true or false in JSON and XML, and in words on its page."""
    given = {"measure": measure}
    in_json = own.get("/queries/has-theme.json", params=given)
    in_xml = own.get("/queries/has-theme.xml", params=given)
    page = own.get("/queries/has-theme.html", params={**given, "lang": "en"})

    assert verdict is json.loads(in_json.content)["boolean"]
    assert f"<boolean>{str(verdict).lower()}</boolean>" in in_xml.text
    assert f'<p class="verdict">{word}' in page.text
    assert 'name="measure" value="' in page.text


@pytest.mark.parametrize("path", ["/queries/has-theme.csv", "/queries/names.csv", "/queries/themes.ttl"])
def test_form_that_cannot_carry_the_answer_is_told(own: TestClient, path: str) -> None:
    """A format that cannot carry the kind of the answer is answered 406 with those that can."""
    response = own.get(path, params=MEASURE)

    assert 406 == response.status_code
    assert response.json()["alternates"]


@pytest.mark.parametrize("path", ["/queries/has-theme.json", "/queries/names.ttl"])
def test_only_tables_have_pages(own: TestClient, path: str) -> None:
    """A part of a graph or of a verdict is refused, and the way out told."""
    response = own.get(path, params={**MEASURE, "limit": "2"})

    assert 400 == response.status_code
    assert "leave limit and offset out" in response.json()["detail"]


def test_description_needs_no_value(own: TestClient) -> None:
    """A saved DESCRIBE query without parameters answers at once, also to a browser."""
    page = own.get("/queries/about.html", params={"lang": "sv"})

    assert 200 == page.status_code
    assert "<fieldset>" not in page.text
    assert 10 < page.text.count("<tr>")


@pytest.mark.parametrize("slug", ["has-theme", "names", "themes"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_required_value_is_asked_for(own: TestClient, slug: str, language: str) -> None:
    """A page whose query lacks a value shows the form for it and no answer; a program is told what is missing."""
    page = own.get(f"/queries/{slug}.html", params={"lang": language})
    program = own.get(f"/queries/{slug}", params={"measure": ""}, headers={"Accept": "application/json, text/turtle"})

    assert 200 == page.status_code
    assert 'id="measure" name="measure" value=""' in page.text
    assert " required>" in page.text
    assert "<table" not in page.text
    assert 'class="verdict"' not in page.text
    assert 400 == program.status_code
    assert 'parameter "measure": no value' in program.json()["detail"]


def test_wrong_value_is_told_in_the_form(own: TestClient) -> None:
    """A value that is none of its type is answered 400 in the form, beside the field, with what was written."""
    page = own.get("/queries/themes.html", params={"measure": "not an IRI", "lang": "en"})

    assert 400 == page.status_code
    assert 'value="not an IRI"' in page.text
    assert 'aria-describedby="measure-kind trouble" aria-invalid="true"' in page.text
    assert "an IRI, or the path of a thing" in page.text


def test_required_value_answers(own: TestClient) -> None:
    """With its value, the query answers as a table, a file and a part."""
    table = own.get("/queries/themes.csv", params=MEASURE)
    part = own.get("/queries/themes.csv", params={**MEASURE, "limit": "1"})
    page = own.get("/queries/themes.html", params=MEASURE)

    assert "measure,theme" == table.text.splitlines()[0]
    assert table.text.splitlines()[:2] == part.text.splitlines()
    assert "<table" in page.text


def test_queries_of_every_form_are_listed(own: TestClient) -> None:
    """The list of saved queries and the examples of the form hold them all; a verdict and a graph have no columns."""
    listed = {each["slug"]: each for each in own.get("/queries").json()["queries"]}
    form = own.get("/sparql", headers={"Accept": "text/html"}).text

    assert set(FILES) == set(listed)
    assert all(f'<option value="{slug}"' in form for slug in FILES)
    assert [] == listed["names"]["columns"] == listed["has-theme"]["columns"]
    assert ["measure", "theme"] == [column["name"] for column in listed["themes"]["columns"]]
