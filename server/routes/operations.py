"""
The first page, the JSON-LD context, the style sheet, and what an operator watches.
"""

import asyncio
import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, metrics, pages
from server.problems import CORS, NotFound, guarded
from server.routes.answers import preflight, version_headers
from server.settings import shares_metrics
from sparql.errors import Overloaded, QueryError, StoreError
from sparql.formats import FORMATS
from sparql.guard import admit

_CONTEXT_TYPE = "application/ld+json"
_STATIC = {"style.css": "text/css"}
_HEALTHY = 5.0  # seconds within which a service that is up answers
_NOW = {**CORS, "Cache-Control": "no-store"}
_HOUR = 3600  # seconds


async def home(request: Request) -> Response:
    """The first page."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    title = here.words.say("tagline", pages.language_of(request))
    version = here.versions.current() or 0
    return pages.page("home.html", request, version_headers(version), title=title, version=version)


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
    if request.method == "OPTIONS":
        return preflight(request)
    name = request.path_params["name"]
    if name not in _STATIC:
        raise NotFound(f"there is no file {name} here")
    return _file(request, *_packaged("server", f"static/{name}"), _STATIC[name])


async def health(request: Request) -> Response:
    """200 as long as this process answers at all; whoever watches it need not restart it."""
    if request.method == "OPTIONS":
        return preflight(request)
    return JSONResponse({"status": "up"}, headers=_NOW)


async def ready(request: Request) -> Response:
    """
    200 when a query over the newest version is answered, 503 with the reason when not.
    """
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    version = None
    try:
        version = here.versions.current()
        async with asyncio.timeout(_HEALTHY):
            answer = await here.ask(admit("ASK { ?s ?p ?o }"), FORMATS[0], version or 0, deadline=_HEALTHY)
            await answer.read()
    except (QueryError, StoreError, TimeoutError) as met:
        reason = str(met) or f"no query worker came free within {_HEALTHY:g} seconds"
        headers = _NOW | {"Retry-After": str(Overloaded.retry_after)}
        return JSONResponse({"status": "down", "version": version, "reason": reason}, 503, headers=headers)
    return JSONResponse({"status": "up", "version": version}, headers=_NOW)


async def measures(request: Request) -> Response:
    """What the processes of the service have counted, for Prometheus."""
    if request.method == "OPTIONS":
        return preflight(request)
    versions = context.of(request).versions
    body = await asyncio.to_thread(metrics.written, versions, shared=shares_metrics())
    return Response(body, headers={**_NOW, "Content-Type": metrics.CONTENT_TYPE})


_METHODS = ["GET", "OPTIONS"]
routes = [
    Route("/", guarded(home), methods=_METHODS),
    Route("/context.jsonld", guarded(jsonld_context), methods=_METHODS),
    Route("/static/{name}", guarded(static), methods=_METHODS),
    Route("/health", guarded(health), methods=_METHODS),
    Route("/ready", guarded(ready), methods=_METHODS),
    Route("/metrics", guarded(measures), methods=_METHODS),
]
