"""Errors as clients meet them: problem documents with stable types, readable on their own page."""

import pytest
from starlette.testclient import TestClient

from server.problems import kinds

BROKEN = "SELECT * {\n  ?s skos:prefLabel ?o }"


def test_syntax_error_is_a_document_to_act_on(client: TestClient) -> None:
    """A syntax error gives a program line and column, and a person the line with a caret and what to add."""
    problem = client.get("/sparql", params={"query": BROKEN}).json()

    assert (2, 6) == (problem["line"], problem["column"])
    assert "  ?s skos:prefLabel ?o }\n     ^" == problem["excerpt"]
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in problem["detail"]
    assert "expected" in problem["engine"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("application/sparql-results+json", "application/problem+json"),
        ("text/plain, */*;q=0.1", "text/plain"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/problem+json, text/html;q=0.9, */*;q=0.1", "application/problem+json"),
    ],
)
def test_problem_comes_as_accepted(client: TestClient, accept: str, media_type: str) -> None:
    """A problem comes as JSON, as text or as a page, with the line of the mistake in each, readable across origins."""
    response = client.get("/sparql", params={"query": BROKEN}, headers={"Accept": accept})

    assert 400 == response.status_code
    assert media_type == response.headers["content-type"].partition(";")[0]
    assert "?s skos:prefLabel ?o }" in response.text
    assert "*" == response.headers["access-control-allow-origin"]
    assert "Retry-After" in response.headers["access-control-expose-headers"]
    assert "Accept" in response.headers["vary"]
    assert "no-store" == response.headers["cache-control"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "name"),
    [
        ("GET", "/sparql?query=SELEC", {}, 400, "query-syntax-error"),
        ("GET", "/sparql?query=SELECT*{SERVICE<http://e/>{}}", {}, 403, "query-refused"),
        ("GET", "/sparql?query=ASK{}", {"Accept": "image/png"}, 406, "not-acceptable"),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        ("GET", "/nowhere", {}, 404, "not-found"),
        ("DELETE", "/sparql", {}, 405, "method-not-allowed"),
        ("GET", "/doc/measure/none", {}, 404, "not-found"),
    ],
)
def test_types_lead_to_their_documentation(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int, name: str
) -> None:
    """The type of every problem is an address whose page explains it in the reader's language."""
    problem = client.request(method, path, headers=headers).json()

    assert status == problem["status"]
    assert f"http://127.0.0.1:8000/problems#{name}" == problem["type"]
    for language in ("fi", "sv", "en"):
        page = client.get("/problems", headers={"Accept": "text/html"}, params={"lang": language}).text
        assert f'id="{name}"' in page
        assert f'lang="{language}"' in page


def test_types_are_listed_for_programs(client: TestClient) -> None:
    """A program can read the list of all types with their statuses."""
    listed = client.get("/problems").json()["problems"]

    assert len(kinds()) == len(listed)
    assert all(400 <= each["status"] <= 599 and each["detail"] for each in listed)


def test_what_could_be_sent_is_listed_for_programs(client: TestClient) -> None:
    """406 lists the media types that the answer can have."""
    problem = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/turtle"}).json()

    assert ["application/sparql-results+json", "application/sparql-results+xml"] == problem["alternates"]


@pytest.mark.parametrize("path", ["/sparql", "/queries", "/queries/measures", "/problems", "/doc/measure/ap22-m14"])
def test_other_origins_may_read(client: TestClient, path: str) -> None:
    """OPTIONS says which methods an address takes and lets a browser send conditions and dates across origins."""
    response = client.options(path, headers={"Origin": "http://e", "Access-Control-Request-Method": "GET"})

    assert 204 == response.status_code
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["allow"].split(", "))
    assert response.headers["allow"] == response.headers["access-control-allow-methods"]
    assert "If-None-Match" in response.headers["access-control-allow-headers"]
    assert "Accept-Datetime" in response.headers["access-control-allow-headers"]


def test_endpoint_says_what_a_query_may_be(client: TestClient) -> None:
    """OPTIONS of the endpoint lists the media types that QUERY takes."""
    response = client.options("/sparql")

    assert {"GET", "HEAD", "OPTIONS", "POST", "QUERY"} == set(response.headers["allow"].split(", "))
    assert "application/sparql-query" in response.headers["accept-query"]


@pytest.mark.parametrize("number", ["9" * 13, "9" * 5000, "-1", "1e3", "%D9%A3", "x"])
def test_what_is_no_number_of_a_version_is_told(client: TestClient, number: str) -> None:
    """An address that no version will ever have is answered 404, however long it is."""
    answer = client.get(f"/versions/{number}")

    assert 404 == answer.status_code
    assert "/versions lists" in answer.json()["detail"]
