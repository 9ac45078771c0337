"""
JSON Schemas of what the JSON addresses answer, and of the parameters of saved queries.

Source: JSON Schema 2020-12, as OpenAPI 3.1 uses it; RFC 9457 for problem documents.
"""

from collections.abc import Mapping
from typing import Any

from server.problems import kinds

Json = dict[str, Any]
_IRI = r"^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9/._~-]+$"
PARAMETERS: Mapping[str, Json] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]*)?$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "IRI": {"type": "string", "pattern": _IRI},
}
"""The schema of each type of parameter of `sparql.queries`; what it lets through is accepted, and not only that."""
TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer", "minimum": 0}
TIME: Json = {"type": "string", "format": "date-time"}
ADDRESS: Json = {"type": "string", "format": "uri"}


def object_of(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """The schema of an object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def list_of(item: Json) -> Json:
    """The schema of an array of *item*."""
    return {"type": "array", "items": item}


def component(name: str) -> Json:
    """A reference to the schema that the document calls *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


_VERSION = {
    "version": WHOLE,
    "address": ADDRESS,
    "time": TIME,
    "parent": {"type": ["integer", "null"]},
    "why": TEXT,
    "triples": WHOLE,
}
_BY_LANGUAGE: Json = {"type": "object", "additionalProperties": TEXT}
_MEMENTO = object_of({"datetime": TIME, "uri": ADDRESS, "version": WHOLE})
_TERM: Json = {"type": "object", "required": ["type", "value"]}
COMPONENTS: Mapping[str, Json] = {
    "Version": object_of(_VERSION),
    "VersionRecord": object_of(
        {
            **_VERSION,
            "graphs": {"type": "object", "additionalProperties": object_of({"triples": WHOLE, "hash": TEXT})},
        }
    ),
    "SavedQuery": object_of(
        {
            "slug": TEXT,
            "title": _BY_LANGUAGE,
            "answers": _BY_LANGUAGE,
            "parameters": list_of(
                object_of(
                    {
                        "name": TEXT,
                        "type": {"enum": list(PARAMETERS)},
                        "required": {"type": "boolean"},
                        "default": {"type": ["string", "null"]},
                    }
                )
            ),
            "columns": list_of(object_of({"name": TEXT, "type": TEXT, "note": TEXT})),
            "url": ADDRESS,
        }
    ),
    "TimeMap": object_of(
        {
            "original_uri": ADDRESS,
            "timegate_uri": ADDRESS,
            "timemap_uri": object_of({"link_format": ADDRESS, "json_format": ADDRESS}),
            "mementos": object_of({"first": _MEMENTO, "last": _MEMENTO, "list": list_of(_MEMENTO)}),
        }
    ),
    "Solutions": {
        "type": "object",
        "properties": {
            "head": {"type": "object", "properties": {"vars": list_of(TEXT)}},
            "results": object_of({"bindings": list_of({"type": "object", "additionalProperties": _TERM})}),
            "boolean": {"type": "boolean"},
        },
        "required": ["head"],
    },
    "Change": object_of(
        {
            "version": WHOLE,
            "published": {"type": "boolean"},
            "changed": list_of(TEXT),
            "triples": WHOLE,
            "warnings": WHOLE,
        }
    ),
}
"""Schemas by the names that the document gives them."""


def problem(public_url: str) -> Json:
    """The schema of the problem documents of the service that is reached at *public_url*."""
    types = [f"{public_url}/problems#{kind.name}" for kind in kinds()]
    return {
        "type": "object",
        "description": "A problem document (RFC 9457); some have further members.",
        "properties": {
            "type": {"enum": types},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
        },
        "required": ["type", "title", "status", "detail"],
    }
