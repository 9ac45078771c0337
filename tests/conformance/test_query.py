"""W3C's query suites over HTTP: each query by GET, as a form and direct, in each format that its answer has."""

import pytest

from tests.conformance import solutions
from tests.conformance.manifests import QueryTest
from tests.conformance.served import Service

pytestmark = pytest.mark.long

WAYS = ("get", "form", "direct")


def suffixes(test: QueryTest, expected: solutions.Answer) -> tuple[str, ...]:
    """Three formats that the answer can have, that of the expected answer first."""
    match expected:
        case list():
            return tuple(solutions.GRAPHS)
        case bool():
            return "srx", "srj", "srx"
    if (suffix := test.result.path.suffix[1:]) == "csv":
        return "csv", "csv", "csv"
    return tuple(sorted(solutions.RESULTS, key=lambda each: each != suffix))


def test_queries(service: Service, query_test: QueryTest) -> None:
    """The answer is that of the suite, however the query comes and whatever format is asked for."""
    service.hold(query_test.data)
    expected, ordered = solutions.expected(query_test.result), solutions.ordered(query_test.query)
    given = {
        (way, suffix): service.answer(query_test.query, suffix, way)
        for way, suffix in zip(WAYS, suffixes(query_test, expected), strict=True)
    }

    if query_test.lax:
        expected, given = solutions.distinct(expected), {by: solutions.distinct(given[by]) for by in given}

    assert [] == [
        (*by, answer) for by, answer in given.items() if not solutions.same(expected, answer, ordered=ordered)
    ]
