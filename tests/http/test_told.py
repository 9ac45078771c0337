"""
What the pages tell people to ask: each query and each address gives what it promises, not an empty answer.
"""

import re
import shlex

import httpx
import pytest

from tests.unit.test_docs import HEREDOC, blocks

SERVED = "http://127.0.0.1:8000"
PARAMETER = re.compile(r"--data-urlencode 'query=(?P<query>[^']+)'")
# What is there once an entry of one's own is published, or at a time of one's own.
LATER = re.compile(r"esimerkkila|at=20|/store|/update|/sparql$|cq-03.*=measure$")


def told() -> list[str]:
    """The queries on the pages, but those that show how a saved query is written."""
    shell = [block.body for block in blocks("sh")]
    found = [block.body for block in blocks("sparql") if not block.body.startswith("# title")]
    found += [match["body"] for text in shell for match in HEREDOC.finditer(text)]
    return found + [match["query"] for text in shell for match in PARAMETER.finditer(text)]


def addresses() -> list[str]:
    """The paths that pages tell people to read with curl, but those that are there later."""
    lines = [line for block in blocks("sh") for line in block.body.replace("\\\n", " ").splitlines()]
    words = [word for line in lines if line.startswith("curl -s") for word in shlex.split(line, posix=True)[1:]]
    paths = [word.removeprefix(SERVED) for word in words if word.startswith(f"{SERVED}/")]
    return sorted({path for path in paths if not LATER.search(path)})


@pytest.mark.parametrize("query", told())
def test_query_on_a_page_has_an_answer(client: httpx.Client, query: str) -> None:
    """A query that a page shows finds something, on whatever address the service is."""
    accept = "application/n-triples, text/csv;q=0.5"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})

    assert 200 == answer.status_code
    assert len(answer.text.splitlines()) > 1


@pytest.mark.parametrize("path", addresses())
def test_address_on_a_page_is_there(client: httpx.Client, path: str) -> None:
    """An address that a page tells people to read leads to something."""
    answer = client.get(path, follow_redirects=True)

    assert 200 == answer.status_code
    assert answer.content


def test_what_is_told_is_found() -> None:
    """The tests above read the pages: README, the pages on asking, harvesting and describing."""
    assert len(told()) > 4
    assert len(addresses()) > 8
