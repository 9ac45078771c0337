"""
``/problems``: what the types of problem documents mean.

Source: RFC 9457 section 3.1.1, by which the IRI of a type leads to documentation.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, pages
from server.problems import CORS, guarded, kinds
from server.routes.answers import preflight
from server.sentences import ENGLISH
from sparql.media import parse_accept, quality_of

_HEADERS = {**CORS, "Cache-Control": "public, no-cache", "Vary": "Accept"}


async def problems(request: Request) -> Response:
    """Every type of problem, as a page to read or as JSON."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    ranges = parse_accept(request.headers.get("accept", ""))
    if quality_of("text/html", ranges) <= quality_of("application/json", ranges):
        base = f"{here.settings.public_url}/problems#"
        listed = [{"type": base + kind.name, "status": kind.status, "detail": kind.means[ENGLISH]} for kind in kinds()]
        return JSONResponse({"problems": listed}, headers=_HEADERS)
    language = pages.language_of(request)
    shown = [{"name": kind.name, "status": kind.status, "means": kind.means[language]} for kind in kinds()]
    title = here.words.say("problems", language)
    return pages.page("problems.html", request, _HEADERS, title=title, kinds=shown)


routes = [Route("/problems", guarded(problems), methods=["GET", "OPTIONS"])]
