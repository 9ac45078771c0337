"""
The validators of what is made from an answer of the query pool: a page of a table, or a page for people.

Such a tag is known before anything is asked, so a client that has the page already costs no query. Source: RFC 9110
sections 8.8.3 and 13.1.2.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from server.answering import Question, is_known
from server.routes.answers import matches
from server.settings import Settings
from sparql.normal import is_steady


def tag(question: Question, settings: Settings, *more: object) -> str | None:
    """
    The weak entity tag of what is made from the answer to *question* and from *more*, whose ``repr`` says what it is.

    None when the query asks for the time or for chance: then nobody may keep the answer.
    """
    if not is_steady(question.admitted.text):
        return None
    parts = (question.digest(settings), *more)
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()}"'


def of_page(question: Question, request: Request, settings: Settings, language: str) -> str | None:
    """The tag of the page for people at the address of *request*, with the answer to *question*, in *language*."""
    return tag(question, settings, "page", _look(), language, request.scope["path"], request.scope["query_string"])


@cache
def _look() -> str:
    """What pages depend on beside the data: their templates and words. They change with a checkout, not only a release."""
    folder = files("server") / "templates"
    parts = sorted((each.name, each.read_bytes()) for each in folder.iterdir() if each.is_file())
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def headers(headers: Mapping[str, str], etag: str | None) -> dict[str, str]:
    """*headers* of an answer with the tag *etag*; without one, nobody may keep it."""
    if etag is not None:
        return {**headers, "ETag": etag}
    kept = {name: value for name, value in headers.items() if name != "Last-Modified"}
    return {**kept, "Cache-Control": "no-store"}


def unmodified(request: Request, question: Question, headers: Mapping[str, str]) -> Response | None:
    """304 when the client of *request* has the part of the answer to *question* that *headers* describe; else None."""
    etag = headers.get("ETag")
    if etag is None or not is_known(request, question.choice, etag):
        return None
    return _not_modified(headers)


def unmodified_page(request: Request, headers: Mapping[str, str]) -> Response | None:
    """
    304 when the client of *request* has the page for people that *headers* describe; else None.

    By its tag alone: the date of a version says nothing of the words and the look of a page.
    """
    etag = headers.get("ETag")
    known = request.headers.get("if-none-match", "")
    if etag is None or known.strip() == "*" or not matches(known, etag):
        return None
    return _not_modified(headers)


def tagged(request: Request, page: Response) -> Response:
    """*page*, made already, with the tag of its bytes; 304 to a client of *request* that has them."""
    page.headers["ETag"] = f'"{hashlib.sha256(bytes(page.body)).hexdigest()[:24]}"'
    return unmodified_page(request, page.headers) or page


def _not_modified(headers: Mapping[str, str]) -> Response:
    # The client keeps the links that it has: those to the pages around are known only once the answer is.
    left = {"link", "content-length", "content-type", "content-disposition"}
    return Response(
        status_code=304, headers={name: value for name, value in headers.items() if name.lower() not in left}
    )
