"""
``/queries`` and ``/queries/{slug}``: the saved queries, as tables to read and as files to take.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, memento, pages, paging, problems, results, validators
from server.answering import Question, respond
from server.problems import BadParameter, guarded
from server.routes.answers import chosen, preflight, unless_gone, version_headers, versioned
from sparql.errors import AnswerTooLarge
from sparql.formats import Format, Kind, named, negotiate, offered
from sparql.guard import admit
from sparql.parameters import ParameterError
from sparql.queries import SavedQuery, find, saved

_PAGE = ("limit", "offset", "format", "at", "lang")
"""Parameters that every saved query takes beside its own."""
_BYTES = 33_554_432  # of the rows of one page
_DATA = frozenset(name for kind in Kind for each in offered(kind) for name in (each.media_type, *each.aliases))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for the answer to a saved query: the values *given* to its parameters, and *others*, those of every query."""

    query: SavedQuery
    given: Mapping[str, str]
    others: Mapping[str, str]

    @property
    def missing(self) -> bool:
        """Whether a required parameter has no value."""
        return any(each.required and not self.given.get(each.name) for each in self.query.parameters)


async def index(request: Request) -> Response:
    """The list of saved queries."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    version = here.versions.current() or 0
    if not pages.wanted(request, {"application/json"}):
        listed = [_description(query, here) for query in saved().values()]
        return JSONResponse({"queries": listed}, headers=version_headers(version))
    language = pages.language_of(request)
    shown = [
        {"slug": query.slug, "title": query.title(language), "answers": query.question(language)}
        for query in saved().values()
    ]
    title = here.words.say("saved-queries", language)
    page = pages.page("queries.html", request, version_headers(version), title=title, version=version, queries=shown)
    return validators.tagged(request, page)


def _description(query: SavedQuery, here: context.Context) -> dict[str, Any]:
    return {
        "slug": query.slug,
        "title": dict(query.titles),
        "answers": dict(query.answers),
        "parameters": [
            {"name": p.name, "type": p.kind, "required": p.required, "default": p.default} for p in query.parameters
        ],
        "columns": [{"name": column.name, "type": column.kind, "note": column.note} for column in query.columns],
        "url": f"{here.settings.public_url}/queries/{query.slug}",
    }


async def run(request: Request) -> Response:
    """The answer to one saved query, in the format that its suffix, ``?format=`` or ``Accept`` asks for."""
    if request.method == "OPTIONS":
        return preflight(request)
    slug, _, suffix = request.path_params["slug"].partition(".")
    query = find(slug)
    own = {parameter.name for parameter in query.parameters}
    values = dict(request.query_params.multi_items())
    asked = _Asked(
        query,
        {name: value for name, value in values.items() if name in own or name not in _PAGE},
        {name: value for name, value in values.items() if name in _PAGE and name not in own},
    )
    wanted = suffix or asked.others.get("format", "")
    if wanted == "html" or (not wanted and pages.wanted(request, _DATA)):
        return await _html(request, asked)
    bound, page = _bound(request, asked), paging.asked(asked.others)
    admitted = admit(query.text)
    kind = results.kind_of(admitted)
    format_ = named(wanted, kind) if wanted else negotiate(request.headers.get("accept", ""), kind)
    choice = chosen(request, asked.others.get("at"))
    file = {"Content-Disposition": f'inline; filename="{slug}.{format_.name}"'}
    question = Question(admitted, format_, choice, substitutions=bound)
    if page is not None:
        return await _page(request, question, page, file)
    return await respond(request, question, file)


def _bound(request: Request, asked: _Asked) -> dict[str, str]:
    """
    The terms that the parameters stand for, by variable, in N-Triples syntax.

    Raises:
        ParameterError: A value is not of its type, or there is no such parameter.
        BadParameter: A parameter came more than once.
    """
    own = [f"{each.name} ({each.kind})" for each in asked.query.parameters]
    for name, count in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in {*asked.others, *(each.name for each in asked.query.parameters)}:
            known = f"this query takes {', '.join(own) or 'none of its own'}, and every query {', '.join(_PAGE)}"
            raise ParameterError(name, "there is no such parameter", known)
        if count > 1:
            raise BadParameter(f'parameter "{name}" came {count} times; send it once')
    here = context.of(request)
    return {variable.value: str(term) for variable, term in asked.query.bind(asked.given, here.iris).items()}


async def _page(request: Request, question: Question, page: paging.Paging, file: Mapping[str, str]) -> Response:
    """
    A page of the answer to *question*, cut from the stream of a worker, which stops there; 304 to whoever has it.

    Raises:
        BadParameter: The answer is no table.
        AnswerTooLarge: Not one row of it fits into a page.
    """
    kind, here = results.kind_of(question.admitted), context.of(request)
    if kind is not Kind.SOLUTIONS:
        raise BadParameter(f"this query answers with {kind.value}, which has no pages; leave limit and offset out")
    etag = validators.tag(question, here.settings, "part", page)
    headers = validators.headers({**versioned(request, question.choice, paged=True), **file}, etag)
    if known := validators.unmodified(request, question, headers):
        return known
    asked = here.ask(
        question.admitted, results.LINES[kind], question.choice.number, substitutions=dict(question.substitutions)
    )
    answer = await unless_gone(request, asked)
    cut = await unless_gone(request, results.cut(answer, kind, offset=page.offset, limit=page.limit, most=_BYTES))
    if cut.more and not cut.lines:
        raise AnswerTooLarge(f"row {page.offset} alone is larger than {_BYTES:,} bytes; ask for the whole answer")
    body = await asyncio.to_thread(cut.written, question.format)
    return Response(
        body,
        headers=headers | _told(request, page, len(cut.lines), headers, more=cut.more),
        media_type=question.format.content_type,
    )


def _told(
    request: Request, page: paging.Paging, rows: int, headers: Mapping[str, str], *, more: bool
) -> dict[str, str]:
    others = [(name, value) for name, value in request.query_params.multi_items() if name not in {"limit", "offset"}]
    address = context.of(request).settings.public_url + request.scope["path"]
    told = paging.headers(page, rows, address, others, more=more)
    return told | {"Link": ", ".join([told["Link"], headers["Link"]])}


async def _html(request: Request, asked: _Asked) -> Response:
    """The answer as a page with a form for the parameters; what is wrong with them is told in it."""
    try:
        bound, page = _bound(request, asked) if not asked.missing else {}, paging.asked(asked.others)
    except (ParameterError, BadParameter) as met:
        return _table(request, asked, trouble=met)
    choice = chosen(request, asked.others.get("at"))
    if asked.missing:
        return _table(request, asked, choice=choice)
    page = paging.Paging(page.offset, min(page.limit, results.ROWS)) if page else paging.Paging(0, results.ROWS)
    admitted, language = admit(asked.query.text), pages.language_of(request)
    question = Question(admitted, results.format_of(admitted), choice, substitutions=bound)
    etag = validators.of_page(question, request, context.of(request).settings, language)
    plain = validators.headers(versioned(request, choice), etag)
    if known := validators.unmodified_page(request, pages.headers_of(plain, language)):
        return known
    shown = await results.shown(
        request, admitted, choice.number, offset=page.offset, limit=page.limit, substitutions=bound
    )
    return _table(request, asked, choice=choice, shown=shown, page=page, etag=etag)


def _table(
    request: Request,
    asked: _Asked,
    *,
    choice: memento.Choice | None = None,
    shown: results.Shown | None = None,
    page: paging.Paging | None = None,
    trouble: ParameterError | BadParameter | None = None,
    etag: str | None = None,
) -> Response:
    here, query, language = context.of(request), asked.query, pages.language_of(request)
    status = problems.status_of(trouble) if trouble else 200
    around: dict[str, paging.Paging] = {}
    paged = shown is not None and page is not None and (shown.more or page.offset > 0)
    headers = versioned(request, choice, paged=paged) if choice else problems.headers_of(status)
    if shown and choice:
        headers = validators.headers(headers, etag)
    if shown and page and paged:
        headers |= _told(request, page, len(shown.rows), headers, more=shown.more)
        around = page.neighbours(len(shown.rows), more=shown.more)
    kind = results.kind_of(admit(query.text))
    return pages.page(
        "table.html",
        request,
        headers,
        title=query.title(language),
        version=choice.number if choice else here.versions.current() or 0,
        status=status,
        answers=query.question(language),
        parameters=[(each, asked.given.get(each.name, each.default or "")) for each in query.parameters],
        wrong=trouble.name if isinstance(trouble, ParameterError) else None,
        trouble=trouble,
        detail=problems.told(str(trouble), language) if trouble else None,
        shown=shown,
        caption=pages.counted(here, language, len(shown.rows), page.offset if page else 0, more=shown.more)
        if shown
        else "",
        around={relation: around[relation] for relation in ("first", "prev", "next") if relation in around},
        slug=query.slug,
        text=query.text,
        alternates=[
            (each.name, each.media_type, _alternate(query, each, asked)) for each in offered(kind) if not trouble
        ],
    )


def _alternate(query: SavedQuery, format_: Format, asked: _Asked) -> str:
    """The address of the whole answer in *format_*, with the same values and the same version."""
    kept = dict(asked.given) | {name: asked.others[name] for name in ("at",) if name in asked.others}
    return f"/queries/{query.slug}.{format_.name}{pages.written(kept)}"


_METHODS = ["GET", "OPTIONS"]
routes = [
    Route("/queries", guarded(index), methods=_METHODS),
    Route("/queries/{slug}", guarded(run), methods=_METHODS),
]
