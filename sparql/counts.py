"""
What is counted of a version while it is read into memory, so that nobody has to count it again.

The numbers are those that the engine gives over the union of all graphs, in which a statement counts once for each graph
that it stands in. When a version is made from another one, its numbers are those of the other and what went and came.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self, cast

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from ontology.namespaces import term
from sparql.store import Term

_PROPERTIES = "SELECT ?name (COUNT(*) AS ?triples) WHERE { ?subject ?name ?object } GROUP BY ?name"
_CLASSES = """
SELECT ?name (COUNT(*) AS ?triples) (COUNT(DISTINCT ?entity) AS ?entities) WHERE { ?entity a ?name } GROUP BY ?name
"""
_TERMS = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o }"
# Measured at two million statements: to follow 80,000 that change takes as long as to count all.
_FEW, _LARGE = 10_000, 25


@dataclass(frozen=True, slots=True)
class Members:
    """How many *triples* say of something that it is of a class, and of how many different *entities*."""

    triples: int
    entities: int


@dataclass(frozen=True, slots=True)
class Counts:
    """
    How many triples each of the *properties* has, and each of the *classes*, which are whatever is the object of an
    ``rdf:type``. Nothing is in them that has no triple. And how many different *subjects* and *objects* there are.
    """

    properties: Mapping[NamedNode, int]
    classes: Mapping[Term, Members]
    subjects: int
    objects: int

    @property
    def triples(self) -> int:
        """How many triples there are in all."""
        return sum(self.properties.values())


def take(store: Store) -> Counts:
    """What *store* holds, counted by the engine; about a second for a million statements in memory."""
    (terms,) = cast(QuerySolutions, store.query(_TERMS, use_default_graph_as_union=True))
    return Counts(
        {cast(NamedNode, name): triples for name, (triples,) in _rows(store, _PROPERTIES)},
        {name: Members(triples, entities) for name, (triples, entities) in _rows(store, _CLASSES)},
        int(cast(Literal, terms["subjects"]).value),
        int(cast(Literal, terms["objects"]).value),
    )


def change(store: Store, counts: Counts, gone: Iterable[Quad], come: Iterable[Quad]) -> Counts:
    """
    Take *gone* out of *store*, of which *counts* were counted, and put *come* in; what is counted then.

    Literals are as a store writes them, for it may take two of another writing for one. The cost is that of the change; after
    a large one, all is counted anew, which is faster then.
    """
    gone, come = list(gone), list(come)
    if len(gone) + len(come) > max(_FEW, counts.triples // _LARGE):
        for quad in gone:
            store.remove(quad)
        store.extend(come)
        return take(store)
    went = {quad for quad in gone if quad in store}
    came = {quad for quad in come if quad in went or quad not in store}
    touched = _Touched.by(went | came)
    before = touched.present(store)
    for quad in went:
        store.remove(quad)
    store.extend(came)
    after = touched.present(store)

    properties = Counter(counts.properties)
    triples, entities = Counter[Term](), Counter[Term]()
    for name, members in counts.classes.items():
        triples[name], entities[name] = members.triples, members.entities
    for quads, sign in ((went, -1), (came, 1)):
        for quad in quads:
            properties[quad.predicate] += sign
            if quad.predicate == term("rdf:type"):
                triples[quad.object] += sign
    entities.subtract(before.entities)
    entities.update(after.entities)
    return Counts(
        {name: number for name, number in properties.items() if number},
        {name: Members(number, entities[name]) for name, number in triples.items() if number},
        counts.subjects + after.subjects - before.subjects,
        counts.objects + after.objects - before.objects,
    )


@dataclass(frozen=True, slots=True)
class _Present:
    """What is there of what a change touches: how many *entities* of each class, and how many *subjects* and *objects*."""

    entities: Counter[Term]
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class _Touched:
    """What a change may bring or take away: subjects, objects, and pairs of an entity and its class."""

    subjects: frozenset[Term]
    objects: frozenset[Term]
    typed: frozenset[tuple[Term, Term]]

    @classmethod
    def by(cls, quads: Iterable[Quad]) -> Self:
        """What the statements *quads* are about."""
        quads = list(quads)
        return cls(
            frozenset(quad.subject for quad in quads),
            frozenset(quad.object for quad in quads),
            frozenset((quad.subject, quad.object) for quad in quads if quad.predicate == term("rdf:type")),
        )

    def present(self, store: Store) -> _Present:
        """What of it *store* has, in whatever graph."""

        def said(subject: Term | None, predicate: NamedNode | None, object: Term | None) -> bool:
            pattern = cast(NamedNode | None, subject), predicate, object, None
            return next(store.quads_for_pattern(*pattern), None) is not None

        return _Present(
            Counter(each for entity, each in self.typed if said(entity, term("rdf:type"), each)),
            sum(said(subject, None, None) for subject in self.subjects),
            sum(said(None, None, object) for object in self.objects),
        )


def _rows(store: Store, query: str) -> Iterator[tuple[Term, list[int]]]:
    for row in cast(QuerySolutions, store.query(query, use_default_graph_as_union=True)):
        name, *numbers = row
        yield cast(Term, name), [int(cast(Literal, number).value) for number in numbers]
