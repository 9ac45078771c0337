"""Versions of the data: by number, by time, by header; every answer says which it came from, and none goes stale."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad
from starlette.testclient import TestClient

from server.app import create
from server.serving import pool
from server.settings import Settings
from sparql.embedded import EmbeddedStore
from tests.http.asking import PATIENCE

THING = NamedNode("https://w3id.org/hankintaverkko/id/measure/ap22-m14")
GRAPH = NamedNode("https://w3id.org/hankintaverkko/graph/test")
LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
QUERY = f"SELECT ?label {{ {THING} {LABEL} ?label }}"
TIMES = [datetime(2026, 1, day, 12, tzinfo=UTC) for day in (1, 2, 3, 4)]
DATES = [f"{name}, 0{day} Jan 2026 12:00:00 GMT" for day, name in enumerate(["Thu", "Fri", "Sat", "Sun"], 1)]
OURS = "http://127.0.0.1:8000"


def publish(folder: Path, number: int, keep: int = 20) -> None:
    """Publish version *number*, whose one label is its number, on the *number*-th of January 2026."""
    store = EmbeddedStore(folder, keep=keep, clock=lambda: TIMES[number - 1])
    with store.draft("tests") as draft:
        draft.replace_graph(GRAPH, [Quad(THING, LABEL, Literal(f"label {number}", language="en"))])
        assert draft.commit("tests", "why").number == number


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three versions."""
    for number in (1, 2, 3):
        publish(tmp_path / "var", number)
    return tmp_path / "var"


@pytest.fixture
def dated(folder: Path) -> Iterator[TestClient]:
    """A client of a service with three versions."""
    settings = Settings(var=folder, query_workers=1, deadline=PATIENCE)
    with pool(settings):
        yield TestClient(create(settings), follow_redirects=False)


def ask(client: TestClient, headers: dict[str, str] | None = None, **parameters: str) -> httpx.Response:
    """The label, as CSV."""
    return client.get("/sparql", params={"query": QUERY, "format": "csv", **parameters}, headers=headers)


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("1", 1),
        ("3", 3),
        ("02", 2),
        ("2026-01-02T12:00:00Z", 2),
        ("2026-01-02T11:59:59Z", 1),
        ("2026-01-02T14:00:00+02:00", 2),
        ("2031-01-01T00:00:00Z", 3),
    ],
)
def test_version_is_named_by_number_or_time(dated: TestClient, at: str, number: int) -> None:
    """``at`` takes a number, or a time, which means the newest version published by then."""
    response = ask(dated, at=at)

    assert 200 == response.status_code
    assert f"label {number}" in response.text
    assert str(number) == response.headers["hankinta-version"]
    assert DATES[number - 1] == response.headers["memento-datetime"]


