"""What an operator watches: metrics of all processes, the access log, and an end that cuts nobody off."""

import itertools
import json
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.http.asking import ASK, NEVER_ENDS
from tests.live.conftest import MINUTE, Serve, Served, at_work, gone, samples, until

pytestmark = pytest.mark.long

ROWS = 8_000_000
SLOW = (
    "SELECT (COUNT(*) AS ?n) { { SELECT * { ?s ?p ?o . ?t ?q ?u FILTER(CONCAT(STR(?o), STR(?u)) != '') } "
    f"LIMIT {ROWS} }} }}"
)
"""A query that takes several seconds on a fast machine."""
_NUMBERS = itertools.count()


def _ask(served: Served, text: str) -> httpx.Response:
    return httpx.get(f"{served.address}/sparql", params={"query": text}, timeout=200)


def test_metrics_are_those_of_all_processes(serve: Serve) -> None:
    """Whichever web process is asked, it tells what all of them and the query pool have counted."""
    served = serve("--workers", 2, HANKINTA_DEADLINE="2")
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: _ask(served, ASK).status_code, range(40)))
    assert [200] * 40 == statuses
    assert 504 == _ask(served, NEVER_ENDS).status_code
    until(lambda: samples(served).get("hankinta_query_seconds_count timeout") == 1)
    until(lambda: at_work(served) == 0)
    for _ in range(6):
        found = samples(served)
        assert 40 == found["hankinta_http_seconds_count sparql 200"]
        assert 1 == found["hankinta_http_seconds_count sparql 504"]
        assert found["hankinta_query_seconds_count answered"] >= 1
        assert 1 == found["hankinta_query_seconds_count timeout"]
        assert 0 == found["hankinta_queries running"] == found["hankinta_queries waiting"]
        assert 1 == found["hankinta_served_versions memory"] + found["hankinta_served_versions disk"]


def test_access_log_of_all_processes_is_lines_of_json(serve: Serve, tmp_path: Path) -> None:
    """Every request of every web process is one whole line, and the lines of two processes do not mix."""
    log = tmp_path / "access.log"
    served = serve("--workers", 2, HANKINTA_ACCESS_LOG=str(log))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: _ask(served, ASK), range(60)))
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(30)
    lines = [json.loads(line) for line in log.read_text().splitlines()]

    asked = [line for line in lines if line["path"] == "/sparql"]
    assert 60 == len(asked)
    assert {200} == {line["status"] for line in asked}
    assert 1 == len({line["query"] for line in asked})
    assert not any("text" in line for line in asked)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_end_lets_running_queries_finish(serve: Serve, told: signal.Signals) -> None:
    """Told to end, the service answers what it has begun, turns new requests away, and leaves no process behind."""
    served = serve("--workers", 2, HANKINTA_DEADLINE="200")
    family = served.family()
    with ThreadPoolExecutor(2) as threads:
        # Two questions, for equal ones are asked once.
        running = [threads.submit(_ask, served, f"{SLOW} # {number}") for number in range(2)]
        until(lambda: at_work(served) == 2)
        served.process.send_signal(told)
        until(lambda: _refused(served) != 200)
        assert not any(each.done() for each in running)
        refused = _refused(served)
        answers = [each.result() for each in running]

    assert [200, 200] == [answer.status_code for answer in answers]
    assert {str(ROWS)} == {answer.json()["results"]["bindings"][0]["n"]["value"] for answer in answers}
    assert refused in {503, None}
    assert 0 == served.process.wait(MINUTE)
    assert [] == gone(family, MINUTE)


def _refused(served: Served) -> int | None:
    """The status of a new request, one that was not made before; None when nobody listens any more."""
    try:
        return _ask(served, f"{ASK} # {next(_NUMBERS)}").status_code
    except httpx.TransportError:
        return None


def test_new_requests_are_told_to_come_again(serve: Serve) -> None:
    """While a web process ends, a new request is answered 503 with Retry-After; health is told to the end."""
    served = serve(HANKINTA_DEADLINE="200")
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(_ask, served, SLOW)
        until(lambda: at_work(served) == 1)
        served.process.send_signal(signal.SIGTERM)
        until(lambda: _refused(served) == 503)
        refused, health = _ask(served, f"{ASK} # refused"), httpx.get(f"{served.address}/health", timeout=MINUTE)

        assert not running.done()
        assert (503, 200) == (refused.status_code, health.status_code)
        assert "being stopped" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 0
        assert "close" == refused.headers["connection"]
        assert 200 == running.result().status_code


def test_a_lost_web_process_is_replaced(serve: Serve) -> None:
    """When a web process dies, another takes its place and the service goes on."""
    served = serve()
    (web,) = [each for each in served.family() if "spawn_main" in " ".join(each.cmdline())]
    web.kill()
    until(lambda: _refused(served) == 200)


def test_a_taken_port_is_told(serve: Serve) -> None:
    """A port that somebody else listens on is an error in one line, and no process is left."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AssertionError, match="ended"):
            serve("--port", taken.getsockname()[1])
