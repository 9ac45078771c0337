"""The OpenAPI document tells the truth: of every address, and of what is answered to whatever it lets through and does not."""

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.routing import Route

from server.app import create
from server.openapi import document
from server.routes.description import Whole
from server.schemas import PARAMETERS
from server.settings import Settings
from sparql.parameters import PARAMETER_TYPES
from sparql.queries import saved
from tests.live.conftest import Serve

EXAMPLES = 20  # of each operation; those that the phase "coverage" makes come on top
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def test_every_address_is_told_with_its_methods(tmp_path: Path) -> None:
    """What is routed stands in the document, and nothing else does; saved queries stand there one by one."""
    told = {
        (path, method.upper())
        for path, operations in document("http://x")["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routed = set()
    for route in create(Settings(var=tmp_path)).routes:
        if isinstance(route, Whole):
            continue  # the service as a whole has no address
        assert isinstance(route, Route)
        for path in _paths(route.path_format):
            routed |= {(path, method) for method in route.methods or () if method not in {"HEAD", "OPTIONS", "QUERY"}}

    assert routed == told


def _paths(path: str) -> list[str]:
    if path == "/queries/{slug}":
        return [f"/queries/{slug}" for slug in saved()]
    if path == "/timemap/{form}/{path}":
        return [path.replace("{form}", form) for form in ("json", "link")]
    if path in {"/sparql/", "/update/"}:  # the same endpoints again, for those who write a slash at the end
        return [path.removesuffix("/")]
    return [] if path == "/.well-known/sparql-examples" else [path]


def test_every_type_of_parameter_has_a_schema() -> None:
    """A type that headers of saved queries may name is one that the document knows."""
    assert set(PARAMETER_TYPES) == set(PARAMETERS)


@pytest.mark.long
def test_answers_are_those_of_the_document(serve: Serve) -> None:
    """
    Whatever Schemathesis draws from the document, and against it, is answered as the document says, and never by a 500.

    Of the saved queries without parameters one stands for all; updates as bodies are drawn by `tests.fuzz.changes`.
    """
    served = serve(HANKINTA_DEADLINE="5")
    alike = [slug for slug, query in saved().items() if not query.parameters][1:]
    run = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
            f"{served.address}/openapi.json",
            f"--url={served.address}",
            "--phases=coverage,fuzzing",
            f"--checks={','.join(CHECKS)}",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--generation-database=none",
            "--exclude-method=PATCH",
            f"--exclude-path-regex=^/queries/({'|'.join(alike)})$",
            "--request-timeout=60",
            "--warnings=off",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        cwd=served.var.parent,
    )

    assert 0 == run.returncode, run.stdout[-5000:] + run.stderr[-2000:]
    assert " generated, " in run.stdout
