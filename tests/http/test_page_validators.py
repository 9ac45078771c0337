"""Pages are answered 304 to whoever has them: parts of tables, tables for people, documents and lists."""

import re

import httpx
import pytest
from starlette.testclient import TestClient

from server import validators

PARTS = ["/queries/responsibilities.csv?limit=5&offset=10", "/queries/actors?limit=3&format=json"]
PAGES = [
    "/queries/responsibilities.html?limit=5&offset=10",
    "/queries/measures.html",
    "/queries",
    "/doc/measure/ap22-m14.html",
    "/def.html",
    "/sparql?format=html&query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
]
BROWSER = {"Accept": "text/html"}


def relations(response: httpx.Response) -> list[tuple[str, str]]:
    """Each relation of each link with the address that it leads to."""
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"', response.headers["link"])
    return [(name, address) for address, names in links for name in names.split()]


@pytest.mark.parametrize("path", [*PARTS, *PAGES])
def test_page_that_one_has_is_not_sent_again(client: TestClient, path: str) -> None:
    """A page has a tag; a client that sends it back is told that nothing has changed, without the page."""
    page = client.get(path, headers=BROWSER)
    again = client.get(path, headers={**BROWSER, "If-None-Match": page.headers["etag"]})
    other = client.get(path, headers={**BROWSER, "If-None-Match": '"other"'})

    assert (200, 304, 200) == (page.status_code, again.status_code, other.status_code)
    assert b"" == again.content
    assert page.headers["etag"] == again.headers["etag"] == other.headers["etag"]
    assert page.headers["cache-control"] == again.headers["cache-control"] == "public, no-cache"
    assert page.headers["vary"] == again.headers["vary"]
    # A cache takes over what a 304 says; the links to the pages around are not known yet.
    assert "link" not in again.headers


@pytest.mark.parametrize("path", [*PARTS, PAGES[0], PAGES[1], PAGES[-1]])
def test_known_page_costs_no_query(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a table that the client has is not asked for again."""
    tag = client.get(path, headers=BROWSER).headers["etag"]
    asked: list[str] = []
    monkeypatch.setattr("sparql.asker.Asker._ask", lambda *_: asked.append(path))
    again = client.get(path, headers={**BROWSER, "If-None-Match": tag})

    assert 304 == again.status_code
    assert [] == asked


@pytest.mark.parametrize(
    "other",
    [
        "/queries/responsibilities.csv?limit=5&offset=11",
        "/queries/responsibilities.csv?limit=6&offset=10",
        "/queries/responsibilities.json?limit=5&offset=10",
        "/queries/responsibilities.html?limit=5&offset=10",
        "/queries/responsibilities.html?limit=5&offset=10&lang=sv",
        "/queries/responsibilities.csv",
    ],
)
def test_other_pages_have_other_tags(client: TestClient, other: str) -> None:
    """What differs in rows, in form or in language has another tag."""
    page, different = client.get(PARTS[0]), client.get(other)

    assert page.headers["etag"] != different.headers["etag"]


def test_tag_of_a_page_changes_with_its_look(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose templates or words have changed since is sent anew, though the data are the same."""
    page = client.get(PAGES[0])
    monkeypatch.setattr(validators, "_look", lambda: "another look")
    again = client.get(PAGES[0], headers={"If-None-Match": page.headers["etag"]})

    assert 200 == again.status_code


def test_date_alone_says_nothing_of_a_page(client: TestClient) -> None:
    """Of rows, the date of the version is a condition; of a page for people it is none."""
    part, page = (client.get(path) for path in (PARTS[0], PAGES[0]))
    dated = {"If-Modified-Since": part.headers["last-modified"]}

    assert 304 == client.get(PARTS[0], headers=dated).status_code
    assert 200 == client.get(PAGES[0], headers=dated).status_code
    assert page.headers["last-modified"] == part.headers["last-modified"]


def test_changing_answer_has_no_tag(client: TestClient) -> None:
    """A page with the time or with chance in it is not kept."""
    page = client.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}", "format": "html"})

    assert 200 == page.status_code
    assert "no-store" == page.headers["cache-control"]
    assert "etag" not in page.headers


@pytest.mark.parametrize("path", [PARTS[0], PAGES[0]])
def test_first_page_is_no_first_version(client: TestClient, path: str) -> None:
    """On a part of a table, "first" leads to the first rows and to nothing else; versions are linked as mementos."""
    found = relations(client.get(path))

    assert 1 == sum(name == "first" for name, _ in found)
    assert all("offset=" in address for name, address in found if name in {"first", "prev", "next", "last"})
    assert 1 == sum(name == "memento" for name, _ in found)
    assert 1 == sum(name == "timemap" for name, _ in found)


def test_first_version_is_linked_from_what_is_whole(client: TestClient) -> None:
    """On a whole table, "first" is the first version, and the same link says that it is a memento."""
    link = client.get("/queries/measures.csv").headers["link"]

    assert 'rel="first last memento"' in link
