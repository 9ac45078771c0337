"""
W3C's SPARQL suites as parameters of the tests here, each expected failure marked as such.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.conformance import expectations, manifests
from tests.conformance.served import Service, serving

KINDS: dict[str, type] = {
    "query_test": manifests.QueryTest,
    "update_test": manifests.UpdateTest,
    "syntax_test": manifests.SyntaxTest,
    "protocol_test": manifests.ProtocolTest,
    "graph_store_test": manifests.GraphStoreTest,
    "description_test": manifests.DescriptionTest,
}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for all tests of this process, each of which gives it the data that it needs."""
    with serving(tmp_path_factory.mktemp("service")) as started:
        yield started


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for one of the `KINDS` once for each test of that kind."""
    for name in KINDS.keys() & set(metafunc.fixturenames):
        in_process = "service" not in metafunc.fixturenames
        metafunc.parametrize(name, list(_parameters(KINDS[name], in_process=in_process)))


def _parameters(kind: type, *, in_process: bool) -> Sequence[Any]:
    if not expectations.read():
        return [pytest.param(None, marks=pytest.mark.skip(reason=expectations.ABSENT), id="absent")]
    failures = expectations.failures()
    reasons = failures["engine"] if in_process else {**failures["engine"], **failures["service"]}
    return [
        pytest.param(
            test,
            id=_short(test.iri),
            marks=[pytest.mark.xfail(strict=True, reason=reasons[test.iri])] if test.iri in reasons else [],
        )
        for test in expectations.read()
        if type(test) is kind
    ]


def _short(iri: str) -> str:
    suite, _, name = iri.rpartition("#")
    return f"{suite.split('/')[-2]}-{name}"
