"""
One query asked from the command line: of a version on this machine, or of somebody else's endpoint.
"""

import asyncio
import contextlib
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from server.federating import Federation
from server.settings import Settings
from sparql.asker import Asker
from sparql.errors import QueryError, QuerySyntaxError
from sparql.formats import Format, Kind, named, offered
from sparql.guard import Admitted, Form, admit
from sparql.limits import Limits
from sparql.mistakes import explained
from sparql.pool import Pool
from sparql.versions import Versions
from sparql.wire import Request


class EndpointError(QueryError):
    """The endpoint did not answer the query; the message says why."""


def text(path: Path) -> str:
    """
    The query in the file at *path*.

    Raises:
        QueryError: It is not UTF-8.
        OSError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as met:
        raise QueryError(f'"{path}" is not UTF-8: byte {met.start}; save it as UTF-8') from met


def ask(written: str, name: str | None, version: int, settings: Settings) -> bytes:
    """
    The answer to a query over *version* (0: the newest), in the format called *name*, else the preferred one.

    A worker process answers it, so that the deadline holds here as well. Endpoints that the settings open are asked for
    what its SERVICE patterns say, with the checks of the service.
    """
    admitted = admit(asyncio.run(Federation(settings).resolved(written)))
    chosen = _format(admitted, name)
    request = Request(
        admitted.text,
        chosen.name,
        settings.endpoint,
        settings.answer_bytes,
        names_dataset=admitted.names_dataset,
        union=settings.union_default_graph,
        rows=settings.answer_rows,
        compact=True,
    )
    try:
        return asyncio.run(_ask(request, version, settings))
    except QuerySyntaxError as met:
        raise explained(written, met) from met


async def _ask(request: Request, version: int, settings: Settings) -> bytes:
    address = Path(f"{settings.pool_socket}.{id(request):x}")
    # Memory pays only when many queries follow; one reads from disk.
    limits = Limits(workers=1, deadline=settings.deadline, memory=settings.query_memory, in_memory=0)
    ready = asyncio.Event()
    pool = asyncio.create_task(Pool(Versions(settings.var), address, limits).run(ready))
    await asyncio.wait({pool, asyncio.ensure_future(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        answer = await Asker(address).ask(request, version, settings.deadline)
        return await answer.read()
    finally:
        pool.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pool


def ask_endpoint(written: str, name: str | None, url: str, deadline: float) -> bytes:
    """
    The answer of the SPARQL endpoint at *url*.

    Raises:
        EndpointError: It cannot be reached, or says no.
    """
    chosen = _format(admit(written), name)
    client = SPARQLWrapper(url, agent="hankintaverkko")
    client.setMethod(POST)
    client.setTimeout(max(1, int(deadline)))
    client.addCustomHttpHeader("Accept", chosen.media_type)
    client.setOnlyConneg(True)  # otherwise it asks for XML beside the header
    client.setQuery(written)
    try:
        with client.query().response as response:
            body: bytes = response.read()
            return body
    except (SPARQLWrapperException, URLError, HTTPException, OSError, ValueError) as met:
        raise EndpointError(f"{url} did not answer: {met}") from met


def _format(admitted: Admitted, name: str | None) -> Format:
    kind = Kind.GRAPH if admitted.form.gives_graph else Kind.BOOLEAN if admitted.form is Form.ASK else Kind.SOLUTIONS
    if name:
        return named(name, kind)
    return named("tsv", kind) if kind is Kind.SOLUTIONS else offered(kind)[0]
