"""Thousands of requests, drawn from a grammar and from accidents to valid ones, do the service no harm."""

import pytest

from server.settings import CHECKOUT
from tests.conftest import suites
from tests.fuzz.endurance import MOST, REQUESTS, SEED, SOON, endured, running
from tests.fuzz.shots import shot
from tests.live.conftest import Serve

AT_ONCE = 16
PATIENCE = 60.0  # seconds; far beyond the deadline and the time in the queue together
LIMITS = {
    "HANKINTA_DEADLINE": "1",
    "HANKINTA_QUERY_MEMORY": str(256 << 20),
    "HANKINTA_ANSWER_BYTES": str(8 << 20),
    "HANKINTA_ANSWER_ROWS": "20000",
}


def valid() -> list[str]:
    """The saved queries, and W3C's where they are."""
    files = sorted((CHECKOUT / "sparql" / "queries").glob("*.rq"))
    folder = suites()
    files += sorted(folder.glob("sparql/**/*.r[qu]")) if folder else []
    return [file.read_text(encoding="utf-8") for file in files]


@pytest.mark.long
def test_no_request_does_harm(serve: Serve) -> None:
    """
    Every request has a whole answer or a declared end, no process grows or gets lost, and a small query is answered at once.

    ``FUZZ_REQUESTS`` says how many, ``FUZZ_SEED`` which; a fault names its number, so that it can be sent again by itself.
    """
    served, texts = serve(**LIMITS), valid()
    shots = ((number, shot(SEED, number, texts)) for number in range(REQUESTS))
    found = endured(served, shots, REQUESTS // 10, at_once=AT_ONCE, patience=PATIENCE)

    assert [] == found.faults[:20], (len(found.faults), found.statuses)
    assert found.statuses.total() == REQUESTS
    assert len(found.before) >= 2
    assert set(found.before) <= set(found.after)
    assert {} == found.grown
    assert len(running(served.family())) < MOST
    assert found.seconds < SOON


def test_the_same_number_is_the_same_shot() -> None:
    """A shot can be sent again by itself: its number and the seed are all that it depends on."""
    texts = valid()

    assert [shot(1, number, texts) for number in range(200)] == [shot(1, number, texts) for number in range(200)]
    assert shot(1, 7, texts) != shot(2, 7, texts)
