"""
``/store`` and ``/graph/…``: graphs read and written one by one.

``/store?graph=`` names a graph by its IRI, ``/store?default`` the stored default graph; under ``/graph/`` each graph of ours
is at an address of its own, and under ``/store/`` there are graphs whose name is their address.

Source: SPARQL 1.1 Graph Store HTTP Protocol.
"""

import os
import uuid
from dataclasses import replace

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loaders.amendment import state
from server import content, context, memento, pages
from server.problems import BadParameter, NotFound
from server.routes import writing
from server.routes.answers import chosen, matches, preflight, response, unless_gone, version_headers, versioned
from server.writes import ConditionFailed, Job, Reply, ShapesViolated, Verb
from sparql import media, protocol
from sparql.errors import UnsupportedMediaType
from sparql.formats import Format, Kind, named, negotiate
from sparql.store import graph_of

_METHODS = "GET, HEAD, OPTIONS, PUT, POST, DELETE, PATCH"
_STORE = "/store"
_DEFAULT = "default"
_KNOWN = {"graph", _DEFAULT, "format", "at", "lang"}


async def indirect(request: Request) -> Response:
    """Read or write the graph that a parameter names; a POST without one makes a new graph."""
    if request.method == "OPTIONS":
        return _options(request)
    given = protocol.parameters(request.scope["query_string"])
    graphs = [value for name, value in given if name == "graph"]
    default = any(name == _DEFAULT for name, _ in given)
    unknown = sorted({name for name, _ in given} - _KNOWN)
    if unknown:
        raise BadParameter(f'"{unknown[0]}" is no parameter here; there are graph, default, format and at')
    if len(graphs) + default == 1:
        return await _answer(request, _DEFAULT if default else _graph(request, graphs[0]))
    if not graphs and not default and request.method == "POST":
        return await _write(request, f"{context.of(request).settings.base_iri}graph/{uuid.uuid4()}", new=True)
    raise BadParameter("name one graph: ?graph= and its IRI, percent-encoded, or ?default")


async def direct(request: Request) -> Response:
    """Read or write the graph whose name this address is, or would be under the base of our IRIs."""
    if request.method == "OPTIONS":
        return _options(request)
    settings = context.of(request).settings
    path = request.scope.get("raw_path", request.scope["path"].encode()).partition(b"?")[0].decode("ascii", "replace")
    if path == f"{_STORE}/":
        return await indirect(request)
    ours = not path.startswith(f"{_STORE}/")
    return await _answer(
        request, _absolute(settings.base_iri + path.lstrip("/") if ours else settings.public_url + path)
    )


def _options(request: Request) -> Response:
    response = preflight(request, _METHODS)
    response.headers["Accept-Post"] = ", ".join((*content.FORMATS, content.FORM))
    response.headers["Accept-Patch"] = protocol.UPDATE
    return response


def _graph(request: Request, iri: str) -> str:
    """The graph that *iri* names; an address under ``/graph/`` of this service names the graph that is read there."""
    settings = context.of(request).settings
    here = f"{settings.public_url}/graph/"
    return _absolute(f"{settings.base_iri}graph/{iri.removeprefix(here)}" if iri.startswith(here) else iri)


def _absolute(iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as met:
        raise BadParameter(f'"{iri}" names no graph; write an absolute IRI, percent-encoded') from met


async def _answer(request: Request, graph: str) -> Response:
    return await (_read(request, graph) if request.method in {"GET", "HEAD"} else _write(request, graph))


async def _read(request: Request, graph: str) -> Response:
    here = context.of(request)
    choice = chosen(request)
    number = choice.number
    found = state(here.versions.record(number), graph_of(graph))
    if found is None:
        raise NotFound(f'there is no graph "{graph}" in version {number}')
    format_ = _format(request)
    headers = {**versioned(request, choice), "ETag": writing.tag_of(found, format_.name)}
    tags = request.headers.get("if-none-match")
    dated = None if tags is not None else request.headers.get("if-modified-since")
    if matches(tags, headers["ETag"]) or memento.is_unchanged(choice, dated):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        answer = Response(headers=headers, media_type=format_.content_type)
        del answer.headers["content-length"]
        return answer
    return response(await unless_gone(request, here.dump(graph, format_, number)), headers)


def _format(request: Request) -> Format:
    name, accept = request.query_params.get("format"), ", ".join(request.headers.getlist("accept"))
    return named(name, Kind.GRAPH) if name else negotiate(accept, Kind.GRAPH)


async def _write(request: Request, graph: str, *, new: bool = False) -> Response:
    who = writing.authorised(request)
    verb = Verb(request.method)
    kind = request.headers.get("content-type", "")
    job = Job(
        verb,
        who,
        graph,
        kind,
        report=writing.report_format(request),
        language=pages.language_of(request),
        match=_expected(request, graph),
        none_match=writing.states(request, "if-none-match"),
    )
    try:
        if verb is Verb.DELETE:
            reply = await context.of(request).writer.write(job)
        elif verb is Verb.PATCH:
            reply = await _patch(request, job)
        else:
            reply = await _send(request, job)
    except ShapesViolated as met:
        return writing.refused(request, met)
    headers = version_headers(reply.version)
    if reply.created or new:
        headers["Location"] = writing.graph_address(request, graph)
    return Response(status_code=201 if reply.created and graph != _DEFAULT else 204, headers=headers)


def _expected(request: Request, graph: str) -> tuple[str, ...] | None:
    """
    The states in which the client expects *graph* to be: those of ``If-Match``, or the present one when nothing was published
    after the time in ``If-Unmodified-Since``; None when it says nothing.

    Raises:
        ConditionFailed: Something was published since.

    Source: RFC 9110 sections 13.1.1 and 13.1.4.
    """
    states, since = writing.states(request, "if-match"), request.headers.get("if-unmodified-since", "")
    if states is not None or memento.date_of(since) is None:
        return states
    choice = memento.choose(context.of(request).versions, None, None)
    found = state(context.of(request).versions.record(choice.number), graph_of(graph))
    if found is None:
        return None
    if not memento.is_unchanged(choice, since):
        raise ConditionFailed(f"version {choice.number} was published after {since}; read the graph again")
    return (found,)


async def _send(request: Request, job: Job) -> Reply:
    if job.verb is Verb.PUT and "content-range" in request.headers:
        raise BadParameter(
            "Content-Range came with PUT, which replaces the whole graph; send all of it without that header"
        )
    with await writing.body(request) as file:
        if not file.seek(0, os.SEEK_END) and not job.media_type:
            return await context.of(request).writer.write(job)
        content.check(job.media_type)
        return await context.of(request).writer.write(job, file)


async def _patch(request: Request, job: Job) -> Reply:
    if media.parse(job.media_type).name != protocol.UPDATE:
        raise UnsupportedMediaType(f"a graph is patched by an update, sent as {protocol.UPDATE}", (protocol.UPDATE,))
    with await writing.body(request) as file:
        update = protocol.update_by_post(job.media_type, (), file.read())
    return await context.of(request).writer.write(replace(job, text=update.text))


routes = [
    Route(_STORE, writing.uncached(indirect), methods=_METHODS.split(", ")),
    Route(f"{_STORE}/{{name:path}}", writing.uncached(direct), methods=_METHODS.split(", ")),
    Route("/graph/{name:path}", writing.uncached(direct), methods=_METHODS.split(", ")),
]
