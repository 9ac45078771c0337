"""Answers that are given again: validators, 304 before any work, and nothing kept that may change."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.testclient import TestClient

from server.app import Application, create
from server.cache import Body, Cache, Stream
from server.serving import pool
from server.settings import Settings
from tests.http.conftest import Serve, view
from tests.http.writable import empty, writable

SELECT = "SELECT ?s { ?s a <https://w3id.org/hankintaverkko/def/Measure> } ORDER BY ?s LIMIT 3"
RELAID = SELECT.replace(" ", "\n  ")


@pytest.fixture(scope="module")
def fresh(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a service whose cache nobody else uses."""
    settings = Settings(var=view(built, tmp_path_factory.mktemp("caching") / "var"), query_workers=2)
    with pool(settings):
        yield TestClient(create(settings), follow_redirects=False)


def kept(client: TestClient) -> Cache:
    """The cache of the service that *client* asks."""
    cache: Cache = cast(Application, client.app).context.cache
    return cache


@pytest.fixture
def cache(fresh: TestClient) -> Cache:
    """The cache of that service."""
    return kept(fresh)


def ask(client: TestClient, query: str = SELECT, method: str = "GET", **headers: str) -> httpx.Response:
    """The answer to *query* as CSV."""
    headers = {"Accept": "text/csv"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if method in {"GET", "HEAD"}:
        return client.request(method, "/sparql", params={"query": query}, headers=headers)
    headers["Content-Type"] = "application/sparql-query"
    return client.request(method, "/sparql", content=query, headers=headers)


def test_same_request_gets_the_same_response(fresh: TestClient, cache: Cache) -> None:
    """A request that is repeated is answered from memory with the same body and the same headers."""
    first = ask(fresh)
    misses, hits = cache.misses, cache.hits
    second = ask(fresh)

    assert first.content == second.content
    assert first.headers == second.headers
    assert (misses, hits + 1) == (cache.misses, cache.hits)


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY"])
def test_same_question_is_known_again(fresh: TestClient, cache: Cache, method: str) -> None:
    """A question is known again however it is laid out and sent."""
    first = ask(fresh)
    misses = cache.misses

    assert first.content == ask(fresh, RELAID, method).content
    assert misses == cache.misses


@pytest.mark.parametrize(
    ("parameters", "accept"),
    [
        ({"query": SELECT}, "application/sparql-results+json"),
        ({"query": SELECT, "default-graph-uri": "http://e/none"}, "text/csv"),
        ({"query": SELECT, "named-graph-uri": "http://e/none"}, "text/csv"),
        ({"query": SELECT.replace("3", "2")}, "text/csv"),
        ({"query": SELECT, "format": "tsv"}, "text/csv"),
    ],
)
def test_other_questions_have_other_answers(fresh: TestClient, parameters: dict[str, str], accept: str) -> None:
    """Another format, dataset or query has another entity tag, and its own answer."""
    first = ask(fresh)
    other = fresh.get("/sparql", params=parameters, headers={"Accept": accept})

    assert first.headers["etag"] != other.headers["etag"]
    assert first.content != other.content


@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
@pytest.mark.parametrize("form", ["{}", '"nothing", {}', "{} , W/{}"])
def test_known_answer_is_not_sent_again(fresh: TestClient, cache: Cache, method: str, form: str) -> None:
    """A client that has the answer gets 304 with no body and no work, and the headers that it needs to go on."""
    etag = ask(fresh).headers["etag"]
    cache._items.clear()
    cache.size, misses = 0, cache.misses
    response = ask(fresh, SELECT, method, If_None_Match=form.format(etag, etag.removeprefix("W/")))

    assert 304 == response.status_code
    assert b"" == response.content
    assert etag == response.headers["etag"]
    assert misses == cache.misses
    assert {"cache-control", "vary", "hankinta-version", "access-control-allow-origin"} <= set(response.headers)


def test_recent_answer_is_not_sent_again(fresh: TestClient) -> None:
    """304 comes from memory as it comes from the first look."""
    etag = ask(fresh).headers["etag"]
    known, other = ask(fresh, If_None_Match=etag), ask(fresh, If_None_Match='W/"other"')

    assert (304, 200) == (known.status_code, other.status_code)
    assert "content-length" not in known.headers
    assert etag == known.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/queries/measures.csv", "/queries/cq-03-responsible-actors-in-order.json?measure=measure/ap22-m14"]
)
def test_saved_queries_are_kept(fresh: TestClient, cache: Cache, path: str) -> None:
    """The answer to a saved query is kept as well, with a tag of its own for each value of its parameters."""
    first = fresh.get(path)
    misses = cache.misses
    second = fresh.get(path)
    other = fresh.get(path.replace("m14", "m13"))

    assert (200, 200) == (first.status_code, second.status_code)
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    assert 304 == fresh.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code
    assert ("m14" in path) == (first.headers["etag"] != other.headers["etag"])
    assert cache.misses == misses + ("m14" in path)


