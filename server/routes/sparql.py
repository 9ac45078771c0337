"""
``/sparql``: queries by GET and POST, and what a GET without a query is shown.

Source: SPARQL 1.1 Protocol section 2.1.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import context, pages
from server.problems import TooSlow, guarded
from server.routes import description
from server.routes.answers import chosen as chosen_version
from server.routes.answers import preflight, response, unless_gone, version_headers, versioned
from sparql import protocol
from sparql.compaction import wants_expanded
from sparql.errors import QuerySyntaxError, QueryTooLong
from sparql.formats import Kind, negotiate, offered
from sparql.formats import named as named_format
from sparql.guard import LONGEST_QUERY, Form
from sparql.mistakes import explained

_METHODS = "GET, HEAD, OPTIONS, POST, QUERY"
_SLOWEST_BODY = 20.0  # seconds
_SHARE = 4  # bytes; what one character may take in UTF-8
_EXAMPLE = """PREFIX hv: <https://w3id.org/hankintaverkko/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?measure ?title ?actor
WHERE {
  ?measure hv:responsible ?responsible .
  ?measure skos:prefLabel ?title .
  ?responsible skos:prefLabel ?actor .
  FILTER(LANG(?title) = "%(language)s" && LANG(?actor) = "%(language)s")
}
ORDER BY ?title
LIMIT 50
"""


async def endpoint(request: Request) -> Response:
    """Answer one query operation, or show the form to a browser that sends none."""
    if request.method == "OPTIONS":
        response = preflight(request, _METHODS)
        response.headers["Accept-Query"] = f'"{protocol.DIRECT}", "{protocol.FORM}"'
        return response
    parameters = protocol.parameters(request.scope["query_string"])
    if request.method in {"POST", "QUERY"}:
        try:
            async with asyncio.timeout(_SLOWEST_BODY):
                body = await _body(request)
        except TimeoutError:
            raise TooSlow(f"the query had not come whole after {_SLOWEST_BODY:g} seconds; send it again") from None
        query = protocol.by_post(request.headers.get("content-type", ""), parameters, body)
    else:
        asked = protocol.by_get(parameters)
        if asked is None:
            return _form(request) if description.wants_page(request) else await description.service(request)
        query = asked
    return await answer(request, query)


async def answer(request: Request, query: protocol.ProtocolQuery) -> Response:
    """The response to *query*, in the format it names or the client accepts."""
    try:
        return await _answer(request, query)
    except QuerySyntaxError as met:
        raise explained(query.text, met) from met


async def _answer(request: Request, query: protocol.ProtocolQuery) -> Response:
    here = context.of(request)
    admitted = await here.admit(query.text)
    form = admitted.form
    kind = Kind.GRAPH if form.gives_graph else Kind.BOOLEAN if form is Form.ASK else Kind.SOLUTIONS
    accept = request.headers.get("accept", "")
    chosen = named_format(query.format, kind) if query.format else negotiate(accept, kind)
    choice = chosen_version(request, query.at)
    asked = here.ask(
        admitted,
        chosen,
        choice.number,
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        deadline=query.timeout,
        compact=not wants_expanded(accept),
    )
    result = await unless_gone(request, asked)
    return response(result, versioned(request, choice))


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


def _form(request: Request) -> Response:
    here = context.of(request)
    language, version = pages.language_of(request), here.versions.current() or 0
    return pages.page(
        "sparql.html",
        request,
        version_headers(version),
        title=here.words.say("ask", language),
        version=version,
        text=_EXAMPLE % {"language": language},
        formats=sorted({format_.name for kind in Kind for format_ in offered(kind)}),
    )


routes = [Route("/sparql", guarded(endpoint), methods=_METHODS.split(", "))]
