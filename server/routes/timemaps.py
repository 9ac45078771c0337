"""
``/timemap/link/…`` and ``/timemap/json/…``: the versions in which an address of this service can be read.

The rest of the address is that of the original: ``/timemap/link/doc/measure/ap22-m14`` lists the mementos of
``/doc/measure/ap22-m14``. Source: RFC 7089 section 5.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import context, memento
from server.addresses import Address
from server.problems import CORS, NotFound, guarded
from server.routes.answers import preflight

_FORMS = ("link", "json")
_VERSIONED = ("sparql", "queries", "doc")  # first parts of the paths that answer from versions


async def timemap(request: Request) -> Response:
    """The list of the kept versions of one address, oldest first."""
    if request.method == "OPTIONS":
        return preflight(request)
    form, path = request.path_params["form"], request.path_params["path"]
    if form not in _FORMS or path.partition("/")[0] not in _VERSIONED:
        raise NotFound(
            f"there is no TimeMap at {request.scope['path']}; write /timemap/link/ or /timemap/json/ and then the path of "
            "a document, of a saved query or of /sparql"
        )
    here = context.of(request)
    known = memento.timeline(here.versions)
    address = Address.of(here.settings.public_url, f"/{path}", request.scope["query_string"])
    headers = {**CORS, "Cache-Control": "public, no-cache", "Last-Modified": known[-1].date}
    if form == "json":
        return JSONResponse(_as_json(known, address), headers=headers)
    return Response(_link_format(known, address), headers=headers, media_type="application/link-format")


def _link_format(known: memento.Timeline, address: Address) -> str:
    """The TimeMap of *address* as a list of links. Source: RFC 7089 section 5; RFC 6690."""
    first, last = known[0], known[-1]
    lines = [
        f'<{address.original}>; rel="original timegate"',
        f'<{address.timemap("link")}>; rel="self"; type="application/link-format"; from="{first.date}"; until="{last.date}"',
        f'<{address.timemap("json")}>; rel="timemap"; type="application/json"',
    ]
    for moment in known:
        rel = " ".join([*(["first"] if moment is first else []), *(["last"] if moment is last else []), "memento"])
        lines.append(f'<{address.memento(moment.number)}>; rel="{rel}"; datetime="{moment.date}"')
    return ",\n".join(lines) + "\n"


def _as_json(known: memento.Timeline, address: Address) -> dict[str, object]:
    """The TimeMap of *address* as a JSON object, with the names that Memento aggregators use."""
    listed = [
        {"datetime": moment.time.isoformat(), "uri": address.memento(moment.number), "version": moment.number}
        for moment in known
    ]
    return {
        "original_uri": address.original,
        "timegate_uri": address.original,
        "timemap_uri": {"link_format": address.timemap("link"), "json_format": address.timemap("json")},
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }


routes = [Route("/timemap/{form}/{path:path}", guarded(timemap), methods=["GET", "OPTIONS"])]
