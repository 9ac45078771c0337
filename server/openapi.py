"""
The OpenAPI document: what a program can ask of this service and what it is answered, made from the saved queries and the problems.

It tells of GET, POST, PUT, PATCH and DELETE; each address that takes GET takes HEAD, each takes OPTIONS, and `/sparql` takes QUERY,
for which OpenAPI 3.1 has no place. Source: OpenAPI Specification 3.1.1.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from server.paging import FARTHEST, LARGEST
from server.schemas import (
    ADDRESS,
    COMPONENTS,
    PARAMETERS,
    TEXT,
    TIME,
    WHOLE,
    Json,
    component,
    list_of,
    object_of,
    problem,
)
from sparql.formats import Kind, offered
from sparql.parameters import Parameter
from sparql.queries import SavedQuery, saved

_GRAPH_TYPES = tuple(format_.media_type for format_ in offered(Kind.GRAPH))
_SENT_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "multipart/form-data",
)
_DOCUMENT_TYPES = ("application/ld+json", "text/turtle", "text/html", "application/n-triples", "application/rdf+xml")


def _answer(means: str, types: Iterable[str] = ("application/json",), schema: Json | None = None) -> Json:
    return {"description": means, "content": {name: {"schema": schema} if schema else {} for name in types}}


_WRONG: Json = {
    "description": "A problem document, which says what to do.",
    "content": {"application/problem+json": {"schema": component("Problem")}, "text/plain": {}, "text/html": {}},
}


def _parameter(name: str, place: str, schema: Json, means: str, *, required: bool = False) -> Json:
    return {"name": name, "in": place, "required": required or place == "path", "schema": schema, "description": means}


_AT = _parameter("at", "query", {"anyOf": [{"type": "integer", "minimum": 1}, TIME]}, "The version, by number or time.")
_LANG = _parameter("lang", "query", {"enum": ["fi", "sv", "en"]}, "The language of pages.")
_PAGED = [
    _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": LARGEST}, "Most rows of a page."),
    _parameter("offset", "query", {"type": "integer", "minimum": 0, "maximum": FARTHEST}, "Rows before the page."),
]


def _format(names: Iterable[str]) -> Json:
    return _parameter("format", "query", {"enum": list(names)}, "The format; without it, what Accept asks for.")


def _operation(summary: str, answers: Json, parameters: Iterable[Json] = (), **more: Any) -> Json:
    return {"summary": summary, "parameters": list(parameters), "responses": {**answers, "default": _WRONG}, **more}


def _saved(query: SavedQuery) -> Json:
    return _operation(
        query.title("en"),
        {
            "200": {
                "description": query.question("en"),
                "content": {
                    **{each.media_type: {} for each in offered(Kind.SOLUTIONS)},
                    "application/sparql-results+json": {"schema": component("Solutions")},
                    "text/html": {},
                },
            }
        },
        [
            *(_own(each) for each in query.parameters),
            *_PAGED,
            _format(each.name for each in offered(Kind.SOLUTIONS)),
            _AT,
            _LANG,
        ],
        operationId=query.slug,
    )


def _own(parameter: Parameter) -> Json:
    means = f"Without it: {parameter.default}." if parameter.default else f"Of the type {parameter.kind}."
    return _parameter(parameter.name, "query", PARAMETERS[parameter.kind], means, required=parameter.required)


def _graph(*parameters: Json, creating: bool) -> Json:
    made = {"201": {"description": "The graph is new."}, "204": {"description": "Done, or nothing was to be done."}}
    body: Json = {"content": {name: {} for name in _SENT_TYPES}}
    patch = {"required": True, "content": {"application/sparql-update": {"schema": TEXT}}}
    writing: Json = {"security": [{"token": []}]}
    reading = [_format(each.name for each in offered(Kind.GRAPH)), _AT]
    return {
        **({"parameters": list(parameters)} if parameters else {}),
        "get": _operation("Read a graph", {"200": _answer("Its statements.", _GRAPH_TYPES)}, reading),
        "put": _operation("Replace a graph", made, requestBody=body, **writing),
        "post": _operation(
            "Add to a graph" + (", or without a name make one" if creating else ""), made, requestBody=body, **writing
        ),
        "patch": _operation("Change a graph by an update", made, requestBody=patch, **writing),
        "delete": _operation("Remove a graph", made, **writing),
    }


def _sparql() -> Json:
    means = {"200": _answer("The answer, in the format asked for.", (), None)}
    solutions: Json = {each.media_type: {} for kind in Kind for each in offered(kind)}
    means["200"]["content"] = {
        **solutions,
        "application/sparql-results+json": {"schema": component("Solutions")},
        "text/html": {},
    }
    others = [
        _parameter("default-graph-uri", "query", list_of(PARAMETERS["IRI"]), "Graphs that make the default graph."),
        _parameter("named-graph-uri", "query", list_of(PARAMETERS["IRI"]), "Graphs that may be named."),
        _parameter(
            "timeout", "query", {"type": "number", "exclusiveMinimum": 0, "maximum": 30}, "Seconds; 500ms also."
        ),
        _parameter("format", "query", TEXT, "The format; without it, what Accept asks for."),
        _AT,
    ]
    asked = _parameter("query", "query", TEXT, "The query; without it the answer describes the service.")
    form = object_of({"query": TEXT}, {"format": TEXT, "at": TEXT})
    body = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": {"schema": TEXT}}
    return {
        "get": _operation("Ask a query", means, [asked, *others]),
        "post": _operation("Ask a query", means, others, requestBody={"required": True, "content": body}),
    }


def _update() -> Json:
    form = object_of({"update": TEXT})
    body = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-update": {"schema": TEXT}}
    done = {"200": _answer("The version that holds what was asked for.", schema=component("Change"))}
    return {
        "post": _operation(
            "Change graphs", done, requestBody={"required": True, "content": body}, security=[{"token": []}]
        )
    }


def _get(summary: str, types: Iterable[str], schema: Json | None = None, *parameters: Json) -> Json:
    return {"get": _operation(summary, {"200": _answer(summary, types, schema)}, parameters)}


def _paths() -> Json:
    json, page = ("application/json",), ("text/html",)
    path, named = (_parameter(name, "path", TEXT, "The rest of the address.") for name in ("path", "name"))
    graph = _parameter("graph", "query", PARAMETERS["IRI"], "The graph, by its IRI.")
    default = _parameter("default", "query", {"const": ""}, "The stored default graph, instead of a named one.")
    number = _parameter("number", "path", {"type": "integer", "minimum": 0}, "The number of the version.")
    up: Json
    down: Json
    up, down = (
        object_of({"status": {"const": "up"}}),
        {"status": {"const": "down"}, "version": {"type": ["integer", "null"]}},
    )
    ready = _get("Whether queries are answered", json, object_of({"status": {"const": "up"}, "version": WHOLE}))
    ready["get"]["responses"]["503"] = _answer("They are not.", schema=object_of({**down, "reason": TEXT}))
    examples = [_format(each.name for each in offered(Kind.GRAPH))]
    described: Json = {
        address: _get(f"The {what}", _DOCUMENT_TYPES, None, *parameters, _AT, _LANG)
        for space, what in (("def", "vocabulary"), ("shape", "shapes"), ("concept", "concept schemes"))
        for address, parameters in (
            (f"/{space}", ()),
            (f"/{space}.{{suffix}}", (_parameter("suffix", "path", TEXT, "ttl, jsonld, html, nt or rdf."),)),
            (f"/{space}/{{path}}", (path,)),
        )
    }
    thing = {"303": {"description": "Its document is at the Location."}}
    return {
        "/": _get("The first page", page, None, _LANG),
        "/sparql": _sparql(),
        "/update": _update(),
        "/store": _graph(graph, default, creating=True),
        "/graph/{name}": _graph(named, creating=False),
        "/store/{name}": _graph(named, creating=False),
        "/queries": _get("The saved queries", (*json, *page), object_of({"queries": list_of(component("SavedQuery"))})),
        **{f"/queries/{query.slug}": {"get": _saved(query)} for query in saved().values()},
        "/id/{path}": {"get": _operation("Find a thing", thing, [path, _AT])},
        "/doc/{path}": _get("What is known of a thing", _DOCUMENT_TYPES, None, path, _AT, _LANG),
        **described,
        "/versions": _get("The versions that are kept", json, object_of({"versions": list_of(component("Version"))})),
        "/versions/{number}": _get("One version", json, component("VersionRecord"), number),
        "/timemap/json/{path}": _get("The versions of an address", json, component("TimeMap"), path),
        "/timemap/link/{path}": _get("The versions of an address", ("application/link-format",), None, path),
        "/.well-known/void": _get("What the data are", _GRAPH_TYPES, None, *examples, _AT),
        "/.well-known/sparql-examples/": _get("The saved queries as examples", _GRAPH_TYPES, None, *examples),
        "/.well-known/sparql-examples/{slug}": _get(
            "A saved query as example", _GRAPH_TYPES, None, _parameter("slug", "path", TEXT, "Its name."), *examples
        ),
        "/prefixes.json": _get(
            "Prefixes and their namespaces", json, {"type": "object", "additionalProperties": ADDRESS}
        ),
        "/context.jsonld": _get("The JSON-LD context", ("application/ld+json",)),
        "/problems": _get("The types of problems", (*json, *page)),
        "/static/{name}": _get("A file of the pages", ("text/css",), None, named),
        "/openapi.json": _get("This document", json),
        "/health": _get("Whether the process answers at all", json, up),
        "/ready": ready,
        "/metrics": _get("What has been counted, for Prometheus", ("text/plain",)),
    }


@cache
def document(public_url: str) -> Json:
    """The OpenAPI document of the service that is reached at *public_url*."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Hankintaverkko",
            "version": version("hankintaverkko"),
            "summary": "Public-procurement policy of Finland as validated, versioned linked data",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": public_url}],
        "paths": _paths(),
        "components": {
            "schemas": {**COMPONENTS, "Problem": problem(public_url)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
