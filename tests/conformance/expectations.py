"""
What the tests here run and what they expect to fail: the suites, where they are, and the list of known failures.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.conformance import manifests
from tests.conftest import suites

ABSENT = "W3C's RDF tests are not here; name their folder in the variable RDF_TESTS"


@cache
def read() -> Sequence[manifests.Test]:
    """Every test of the suites; none where they are absent."""
    folder = suites()
    return manifests.read(folder) if folder else ()


def whole() -> bool:
    """Whether the suites are all here, those of SPARQL 1.0 among them, and not a part of them."""
    folder = suites()
    return folder is not None and (folder / "sparql" / "sparql10").is_dir()


@cache
def failures() -> Mapping[str, Mapping[str, str]]:
    """Why a test fails, by its IRI: of the engine in process, and of the service beyond that."""
    path = Path(__file__).with_name("expected-failures.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
