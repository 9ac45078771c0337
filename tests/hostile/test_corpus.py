"""Whatever is asked, there is an answer, a refusal or a limit, nobody is called, and the next one is served."""

import asyncio
import time
from pathlib import Path

import pytest

from sparql.asker import Asker
from sparql.errors import AnswerTooLarge, QueryError, QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLong
from sparql.guard import Form, admit, refuse_reaching_out
from sparql.wire import Request
from tests.hostile.conftest import LIMITS, Scales
from tests.hostile.corpus import CASES, UPDATES, Must

ALLOWED: dict[Must, tuple[type[QueryError] | None, ...]] = {
    Must.BE_REFUSED: (QueryRefused,),
    Must.BE_TOLD: (QuerySyntaxError,),
    Must.BE_TOO_LONG: (QueryTooLong,),
    Must.BE_ANSWERED: (None,),
    Must.HIT_A_LIMIT: (AnswerTooLarge, QueryTimeout),
    Must.END: (None, QuerySyntaxError, AnswerTooLarge, QueryTimeout),
}
_GUARD = 5.0  # seconds within which the guard has read a megabyte
_LATEST = 4 * LIMITS.deadline  # seconds; the guard, a worker lost and one more, on a busy machine
_HEAVIEST = LIMITS.memory + (192 << 20)  # bytes; with what a worker has before it is asked anything
FAST = [name for name, case in CASES.items() if not case.slow]
SLOW = [name for name, case in CASES.items() if case.slow]


async def _ask(text: str, pool: Path) -> None:
    admitted = admit(text)
    name = "nt" if admitted.form.gives_graph else "json" if admitted.form is Form.ASK else "tsv"
    request = Request(text, name, "http://example.org/", 50 << 20, names_dataset=admitted.names_dataset, rows=500_000)
    await (await Asker(pool).ask(request, 0, LIMITS.deadline)).read()


def _met(text: str, pool: Path) -> QueryError | None:
    try:
        asyncio.run(_ask(text, pool))
    except QueryError as met:
        return met
    return None


def _check(name: str, pool: Path, bait: str, scales: Scales) -> None:
    case = CASES[name]
    scales.empty()
    started, begun = time.process_time(), time.monotonic()
    met = _met(case.text.replace("BAIT", bait), pool)

    assert type(met) in {kind or type(None) for kind in ALLOWED[case.must]}, met
    assert met is None or 10 < len(str(met)) < 1000
    assert time.process_time() - started < _GUARD
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
