"""The served instance: other people's clients, several processes, rude clients, and a clean end."""

import contextlib
import json
import signal
import socket
import subprocess
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import GET, JSON, POST, TURTLE, XML, SPARQLWrapper

from sparql import wire
from tests.cli.conftest import runner
from tests.http.asking import ASK, NEVER_ENDS
from tests.live.conftest import MINUTE, Serve, Served, at_work, gone, until

pytestmark = pytest.mark.long

THING = "https://w3id.org/hankintaverkko/id/measure/ap22-m14"
SELECT = f"SELECT ?code {{ <{THING}> <{SKOS.notation}> ?code }}"
CONSTRUCT = f"CONSTRUCT {{ <{THING}> ?p ?o }} WHERE {{ <{THING}> ?p ?o }}"


def _health(served: Served) -> int:
    return httpx.get(f"{served.address}/ready", timeout=MINUTE).status_code


def _be_up(served: Served) -> None:
    """Wait until the service says that it is up."""
    until(lambda: 200 == _health(served))


def test_other_peoples_clients_are_answered(serve: Serve) -> None:
    """curl, SPARQLWrapper and rdflib ask by GET and POST and read the answers with their own parsers."""
    served = serve("--workers", 2)
    endpoint = f"{served.address}/sparql"
    curl = subprocess.run(
        ["curl", "-fsSL", "-m", "20", "-H", "Accept: application/ld+json", f"{served.address}/id/measure/ap22-m14"],
        capture_output=True,
        check=True,
    )

    assert THING == json.loads(curl.stdout)["id"]
    for method in (GET, POST):
        client = SPARQLWrapper(endpoint)
        client.setMethod(method)
        client.setQuery(SELECT)
        client.setReturnFormat(JSON)
        assert "ap22-m14" == client.query().convert()["results"]["bindings"][0]["code"]["value"]
        client.setReturnFormat(XML)
        assert "ap22-m14" in client.query().convert().toxml()
        client.setQuery(ASK)
        client.setReturnFormat(JSON)
        assert client.query().convert()["boolean"] is True
        client.setQuery(CONSTRUCT)
        client.setReturnFormat(TURTLE)
        assert len(Graph().parse(data=client.query().convert(), format="turtle")) > 10
    for way in ("GET", "POST", "POST_FORM"):
        remote = Graph(SPARQLStore(endpoint, method=way))
        assert "ap22-m14" == str(remote.value(URIRef(THING), SKOS.notation))


@pytest.mark.parametrize("workers", [1, 2])
def test_ends_whole_when_told(serve: Serve, workers: int) -> None:
    """SIGTERM ends every process, even while queries run, and leaves no socket."""
    served = serve("--workers", workers, HANKINTA_DEADLINE="8")
    _be_up(served)
    with ThreadPoolExecutor(1) as thread:
        query = thread.submit(httpx.get, f"{served.address}/sparql", params={"query": NEVER_ENDS}, timeout=MINUTE)
        until(lambda: 1 == at_work(served))
        family = served.family()
        served.process.send_signal(signal.SIGTERM)
        query.exception()

    assert len(family) >= 4
    assert [] == gone(family, MINUTE)
    assert not (served.var / "pool.sock").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_outlives_a_killed_server(serve: Serve, workers: int) -> None:
    """When the server is killed with SIGKILL, pool, zygotes, query workers and web workers end by themselves."""
    served = serve("--workers", workers, HANKINTA_DEADLINE="200")
    _be_up(served)
    with ThreadPoolExecutor(1) as thread:
        query = thread.submit(httpx.get, f"{served.address}/sparql", params={"query": NEVER_ENDS}, timeout=MINUTE)
        until(lambda: 1 == at_work(served))
        family = served.family()
        served.process.kill()
        query.exception()
    served.process.wait(MINUTE)

    assert len(family) >= 4
    assert [] == gone(family[1:], MINUTE)


def test_lost_processes_are_replaced(serve: Serve) -> None:
    """When zygotes and query workers are killed, the next queries are answered."""
    served = serve()
    for _ in range(2):
        _be_up(served)
        for each in served.family():
            with contextlib.suppress(psutil.Error):  # a worker may have ended with its zygote
                if "sparql.zygote" in each.cmdline():
                    each.kill()
        _be_up(served)


def test_lost_pool_is_replaced(serve: Serve) -> None:
    """When the query pool is killed, it is started again, and queries are answered by itself once more; at the end none is left."""
    served = serve()
    for _ in range(2):
        _be_up(served)
        pools = [each for each in served.family() if "sparql.pool" in each.cmdline()]
        assert 1 == len(pools)
        pools[0].kill()
        end = time.monotonic() + MINUTE
        statuses = [_health(served)]
        while 200 != statuses[-1] or pools[0].is_running():
            assert time.monotonic() < end, statuses
            time.sleep(0.2)
            statuses.append(_health(served))
        assert {200, 500, 503} >= set(statuses)
    family = served.family()
    served.process.send_signal(signal.SIGTERM)

    assert [] == gone(family, MINUTE)


