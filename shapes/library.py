"""
The library of shapes: the Turtle files of this package, what each shape says about itself, and the profiles.

A profile is a named set of files. Its file in ``shapes/profiles`` says which are judged on the asserted statements,
which on asserted and inferred statements together (*combined*), which hold rules that look at the whole graph at once
and are run as one query each (*whole*), and which judge the vocabulary.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, RdfFormat, Triple, parse

from ontology.namespaces import SHAPE, term
from shapes import path as paths
from shapes.messages import MESSAGE, NAME, words
from shapes.report import Severity, Words

PREFIXES_FILE = "prefixes.ttl"
_SELECT, _SPARQL, _PATH = term("sh:select"), term("sh:sparql"), term("sh:path")
_NESTED = {term("sh:" + name) for name in ("property", "node", "qualifiedValueShape", "not")}
_LISTS = {term("sh:" + name) for name in ("or", "and", "xone")}
_PAIRS = {term("sh:" + name) for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals")}
_READS = NamedNode(SHAPE + "reads")
_SHAPES = {term("sh:NodeShape"), term("sh:PropertyShape")}

Node = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of shape files, each list in the order of the profile's file."""

    name: str
    titles: Words
    asserted: tuple[str, ...] = ()
    combined: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a node shape looks: at instances of classes, at subjects and objects of properties, at single nodes."""

    classes: frozenset[NamedNode] = frozenset()
    subjects_of: frozenset[NamedNode] = frozenset()
    objects_of: frozenset[NamedNode] = frozenset()
    nodes: frozenset[NamedNode] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What a shape with an IRI says about itself.

    *query* is the text of its SPARQL rule with its prefixes, *reads* every path that judging one focus node follows
    (declared with ``hvs:reads`` where a SPARQL rule follows them).
    """

    iri: NamedNode
    file: str
    severity: Severity
    messages: Words
    names: Words
    rules: tuple[str, ...]
    targets: Targets
    query: str | None
    path: paths.Path | None
    path_description: tuple[Triple, ...]
    reads: tuple[paths.Path, ...]


class Library:
    """
    The shapes of this package.

    Raises:
        ValueError: A shape file holds something that is no shape graph.
    """

    def __init__(self) -> None:
        folder = files("shapes")
        self.files = tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".ttl")))
        self._graphs = {name: graph(folder.joinpath(name).read_bytes()) for name in self.files}
        self.prologue = self._prologue()
        self.shapes: dict[NamedNode, Shape] = {}
        for name in self.files:
            for shape in self._shapes(name):
                self.shapes[shape.iri] = shape

    def graph(self, file: str) -> Dataset:
        """The triples of one shape file."""
        return self._graphs[file]

    def of(self, names: Iterable[str]) -> tuple[Shape, ...]:
        """The shapes of these files, in the order of the files and then of their IRIs."""
        return tuple(
            self.shapes[iri]
            for name in names
            for iri in sorted(self.shapes, key=lambda iri: iri.value)
            if self.shapes[iri].file == name
        )

    def _prologue(self) -> str:
        declarations: dict[object, dict[NamedNode, str]] = {}
        for quad in self._graphs[PREFIXES_FILE]:
            if isinstance(quad.object, Literal):
                declarations.setdefault(quad.subject, {})[quad.predicate] = quad.object.value
        prefix, namespace = term("sh:prefix"), term("sh:namespace")
        pairs = sorted((facts[prefix], facts[namespace]) for facts in declarations.values() if prefix in facts)
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in pairs)

    def _shapes(self, file: str) -> Iterator[Shape]:
        dataset = self._graphs[file]
        for quad in dataset:
            if quad.predicate != term("rdf:type") or quad.object not in _SHAPES or isinstance(quad.subject, BlankNode):
                continue
            iri = cast(NamedNode, quad.subject)
            path_node = next(iter(objects(dataset, iri, _PATH)), None)
            yield Shape(
                iri=iri,
                file=file,
                severity=_severity(dataset, iri),
                messages=words(dataset, iri, MESSAGE),
                names=words(dataset, iri, NAME),
                rules=tuple(sorted(_text(value) for value in objects(dataset, iri, term("dcterms:identifier")))),
                targets=_targets(dataset, iri),
                query=self._query(dataset, iri),
                path=None if path_node is None else paths.read(dataset, cast(Node, path_node)),
                path_description=() if path_node is None else paths.description(dataset, cast(Node, path_node)),
                reads=tuple(dict.fromkeys(_reads(dataset, iri, paths.HERE))),
            )

    def _query(self, dataset: Dataset, iri: NamedNode) -> str | None:
        texts = [
            _text(text)
            for constraint in objects(dataset, iri, _SPARQL)
            for text in objects(dataset, cast(Node, constraint), _SELECT)
        ]
        if len(texts) > 1:
            raise ValueError(f"{iri} has {len(texts)} SPARQL rules; give each a node shape of its own")
        return self.prologue + texts[0] if texts else None


