"""
The form for queries: what a browser sees at ``/sparql``, with the answer to its query in the same page.

Works without script. A form that is sent comes back at an address of its own where that is short enough to be an address,
so that an answer can be kept as a bookmark, read in another language, and found again with the way back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ontology.namespaces import PREFIXES
from server import context, memento, pages, problems, results, validators
from server.answering import Question
from server.problems import TooSlow
from server.routes.answers import chosen, version_headers, versioned
from sparql.errors import QueryError, QuerySyntaxError, StoreError
from sparql.formats import Kind, offered
from sparql.guard import Admitted
from sparql.mistakes import Mistake, explained
from sparql.protocol import ProtocolQuery
from sparql.queries import UnknownQuery, find, saved

_LONGEST_ADDRESS = 6_000  # characters of a query string; some proxies take no more than 8,000
# What a program asks for; one that would rather have a problem document than a page is no browser.
_DATA = frozenset(
    ["application/problem+json"]
    + [name for kind in Kind for each in offered(kind) for name in (each.media_type, *each.aliases)]
)
_LOWEST, _HIGHEST = 8, 24  # lines of the field for the query
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

Read = Callable[[Request], Awaitable[ProtocolQuery | None]]
Plain = Callable[[Request, ProtocolQuery], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    An error as shown: the *status*, the exact message, and where it is known the *place*, line and column, with an *excerpt*.
    """

    status: int
    detail: str
    place: tuple[int, int] | None
    excerpt: str


def wanted(request: Request) -> bool:
    """Whether the client is a browser, or asks for the page by ``format=html``."""
    asked = b"format" in request.scope["query_string"] and request.query_params.get("format") == "html"
    return asked or pages.wanted(request, _DATA)


async def respond(request: Request, read: Read, plain: Plain) -> Response:
    """
    The page with the form, and with the answer when a query was sent; a file when the form asks for one.

    *read* gives the query of the request, *plain* the answer to one in a format that it names.
    """
    try:
        if request.method in {"GET", "HEAD"} and "query" not in request.query_params:
            return _page(request, _begun(request))
        query = await read(request)
    except (QueryError, StoreError, TooSlow, UnknownQuery) as met:
        return _page(request, request.query_params.get("query", ""), trouble=_trouble(met))
    assert query is not None  # noqa: S101 - the parameter is there
    again = _address(request, query)
    if request.method == "POST" and again is not None and query.format in {None, "html"}:
        return RedirectResponse(f"{again}#answer", 303, version_headers(context.of(request).versions.current() or 0))
    try:
        if query.format not in {None, "html"}:
            return await plain(request, query)
        choice = chosen(request, query.at)
        admitted = await context.of(request).admit(query.text)
        headers = versioned(request, choice)
        if request.method != "POST":
            headers = validators.headers(headers, _tag(request, query, admitted, choice))
        if known := validators.unmodified_page(request, pages.headers_of(headers, pages.language_of(request))):
            return known
        shown = await results.shown(
            request,
            admitted,
            choice.number,
            typed=True,
            default_graphs=query.default_graphs,
            named_graphs=query.named_graphs,
            deadline=query.timeout,
        )
        return _page(request, query.text, query=query, shown=shown, choice=choice, headers=headers)
    except QuerySyntaxError as met:
        return _page(request, query.text, query=query, trouble=_trouble(explained(query.text, met)))
    except (QueryError, StoreError) as met:
        return _page(request, query.text, query=query, trouble=_trouble(met))


def _tag(request: Request, query: ProtocolQuery, admitted: Admitted, choice: memento.Choice) -> str | None:
    """The entity tag of the page with the answer to *query*."""
    question = Question(
        admitted,
        results.format_of(admitted),
        choice,
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
    )
    return validators.of_page(question, request, context.of(request).settings, pages.language_of(request))


def _begun(request: Request) -> str:
    """The query that the empty form begins with: the saved one that was chosen, or a short example."""
    if slug := request.query_params.get("example"):
        return find(slug).text
    return _EXAMPLE % {"language": pages.language_of(request)}


def _address(request: Request, query: ProtocolQuery) -> str | None:
    """The address of the page with this answer; None when it would be too long."""
    fields = [
        ("query", query.text),
        *(("default-graph-uri", iri) for iri in query.default_graphs),
        *(("named-graph-uri", iri) for iri in query.named_graphs),
        *([("at", query.at)] if query.at else []),
        *([("timeout", f"{query.timeout:g}")] if query.timeout is not None else []),
        *((name, value) for name, value in request.query_params.multi_items() if name == "lang"),
    ]
    written = urlencode(fields)
    return f"/sparql?{written}" if len(written) <= _LONGEST_ADDRESS else None


def _trouble(error: Exception) -> Trouble:
    place, excerpt = ((error.line, error.column), error.excerpt) if isinstance(error, Mistake) else (None, "")
    return Trouble(problems.status_of(error), str(error), place, excerpt)


def _page(
    request: Request,
    text: str,
    *,
    query: ProtocolQuery | None = None,
    shown: results.Shown | None = None,
    trouble: Trouble | None = None,
    choice: memento.Choice | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    here = context.of(request)
    number = choice.number if choice else here.versions.current() or 0
    language = pages.language_of(request)
    again = _address(request, query) if query else None
    status = trouble.status if trouble else 200
    return pages.page(
        "sparql.html",
        request,
        headers or (problems.headers_of(status) if trouble else version_headers(number)),
        title=here.words.say("ask", language),
        version=number,
        status=status,
        text=text,
        lines=min(max(text.count("\n") + 2, _LOWEST), _HIGHEST),
        shown=shown,
        caption=pages.counted(here, language, len(shown.rows), 0, more=shown.more) if shown else "",
        trouble=trouble,
        detail=problems.told(trouble.detail, language) if trouble else None,
        told=_said(here, status, language),
        downloads=_downloads(shown, again),
        example=request.query_params.get("example", ""),
        examples=[(each.slug, each.title(language)) for each in saved().values()],
        prefixes=PREFIXES.items(),
        formats=[(kind.value, [each.name for each in offered(kind)]) for kind in (Kind.SOLUTIONS, Kind.GRAPH)],
        at=query.at if query and query.at else "",
        timeout=f"{query.timeout:g}" if query and query.timeout else "",
        longest=here.settings.deadline,
    )


def _said(here: context.Context, status: int, language: str) -> tuple[str, str]:
    """What the page calls a problem, and what it advises; a bad request is here an error in the query."""
    keys = (
        ("problem-query", "advice-query") if status == HTTPStatus.BAD_REQUEST else problems.worded(status, here.words)
    )
    return here.words.say(keys[0], language), here.words.say(keys[1], language)


def _downloads(shown: results.Shown | None, again: str | None) -> list[tuple[str, Any, str]]:
    if shown is None or again is None:
        return []
    return [(each.name, each.media_type, f"{again}&format={each.name}&download=answer") for each in offered(shown.kind)]