@pytest.mark.parametrize(
    ("date", "number"),
    [
        ("Sat, 03 Jan 2026 00:00:00 GMT", 2),
        ("Thu, 01 Jan 2015 00:00:00 GMT", 1),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 3),
        (DATES[1], 2),
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/doc/measure/ap22-m14.nt"])
def test_time_is_negotiated(dated: TestClient, path: str, date: str, number: int) -> None:
    """Accept-Datetime gives the version of that time, and names the address at which it can be read for good."""
    parameters = {"query": QUERY, "format": "csv"} if path == "/sparql" else {}
    response = dated.get(path, params=parameters, headers={"Accept-Datetime": date})
    again = dated.get(response.headers["content-location"])

    assert f"label {number}" in response.text
    assert DATES[number - 1] == response.headers["memento-datetime"]
    assert "Accept-Datetime" in response.headers["vary"]
    assert response.text == again.text
    assert "no-cache" in response.headers["cache-control"]


@pytest.mark.parametrize("at", ["4", "0", "99999999999999999999", "2025-12-31T00:00:00Z"])
@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/doc/measure/ap22-m14", "/queries/measures.csv"])
def test_version_that_is_not_there_is_told(dated: TestClient, path: str, at: str) -> None:
    """A version that was never published, or a time before the first, is answered 404 with the versions there are."""
    response = dated.get(path, params={"query": "ASK {}", "at": at} if "sparql" in path else {"at": at})

    assert 404 == response.status_code
    assert "versions 1 to 3" in response.json()["detail"]
    assert [1, 2, 3] == response.json()["kept"]


@pytest.mark.parametrize("at", ["-1", "yesterday", "2026-01-02", "2026-01-02T12:00:00", "1.5", "²"])
def test_unreadable_version_is_told(dated: TestClient, at: str) -> None:
    """What is neither a number nor a time with its zone is answered 400."""
    response = ask(dated, at=at)

    assert 400 == response.status_code
    assert "2026-11-21T10:00:00Z" in response.json()["detail"]


@pytest.mark.parametrize(
    "date", ["yesterday", f"Thu, 01 Jan 1970 00:00:00 +{'9' * 400}", f"Thu, {'9' * 30} Jan 1970 00:00:00 GMT"]
)
def test_unreadable_date_is_told(dated: TestClient, date: str) -> None:
    """An Accept-Datetime that is no date is answered 400, however large its numbers."""
    assert 400 == ask(dated, {"Accept-Datetime": date}).status_code


def test_newest_version_is_revalidated_and_a_named_one_is_not(dated: TestClient) -> None:
    """The newest answer must be asked about again, that of a numbered version never; both say when it was published."""
    newest, named = ask(dated), ask(dated, at="3")

    assert "public, no-cache" == newest.headers["cache-control"]
    assert "memento-datetime" not in newest.headers
    assert "immutable" in named.headers["cache-control"]
    assert DATES[2] == newest.headers["last-modified"] == named.headers["last-modified"]
    assert "Accept-Datetime" in newest.headers["vary"]
    assert "Accept-Datetime" not in named.headers["vary"]


@pytest.mark.parametrize("path", ["/doc/measure/ap22-m14.ttl", "/queries/measures.csv", "/queries/measures.html"])
def test_answers_link_to_their_mementos(dated: TestClient, path: str) -> None:
    """Documents and tables link to their original, their list of versions, and the first and the last of them."""
    links = dated.get(path, params={"at": "2"}).headers["link"]

    assert f'<{OURS}{path}>; rel="original timegate"' in links
    assert f'<{OURS}/timemap/link{path}>; rel="timemap"' in links
    assert f'<{OURS}{path}?at=1>; rel="first memento"; datetime="{DATES[0]}"' in links
    assert f'<{OURS}{path}?at=2>; rel="memento"; datetime="{DATES[1]}"' in links
    assert f'<{OURS}{path}?at=3>; rel="last memento"; datetime="{DATES[2]}"' in links


def test_links_of_a_query_lead_to_its_versions(dated: TestClient) -> None:
    """The links of an answer keep the query, and those of a query too long for headers are left out."""
    response = ask(dated, at="2")
    first = next(part for part in response.headers["link"].split(", <") if "first memento" in part)
    long = ask(dated, at="1", comment="x" * 2000)

    assert "label 1" in dated.get(first.partition(">")[0]).text
    assert "memento" not in long.headers["link"]
    assert DATES[0] == long.headers["memento-datetime"]


def test_timemap_lists_the_versions(dated: TestClient) -> None:
    """The list of versions is there as links and as JSON, and each entry can be followed."""
    as_links = dated.get("/timemap/link/sparql", params={"query": QUERY, "format": "csv", "at": "1"})
    as_json = dated.get("/timemap/json/sparql", params={"query": QUERY, "format": "csv"}).json()

    assert "application/link-format" == as_links.headers["content-type"].partition(";")[0]
    assert 3 == as_links.text.count("memento")
    assert [1, 2, 3] == [each["version"] for each in as_json["mementos"]["list"]]
    for each in as_json["mementos"]["list"]:
        assert f"label {each['version']}" in dated.get(each["uri"]).text
        assert f"<{each['uri']}>" in as_links.text


@pytest.mark.parametrize("path", ["/timemap/link/health", "/timemap/xml/sparql", "/timemap/link/../etc"])
def test_what_has_no_versions_has_no_timemap(dated: TestClient, path: str) -> None:
    """There is no list of versions for addresses that do not answer from them."""
    assert 404 == dated.get(path).status_code


def test_publishing_is_seen_at_once(dated: TestClient, folder: Path) -> None:
    """The answer after a publication is that of the new version, and the old one stays where it was."""
    assert "label 3" in ask(dated).text
    publish(folder, 4)

    assert "label 4" in ask(dated).text
    assert "4" == ask(dated).headers["hankinta-version"]
    assert "label 3" in ask(dated, at="3").text


def test_swept_version_is_not_there(dated: TestClient, folder: Path) -> None:
    """A version that retention has swept is answered 404, as one that never was."""
    publish(folder, 4, keep=2)
    response = ask(dated, at="1")

    assert 404 == response.status_code
    assert response.json()["kept"] == [each["version"] for each in _listed(dated)]
    assert 1 not in response.json()["kept"]


def _listed(client: TestClient) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(client.get("/timemap/json/sparql").text)["mementos"]["list"]
    return listed


@pytest.mark.parametrize("way", ["POST", "QUERY"])
def test_posted_queries_have_versions(dated: TestClient, way: str) -> None:
    """A query in the body is asked of a version by the same parameter and header; its address has no mementos."""
    sent = {"content": QUERY, "headers": {"Content-Type": "application/sparql-query", "Accept": "text/csv"}}
    by_number = dated.request(way, "/sparql?at=1", **sent)
    sent["headers"] |= {"Accept-Datetime": DATES[1]}
    by_time = dated.request(way, "/sparql", **sent)

    assert ("label 1" in by_number.text, "label 2" in by_time.text) == (True, True)
    assert DATES[1] == by_time.headers["memento-datetime"]
    assert "memento" not in by_number.headers["link"]


@pytest.mark.parametrize("at", ["1", "3", ""])
def test_every_version_is_described(dated: TestClient, at: str) -> None:
    """The descriptions of an older version count what it held, and say which one it was."""
    for path in ("/sparql", "/.well-known/void"):
        response = dated.get(path, params={"at": at} if at else {}, headers={"Accept": "application/n-triples"})
        assert 200 == response.status_code
        assert f'#versionInfo> "{at or 3}"' in response.text
        assert (at or "3") == response.headers["hankinta-version"]
        assert "immutable" not in response.headers["cache-control"]

    assert 404 == dated.get("/.well-known/void", params={"at": "99"}).status_code
