"""
``/update``: SPARQL updates of any graphs, whole or not at all, each of which makes a version.

Source: SPARQL 1.1 Protocol section 2.2.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, pages
from server.routes import writing
from server.routes.answers import preflight, version_headers
from server.writes import Job, ShapesViolated, Verb
from sparql import protocol

_METHODS = "OPTIONS, POST"


async def endpoint(request: Request) -> Response:
    """Carry out one update, and tell the version that holds what it asked for."""
    if request.method == "OPTIONS":
        response = preflight(request, _METHODS)
        response.headers["Accept-Post"] = f"{protocol.UPDATE}, {protocol.FORM}"
        return response
    who = writing.authorised(request)
    given = protocol.parameters(request.scope["query_string"])
    with await writing.body(request) as file:
        sent = protocol.update_by_post(request.headers.get("content-type", ""), given, file.read())
    job = Job(
        Verb.UPDATE,
        who,
        text=sent.text,
        using=sent.using_graphs,
        using_named=sent.using_named_graphs,
        report=writing.report_format(request),
        language=pages.language_of(request),
    )
    try:
        reply = await context.of(request).writer.write(job)
    except ShapesViolated as met:
        return writing.refused(request, met)
    told = {
        "version": reply.version,
        "published": reply.now,
        "changed": list(reply.changed),
        "triples": reply.triples,
        "warnings": reply.warnings,
    }
    headers = {**version_headers(reply.version), "Location": writing.version_address(request, reply.version)}
    return JSONResponse(told, headers=headers)


routes = [Route(path, writing.uncached(endpoint), methods=_METHODS.split(", ")) for path in ("/update", "/update/")]
