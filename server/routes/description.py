"""
What the service says of itself: its description, VoID, example queries and prefixes.

Source: SPARQL 1.1 Service Description section 2; VoID section 7.2; RFC 8615.
"""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from ontology.namespaces import PREFIXES
from server import context, descriptions
from server.descriptions import Descriptions, Written
from server.openapi import document
from server.problems import CORS, NotFound, guarded
from server.routes.answers import chosen, matches, preflight, unless_gone, version_headers, versioned
from sparql.formats import Format, Kind, named, negotiate
from sparql.queries import UnknownQuery


async def service(request: Request) -> Response:
    """The service description, for a GET of ``/sparql`` without a query."""
    return await _described(request, "service")


async def void(request: Request) -> Response:
    """The VoID description of everything published."""
    if request.method == "OPTIONS":
        return preflight(request)
    return await _described(request, "dataset")


async def examples(request: Request) -> Response:
    """The saved queries as examples for SPARQL editors, all of them or one."""
    if request.method == "OPTIONS":
        return preflight(request)
    here, format_ = context.of(request), _format(request)
    try:
        triples = descriptions.example_queries(here, request.path_params.get("slug", ""))
    except UnknownQuery as met:
        raise NotFound(str(met)) from met
    written = await asyncio.to_thread(descriptions.write, triples, format_)
    return _sent(request, written, version_headers(here.versions.current() or 0))


async def prefixes(request: Request) -> Response:
    """Prefix -> namespace, for editors and scripts."""
    if request.method == "OPTIONS":
        return preflight(request)
    body = json.dumps(PREFIXES, indent=2).encode() + b"\n"
    written = descriptions.tagged("application/json", body)
    return _sent(request, written, version_headers(context.of(request).versions.current() or 0))


async def openapi(request: Request) -> Response:
    """What a program can ask of this service, as an OpenAPI document."""
    if request.method == "OPTIONS":
        return preflight(request)
    body = json.dumps(document(context.of(request).settings.public_url), ensure_ascii=False).encode() + b"\n"
    return _sent(request, descriptions.tagged("application/json", body), {**CORS, "Cache-Control": "public, no-cache"})


class Whole(BaseRoute):
    """
    What the service as a whole takes: the answer to ``OPTIONS *``, with the methods that any of its addresses has.

    Source: RFC 9110 sections 9.3.7 and 10.2.1.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether *scope* is such a request, which names no address."""
        asked = scope["type"] == "http" and (scope["method"], scope["path"]) == ("OPTIONS", "*")
        return (Match.FULL if asked else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it."""
        methods = {method for route in scope["app"].routes for method in getattr(route, "methods", None) or ()}
        await preflight(Request(scope), ", ".join(sorted(methods)))(scope, receive, send)


async def _described(request: Request, name: str) -> Response:
    here, format_, choice = context.of(request), _format(request), chosen(request)
    made: Descriptions = request.app.state.descriptions
    written = await unless_gone(request, made.written(here, choice.moment, name, format_))
    # The version never changes, but the settings that are told beside it may.
    return _sent(request, written, versioned(request, choice) | {"Cache-Control": "public, no-cache"})


def _format(request: Request) -> Format:
    wanted = request.query_params.get("format", "")
    return named(wanted, Kind.GRAPH) if wanted else negotiate(request.headers.get("accept", ""), Kind.GRAPH)


def _sent(request: Request, written: Written, headers: dict[str, str]) -> Response:
    headers["ETag"] = written.etag
    if matches(request.headers.get("if-none-match"), written.etag):
        return Response(status_code=304, headers=headers)
    return Response(written.body, headers=headers, media_type=written.content_type)


_METHODS = ["GET", "OPTIONS"]
routes: list[BaseRoute] = [
    Whole(),
    Route("/.well-known/void", guarded(void), methods=_METHODS),
    Route("/.well-known/sparql-examples", guarded(examples), methods=_METHODS),
    Route("/.well-known/sparql-examples/", guarded(examples), methods=_METHODS),
    Route("/.well-known/sparql-examples/{slug}", guarded(examples), methods=_METHODS),
    Route("/openapi.json", guarded(openapi), methods=_METHODS),
    Route("/prefixes.json", guarded(prefixes), methods=_METHODS),
]
