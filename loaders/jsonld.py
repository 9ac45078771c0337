"""
JSON-LD documents become quads, without a fetch: the only remote context known is our own, from the package `ontology`.

A key or type that no context explains is a problem: JSON-LD would pass over it, and a fact would be lost unseen.

Source: JSON-LD 1.1 Processing Algorithms and API, sections 5.1 (expansion) and 8.1 (deserialisation to RDF).
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from pyld import jsonld as processor
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from loaders.errors import Problems, close, quoted
from ontology.iris import Iris
from ontology.namespaces import PROJECT, term

CONTEXT = "context.jsonld"
DEPTH = 60
"""How deep objects and lists may be nested; the processor recurses."""
_PROBE = "urn:x-unexplained:"
_NATIVE_DOUBLE = re.compile(r"-?[0-9](?:\.[0-9]+)?E-?[0-9]+")


class _RefusedError(Exception):
    """A remote context that is not ours."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class _DuplicateError(ValueError):
    """A key that stands twice in one object."""


@cache
def _ours() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("ontology").joinpath(CONTEXT).read_text(encoding="utf-8"))
    return {"@context": found["@context"]}


def read(text: str, called: str, iris: Iris, problems: Problems, public: str = "") -> list[Quad]:
    """
    The quads of a JSON-LD document; every problem goes to *problems*, with its line where it is known.

    *public* is the address of the service, whose ``/context.jsonld`` is ours too.
    """
    document = _document(text, called, problems)
    if document is None:
        return []
    addresses = {PROJECT + CONTEXT, iris.base + CONTEXT} | ({f"{public.rstrip('/')}/{CONTEXT}"} if public else set())

    def load(url: str, _: Any) -> dict[str, Any]:
        if url not in addresses:
            raise _RefusedError(url)
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _ours()}

    options = {
        "base": iris.base,
        "documentLoader": load,
        "expandContext": {"@vocab": _PROBE},
    }
    try:
        expanded = processor.expand(document, options)
        if not _sound(expanded, text, called, problems):
            return []
        dataset = processor.to_rdf(expanded, {"base": iris.base, "documentLoader": load})
    except processor.JsonLdError as error:
        _note(error, text, called, problems)
        return []
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
        # PyLD 3.3.0 fails in such ways on some malformed documents (and on a context that unsets a language it never
        # set); the test that feeds it arbitrary JSON will tell when this can go.
        name = type(error).__name__
        problems.add(called, f"JSON-LD that the processor fails at ({name})", "write it as JSON-LD 1.1 describes it")
        return []
    return list(_quads(dataset, called, problems))


def _document(text: str, called: str, problems: Problems) -> Any:
    try:
        document = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except json.JSONDecodeError as error:
        problems.add(f"{called} line {error.lineno}, column {error.colno}", error.msg, "write JSON (RFC 8259)")
    except _DuplicateError as error:
        problems.add(
            _line(text, str(error), called), f"the key {quoted(str(error))} twice in one object", "keep one of them"
        )
    except ValueError as error:
        problems.add(called, str(error), "write JSON (RFC 8259)")
    except RecursionError:
        problems.add(called, "JSON that is nested too deep", f"nest at most {DEPTH} levels")
    else:
        if not isinstance(document, dict | list):
            problems.add(called, f"the bare value {quoted(text)}", "write a JSON object, or a list of them")
        elif _depth(document) > DEPTH:
            problems.add(called, "JSON that is nested too deep", f"nest at most {DEPTH} levels")
        else:
            return document
    return None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateError(key)
        found[key] = value
    return found


def _constant(name: str) -> Any:
    raise ValueError(f"the number {name}, which JSON does not have")


def _depth(document: Any) -> int:
    deepest, waiting = 0, [(document, 1)]
    while waiting:
        value, level = waiting.pop()
        deepest = max(deepest, level)
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((each, level + 1) for each in inner)
    return deepest


def _sound(expanded: Any, text: str, called: str, problems: Problems) -> bool:
    """Whether contexts explain every key, and every IRI and language tag is one: what is not would be lost unseen."""
    before = len(problems)
    known = [key for key in _ours()["@context"] if not key.startswith("@")]
    for kind, name in dict.fromkeys(_names(expanded)):
        bare = name.removeprefix(_PROBE)
        if bare != name:
            advice = f"use a term of the context{close(bare, known)}, or a full IRI"
            problems.add(_line(text, bare, called), f"{quoted(bare)}, which no context explains", advice)
            continue
        try:
            if kind == "@language":
                Literal("", language=name)
            elif not name.startswith("_:"):
                NamedNode(name)
        except ValueError as error:
            advice = "write a language tag such as fi" if kind == "@language" else "write an IRI, such as id/measure/x1"
            problems.add(_line(text, name, called), f"{quoted(name)} ({str(error).rstrip('.')})", advice)
    return len(problems) == before


def _names(value: Any) -> Iterator[tuple[str, str]]:
    """Keywords and the names that stand under them: properties and types as ``@type``, ids, language tags."""
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not key.startswith("@"):
                yield "@type", key
            if key in {"@id", "@type", "@language"}:
                yield from ((key, str(name)) for name in (each if isinstance(each, list) else [each]))
            elif key != "@value":
                yield from _names(each)


def _line(text: str, word: str, called: str) -> str:
    place = text.find(json.dumps(word, ensure_ascii=False))
    return f"{called} line {text.count(chr(10), 0, place) + 1}" if place >= 0 else called


def _note(error: BaseException, text: str, called: str, problems: Problems) -> None:
    causes: list[BaseException] = [error]
    while (deeper := causes[-1].__cause__ or causes[-1].__context__) is not None and deeper not in causes:
        causes.append(deeper)
    refused = [cause for cause in causes if isinstance(cause, _RefusedError)]
    if refused:
        problems.add(
            _line(text, refused[0].url, called),
            f"the remote context {quoted(refused[0].url)}, which is never fetched",
            f"refer to {PROJECT}{CONTEXT}, or write the context into the document",
        )
        return
    last = [cause for cause in causes if isinstance(cause, processor.JsonLdError)][-1]
    code = f" ({last.code})" if last.code else ""
    problems.add(
        called, f"invalid JSON-LD: {str(last.args[0]).rstrip('.')}{code}", "write it as JSON-LD 1.1 describes it"
    )


def _quads(dataset: Any, called: str, problems: Problems) -> Iterator[Quad]:
    for name, triples in dataset.items():
        for triple in triples:
            try:
                graph = DefaultGraph() if name == "@default" else _resource(name)
                subject, predicate = _resource(triple["subject"]["value"]), NamedNode(triple["predicate"]["value"])
                yield Quad(subject, predicate, _object(triple["object"]), graph)
            except ValueError as error:
                value = triple["object"]["value"]
                problems.add(called, f"{quoted(value)} ({error})", "write a valid IRI, language tag or literal")


def _resource(value: str) -> NamedNode | BlankNode:
    return BlankNode(value.removeprefix("_:")) if value.startswith("_:") else NamedNode(value)


def _object(found: Any) -> NamedNode | BlankNode | Literal:
    value: str = found["value"]
    if found["type"] != "literal":
        return _resource(value)
    if "language" in found:
        return Literal(value, language=found["language"])
    datatype = NamedNode(found["datatype"])
    if datatype == term("xsd:decimal") and _NATIVE_DOUBLE.fullmatch(value):
        # JSON-LD writes every JSON number with a fraction as a double, which is no decimal: write what was meant.
        value = f"{Decimal(value):f}"
    return Literal(value, datatype=datatype)
