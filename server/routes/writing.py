"""
What every request that writes has in common: a token, a bounded body, and an answer that nobody keeps.

Source: RFC 6750; RFC 9110 sections 11.6 and 13.1; RFC 9111 section 3.5.
"""

import asyncio
import json
import tempfile
from typing import BinaryIO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from server import context
from server.problems import CORS, BadParameter, Endpoint, TooSlow, guarded, problem
from server.routes import answers
from server.tokens import Tokens
from server.writes import NotAuthenticated, ShapesViolated, WriteTooLarge, WritingClosed
from sparql.media import parse_accept, quality_of

_HOW = 'create a token with "hankinta token create --name NAME" and send it as "Authorization: Bearer TOKEN"'
# Format of a report -> the media types by which it is asked for, preferred first.
_REPORTS = {
    "json": ("application/problem+json", "application/json"),
    "ttl": ("text/turtle",),
    "jsonld": ("application/ld+json",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "text": ("text/plain",),
    "html": ("text/html",),
}


def uncached(endpoint: Endpoint) -> Endpoint:
    """*endpoint* with its errors as problem documents; what an authorised request is answered, no cache keeps."""
    told = guarded(endpoint)

    async def answered(request: Request) -> Response:
        response = await told(request)
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="Hankintaverkko"' + (
                ', error="invalid_token"' if "authorization" in request.headers else ""
            )
        if request.method not in {"GET", "HEAD", "OPTIONS"} or "authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store"
            response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("vary"), "Authorization")))
        return response

    return answered


def authorised(request: Request) -> str:
    """
    The name of the token with which *request* is made.

    Raises:
        WritingClosed: There is no token at all.
        NotAuthenticated: The request has none, or one that is none.
    """
    tokens = Tokens(context.of(request).settings.var)
    if not tokens.all():
        raise WritingClosed(f"nobody may write here, as there is no token; {_HOW}")
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not secret.strip():
        raise NotAuthenticated(f"writing needs a token; {_HOW}")
    holder = tokens.holder(secret.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise NotAuthenticated(f"this is no token of this service, or it has been revoked; {_HOW}")
    return holder


async def body(request: Request) -> BinaryIO:
    """
    The body of *request* as a file without a name, at its beginning; the caller closes it.

    Raises:
        WriteTooLarge: It has more bytes than the setting allows.
        TooSlow: It had not come whole in time.
        UnsupportedMediaType: It is encoded.
    """
    settings = context.of(request).settings
    most = settings.write_bytes
    answers.unencoded(request)
    announced = request.headers.get("content-length", "")
    file = tempfile.TemporaryFile(dir=settings.var)  # noqa: SIM115 - closed by the caller
    try:
        size = int(announced) if announced.isdecimal() else 0
        async with asyncio.timeout(settings.write_deadline):
            if size <= most:
                async for part in request.stream():
                    size = file.tell() + len(part)
                    if size > most:
                        break
                    file.write(part)
        if size > most:
            raise WriteTooLarge(f"the body is longer than {most:,} bytes; send it in smaller parts")
        file.flush()
        file.seek(0)
    except TimeoutError:
        file.close()
        raise TooSlow(f"the body had not come whole after {settings.write_deadline:g} seconds; send it again") from None
    except BaseException:
        file.close()
        raise
    return file


def states(request: Request, header: str) -> tuple[str, ...] | None:
    """
    The states of a graph in the entity tags of *header*, ``*`` among them; None when the header is absent.

    A weak tag is none that a change could be made upon, and left out.

    Raises:
        BadParameter: The header holds something else.

    Source: RFC 9110 sections 8.8.3, 13.1.1 and 13.1.2.
    """
    value = request.headers.get(header)
    if value is None:
        return None
    tags = [tag.strip() for tag in value.split(",")]
    found = []
    for tag in tags:
        if tag == "*":
            found.append(tag)
        elif tag.startswith('"') and tag.endswith('"') and len(tag) > 1:
            found.append(state_of(tag))
        elif not tag.startswith("W/"):
            raise BadParameter(f"{header} is {value}; write entity tags as they came, in quotation marks, or *")
    return tuple(found)


def tag_of(state: str, format_: str) -> str:
    """The entity tag of a graph in a format; *state* is that of `loaders.amendment.state`."""
    return f'"{state}/{format_}"'


def state_of(tag: str) -> str:
    """The state in an entity tag that `tag_of` made, whatever the format."""
    return tag.strip('"').rpartition("/")[0]


def report_format(request: Request) -> str:
    """The format of `_REPORTS` in which the client of *request* would read a report."""
    ranges = parse_accept(request.headers.get("accept", ""))
    quality = {name: max(quality_of(each, ranges) for each in types) for name, types in _REPORTS.items()}
    return max(quality, key=lambda name: quality[name])


def refused(request: Request, met: ShapesViolated) -> Response:
    """The report that *met* brings, as the client accepts it: 422."""
    format_, report = report_format(request), str(met.fields["report"])
    if format_ == "json":
        return problem(ShapesViolated, str(met), request, json.loads(report))
    if format_ in {"text", "html"}:
        return problem(ShapesViolated, str(met), request, {"excerpt": report})
    return Response(report, 422, {**CORS, "Vary": "Accept"}, _REPORTS[format_][0])


def version_address(request: Request, number: int) -> str:
    """Where the record of version *number* is read."""
    return f"{context.of(request).settings.public_url}/versions/{number}"


def graph_address(request: Request, graph: str) -> str:
    """Where the graph whose key is *graph* is read."""
    settings = context.of(request).settings
    if graph.startswith(f"{settings.base_iri}graph/"):
        return f"{settings.public_url}/{graph.removeprefix(settings.base_iri)}"
    if graph.startswith(f"{settings.public_url}/store/"):
        return graph
    return f"{settings.public_url}/store?" + ("default" if graph == "default" else f"graph={quote(graph, safe='')}")
