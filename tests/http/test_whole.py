"""Answers to clients of HTTP/1.0, which get them whole or are told why not."""

import pytest
from starlette.testclient import TestClient

from server import whole
from sparql.errors import AnswerTooLarge
from tests.http.conftest import Serve

EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
PAIRS = "SELECT * { ?s ?p ?o . ?t ?q ?u }"


def test_an_answer_too_long_to_be_kept_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is too long to be kept whole is answered 422 with what to do, a shorter one as ever."""
    monkeypatch.setattr(whole, "LONGEST", 1_000_000)
    old = TestClient(whole.Whole(client.app))
    refused = old.get("/sparql", params={"query": EVERYTHING}, headers={"Accept": "application/n-triples"})
    short = old.get("/sparql", params={"query": "ASK {}"})

    assert (422, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
    assert "1,000,000 bytes" in refused.json()["detail"]
    assert "HTTP/1.1" in refused.json()["detail"]
    assert short.json()["boolean"] is True


def test_an_answer_that_breaks_off_is_told_as_a_problem(serve: Serve) -> None:
    """An answer that passes a limit after it has begun is a problem with its status, for nothing has been sent yet."""
    client = serve(answer_rows=3_000, cache_bytes=0)
    with pytest.raises(AnswerTooLarge):
        client.get("/sparql", params={"query": PAIRS}, headers={"Accept": "text/csv"})
    old = TestClient(whole.Whole(client.app))
    refused = old.get("/sparql", params={"query": PAIRS}, headers={"Accept": "text/csv", "Accept-Language": "sv"})

    assert (422, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
    assert "3 000 rader" in refused.json()["detail"].replace("\xa0", " ").replace("\u202f", " ")
