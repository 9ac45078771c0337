"""The pages: plain HTML in three languages, without script, usable with a keyboard and a screen reader."""

from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

PATHS = ["/", "/queries", "/queries/measures", "/sparql", "/doc/measure/ap22-m14", "/doc/document/d000", "/def/Measure"]
RESPONSIBLE = {"fi": "Pysyvä tunniste", "sv": "Beständig identifierare", "en": "Persistent identifier"}
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """A page as a list of its elements, checked to be well nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        while self._open[-1] in {"p", "option", "li"} and self._open[-1] != tag:
            self._open.pop()
        assert tag == self._open.pop()

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """The attributes of every element with one of these names, in order."""
        return [attributes for tag, attributes in self.elements if tag in names]


def _page(client: TestClient, path: str, language: str) -> tuple[Page, str]:
    response = client.get(path, params={"lang": language}, headers={"Accept": "text/html"})
    assert 200 == response.status_code
    assert response.headers["content-type"].startswith("text/html")
    return Page(response.text), response.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_is_sound(client: TestClient, path: str, language: str) -> None:
    """Every page says its language, has one main heading, no script, no foreign content, labels and table headers."""
    page, _ = _page(client, path, language)
    headings = [tag for tag, _ in page.elements if tag in {"h1", "h2", "h3", "h4"}]

    assert language == page.all("html")[0]["lang"]
    assert 1 == len(page.all("title")) == len(page.all("main"))
    assert ["h1"] == headings[:1]
    assert 1 == headings.count("h1")
    assert [] == page.all("script", "iframe", "img", "style")
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"
    ]
    assert all((each["href"] or "").startswith("/") for each in page.all("link"))
    labelled = {each.get("for") for each in page.all("label")}
    assert all(each.get("id") in labelled for each in page.all("textarea", "select"))
    fields = [each for each in page.all("input") if each.get("type") != "hidden"]
    assert len(fields) <= len(page.all("label"))
    assert all(each.get("scope") in {"col", "row"} for each in page.all("th"))
    assert all(page.all("th") for _ in page.all("table"))
    assert all(each.get("aria-label") for each in page.all("nav"))


@pytest.mark.parametrize("path", PATHS)
def test_page_lets_nothing_foreign_in(client: TestClient, path: str) -> None:
    """A policy keeps script and foreign content out of every page, and answers vary by language."""
    headers = client.get(path, headers={"Accept": "text/html"}).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "nosniff" == headers["x-content-type-options"]
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize(("language", "words"), RESPONSIBLE.items())
def test_page_speaks_the_language_asked_for(client: TestClient, language: str, words: str) -> None:
    """``?lang`` decides, else the browser's preference; the labels of properties follow."""
    headers = {"Accept": "text/html", "Accept-Language": f"de, {language}-x;q=0.8, en;q=0.1, fi;q=0.1"}
    preferred = client.get("/doc/measure/ap22-m14", headers=headers)
    asked = client.get("/doc/measure/ap22-m14", params={"lang": language}, headers={"Accept": "text/html"})

    assert words in preferred.text
    assert words in asked.text
    assert language == asked.headers["content-language"] == preferred.headers["content-language"]


@pytest.mark.parametrize(
    "value", ['"><script>alert(1)</script>', "en\r\nSet-Cookie: a=b", "../../x", "EN", "", "fi" * 5000]
)
@pytest.mark.parametrize("path", ["/", "/queries", "/doc/measure/ap22-m14", "/sparql"])
def test_odd_language_writes_nothing(client: TestClient, value: str, path: str) -> None:
    """A language that is none of ours reaches neither page nor header."""
    response = client.get(path, params={"lang": value}, headers={"Accept": "text/html"})

    assert 200 == response.status_code
    assert "<script" not in response.text
    assert "set-cookie" not in response.headers
    assert response.headers["content-language"] in {"fi", "sv", "en"}


def test_links_of_a_document_lead_somewhere(client: TestClient) -> None:
    """Every link of a measure's page to this host is answered."""
    page, _ = _page(client, "/doc/measure/ap22-m14", "fi")
    links = {href for each in page.all("a", "link") if (href := each.get("href") or "").startswith("/")}

    assert len(links) > 10
    for href in sorted(links):
        assert 200 == client.get(href, headers={"Accept": "text/html"}).status_code, href


def test_other_parameters_stay_when_the_language_changes(client: TestClient) -> None:
    """The links to the other languages lead to the same page with the same parameters, whatever they hold."""
    given = {"measure": "measure/ap22-m14", "lang": "fi"}
    response = client.get("/queries/cq-03-responsible-actors-in-order.html", params=given)
    links = [each["href"] for each in Page(response.text).all("a") if each.get("hreflang")]

    assert [f"?measure=measure%2Fap22-m14&lang={language}" for language in ("fi", "sv", "en")] == links


@pytest.mark.parametrize("path", PATHS)
def test_chosen_language_goes_along(client: TestClient, path: str) -> None:
    """Who has chosen a language keeps it on the way: every link to another page of this host names it."""
    page, _ = _page(client, path, "sv")
    links = [each["href"] or "" for each in page.all("a") if not each.get("type") and not each.get("hreflang")]
    own = [href for href in links if href.startswith("/")]

    assert [] == [href for href in own if "lang=sv" not in href]
    assert len(own) >= 3


@pytest.mark.parametrize(
    ("language", "quoted"), [("fi", "”Statskontoret”"), ("sv", "”Statskontoret”"), ("en", "“Statskontoret”")]
)
def test_quotation_marks_are_those_of_the_language(client: TestClient, language: str, quoted: str) -> None:
    """What the document says stands between the quotation marks of the page's language."""
    text = client.get("/doc/measure/ap22-m14.html", params={"lang": language}).text

    assert quoted in text


@pytest.mark.parametrize(
    ("language", "title"), [("fi", "Sivua ei löytynyt"), ("sv", "Sidan hittades inte"), ("en", "Page not found")]
)
@pytest.mark.parametrize("path", ["/nothing", "/doc/measure/none", "/queries/none", "/static/none.js"])
def test_error_is_a_page_to_a_browser(client: TestClient, path: str, language: str, title: str) -> None:
    """A browser sees an error as a page of its reader's language, with the way on, exact message and all."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    response = client.get(path, headers=headers)
    page = Page(response.text)

    assert 404 == response.status_code
    assert "text/html; charset=utf-8" == response.headers["content-type"]
    assert language == page.all("html")[0]["lang"] == response.headers["content-language"]
    assert f"<h1>{title}</h1>" in response.text
    assert f"<title>{title} – Hankintaverkko</title>" in response.text
    assert {"/", "/queries", "/sparql"} <= {each["href"] for each in page.all("a")}
    assert {"lang": "en"} not in page.all("span")
    assert (language == "en") == any(words in response.text for words in ("there is no", "nothing is known"))
    assert "Accept-Language" in response.headers["vary"]


def test_error_page_takes_what_was_asked_for_as_text(client: TestClient) -> None:
    """What was asked for is only text on the page that says it is not there."""
    response = client.get("/doc/measure/<script>alert(1)</script>", headers={"Accept": "text/html"})

    assert 404 == response.status_code
    assert "<script" not in response.text
    assert "&lt;script&gt;" in response.text


def test_error_is_text_to_whom_reads_text(client: TestClient) -> None:
    """Who accepts only plain text gets one line of it."""
    response = client.get("/nothing", headers={"Accept": "text/plain"})

    assert response.text.startswith("404 Not Found: ")
    assert 1 == response.text.count("\n")
