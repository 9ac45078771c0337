"""
What tests of every kind share: the curated data, built once for all worker processes of a run.
"""

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from loaders.publish import Published, Publisher
from ontology.iris import Iris
from server.settings import CHECKOUT
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore

# How long one example takes says more of what else the machine does than of the code; tests that bound time say so.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

_RDF_TESTS = "RDF_TESTS"


def suites() -> Path | None:
    """W3C's RDF tests, where the variable ``RDF_TESTS`` names their folder; they are not part of the project."""
    folder = os.environ.get(_RDF_TESTS)
    return Path(folder) if folder else None


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds one version: ``data/``, built and validated as ``hankinta build`` does."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if root.name.startswith("popen-") else root
    folder = shared / "built"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "current").exists():
            with Validator() as validator:
                publisher = Publisher(EmbeddedStore(folder), validator, Iris(), "tests")
                outcome = publisher.build(CHECKOUT / "data", "tests")
            assert isinstance(outcome, Published), outcome.report.text("en")
    return folder
