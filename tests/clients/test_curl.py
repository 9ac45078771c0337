"""curl, as the pages tell people to use it."""

import json
import shutil
import subprocess

import pytest

from tests.clients import facts

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed; install it to run these tests"),
]


def _curl(*arguments: str, text: str = "") -> tuple[int, str, str]:
    """Status, content type and body of what curl gets within a minute."""
    done = subprocess.run(
        ["curl", "-sS", "-m", "60", "-w", "\n%{http_code} %{content_type}", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    body, _, last = done.stdout.rpartition("\n")
    status, _, content_type = last.partition(" ")
    return int(status), content_type.partition(";")[0], body


def test_curl_asks(endpoint: str) -> None:
    """A query from a here-document, by GET, and as a file posted directly, gives the same table."""
    as_csv = ["-H", "Accept: text/csv", endpoint]
    form = _curl(*as_csv, "--data-urlencode", "query@-", text=facts.TITLE_QUERY)
    by_get = _curl(*as_csv, "-G", "--data-urlencode", f"query={facts.TITLE_QUERY}")
    direct = _curl(
        *as_csv, "-H", "Content-Type: application/sparql-query", "--data-binary", "@-", text=facts.TITLE_QUERY
    )

    assert (200, "text/csv") == form[:2]
    assert ["title", facts.TITLE] == form[2].splitlines()
    assert form == by_get == direct


def test_curl_is_told_what_is_wrong(endpoint: str) -> None:
    """A mistake, a deadline and an address that is none come as problem documents with their status."""
    for query, address, status in (
        (facts.MISTAKEN, endpoint, 400),
        (facts.ENDLESS, endpoint, 504),
        (facts.YES_QUERY, endpoint.replace("sparql", "nothing"), 404),
    ):
        met, content_type, body = _curl("-G", "--data-urlencode", f"query={query}", address)
        assert (status, "application/problem+json") == (met, content_type)
        assert status == json.loads(body)["status"]
        assert json.loads(body)["detail"]


def test_curl_follows_identifiers(endpoint: str) -> None:
    """An identifier leads to its document, and an answer to the description of the dataset."""
    address = endpoint.removesuffix("/sparql")
    status, content_type, body = _curl("-L", "-H", "Accept: application/ld+json", f"{address}/id/measure/ap22-m14")
    described = _curl(f"{address}/.well-known/void")

    assert (200, "application/ld+json") == (status, content_type)
    assert facts.TITLE == json.loads(body)["prefLabel"]["sv"]
    assert (200, "text/turtle") == described[:2]
