"""
Errors as a client sees them: problem documents, or plain text for those who do not take JSON.

The only place where every exception is caught. Source: RFC 9457.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from server import context, pages
from sparql import errors
from sparql.media import parse_accept, quality_of

log = logging.getLogger("hankinta.server")

_STATUS: dict[type[Exception], int] = {
    errors.QueryRefused: 403,
    errors.QueryTooLong: 413,
    errors.QuerySyntaxError: 400,
    errors.UnsupportedMediaType: 415,
    errors.NotAcceptable: 406,
    errors.QueryTimeout: 504,
    errors.Overloaded: 503,
    errors.TooManyAtOnce: 429,
    errors.AnswerTooLarge: 422,
    errors.WorkerLost: 500,
    errors.NoVersion: 503,
    errors.UnknownVersion: 404,
    errors.StoreDamaged: 503,
}
_CLIENT_GONE = 499  # never sent: there is nobody to read it
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Retry-After, Content-Location, Hankinta-Version",
}


class NotFound(Exception):
    """There is nothing at this address; the message says what to try."""


class BadParameter(Exception):
    """A parameter of the request cannot be used; the message says which and what is accepted."""


class TooSlow(Exception):
    """The request did not come whole in time."""


_STATUS |= {NotFound: 404, BadParameter: 400, TooSlow: 408}


def problem(status: int, detail: str, request: Request, kind: str = "about:blank") -> Response:
    """
    A problem document in JSON, HTML or plain text, as *request* prefers; of type *kind*, an IRI.
    """
    title = HTTPStatus(status).phrase
    ranges = parse_accept(request.headers.get("accept", ""))
    headers = {**CORS, "Vary": "Accept", "Cache-Control": "no-store"}
    if status in {429, 503}:
        headers["Retry-After"] = str(errors.Overloaded.retry_after)
    as_json = max(quality_of(name, ranges) for name in ("application/problem+json", "application/json"))
    as_html, as_text = quality_of("text/html", ranges), quality_of("text/plain", ranges)
    if as_html > as_json and as_html >= as_text:
        return _page(status, detail, request, headers)
    if as_text > as_json:
        return Response(f"{status} {title}: {detail}\n", status, headers, "text/plain")
    fields: dict[str, object] = {"type": kind, "title": title, "status": status, "detail": detail}
    if place := re.search(r"at (\d+):(\d+)", detail):
        fields |= {"line": int(place[1]), "column": int(place[2])}
    return Response(json.dumps(fields, ensure_ascii=False), status, headers, "application/problem+json")


def _page(status: int, detail: str, request: Request, headers: dict[str, str]) -> Response:
    """The problem as a page in the reader's language; *detail*, which is English, stands there as it is."""
    words, language = context.of(request).words, pages.language_of(request)
    known = status if f"problem-{status}" in words.interface else 500 if status >= 500 else 400
    title, advice = (words.say(f"{key}-{known}", language) for key in ("problem", "advice"))
    return pages.page(
        "problem.html", request, headers, title=title, status=status, code=status, advice=advice, detail=detail
    )


def of(error: Exception, request: Request) -> Response:
    """The problem document of *error*; one that nobody foresaw is logged and told without its insides."""
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return problem(status, str(error), request)
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return problem(500, "something went wrong here, and has been logged; try again, or tell the operator", request)


async def unrouted(request: Request, error: Exception) -> Response:
    """The problem document for an address, or a method, that no route has."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.scope["path"]
    if status != HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(404, f"there is nothing at {path}; begin at / or at /queries", request)
    allowed = (getattr(error, "headers", None) or {}).get("Allow", "GET")
    response = problem(status, f"{request.method} is not possible at {path}; use {allowed}", request)
    response.headers["Allow"] = allowed
    return response


Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """*endpoint*, whose errors become problem documents."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_GONE)
        except Exception as error:  # noqa: BLE001 - the one place for it
            return of(error, request)

    return answered
