"""
RDF as it is sent to the graph store: one document, or several in a form, as the statements of one graph.

Source: SPARQL 1.1 Graph Store HTTP Protocol section 5.5; RFC 7578.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import BinaryIO

import python_multipart
from pyoxigraph import DefaultGraph, Quad, RdfFormat
from python_multipart.exceptions import FormParserError

from loaders import rdf
from loaders.errors import Problems
from ontology.iris import Iris
from server.writes import Unreadable
from sparql import media
from sparql.errors import UnsupportedMediaType

FORM = "multipart/form-data"
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_SUFFIXES = {".ttl", ".nt", ".rdf", ".jsonld"}
_MOST_PARTS = 100


def check(content_type: str) -> None:
    """
    Return when a graph may be sent as *content_type*.

    Raises:
        UnsupportedMediaType: It may not.
    """
    if media.parse(content_type).name != FORM:
        _format(content_type)


def read(body: BinaryIO, content_type: str, iris: Iris, base: str, public: str, label: str) -> Sequence[Quad]:
    """
    The statements of *body*, relative IRIs resolved with *base*, blank nodes named *label* and a number.

    Raises:
        InputError: It is not what it says it is; every problem is listed.
        Unreadable: It is no form, or names graphs of its own.
        UnsupportedMediaType: It is of a media type that is not accepted.
    """
    problems = Problems()
    quads: list[Quad] = []
    for number, (called, data, format_) in enumerate(_documents(body, content_type), start=1):
        quads += rdf.read_bytes(
            data, called, iris, problems, format=format_, public=public, label=f"{label}{number}x", base=base
        )
    problems.settle()
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            raise Unreadable(f"the document names the graph {quad.graph_name}; send the statements of one graph")
    return quads


def _documents(body: BinaryIO, content_type: str) -> list[tuple[str, bytes, RdfFormat]]:
    if media.parse(content_type).name != FORM:
        return [("body", body.read(), _format(content_type))]
    found: list[tuple[str, bytes, RdfFormat]] = []

    def take(name: bytes | None, data: bytes, kind: str | None) -> None:
        if len(found) == _MOST_PARTS:
            raise Unreadable(f"the form has more than {_MOST_PARTS} files; send fewer at once")
        called = (name or b"file").decode("utf-8", "replace")
        found.append((called, data, _format_of_part(kind, called)))

    def take_file(part: python_multipart.multipart.File) -> None:
        part.file_object.seek(0)
        take(part.file_name or part.field_name, part.file_object.read(), part.content_type)

    def take_field(part: python_multipart.multipart.Field) -> None:  # some clients give their documents no file name
        take(part.field_name, part.value or b"", part.content_type)

    try:
        python_multipart.parse_form({"Content-Type": content_type.encode("latin-1")}, body, take_field, take_file)
    except (FormParserError, ValueError) as met:
        raise Unreadable(f"the form cannot be read: {met}; send each document as a file with its Content-Type") from met
    if not found:
        raise Unreadable("the form holds no file; send each document as a file with its Content-Type")
    return found


def _format_of_part(content_type: str | None, name: str) -> RdfFormat:
    suffix = PurePath(name).suffix.lower()
    if (not content_type or content_type == "application/octet-stream") and suffix in _SUFFIXES:
        return rdf.FORMATS[suffix]
    return _format(content_type or "")


def _format(content_type: str) -> RdfFormat:
    kind = media.parse(content_type)
    met = f'"{kind.name}"' if kind.name else "something without a Content-Type"
    if kind.name not in FORMATS:
        accepted = ", ".join(name for name in FORMATS if "/x-" not in name)
        raise UnsupportedMediaType(f"a graph is sent as {accepted} or {FORM}, not as {met}", (*FORMATS, FORM))
    charset = (kind.parameter("charset") or "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f'the body says charset="{charset}"; send it in UTF-8', (*FORMATS, FORM))
    return FORMATS[kind.name]
