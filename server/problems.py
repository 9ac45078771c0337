"""
Errors as a client sees them: problem documents, or plain text for those who do not take JSON.

The only place where every exception is caught. Source: RFC 9457.
"""

import dataclasses
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from loaders.sentences import Where
from server import context, pages, tokens, writes
from server.memento import NotKept
from server.sentences import ENGLISH, Said, said, texts
from server.words import Words, chosen
from sparql import errors
from sparql.media import parse_accept, quality_of
from sparql.mistakes import Mistake
from sparql.parameters import ParameterError
from sparql.queries import UnknownQuery

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
    errors.ServiceFailed: 502,
    errors.AnswerTooLarge: 422,
    errors.WorkerLost: 500,
    errors.NoVersion: 503,
    errors.UnknownVersion: 404,
    errors.StoreDamaged: 503,
}
_STATUS |= {
    errors.UpdateFailed: 409,
    errors.StoreBusy: 503,
    errors.StoreFull: 507,
    tokens.TokenError: 503,
    writes.NotAuthenticated: 401,
    writes.WritingClosed: 403,
    writes.WriteTooLarge: 413,
    writes.WriteTimeout: 504,
    writes.WriterLost: 500,
    writes.Unreadable: 400,
    writes.GraphReserved: 403,
    writes.GraphUnknown: 404,
    writes.GraphElsewhere: 422,
    writes.NodeNameless: 422,
    writes.ThingForeign: 409,
    writes.ConditionFailed: 412,
    writes.ShapesViolated: 422,
}
_PLACES = frozenset(field.name for field in dataclasses.fields(Where))
_CLIENT_GONE = 499  # never sent: there is nobody to read it
_EXPOSED = (
    "Accept-Patch, Accept-Post, Accept-Query, Allow, Content-Disposition, Content-Location, ETag, Hankinta-Page, "
    "Hankinta-Unknown-Function, Hankinta-Version, Link, Location, Memento-Datetime, Retry-After, Vary, WWW-Authenticate"
)
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED}


class NotFound(Exception):
    """There is nothing at this address; the message says what to try."""


class BadParameter(Exception):
    """A parameter of the request cannot be used; the message says which and what is accepted."""


class TooSlow(Exception):
    """The request did not come whole in time."""


class Malformed(Exception):
    """This is no request of HTTP, or not one that can be answered; the message says what is wrong with its form."""


class UrlTooLong(Exception):
    """The URL of the request is longer than any that is read."""


class HeadTooLong(Exception):
    """The headers of the request are longer than any that are read."""


class MethodNotAllowed(Exception):
    """The address is there and does not take this method; the header Allow lists those that it takes."""


class InternalError(Exception):
    """Something that nobody foresaw; it has been logged."""


_STATUS |= {
    NotFound: 404,
    UnknownQuery: 404,
    BadParameter: 400,
    ParameterError: 400,
    Malformed: 400,
    TooSlow: 408,
    UrlTooLong: 414,
    HeadTooLong: 431,
    MethodNotAllowed: 405,
    InternalError: 500,
}
_UNFORESEEN = "something went wrong here, and has been logged; try again, or tell the operator"


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of problem: its *name*, which ends its stable IRI and heads its paragraph at ``/problems``, its *status*, and
    what it *means*, one sentence by language.
    """

    name: str
    status: int
    means: Mapping[str, str]


def kinds() -> tuple[Kind, ...]:
    """Every kind of problem that this service answers with, by name."""
    named = sorted((_name(kind), status) for kind, status in _STATUS.items())
    return tuple(Kind(name, status, texts()[f"type-{name}"]) for name, status in named)


def _name(kind: type[Exception]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def status_of(error: Exception) -> int:
    """The status that tells of *error*; 500 for one that nobody foresaw."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def headers_of(status: int) -> dict[str, str]:
    """The headers of every answer that tells of a problem."""
    later = {"Retry-After": str(errors.Overloaded.retry_after)} if status in {429, 503} else {}
    return {**CORS, **later, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}


