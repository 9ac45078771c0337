"""Answers that break off are seen to, and work that nobody waits for stops: at the socket, with real processes."""

import socket
import time
import urllib.parse

import httpx
import psutil
import pytest

from tests.http.asking import NEVER_ENDS
from tests.live.conftest import Serve, Served

pytestmark = pytest.mark.long

PAIRS = "SELECT * { ?s ?p ?o . ?t ?q ?u }"


def _processor_time(served: Served) -> float:
    total = 0.0
    for process in served.family():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
def test_an_answer_past_its_limit_breaks_off(serve: Serve, accept: str, capfd: pytest.CaptureFixture[str]) -> None:
    """
    An answer that passes the limit on solutions after it has begun ends without the end that HTTP asks for; the operator is
    told in a line.
    """
    served = serve(HANKINTA_ANSWER_ROWS="300000", HANKINTA_DEADLINE="200")
    parameters, headers = {"query": PAIRS}, {"Accept": accept}
    parts: list[bytes] = []
    with httpx.stream("GET", f"{served.address}/sparql", params=parameters, headers=headers, timeout=200) as response:
        assert 200 == response.status_code
        with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
            parts.extend(response.iter_raw())

    assert sum(map(len, parts)) > 1_000_000
    told = capfd.readouterr().err
    assert "an answer broke off: the answer has more than 300,000 solutions" in told
    assert "Traceback" not in told


def test_nobody_computes_for_a_client_that_left(serve: Serve) -> None:
    """When the client closes its connection, no process of the service uses the processor for its query any more."""
    served = serve(HANKINTA_DEADLINE="300")
    place = urllib.parse.urlsplit(served.address)
    with socket.create_connection((place.hostname or "", place.port or 0)) as client:
        target = f"/sparql?query={urllib.parse.quote(NEVER_ENDS)}"
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
        before = _processor_time(served)
        end = time.monotonic() + 60
        while _processor_time(served) - before < 1:
            assert time.monotonic() < end, "the query does not run"
            time.sleep(0.1)
    end = time.monotonic() + 60
    worked = 3.0
    while worked > 0.5:
        assert time.monotonic() < end, "the query still runs"
        before = _processor_time(served)
        time.sleep(3)
        worked = _processor_time(served) - before
