"""
``/versions``: the versions that are kept, and the record of each.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context
from server.problems import CORS, NotFound, guarded
from server.routes.answers import preflight
from sparql.store import Version

_METHODS = ["GET", "OPTIONS"]
_DIGITS = 12  # more than a version will ever have


async def every(request: Request) -> Response:
    """The versions that are kept, oldest first, without what each says of its graphs."""
    if request.method == "OPTIONS":
        return preflight(request)
    versions = context.of(request).versions
    found = [_told(request, versions.record(number)) for number in versions.numbers()]
    return JSONResponse({"versions": found}, headers={**CORS, "Cache-Control": "public, no-cache"})


async def one(request: Request) -> Response:
    """The record of one version: when it was published and why, and how much each graph holds."""
    if request.method == "OPTIONS":
        return preflight(request)
    version = context.of(request).versions.record(_number(request.path_params["number"]))
    graphs = {key: {"triples": version.counts[key], "hash": version.hashes[key]} for key in version.hashes}
    headers = {**CORS, "Hankinta-Version": str(version.number), "Cache-Control": "public, no-cache"}
    return JSONResponse({**_told(request, version), "graphs": graphs}, headers=headers)


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit()) or len(written) > _DIGITS:
        raise NotFound(f'"{written[:_DIGITS]}" is no number of a version; /versions lists those that are kept')
    return int(written)


# Who published is for the operator: a name of an account and a machine, or of a token.
def _told(request: Request, version: Version) -> dict[str, object]:
    return {
        "version": version.number,
        "address": f"{context.of(request).settings.public_url}/versions/{version.number}",
        "time": version.time.isoformat(),
        "parent": version.parent,
        "why": version.why,
        "triples": version.triples,
    }


routes = [
    Route("/versions", guarded(every), methods=_METHODS),
    Route("/versions/{number}", guarded(one), methods=_METHODS),
]
