"""Whatever is asked, there is an answer, a refusal or a limit, nobody is called, and the next one is served."""

import asyncio
import time
from functools import cache
from pathlib import Path

import pytest

from sparql.asker import Asker
from sparql.errors import AnswerTooLarge, QueryError, QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLong
from sparql.guard import Form, admit, refuse_reaching_out
from sparql.wire import Request
from tests.hostile.conftest import LIMITS, PATIENCE, Scales
from tests.hostile.corpus import CASES, UPDATES, Must

ALLOWED: dict[Must, tuple[type[QueryError] | None, ...]] = {
    Must.BE_REFUSED: (QueryRefused,),
    Must.BE_TOLD: (QuerySyntaxError,),
    Must.BE_TOO_LONG: (QueryTooLong,),
    Must.BE_ANSWERED: (None,),
    Must.HIT_A_LIMIT: (AnswerTooLarge, QueryTimeout),
    Must.END: (None, QuerySyntaxError, AnswerTooLarge, QueryTimeout),
}
DEADLINE = 3.0  # seconds, for queries that may run until then; the others have as long as it takes
_GUARD = 10  # times as long as over a megabyte of plain filters the guard may take over anything; 1.5 were seen
_LATEST = PATIENCE / 2  # seconds; long after that deadline, and long before the one that the pool itself has
_HEAVIEST = LIMITS.memory + (192 << 20)  # bytes; with what a worker has before it is asked anything
FAST = [name for name, case in CASES.items() if not case.slow]
SLOW = [name for name, case in CASES.items() if case.slow]


@cache
def _plain() -> float:
    """The seconds that the guard takes over a megabyte of filters, on this machine."""
    begun = time.thread_time()
    admit("ASK { ?s ?p ?o " + "FILTER(1) " * 100_000 + "}")
    return time.thread_time() - begun


async def _ask(text: str, pool: Path, deadline: float) -> None:
    begun = time.thread_time()  # what other threads and processes do meanwhile is not the guard's
    try:
        admitted = admit(text)
    finally:
        took = time.thread_time() - begun
    assert took < _GUARD * _plain()
    name = "nt" if admitted.form.gives_graph else "json" if admitted.form is Form.ASK else "tsv"
    request = Request(text, name, "http://example.org/", 50 << 20, names_dataset=admitted.names_dataset, rows=500_000)
    await (await Asker(pool).ask(request, 0, deadline)).read()


def _met(text: str, pool: Path, deadline: float = PATIENCE) -> QueryError | None:
    try:
        asyncio.run(_ask(text, pool, deadline))
    except QueryError as met:
        return met
    return None


def _check(name: str, pool: Path, bait: str, scales: Scales) -> None:
    case = CASES[name]
    scales.empty()
    begun = time.monotonic()
    met = _met(case.text.replace("BAIT", bait), pool, DEADLINE if case.slow else PATIENCE)

    assert type(met) in {kind or type(None) for kind in ALLOWED[case.must]}, met
    assert met is None or 10 < len(str(met)) < 1000
    assert time.monotonic() - begun < _LATEST
    assert scales.heaviest < _HEAVIEST
    assert _met("ASK { ?s ?p ?o }", pool) is None


@pytest.mark.parametrize("name", FAST)
def test_hostile_query_does_no_harm(name: str, pool: Path, bait: str, scales: Scales) -> None:
    """A query that reaches out is refused, one that is none is told so, one that only looks bad is answered."""
    _check(name, pool, bait, scales)


@pytest.mark.long
@pytest.mark.parametrize("name", SLOW)
def test_greedy_query_meets_a_limit(name: str, pool: Path, bait: str, scales: Scales) -> None:
    """A query that takes too much time, memory or stack ends in an error for its asker, and for nobody else."""
    _check(name, pool, bait, scales)


@pytest.mark.parametrize("text", UPDATES.values(), ids=UPDATES)
def test_update_that_reaches_out_is_refused(text: str) -> None:
    """An update that would fetch something is refused, however it is written."""
    with pytest.raises(QueryRefused):
        refuse_reaching_out(text)


def test_corpus_is_large() -> None:
    """There are at least a hundred hostile cases, and no text comes twice."""
    texts = {case.text for case in CASES.values()} | set(UPDATES.values())

    assert len(texts) == len(CASES) + len(UPDATES) >= 100
