"""
``/id/…`` and ``/doc/…``, ``/def``, ``/shape``, ``/concept``: things, and the documents about them.

A thing is not a web page, so its identifier answers 303 and names the document. Source: Cool URIs for the Semantic Web section 4.
"""

import asyncio
import hashlib
import json
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, Triple
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ontology.iris import IRIError, Iris
from ontology.namespaces import SHAPE
from server import context, pages, validators, vocabulary
from server.problems import NotFound, guarded
from server.routes.answers import chosen, matches, preflight, unless_gone, versioned
from sparql import documents
from sparql.errors import NotAcceptable
from sparql.formats import FORMATS, Kind, offered
from sparql.guard import admit
from sparql.media import parse_accept, quality_of

_NTRIPLES = next(format_ for format_ in FORMATS if format_.name == "nt")
# Suffix -> media type, preferred first; a client that accepts anything gets JSON-LD.
_TYPES = {
    "jsonld": "application/ld+json",
    "ttl": "text/turtle",
    "html": "text/html",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
_WRITERS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
_ALSO = {format_.name: format_.aliases for format_ in offered(Kind.GRAPH)}


async def thing(request: Request) -> Response:
    """Name the document about a thing: 303."""
    if request.method == "OPTIONS":
        return preflight(request)
    path = request.path_params["path"]
    headers = versioned(request, chosen(request))
    query = f"?{request.scope['query_string'].decode('latin-1')}" if request.scope["query_string"] else ""
    return RedirectResponse(f"/doc/{path}{query}", 303, headers)


async def document(request: Request) -> Response:
    """Answer with the document about a thing, in the form that its suffix or ``Accept`` asks for."""
    if request.method == "OPTIONS":
        return preflight(request)
    here = context.of(request)
    address = request.scope["path"].removeprefix("/doc/").lstrip("/")
    stem, suffix = _suffix(address)
    name = suffix or _negotiated(request.headers.get("accept", ""))
    try:
        iri = here.thing(stem)
    except IRIError as met:
        raise NotFound(str(met)) from met
    choice = chosen(request)
    version = choice.number
    triples = await unless_gone(request, _triples(here, iri, version))
    local = here.local(iri.value) or f"/doc/{stem}"
    headers = versioned(request, choice)
    at = f"?at={choice.number}" if choice.memento else ""
    alternates = [f'<{local}.{key}{at}>; rel="alternate"; type="{kind}"' for key, kind in _TYPES.items() if key != name]
    headers["Content-Location"] = f"{local}.{name}{at}"
    headers["Link"] = ", ".join([*alternates, headers["Link"]])
    if name == "html":
        return validators.tagged(request, _html(request, iri, triples, version, local, headers))
    body = await asyncio.to_thread(_body, here, iri, triples, name)
    headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=_TYPES[name])


def _body(here: context.Context, iri: NamedNode, triples: list[Triple], name: str) -> bytes:
    if iri in vocabulary.whole(here.iris):
        return _whole(here.iris, iri, name, here.settings.public_url)
    if name != "jsonld":
        return documents.written(triples, _WRITERS[name])
    return _json(documents.framed(triples, iri, f"{here.settings.public_url}/context.jsonld"))


@cache
def _whole(iris: Iris, iri: NamedNode, name: str, public_url: str) -> bytes:
    """A document that is the same in every version, and takes seconds to be compacted."""
    triples = vocabulary.whole(iris)[iri]
    if name != "jsonld":
        return documents.written(triples, _WRITERS[name])
    return _json(documents.compacted(triples, f"{public_url}/context.jsonld"))


def _json(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=2).encode() + b"\n"


async def _triples(here: context.Context, iri: NamedNode, version: int) -> list[Triple]:
    if iri.value.startswith(SHAPE):
        if not (said := vocabulary.shape(iri)):
            raise NotFound(f"there is no shape {iri.value}; /shape lists them")
        return said
    if iri in vocabulary.whole(here.iris):
        return vocabulary.whole(here.iris)[iri]
    answer = await here.ask(admit(documents.query()), _NTRIPLES, version, substitutions={"thing": str(iri)})
    triples = documents.triples(await answer.read())
    own = [triple for triple in triples if triple.subject == iri]
    if not own:
        raise NotFound(f"nothing is known of {iri.value} in version {version}; /queries/measures lists the measures")
    return triples + documents.itself(iri, here.iris)


def _html(
    request: Request,
    iri: NamedNode,
    triples: list[Triple],
    version: int,
    local: str,
    headers: dict[str, str],
) -> Response:
    here = context.of(request)
    shown = pages.Shown(triples, here, pages.language_of(request))
    return pages.page(
        "thing.html",
        request,
        headers,
        title=shown.name(iri.value),
        iri=iri.value,
        rows=shown.rows(iri.value),
        version=version,
        listed=_listed(here, iri, shown),
        alternates=[(key, kind, f"{local}.{key}") for key, kind in _TYPES.items() if key != "html"],
    )


def _listed(here: context.Context, iri: NamedNode, shown: pages.Shown) -> list[tuple[str, str | None]]:
    """What a document that holds a whole namespace describes: names and addresses, for a reader to choose from."""
    if iri not in vocabulary.whole(here.iris):
        return []
    found = vocabulary.names(vocabulary.whole(here.iris)[iri])
    return sorted((shown.name(each.value), here.local(each.value)) for each in found if each != iri)


def _suffix(address: str) -> tuple[str, str | None]:
    stem, dot, suffix = address.rpartition(".")
    return (stem, suffix) if dot and suffix in _TYPES else (address, None)


def _negotiated(accept: str) -> str:
    ranges = parse_accept(accept)
    named = tuple(each for each in ranges if "*" not in each.type.name)
    best, best_quality = None, 0.0
    for name, media_type in _TYPES.items():
        also = (quality_of(other, named) for other in _ALSO.get(name, ()))
        quality = max(quality_of(media_type, ranges), *also, 0.0)
        if quality > best_quality:
            best, best_quality = name, quality
    if best is None:
        types = tuple(_TYPES.values())
        raise NotAcceptable(f'nothing here fits "Accept: {accept}"; a document comes as {", ".join(types)}', types)
    return best


_METHODS = ["GET", "OPTIONS"]
routes = [
    Route("/id/{path:path}", guarded(thing), methods=_METHODS),
    Route("/doc/{path:path}", guarded(document), methods=_METHODS),
    *(
        Route(f"/{space}{more}", guarded(document), methods=_METHODS)
        for space in ("def", "shape", "concept")
        for more in ("", ".{suffix}", "/{path:path}")
    ),
]
