"""The published form of a handful of things does not change unnoticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from starlette.testclient import TestClient

from ontology.iris import Iris
from server.app import create
from server.serving import pool
from server.settings import Settings
from sparql.embedded import EmbeddedStore
from tests.golden.conftest import Golden
from tests.http.conftest import view

MEASURES = ["measure/ap22-m14", "measure/ap22-m01", "project/toimi", "measure/tem34-g08"]


@pytest.fixture(scope="module")
def client(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the service over the built data."""
    settings = Settings(var=view(built, tmp_path_factory.mktemp("golden") / "var"), query_workers=1)
    with pool(settings):
        yield TestClient(create(settings))


@pytest.mark.parametrize("suffix", ["jsonld", "ttl"])
def test_document_of_a_measure(client: TestClient, golden: Golden, suffix: str) -> None:
    """The document about measure 14 is the one that was agreed."""
    response = client.get(f"/doc/measure/ap22-m14.{suffix}")

    assert 200 == response.status_code
    golden(f"measure-ap22-m14.{suffix}", response.content)


def test_statements_about_measures(built: Path, golden: Golden) -> None:
    """What the published graphs say of a few things, as canonical N-Quads, is what was read in the documents."""
    things = {Iris().entity(path) for path in MEASURES}
    with EmbeddedStore(built).snapshot() as snapshot:
        lines = sorted(f"{quad} .\n" for quad in snapshot.quads() if quad.subject in things)
        found = {quad.subject for quad in snapshot.quads() if isinstance(quad.subject, NamedNode)} & things

    assert found == things
    golden("measures.nq", "".join(lines).encode())
