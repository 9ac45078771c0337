"""
``/queries`` and ``/queries/{slug}``: the saved queries, as tables to read and as files to take.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, memento, pages
from server.problems import BadParameter, NotFound, guarded
from server.routes.answers import chosen, preflight, response, unless_gone, version_headers, versioned
from sparql.errors import NotAcceptable
from sparql.formats import Format, Kind, named, negotiate, offered
from sparql.guard import admit
from sparql.media import parse_accept, quality_of
from sparql.queries import ParameterError, SavedQuery, UnknownQuery, find, saved

_PAGE = {"lang", "format", "at"}  # parameters of the page, not of the query
_JSON = named("json", Kind.SOLUTIONS)


async def index(request: Request) -> Response:
    """The list of saved queries."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    version = here.versions.current() or 0
    if not _wants_html(request):
        listed = [_description(query, here) for query in saved().values()]
        return JSONResponse({"queries": listed}, headers=version_headers(version))
    language = pages.language_of(request)
    shown = [
        {"slug": query.slug, "title": query.title(language), "answers": query.answers} for query in saved().values()
    ]
    title = here.words.say("saved-queries", language)
    return pages.page("queries.html", request, version_headers(version), title=title, version=version, queries=shown)


def _description(query: SavedQuery, here: context.Context) -> dict[str, Any]:
    return {
        "slug": query.slug,
        "title": dict(query.titles),
        "answers": query.answers,
        "parameters": [
            {"name": p.name, "type": p.kind, "required": p.required, "default": p.default} for p in query.parameters
        ],
        "columns": [{"name": column.name, "type": column.kind, "note": column.note} for column in query.columns],
        "url": f"{here.settings.public_url}/queries/{query.slug}",
    }


async def run(request: Request) -> Response:
    """The answer to one saved query, in the format that its suffix, ``?format=`` or ``Accept`` asks for."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    slug, _, suffix = request.path_params["slug"].partition(".")
    try:
        query = find(slug)
    except UnknownQuery as met:
        raise NotFound(str(met)) from met
    given = {name: value for name, value in request.query_params.multi_items() if name not in _PAGE}
    wanted = suffix or request.query_params.get("format", "")
    as_html = wanted == "html" or (not wanted and _wants_html(request))
    missing = [parameter for parameter in query.parameters if parameter.required and not given.get(parameter.name)]
    if as_html and missing:
        return _table(request, query, here, {}, given, chosen(request))
    try:
        bound = {variable.value: str(term) for variable, term in query.bind(given, here.iris).items()}
    except ParameterError as met:
        raise BadParameter(str(met)) from met
    choice = chosen(request)
    format_ = _JSON if as_html else _format(wanted, request)
    answer = await unless_gone(request, here.ask(admit(query.text), format_, choice.number, substitutions=bound))
    if as_html:
        return _table(request, query, here, json.loads(await answer.read()), given, choice)
    headers = versioned(request, choice) | {"Content-Disposition": f'inline; filename="{slug}.{format_.name}"'}
    return response(answer, headers)


def _format(wanted: str, request: Request) -> Format:
    if wanted:
        return named(wanted, Kind.SOLUTIONS)
    return negotiate(request.headers.get("accept", ""), Kind.SOLUTIONS)


def _table(
    request: Request,
    query: SavedQuery,
    here: context.Context,
    solutions: dict[str, Any],
    given: dict[str, str],
    choice: memento.Choice,
) -> Response:
    columns = solutions.get("head", {}).get("vars", [])
    rows = [
        [_cell(binding.get(column), here) for column in columns]
        for binding in solutions.get("results", {}).get("bindings", [])
    ]
    more = f"?{request.scope['query_string'].decode('latin-1')}" if request.scope["query_string"] else ""
    return pages.page(
        "table.html",
        request,
        versioned(request, choice),
        title=query.title(pages.language_of(request)),
        answers=query.answers,
        parameters=[
            {"name": p.name, "kind": p.kind, "value": given.get(p.name, p.default or "")} for p in query.parameters
        ],
        columns=columns,
        rows=rows,
        text=query.text,
        version=choice.number,
        alternates=[(f.name, f.media_type, f"/queries/{query.slug}.{f.name}{more}") for f in offered(Kind.SOLUTIONS)],
    )


def _cell(term: dict[str, str] | None, here: context.Context) -> pages.Value:
    if term is None:
        return pages.Value("")
    if term["type"] != "uri":
        return pages.Value(term["value"], language=term.get("xml:lang"))
    href = here.local(term["value"])
    return pages.Value(here.iris_text(term["value"]), href or term["value"])


def _wants_html(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    ranges = parse_accept(accept)
    try:
        data = negotiate(accept, Kind.SOLUTIONS)
    except NotAcceptable:
        return True
    return bool(accept) and quality_of("text/html", ranges) > max(
        quality_of(n, ranges) for n in (data.media_type, *data.aliases)
    )


_METHODS = ["GET", "OPTIONS"]
routes = [
    Route("/queries", guarded(index), methods=_METHODS),
    Route("/queries/{slug}", guarded(run), methods=_METHODS),
]
