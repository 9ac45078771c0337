"""
The tables of a page, as a browser asks for it and a reader sees them.
"""

from html.parser import HTMLParser

from starlette.testclient import TestClient

# What browsers send.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "Accept-Language": "en",
}


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


def shown(client: TestClient, query: str, **more: str) -> tuple[Table, str]:
    """The table that a browser shows as the answer to *query*, and the text of the whole page."""
    response = client.get("/sparql", params={"query": query, **more}, headers=BROWSER)

    assert 200 == response.status_code, response.text
    assert response.headers["content-type"].startswith("text/html")
    return Table(response.text), response.text
