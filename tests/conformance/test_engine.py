"""What the embedded engine itself makes of W3C's suites, in process: the measure of the service."""

import pytest

from sparql.errors import QueryRefused
from sparql.guard import refuse_reaching_out
from tests.conformance import engine, solutions
from tests.conformance.manifests import QueryTest, UpdateTest

_BEYOND = (
    "the engine without the service would call somebody, and no test does ({}); what is missing is a network: "
    "run the file of the suite with pyoxigraph where there is one. The service is held to refuse it: expected-failures.toml"
)


def _skip_reaching_out(text: str) -> None:
    try:
        refuse_reaching_out(text)
    except QueryRefused as met:
        pytest.skip(_BEYOND.format(met))


def test_queries(query_test: QueryTest) -> None:
    """The engine answers the query as the suite says; what would make it call somebody is not asked of it."""
    _skip_reaching_out(query_test.query.text)
    given = engine.answer(engine.loaded(query_test.data), query_test.query, query_test.result.path.suffix[1:])
    expected = solutions.expected(query_test.result)
    if query_test.lax:
        expected, given = solutions.distinct(expected), solutions.distinct(given)

    assert solutions.same(expected, given, ordered=solutions.ordered(query_test.query)), given


def test_updates(update_test: UpdateTest) -> None:
    """The engine makes of the dataset what the suite says; what would make it call somebody is not asked of it."""
    _skip_reaching_out(update_test.request.text)
    after = list(engine.loaded(update_test.after))
    given = engine.updated(engine.loaded(update_test.before), update_test.request)

    assert solutions.isomorphic(after, given), given
