"""
``/sparql``: queries by GET and POST, and what a GET without a query is shown.

Source: SPARQL 1.1 Protocol section 2.1.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import context, forms, memento
from server.answering import Question, disposition, respond
from server.problems import TooSlow, guarded
from server.results import kind_of
from server.routes import description
from server.routes.answers import preflight, unencoded
from sparql import protocol
from sparql.compaction import wants_expanded
from sparql.errors import QuerySyntaxError, QueryTooLong
from sparql.formats import named, negotiate
from sparql.guard import LONGEST_QUERY
from sparql.mistakes import explained

PATH = "/sparql"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
_SLOWEST_BODY = 20.0  # seconds
_SHARE = 4  # bytes; what one character may take in UTF-8


async def endpoint(request: Request) -> Response:
    """Answer one query operation; to a browser, in a page with a form for the next one."""
    if request.method == "OPTIONS":
        response = preflight(request, ", ".join(METHODS))
        response.headers["Accept-Query"] = f'"{protocol.DIRECT}", "{protocol.FORM}"'
        response.headers["Accept-Post"] = f"{protocol.DIRECT}, {protocol.FORM}"
        return response
    if forms.wanted(request):
        return await forms.respond(request, _read, answer)
    query = await _read(request)
    if query is None:
        return await description.service(request)
    return await answer(request, query)


async def _read(request: Request) -> protocol.ProtocolQuery | None:
    parameters = protocol.parameters(request.scope["query_string"])
    if request.method not in {"POST", "QUERY"}:
        return protocol.by_get(parameters)
    unencoded(request)
    try:
        async with asyncio.timeout(_SLOWEST_BODY):
            body = await _body(request)
    except TimeoutError:
        raise TooSlow(f"the query had not come whole after {_SLOWEST_BODY:g} seconds; send it again") from None
    return protocol.by_post(request.headers.get("content-type", ""), parameters, body)


async def answer(request: Request, query: protocol.ProtocolQuery) -> Response:
    """The response to *query*, in the format it names or the client accepts."""
    try:
        return await _answer(request, query)
    except QuerySyntaxError as met:
        raise explained(query.text, met) from met


async def _answer(request: Request, query: protocol.ProtocolQuery) -> Response:
    here = context.of(request)
    admitted = await here.admit(query.text)
    kind = kind_of(admitted)
    accept = ", ".join(request.headers.getlist("accept"))
    format_ = named(query.format, kind) if query.format else negotiate(accept, kind)
    question = Question(
        admitted,
        format_,
        memento.choose(here.versions, query.at, request.headers.get("accept-datetime")),
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        deadline=query.timeout,
        compact=not wants_expanded(accept),
    )
    return await respond(
        request, question, disposition(query.download, format_) if query.download is not None else None
    )


async def _body(request: Request) -> bytes:
    # Percent-encoding can triple it again; the guard counts the characters of the query itself.
    most = 3 * _SHARE * LONGEST_QUERY
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise QueryTooLong(
                f"the request is longer than {most:,} bytes; a query has at most {LONGEST_QUERY:,} characters"
            )
        parts.append(part)
    return b"".join(parts)


answers = guarded(endpoint)
routes = [Route(path, answers, methods=METHODS) for path in (PATH, f"{PATH}/")]