def test_what_is_published_becomes_visible(serve: Serve, tmp_path: Path) -> None:
    """An entry published by the command line while the service runs is in the next answer; old versions stay askable."""
    served = serve("--workers", 2)
    entry = tmp_path / "entry.ttl"
    entry.write_text(f'<http://example.org/seen> <{SKOS.editorialNote}> "seen"@en .\n', encoding="utf-8")
    hankinta = runner(served.var, tmp_path)
    ask = f"ASK {{ <http://example.org/seen> <{SKOS.editorialNote}> ?note }}"

    def asked() -> httpx.Response:
        return httpx.get(f"{served.address}/sparql", params={"query": ask}, timeout=MINUTE)

    assert asked().json()["boolean"] is False
    published = hankinta("publish", entry, "--why", "a note")
    assert 0 == published.returncode, published.stdout + published.stderr
    seen = asked()

    assert seen.json()["boolean"] is True
    assert "2" == seen.headers["hankinta-version"]
    remote = hankinta("query", "-", "--endpoint", f"{served.address}/sparql", "--format", "json", text=ask)
    assert (0, True) == (remote.returncode, json.loads(remote.stdout)["boolean"])
    refused = hankinta("query", "-", "--endpoint", f"{served.address}/nothing", text=ask)
    assert 2 == refused.returncode
    assert "did not answer" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_slow_reader_holds_up_nobody(serve: Serve) -> None:
    """A client that asks for much and does not read is cut off at the deadline, while others are answered."""
    served = serve(HANKINTA_QUERY_WORKERS="2", HANKINTA_DEADLINE="6")
    host, port = served.address.removeprefix("http://").split(":")
    text = urllib.parse.quote("SELECT * { ?s ?p ?o . ?s ?q ?r }")
    slow = [socket.create_connection((host, int(port))) for _ in range(2)]
    for each in slow:
        each.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
    started = time.monotonic()
    time.sleep(1)

    assert 200 == httpx.get(served.address, timeout=MINUTE).status_code
    time.sleep(max(0, 7 - (time.monotonic() - started)))
    _be_up(served)
    for each in slow:
        each.settimeout(MINUTE)
        received = b""
        while part := each.recv(1 << 20):
            received += part
        assert received.startswith(b"HTTP/1.1 200")
        assert not received.endswith(b"\r\n0\r\n\r\n")  # the chunk that would say that the answer is whole
        each.close()


def test_half_requests_hold_up_nobody(serve: Serve) -> None:
    """Half a request, over TCP or on the pool's own socket, costs nobody else an answer."""
    served = serve(HANKINTA_QUERY_WORKERS="2", HANKINTA_DEADLINE="30")
    host, port = served.address.removeprefix("http://").split(":")
    tcp = [socket.create_connection((host, int(port))) for _ in range(20)]
    for each in tcp:
        each.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
        )
    request = wire.Request(ASK, "json", "http://x/", 1 << 20).encode(0, 30.0)
    halves = [
        b"",
        request[:3],
        request[: wire.PREAMBLE.size],
        request[:-1],
        wire.PREAMBLE.pack(0, float("nan"), 0, 1 << 31),
    ]
    unix = []
    for half in halves:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(served.var / "pool.sock"))
        connection.sendall(half)
        unix.append(connection)

    _be_up(served)
    for each in [*tcp, *unix]:
        each.close()
    _be_up(served)


def test_long_guarding_does_not_stop_the_service(serve: Serve) -> None:
    """While the longest of queries is judged, other clients are answered."""
    served = serve()
    text = "SELECT * { service1 " + "<a" * 500_000
    with ThreadPoolExecutor(1) as thread:
        headers = {"Content-Type": "application/sparql-query"}
        long = thread.submit(httpx.post, f"{served.address}/sparql", content=text.encode(), headers=headers, timeout=60)
        time.sleep(0.3)
        home = httpx.get(served.address, timeout=MINUTE)

        assert not long.done()
        assert 200 == home.status_code
        assert 400 == long.result().status_code


def test_second_server_on_a_port_says_so(serve: Serve, tmp_path: Path) -> None:
    """A port that is taken is told in one message, and no process stays behind."""
    served = serve()
    port = served.address.rpartition(":")[2]
    answer = runner(served.var, tmp_path)("serve", "--port", port)

    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    assert "in use" in answer.stderr
    _be_up(served)
    assert psutil.pid_exists(served.process.pid)
