"""The access log says what was asked of the service, and never who may write."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from server import asked, watch
from server.accesslog import AccessLog
from server.cache import Cache
from server.metrics import CacheCount

QUERY = "ASK { ?s ?p 'ä' }"
TOKEN = "hankinta-secret"  # noqa: S105 - it is the test that it is written nowhere


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    if text := request.query_params.get("query"):
        asked.note(text)
    if request.url.path == "/broken":

        async def parts():
            yield b"12345"
            raise ConnectionError("the worker has gone")

        await StreamingResponse(parts())(scope, receive, send)
    else:
        await PlainTextResponse("ä" * 10, headers={"Hankinta-Version": "7"})(scope, receive, send)


def _logged(place: Path, path: str, *, with_queries: bool = False, **parameters: str) -> dict[str, object]:
    log = AccessLog(str(place), with_queries=with_queries)
    client = TestClient(watch.Watched(_answer, watch.Watch(log), CacheCount(Cache(0))), raise_server_exceptions=False)
    client.get(path, params=parameters, headers={"Authorization": f"Bearer {TOKEN}"})
    log.flush()
    lines = place.read_text(encoding="utf-8").splitlines()
    assert TOKEN not in "".join(lines)
    fields: dict[str, object] = json.loads(lines[-1])
    return fields


def test_a_request_is_one_line(tmp_path: Path) -> None:
    """Time, method, path, status, duration, bytes and version of each request stand in one JSON object."""
    fields = _logged(tmp_path / "log", "/doc/measure/ä", token=TOKEN)

    assert ("GET", "/doc/measure/ä", 200, 20, 7) == tuple(
        fields[key] for key in ("method", "path", "status", "bytes", "version")
    )
    assert str(fields["time"]).endswith("+00:00")
    assert 0 <= float(str(fields["seconds"])) < 10
    assert not {"query", "text", "broken"} & set(fields)


@pytest.mark.parametrize("with_queries", [False, True])
def test_the_text_of_a_query_is_the_operators_choice(tmp_path: Path, with_queries: bool) -> None:
    """A query is known by its hash; its text is written only where the operator says so."""
    fields = _logged(tmp_path / "log", "/sparql", with_queries=with_queries, query=QUERY)

    assert hashlib.sha256(QUERY.encode()).hexdigest().startswith(str(fields["query"]))
    assert fields.get("text") == (QUERY if with_queries else None)


def test_an_answer_that_breaks_off_is_told(tmp_path: Path) -> None:
    """An answer whose connection was aborted stands in the log as broken, with the bytes that went out."""
    fields = _logged(tmp_path / "log", "/broken")

    assert (True, 5) == (fields["broken"], fields["bytes"])


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    """Requests are answered though the file of the log cannot be opened."""
    log = AccessLog(str(tmp_path), with_queries=False)
    client = TestClient(watch.Watched(_answer, watch.Watch(log), CacheCount(Cache(0))))

    assert 200 == client.get("/x").status_code
    log.flush()


def test_a_moved_log_is_begun_anew(tmp_path: Path) -> None:
    """Whoever rotates the log moves the file; the next lines go to a new one."""
    log = AccessLog(str(tmp_path / "log"), with_queries=False)

    async def scene() -> None:
        for number in range(3):
            log.write({"number": number, "filler": "x" * 3000}, None)
            log.flush()
            (tmp_path / "log").rename(tmp_path / f"log.{number}")

    asyncio.run(scene())
    assert [0, 1, 2] == [json.loads((tmp_path / f"log.{number}").read_text())["number"] for number in range(3)]
