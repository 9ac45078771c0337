"""The counts in what the service says of its data: nothing to count, not counted yet, and not countable in time."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server import descriptions
from server.app import create
from server.serving import pool
from server.settings import Settings
from tests.cli.conftest import runner
from tests.http.asking import PATIENCE
from tests.http.conftest import Serve
from tests.http.descriptions import DATASET, ENDPOINT, objects_of, read, value_of


def test_empty_version_is_described(tmp_path: Path) -> None:
    """A version that holds nothing is described as such, before anybody has brought data."""
    assert 0 == runner(tmp_path / "var", tmp_path)("build", "--data", "none").returncode
    settings = Settings(var=tmp_path / "var", query_workers=1, deadline=PATIENCE)
    with pool(settings):
        said = read(TestClient(create(settings)))

    assert {"0"} == {value_of(said, DATASET, f"void:{key}") for key in ("triples", "entities", "classes", "properties")}
    assert set() == objects_of(said, DATASET, "sd:namedGraph")


def test_description_does_not_wait_for_counts(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a version is still being counted, the service says what it can do; the counts come with a later answer."""
    client = serve()
    monkeypatch.setattr(descriptions, "_PATIENCE", 0)
    with client:
        first = read(client)
        assert 200 == client.get("/.well-known/void").status_code
        later = read(client)

    assert first < later
    assert {ENDPOINT} == objects_of(first, ENDPOINT, "sd:endpoint")
    assert objects_of(first, DATASET, "sd:namedGraph") == objects_of(later, DATASET, "sd:namedGraph") != set()
    assert (
        set()
        == objects_of(first, DATASET, "void:distinctSubjects")
        != objects_of(later, DATASET, "void:distinctSubjects")
    )


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_description_survives_a_census_past_the_deadline(serve: Serve, path: str) -> None:
    """Where the data cannot be counted within the deadline, the descriptions come without those counts, and no error."""
    said = read(serve(deadline=0.001), path)

    assert set() == objects_of(said, DATASET, "void:distinctSubjects")
    assert int(value_of(said, DATASET, "void:triples")) > 30_000
    assert {ENDPOINT} == objects_of(said, DATASET, "void:sparqlEndpoint")


def test_what_was_not_counted_is_counted_later(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts that were missed once are there when somebody asks again after a while."""
    client = serve()
    with client, monkeypatch.context() as hurried:
        hurried.setattr(descriptions, "_AGAIN", 0)
        hurried.setattr(Settings, "deadline", property(lambda _: 0.001))
        first = read(client, "/.well-known/void")
        hurried.undo()
        later = read(client, "/.well-known/void")

    assert first < later
    assert set() == objects_of(first, DATASET, "void:classes") != objects_of(later, DATASET, "void:classes")
