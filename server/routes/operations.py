"""
The first page, the JSON-LD context, the style sheet, and what an operator watches.
"""

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, pages, words
from server.problems import CORS, NotFound, guarded
from server.routes.answers import preflight
from sparql.errors import QueryError, StoreError
from sparql.formats import FORMATS

_CONTEXT_TYPE = "application/ld+json"
_STATIC = {"style.css": "text/css"}
_HOUR = 3600  # seconds


async def home(request: Request) -> Response:
    """The first page."""
    here = context.of(request)
    language = words.chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    title = here.words.say("tagline", language)
    return pages.page("home.html", here, language, title=title, version=here.versions.current() or 0)


@cache
def _packaged(package: str, name: str) -> tuple[bytes, str]:
    body = (files(package) / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def _file(request: Request, body: bytes, etag: str, media_type: str) -> Response:
    headers = {**CORS, "ETag": etag, "Cache-Control": f"public, max-age={_HOUR}"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


async def jsonld_context(request: Request) -> Response:
    """The JSON-LD context of every document."""
    if request.method == "OPTIONS":
        return preflight(request)
    return _file(request, *_packaged("ontology", "context.jsonld"), _CONTEXT_TYPE)


async def static(request: Request) -> Response:
    """A file of the pages."""
    name = request.path_params["name"]
    if name not in _STATIC:
        raise NotFound(f"there is no file {name} here")
    return _file(request, *_packaged("server", f"static/{name}"), _STATIC[name])


async def health(request: Request) -> Response:
    """
    200 when a query over the newest version is answered, 503 with the reason when not.
    """
    here = context.of(request)
    version = None
    try:
        version = here.versions.current()
        answer = await here.ask("ASK { ?s ?p ?o }", FORMATS[0], version or 0, deadline=5)
        await answer.read()
    except (QueryError, StoreError) as met:
        return JSONResponse({"status": "down", "version": version, "reason": str(met)}, 503, headers=CORS)
    return JSONResponse({"status": "up", "version": version}, headers={**CORS, "Cache-Control": "no-store"})


routes = [
    Route("/", guarded(home)),
    Route("/context.jsonld", guarded(jsonld_context), methods=["GET", "OPTIONS"]),
    Route("/static/{name}", guarded(static)),
    Route("/health", guarded(health)),
]
