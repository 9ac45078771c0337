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

from loaders import parsers
from loaders.errors import Problems
from loaders.sentences import Quoted, Where, near, sentence
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


class _NoNumberError(ValueError):
    """A name such as NaN, which stands for no number in JSON."""


@cache
def _ours() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("ontology").joinpath(CONTEXT).read_text(encoding="utf-8"))
    return {"@context": found["@context"]}


def read(text: str, called: str, iris: Iris, problems: Problems, public: str = "", base: str = "") -> list[Quad]:
    """
    The quads of a JSON-LD document; every problem goes to *problems*, with its line where it is known.

    *public* is the address of the service, whose ``/context.jsonld`` is ours too. Relative IRIs are resolved with *base*,
    or else with that of *iris*.
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
        "base": base or iris.base,
        "documentLoader": load,
        "expandContext": {"@vocab": _PROBE},
    }
    try:
        expanded = processor.expand(document, options)
        if not _sound(expanded, text, called, problems):
            return []
        dataset = processor.to_rdf(expanded, {"base": base or iris.base, "documentLoader": load})
    except processor.JsonLdError as error:
        _note(error, text, called, problems)
        return []
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
        # PyLD 3.3.0 fails in such ways on some malformed documents (and on a context that unsets a language it never
        # set); the test that feeds it arbitrary JSON will tell when this can go.
        name = type(error).__name__
        problems.add(Where(called), sentence("jsonld-fails", name=name))
        return []
    return list(_quads(dataset, called, problems))


def _document(text: str, called: str, problems: Problems) -> Any:
    try:
        document = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = Where(called, line=error.lineno, character=error.colno)
        problems.add(where, sentence("json-syntax", message=parsers.explained(error.msg)))
    except _DuplicateError as error:
        problems.add(_line(text, str(error), called), sentence("json-twice", name=Quoted(str(error))))
    except _NoNumberError as error:
        problems.add(Where(called), sentence("json-number", name=str(error)))
    except ValueError as error:
        problems.add(Where(called), sentence("json-syntax", message=parsers.explained(str(error))))
    except RecursionError:
        problems.add(Where(called), sentence("json-deep", limit=DEPTH))
    else:
        if not isinstance(document, dict | list):
            problems.add(Where(called), sentence("json-bare", value=Quoted(text)))
        elif _depth(document) > DEPTH:
            problems.add(Where(called), sentence("json-deep", limit=DEPTH))
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
    raise _NoNumberError(name)


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
            said = sentence("jsonld-unexplained", name=Quoted(bare), near=near(bare, known))
            problems.add(_line(text, bare, called), said)
            continue
        try:
            if kind == "@language":
                Literal("", language=name)
            elif not name.startswith("_:"):
                NamedNode(name)
        except ValueError as error:
            key = "jsonld-language" if kind == "@language" else "jsonld-iri"
            said = sentence(key, value=Quoted(name), reason=str(error).rstrip("."))
            problems.add(_line(text, name, called), said)
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


def _line(text: str, word: str, called: str) -> Where:
    place = text.find(json.dumps(word, ensure_ascii=False))
    return Where(called, line=text.count("\n", 0, place) + 1 if place >= 0 else 0)


def _note(error: BaseException, text: str, called: str, problems: Problems) -> None:
    causes: list[BaseException] = [error]
    while (deeper := causes[-1].__cause__ or causes[-1].__context__) is not None and deeper not in causes:
        causes.append(deeper)
    refused = [cause for cause in causes if isinstance(cause, _RefusedError)]
    if refused:
        url = refused[0].url
        said = sentence("jsonld-remote", value=Quoted(url), address=PROJECT + CONTEXT)
        problems.add(_line(text, url, called), said)
        return
    last = [cause for cause in causes if isinstance(cause, processor.JsonLdError)][-1]
    code = f" ({last.code})" if last.code else ""
    problems.add(Where(called), sentence("jsonld-invalid", reason=f"{str(last.args[0]).rstrip('.')}{code}"))


def _quads(dataset: Any, called: str, problems: Problems) -> Iterator[Quad]:
    for name, triples in dataset.items():
        for triple in triples:
            try:
                graph = DefaultGraph() if name == "@default" else _resource(name)
                subject, predicate = _resource(triple["subject"]["value"]), NamedNode(triple["predicate"]["value"])
                yield Quad(subject, predicate, _object(triple["object"]), graph)
            except ValueError as error:
                value = triple["object"]["value"]
                problems.add(Where(called), sentence("jsonld-term", value=Quoted(value), reason=str(error)))


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