def problem(
    kind: type[Exception], detail: str, request: Request, fields: Mapping[str, object] | None = None
) -> Response:
    """
    A problem document in JSON, HTML or plain text, as *request* prefers, in the language that it prefers.

    *kind* is one that has a status; *fields* are further members of the document. An ``excerpt`` among them, lines with a
    caret below a place, is shown in every form. The type's IRI is stable and names a paragraph of ``/problems``.

    Source: RFC 9457 section 3.
    """
    status, fields = _STATUS[kind], fields or {}
    ranges = parse_accept(request.headers.get("accept", ""))
    headers = headers_of(status)
    as_json = max(quality_of(name, ranges) for name in ("application/problem+json", "application/json"))
    as_html, as_text = quality_of("text/html", ranges), quality_of("text/plain", ranges)
    excerpt = str(fields.get("excerpt", ""))
    if as_html > as_json and as_html >= as_text:
        return _page(status, told(detail, pages.language_of(request), fields), excerpt, request, headers)
    language = _language_of(request)
    here, found = context.of(request), told(detail, language, fields)
    title = (
        HTTPStatus(status).phrase if language == ENGLISH else here.words.say(worded(status, here.words)[0], language)
    )
    headers |= {"Content-Language": language if found.language == language else f"{language}, {found.language}"}
    if as_text > as_json:
        shown = f"\n{excerpt}\n" if excerpt else ""
        return Response(f"{status} {title}: {found.text}\n{shown}", status, headers, "text/plain")
    iri = f"{here.settings.public_url}/problems#{_name(kind)}"
    document = {"type": iri, "title": title, "status": status, "detail": found.text, **fields}
    return Response(json.dumps(document, ensure_ascii=False), status, headers, "application/problem+json")


def _language_of(request: Request) -> str:
    """The language of a problem that a program reads: what it asks for, else English."""
    return chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""), ENGLISH)


def told(detail: str, language: str, fields: Mapping[str, object] | None = None) -> Said:
    """*detail*, an English message, in *language* where its sentence is known; problems of input bring their own words."""
    problems = (fields or {}).get("problems")
    if language == ENGLISH or not isinstance(problems, list):
        return said(detail, language)
    places = [Where(**{name: each[name] for name in each if name in _PLACES}).say(language) for each in problems]
    lines = [f"{place}: {each['messages'][language]}" for place, each in zip(places, problems, strict=True)]
    return Said("\n".join(lines), language)


def _page(status: int, detail: Said, excerpt: str, request: Request, headers: dict[str, str]) -> Response:
    """The problem as a page in the reader's language; a *detail* that has no words in it stands there in English."""
    words, language = context.of(request).words, pages.language_of(request)
    title, advice = (words.say(key, language) for key in worded(status, words))
    return pages.page(
        "problem.html",
        request,
        headers,
        title=title,
        status=status,
        code=status,
        advice=advice,
        detail=detail,
        excerpt=excerpt,
    )


def worded(status: int, words: Words) -> tuple[str, str]:
    """The keys of *words* under which a problem with *status* is named, and advice on it given."""
    known = status if f"problem-{status}" in words.interface else 500 if status >= 500 else 400
    return f"problem-{known}", f"advice-{known}"


def of(error: Exception, request: Request) -> Response:
    """The problem document of *error*; one that nobody foresaw is logged and told without its insides."""
    for kind in _STATUS:
        if isinstance(error, kind):
            response = problem(kind, str(error), request, _fields(error))
            if isinstance(error, errors.UnsupportedMediaType):
                response.headers.append(*_accepted(request.method, error.accepted))
            return response
    log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return problem(InternalError, _UNFORESEEN, request)


def _accepted(method: str, types: tuple[str, ...]) -> tuple[str, str]:
    """
    The header that tells what a request by *method* may send: bodies of these *types*, or those that nobody encoded.

    Source: RFC 9110 sections 12.5.3 and 15.5.16; RFC 5789 section 3.1; RFC 10008 for ``Accept-Query``.
    """
    if not types:
        return "Accept-Encoding", "identity"
    if method == "QUERY":
        return "Accept-Query", ", ".join(f'"{each}"' for each in types)
    return {"POST": "Accept-Post", "PATCH": "Accept-Patch"}.get(method, "Accept"), ", ".join(types)


def _fields(error: Exception) -> dict[str, object]:
    match error:
        case Mistake():
            return {"line": error.line, "column": error.column, "excerpt": error.excerpt, "engine": error.engine}
        case NotKept():
            return {"kept": list(error.kept)}
        case errors.NotAcceptable():
            return {"alternates": list(error.offered)}
        case writes.WriteError():
            return dict(error.fields)
        case _:
            return {}


async def unrouted(request: Request, error: Exception) -> Response:
    """The problem document for an address, or a method, that no route has."""
    path = request.scope["path"]
    if not isinstance(error, HTTPException) or error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return problem(NotFound, f"there is nothing at {path}; begin at / or at /queries", request)
    allowed = ", ".join(sorted((error.headers or {}).get("Allow", "GET").split(", ")))
    detail = f"{request.method} is not possible at {path}; use {allowed}"
    response = problem(MethodNotAllowed, detail, request)
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
