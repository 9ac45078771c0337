"""
A question put to a version, answered over HTTP: with its validators, from the cache where that has it, else by a worker.

Source: RFC 9110 sections 8.8 and 13; RFC 9111 sections 3 and 5.2.2.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.metadata import version as release
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server import context, memento
from server.cache import Body, Recent, Stream
from server.routes.answers import matches, unknown_functions, unless_gone, versioned
from server.settings import Settings
from sparql.asker import Answer
from sparql.formats import Format
from sparql.guard import Admitted
from sparql.normal import is_steady, normalised

_SAFE = frozenset({"GET", "HEAD", "QUERY"})
_NO_NAME = frozenset({"", "1", "true", "yes"})  # values of ``download`` that only say that a file is wanted
_LONGEST_NAME = 80  # characters of the name of a file


@dataclass(frozen=True, slots=True)
class Question:
    """
    A query with everything that its answer depends on; *deadline*, in seconds, bounds only how long it may take.
    """

    admitted: Admitted
    format: Format
    choice: memento.Choice
    substitutions: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    deadline: float | None = None
    compact: bool = True

    def digest(self, settings: Settings) -> str:
        """What names the answer: equal for equal questions, however they are laid out, and for no others."""
        parts = (
            _seed(settings),
            self.choice.moment.tag,
            normalised(self.admitted.text),
            sorted(self.substitutions.items()),
            self.default_graphs,
            self.named_graphs,
            self.format.name,
            self.compact,
        )
        return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


@lru_cache(maxsize=8)
def _seed(settings: Settings) -> str:
    """What answers depend on beside the data: this release of the software, its context, and its settings."""
    jsonld = (files("ontology") / "context.jsonld").read_bytes()
    said = (release("hankintaverkko"), settings.base_iri, settings.public_url, settings.union_default_graph)
    return hashlib.blake2b(repr(said).encode() + jsonld, digest_size=20).hexdigest()


async def respond(request: Request, question: Question, more: Mapping[str, str] | None = None) -> Response:
    """
    The response to *request*, which asks *question*; *more* are headers beside those that tell of the version.

    The entity tag is weak: two runs of a query without a total order give the same statements in another order. A query that
    asks for the time or for chance has none, and nobody may keep its answer. Raises what the pool says.
    """
    here = context.of(request)
    headers = {**versioned(request, question.choice), **(more or {})}

    ask = partial(
        here.ask,
        question.admitted,
        question.format,
        question.choice.number,
        substitutions=dict(question.substitutions),
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        deadline=question.deadline,
        compact=question.compact,
    )
    if not is_steady(question.admitted.text):
        headers["Cache-Control"] = "no-store"
        del headers["Last-Modified"]
        answer = await unless_gone(request, ask())
        headers |= unknown_functions(answer.unknown)
        return _streamed(request, answer.content_type, answer.body(), answer, headers)
    digest = question.digest(here.settings)
    if request.method in _SAFE:
        headers["ETag"] = f'W/"{digest}"'
        if is_known(request, question.choice, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    found = await unless_gone(request, here.cache.answer(digest, question.deadline, ask))
    headers |= unknown_functions(found.answer.unknown if isinstance(found, Stream) else found.unknown)
    if isinstance(found, Stream):
        return _streamed(request, found.answer.content_type, found.body(), found.answer, headers)
    response = Response(found.data, headers=headers, media_type=found.content_type)
    if request.method in {"GET", "HEAD"}:
        _remember(request, response, found, headers["ETag"], question)
    return response


def _streamed(
    request: Request, content_type: str, body: AsyncIterator[bytes], answer: Answer, headers: Mapping[str, str]
) -> Response:
    if request.method == "HEAD":
        answer.close()
        body = _nothing()
    return StreamingResponse(body, headers=headers, media_type=content_type)


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


def is_known(request: Request, choice: memento.Choice, etag: str) -> bool:
    """Whether the client has this answer already. ``*`` says nothing before there is an answer."""
    condition = request.headers.get("if-none-match")
    if condition is not None:
        return condition.strip() != "*" and matches(condition, etag)
    return memento.is_unchanged(choice, request.headers.get("if-modified-since"))


def raw(path: str, query_string: bytes, accept: bytes, when: bytes) -> tuple[str, bytes, bytes, bytes]:
    """What a response to GET depends on, as it came: path, query string, ``Accept``, ``Accept-Datetime``."""
    return path, query_string, accept, when


def _remember(request: Request, response: Response, body: Body, etag: str, question: Question) -> None:
    here = context.of(request)
    accept, when = request.headers.getlist("accept"), request.headers.getlist("accept-datetime")
    key = raw(
        request.scope["path"],
        request.scope["query_string"],
        ",".join(accept).encode("latin-1"),
        ",".join(when).encode("latin-1"),
    )
    head = b"".join([b"%b: %b\r\n" % pair for pair in response.raw_headers])
    query = question.admitted.text
    # What was published when the version was chosen: another may have been since.
    recent = Recent(question.choice.published, etag.encode(), head, body, request.scope["path"], query)
    here.cache.remember(key, recent, sum(map(len, key)) + len(query))


def disposition(name: str, format_: Format) -> dict[str, str]:
    """The header that makes a browser save an answer as a file called *name*, the parameter ``download``."""
    stem = "" if name.strip().lower() in _NO_NAME else re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:_LONGEST_NAME]
    stem = stem.strip("-.").removesuffix(f".{format_.name}") or "answer"
    return {"Content-Disposition": f'attachment; filename="{stem}.{format_.name}"'}
