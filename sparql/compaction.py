"""
Graphs as JSON-LD: compact with our own context while they are small, expanded and streamed beyond that.

The engine writes expanded JSON-LD as it goes, a node once for each run of its statements. Compacting needs the whole graph
in memory and costs a quarter of a millisecond a statement, so only an answer of at most `LARGEST` bytes, as the engine
writes it, is compacted; which of the two was sent stands in the profile parameter of ``Content-Type``.

Source: JSON-LD 1.1 Processing section 5.1; JSON-LD 1.1 section 10 (profiles).
"""

import io
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from pyld import jsonld

from sparql.media import parse_accept
from sparql.wire import FrameWriter

LARGEST = 262_144  # bytes of expanded JSON-LD; about 2,500 statements, compacted in half a second
COMPACTED = "http://www.w3.org/ns/json-ld#compacted"
EXPANDED = "http://www.w3.org/ns/json-ld#expanded"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def content_type(profile: str) -> str:
    """The ``Content-Type`` of JSON-LD with *profile*."""
    return f'application/ld+json; profile="{profile}"'


class Incompressible(Exception):
    """The graph cannot be written with our context; expanded, it can."""


class JsonLdWriter(io.RawIOBase):
    """
    A writable stream that takes the engine's JSON-LD and sends it on, compact when it ends within `LARGEST` bytes.

    *opened* gives the frames to write to, once the content type is known. When *compact* is false, nothing is compacted.
    """

    def __init__(self, opened: Callable[[str], FrameWriter], compact: bool) -> None:
        super().__init__()
        self._opened = opened
        self._held = bytearray()
        self._frames: FrameWriter | None = None if compact else opened(content_type(EXPANDED))

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: Any) -> int:
        """Take *data*; hold it back while the whole may still be compacted. Raises what the frames raise."""
        if self._frames is not None:
            return self._frames.write(data)
        self._held += data
        if len(self._held) > LARGEST:
            self._stream()
        return len(data)

    def finish(self) -> None:
        """Send what is left, and the frame that says the answer is complete."""
        if self._frames is None:
            try:
                body = compacted(bytes(self._held))
            except Incompressible:
                self._stream()
            else:
                self._frames = self._opened(content_type(COMPACTED))
                self._frames.write(body)
        assert self._frames is not None  # noqa: S101 - opened by now, one way or the other
        self._frames.finish()

    def _stream(self) -> None:
        self._frames = self._opened(content_type(EXPANDED))
        self._frames.write(bytes(self._held))
        self._held.clear()


def wants_expanded(accept: str) -> bool:
    """Whether an ``Accept`` header asks for JSON-LD in its expanded form, and not in the compact one as well."""
    wanted = [each.type.parameter("profile") or "" for each in parse_accept(accept) if each.quality]
    profiles = {profile for each in wanted for profile in each.split()}
    return EXPANDED in profiles and COMPACTED not in profiles


@cache
def context() -> dict[str, Any]:
    """Our JSON-LD context, as the document at ``/context.jsonld`` holds it."""
    read: dict[str, Any] = json.loads((files("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    return read


def compacted(expanded: bytes) -> bytes:
    """
    The graph that the engine wrote as *expanded* JSON-LD, compact, each node once under ``@graph``, in the order of their
    first statements.

    What it uses of our context stands in the document itself, so that reading it needs no other document.

    Raises:
        Incompressible: An IRI of the graph would be mistaken for one that our context shortens.
    """
    nodes = _merged(json.loads(expanded))
    options = {"documentLoader": refuse, "processingMode": "json-ld-1.1", "skipExpansion": True, "graph": True}
    try:
        tree = jsonld.compact(nodes, context(), options)
    except jsonld.JsonLdError as met:
        raise Incompressible from met
    document = {"@context": _used(tree["@graph"]), "@graph": tree["@graph"]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _used(graph: list[Any]) -> dict[str, Any]:
    """The part of our context that *graph* uses: its keys, and the words and prefixes of its values."""
    terms = context()["@context"]
    words: set[str] = {"@version", "id", "type"}
    _collect(graph, words)
    while more := {word for name in words & terms.keys() for word in _words(terms[name])} - words:
        words |= more
    return {name: definition for name, definition in terms.items() if name in words}


def _collect(value: Any, words: set[str]) -> None:
    match value:
        case dict():
            for key, each in value.items():
                words.update((key, key.partition(":")[0]))
                _collect(each, words)
        case list():
            for each in value:
                _collect(each, words)
        case str():
            words.update((value, value.partition(":")[0]))


def _words(definition: Any) -> set[str]:
    words: set[str] = set()
    _collect(definition, words)
    return words


def _merged(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    for node in nodes:
        known = merged.setdefault(node["@id"], {"@id": node["@id"]})
        for key, values in node.items():
            if key == "@id":
                continue
            for value in values:
                # The engine writes types like any other property; one that is a literal has to stay one.
                as_type = key == _TYPE and "@id" in value
                known.setdefault("@type" if as_type else key, []).append(value["@id"] if as_type else value)
    return list(merged.values())


def refuse(url: str, _: object) -> dict[str, Any]:
    """What loads a remote context for PyLD: nothing does. Raises `pyld.jsonld.JsonLdError`."""
    raise jsonld.JsonLdError(
        f"the context {url} is not fetched", "jsonld.LoadDocumentError", code="loading document failed"
    )
