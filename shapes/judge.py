"""
The judge: pySHACL applied to statements, inside a worker process and nowhere else.

Targets are looked up here and given to pySHACL as ``sh:targetNode``: its own option ``focus_nodes`` also filters the
nodes that nested shapes look at, so that whatever ``sh:node`` says about other nodes passes unseen (version 0.40.1,
seen by `test_a_nested_shape_is_judged_when_the_value_is_not_in_focus`).

Source: SHACL sections 2.1.3 and 3.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from pyshacl import validate
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result, ResultRow
from rdflib.term import Node

from shapes import vocabulary
from shapes.jobs import Answer, Job, Load, Raw
from shapes.library import PREFIXES_FILE, Library
from shapes.report import Severity, Term

_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


class Statements(rdflib.Graph):
    """
    A graph that reads the text of each query once: pySHACL gives the same text again for every focus node.
    """

    def query(self, query_object: str | Query, *arguments: Any, **named: Any) -> Result:
        """The result of a query, as that of `rdflib.Graph.query`."""
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *arguments, **named)


@cache
def _prepared(text: str) -> Query:
    return prepareQuery(text)


class Judge:
    """Holds the statements of one validation at a time and applies shapes to them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._vocabulary = [_triple(triple) for triple in vocabulary.triples()]
        self._terms = frozenset(subject for subject, _, _ in self._vocabulary)
        self._shapes = {name: [_triple(quad.triple) for quad in library.graph(name)] for name in library.files}
        self.load(Load(b"", b"", frozenset()))

    def load(self, load: Load) -> Answer:
        """Replaces the statements to judge."""
        self._asserted = Statements()
        _fill(self._asserted, load.asserted)
        if load.context:
            self._asserted += self._vocabulary
        self._inferred, self._combined = load.inferred, None
        self._focus = None if load.focus is None else frozenset(_rdflib(node) for node in load.focus)
        self._never = self._terms if load.context else frozenset()
        return Answer()

    _combined: Statements | None

    def do(self, job: Job) -> Answer:
        """The results of one file of shapes, or the rows of one rule."""
        data = self._asserted if job.statements == "asserted" else self._all()
        if job.rule is not None:
            query = cast(str, self._library.shapes[job.rule].query)
            solutions = cast(Iterable[ResultRow], data.query(query))  # every rule is a SELECT
            rows = tuple({str(name): _term(value) for name, value in row.asdict().items()} for row in solutions)
            return Answer(rule=job.rule, rows=rows)
        shapes = self._retargeted(job.file, data)
        if (None, SH.targetNode, None) not in shapes:
            return Answer()
        _, results, _ = validate(
            data, shacl_graph=shapes, inplace=True, advanced=False, inference="none", do_owl_imports=False
        )
        if not isinstance(results, rdflib.Graph):
            raise ValueError(f"pySHACL gave up: {results}")  # noqa: TRY004 - it hands back its exception as a value
        return Answer(results=tuple(_results(results)))

    def _all(self) -> Statements:
        if self._combined is None:
            self._combined = Statements()
            self._combined += self._asserted
            _fill(self._combined, self._inferred)
        return self._combined

    def _retargeted(self, file: str, data: rdflib.Graph) -> rdflib.Graph:
        shapes = rdflib.Graph()
        for name in (PREFIXES_FILE, file):
            for triple in self._shapes[name]:
                if triple[1] not in _TARGETS:
                    shapes.add(triple)
        for subject, predicate, target in self._shapes[file]:
            if predicate in _TARGETS:
                for node in _found(data, predicate, target):
                    if node not in self._never and (self._focus is None or node in self._focus):
                        shapes.add((subject, SH.targetNode, node))
        return shapes


def _found(data: rdflib.Graph, predicate: Node, target: Node) -> Iterator[Node]:
    if predicate == SH.targetClass:
        for cls in data.transitive_subjects(RDFS.subClassOf, target):
            yield from data.subjects(RDF.type, cls)
    elif predicate == SH.targetSubjectsOf:
        yield from data.subjects(target, None)
    else:
        yield from data.objects(None, target)


def _results(graph: rdflib.Graph) -> Iterator[Raw]:
    for result in graph.objects(None, SH.result):  # results under sh:detail are about the shapes inside a shape
        path, value = graph.value(result, SH.resultPath), graph.value(result, SH.value)
        severity = str(graph.value(result, SH.resultSeverity)).removeprefix(str(SH))
        yield Raw(
            focus=_term(graph.value(result, SH.focusNode)),
            path=NamedNode(str(path)) if isinstance(path, rdflib.URIRef) else None,
            value=None if value is None else _term(value),
            shape=NamedNode(str(graph.value(result, SH.sourceShape))),
            severity=cast(Severity, severity),
            component=NamedNode(str(graph.value(result, SH.sourceConstraintComponent))),
            messages=tuple(cast(Literal, _term(text)) for text in graph.objects(result, SH.resultMessage)),
        )


def _fill(graph: rdflib.Graph, document: bytes) -> None:
    for quad in parse(document, format=RdfFormat.N_TRIPLES):
        graph.add(_triple(quad.triple))


def _triple(triple: Triple) -> tuple[Node, Node, Node]:
    return _rdflib(triple.subject), _rdflib(triple.predicate), _rdflib(triple.object)


def _rdflib(term: object) -> Node:
    match term:
        case NamedNode(value=value):
            return rdflib.URIRef(value)
        case BlankNode(value=value):
            return rdflib.BNode(value)
        case Literal(value=value, language=language, datatype=datatype):
            if language:
                return rdflib.Literal(value, lang=language)
            plain = datatype.value == str(rdflib.XSD.string)
            return rdflib.Literal(value, datatype=None if plain else rdflib.URIRef(datatype.value), normalize=False)
    raise TypeError(f"{term} has no place in a triple that is judged")


def _term(node: object) -> Term:
    match node:
        case rdflib.URIRef():
            return NamedNode(str(node))
        case rdflib.BNode():
            return BlankNode(str(node))
        case rdflib.Literal():
            if node.language:
                return Literal(str(node), language=node.language)
            return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    raise TypeError(f"{node} is no RDF term")