def test_date_of_the_version_is_a_condition(fresh: TestClient) -> None:
    """A client that has an answer of the version's date gets 304, and a tag counts more than a date."""
    first = ask(fresh)
    date = first.headers["last-modified"]

    assert 304 == ask(fresh, If_Modified_Since=date).status_code
    assert 200 == ask(fresh, If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT").status_code
    assert 200 == ask(fresh, If_Modified_Since="yesterday").status_code
    assert 200 == ask(fresh, If_Modified_Since=date, If_None_Match='"other"').status_code


def test_condition_on_anything_is_no_answer(fresh: TestClient) -> None:
    """``If-None-Match: *`` hides no error."""
    assert 400 == ask(fresh, "SELECT * { x:y ?p ?o }", If_None_Match="*").status_code
    assert 200 == ask(fresh, If_None_Match="*").status_code


def test_post_has_no_tag(fresh: TestClient) -> None:
    """The answer to a POST is no representation of an address, and bears no tag."""
    assert "etag" not in ask(fresh, SELECT, "POST").headers


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_changing_answers_are_not_kept(fresh: TestClient, cache: Cache, call: str) -> None:
    """An answer that depends on time or chance comes anew each time, and tells caches not to keep it."""
    query = f"SELECT ({call} AS ?x) {{}}"
    size = cache.size
    answers = [ask(fresh, query) for _ in range(3)]

    assert 1 < len({each.content for each in answers}) or call == "BNODE()"
    assert {"no-store"} == {each.headers["cache-control"] for each in answers}
    assert not any("etag" in each.headers or "last-modified" in each.headers for each in answers)
    assert size == cache.size


@pytest.mark.parametrize("query", ["SELECT * { x:y ?p ?o }", "SELECT * {", "INSERT DATA {}"])
def test_errors_are_not_kept(fresh: TestClient, cache: Cache, query: str) -> None:
    """An error takes no room and tells caches not to keep it."""
    size = cache.size
    response = ask(fresh, query)

    assert 400 == response.status_code
    assert "no-store" == response.headers["cache-control"]
    assert size == cache.size


@pytest.mark.parametrize("query", [SELECT, "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT (NOW() AS ?x) {}"])
def test_head_has_the_headers_of_get(fresh: TestClient, query: str) -> None:
    """HEAD is answered with the headers of GET and nothing else, for small, large and changing answers, twice."""
    for _ in range(2):
        head = fresh.head("/sparql", params={"query": query})
        get = fresh.get("/sparql", params={"query": query})
        assert 200 == head.status_code
        assert {**get.headers} == {**head.headers}
        assert b"" == head.content


def test_several_accept_headers_are_one(fresh: TestClient) -> None:
    """A list of media types may come in several headers."""
    headers = [("Accept", "text/csv;q=0.1"), ("Accept", "text/tab-separated-values")]
    for _ in range(2):
        response = fresh.get("/sparql", params={"query": SELECT}, headers=headers)
        assert "text/tab-separated-values" == response.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", "answer.csv"),
        ("1", "answer.csv"),
        ("measures", "measures.csv"),
        ("measures.csv", "measures.csv"),
        ('a"; b=c\r\nX: y/å', "a-b-c-X-y.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
    ],
)
def test_answer_can_be_a_file(fresh: TestClient, name: str, file: str) -> None:
    """``download`` makes a browser save the answer, under a name that is safe on every system."""
    response = fresh.get("/sparql", params={"query": SELECT, "format": "csv", "download": name})

    assert f'attachment; filename="{file}"' == response.headers["content-disposition"]


def test_an_answer_from_before_a_publication_is_not_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a version is published while a query runs, the same request is answered from that version afterwards."""
    asked, published, plain = threading.Event(), threading.Event(), Cache.answer

    async def slow(self: Cache, *given: Any) -> Body | Stream:
        found = await plain(self, *given)
        asked.set()
        await asyncio.to_thread(published.wait, 20)
        return found

    monkeypatch.setattr(Cache, "answer", slow)
    there = "ASK { <http://example.org/s> ?p ?o }"
    with writable(empty(tmp_path)) as service, ThreadPoolExecutor() as beside:
        before = beside.submit(service.ask, there)
        assert asked.wait(20)
        written = service.put("http://example.org/g", "<http://example.org/s> <http://example.org/p> 1 .")
        assert written.is_success, written.text
        published.set()

        assert before.result() is False
        assert service.ask(there) is True


def test_cache_can_be_switched_off(serve: Serve) -> None:
    """With HANKINTA_CACHE_BYTES=0 nothing is kept, and everything is answered."""
    client = serve(cache_bytes=0)
    first, second = ask(client), ask(client)

    assert first.content == second.content
    assert 0 == kept(client).size
    assert 304 == ask(client, If_None_Match=first.headers["etag"]).status_code