@cache
def library() -> Library:
    """The library, read once in a process."""
    return Library()


def profile(name: str) -> Profile:
    """
    The profile *name*.

    Raises:
        KeyError: There is no profile of that name.
    """
    found = profiles()
    if name not in found:
        raise KeyError(f'there is no profile "{name}"; choose one of {", ".join(sorted(found))}')
    return found[name]


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by name."""
    found = {}
    for entry in sorted(files("shapes").joinpath("profiles").iterdir(), key=lambda entry: entry.name):
        name, dot, _ = entry.name.partition(".toml")
        if dot:
            content = tomllib.loads(entry.read_text(encoding="utf-8"))
            titles = content.pop("title")
            found[name] = Profile(name, titles, **{key: tuple(value) for key, value in content.items()})
    return found


def graph(turtle: bytes) -> Dataset:
    """The triples of a Turtle document, literals as written."""
    return Dataset(parse(turtle, format=RdfFormat.TURTLE))


def objects(dataset: Dataset, subject: Node, predicate: NamedNode) -> list[object]:
    """The objects of *predicate* at *subject*."""
    return [quad.object for quad in dataset.quads_for_subject(subject) if quad.predicate == predicate]


def _targets(dataset: Dataset, iri: NamedNode) -> Targets:
    def named(local: str) -> frozenset[NamedNode]:
        return frozenset(value for value in objects(dataset, iri, term(local)) if isinstance(value, NamedNode))

    return Targets(
        named("sh:targetClass"), named("sh:targetSubjectsOf"), named("sh:targetObjectsOf"), named("sh:targetNode")
    )


def _severity(dataset: Dataset, iri: NamedNode) -> Severity:
    found = objects(dataset, iri, term("sh:severity")) or [term("sh:Violation")]
    name = cast(NamedNode, found[0]).value.removeprefix(term("sh:x").value[:-1])
    if name not in {"Violation", "Warning", "Info"}:
        raise ValueError(f"{iri} has the severity {name}; write sh:Violation, sh:Warning or sh:Info")
    return cast(Severity, name)


def _reads(dataset: Dataset, shape: Node, before: paths.Path) -> Iterator[paths.Path]:
    """Every path that judging *shape* follows, each after *before*."""
    quads = list(dataset.quads_for_subject(shape))
    here = before
    for quad in quads:
        if quad.predicate == _PATH:
            here = paths.joined(before, paths.read(dataset, cast(Node, quad.object)))
            yield here
    for quad in quads:
        if quad.predicate == _READS:
            yield paths.joined(before, paths.read(dataset, cast(Node, quad.object)))
        elif quad.predicate == term("sh:class"):
            yield paths.joined(here, paths.Step(term("rdf:type")))
        elif quad.predicate in _PAIRS:
            yield paths.joined(before, paths.Step(cast(NamedNode, quad.object)))
        elif quad.predicate in _NESTED:
            yield from _reads(dataset, cast(Node, quad.object), here)
        elif quad.predicate in _LISTS:
            for member in paths.members(dataset, cast(Node, quad.object)):
                yield from _reads(dataset, member, here)


def _text(value: object) -> str:
    if not isinstance(value, Literal):
        raise ValueError(f"{value} stands where a shape needs a text")  # noqa: TRY004 - the file is wrong, not the call
    return value.value
