"""
Quads in the making: every statement once, graph by graph, in the order in which it was made.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from loaders.errors import Problems
from loaders.sentences import Quoted, Where, sentence
from ontology.iris import IRIError, Iris
from ontology.namespaces import term

Graphs = Mapping[NamedNode, Sequence[Quad]]
"""Asserted quads as written, by the name of their graph."""


_TAKEN = {"dependency": "taken-dependency", "involvement": "taken-involvement", "membership": "taken-membership"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where statements come from and go to: the *graph*, and *where* they stand in the input."""

    graph: NamedNode
    where: Where


@cache
def property_(curie: str) -> NamedNode:
    """The term that *curie* names."""
    return term(curie)


def integer(number: int) -> Literal:
    """A canonical ``xsd:integer``."""
    return Literal(str(number), datatype=property_("xsd:integer"))


def boolean(value: bool) -> Literal:
    """A canonical ``xsd:boolean``."""
    return Literal("true" if value else "false", datatype=property_("xsd:boolean"))


@dataclass(slots=True)
class Statements:
    """
    The statements of one reading. Nodes are minted once: minting the same path again is a problem.
    """

    iris: Iris
    problems: Problems
    _graphs: dict[NamedNode, dict[Quad, None]] = field(default_factory=dict)
    _minted: dict[str, Where] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def say(self, graph: NamedNode, subject: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        """State *subject*, *predicate* (a CURIE), *value* in *graph*."""
        self._graphs.setdefault(graph, {})[Quad(subject, property_(predicate), value, graph)] = None

    def mint(self, path: str, kind: str, place: Place) -> NamedNode:
        """
        The new node *path* of class *kind* (a CURIE), with its type and identifier stated.
        """
        try:
            node = self.iris.entity(path)
        except IRIError:
            self.problems.add(place.where, sentence("key-form", value=Quoted(path)))
            return self.iris.entity("fragment/none")
        if path in self._minted:
            key = _TAKEN.get(path.partition("/")[0], "taken")
            self.problems.add(place.where, sentence(key, path=path, other=self._minted[path]))
            return node
        self._minted[path] = place.where
        self.say(place.graph, node, "rdf:type", property_(kind))
        self.say(place.graph, node, "dcterms:identifier", Literal(path.partition("/")[2]))
        return node

    def counted(self, key: str) -> int:
        """How many times *key* has been asked for, this time included."""
        self._counts[key] += 1
        return self._counts[key]

    def numbered(self, key: str) -> str:
        """*key*, and ``key-2``, ``key-3`` … when it is asked for again."""
        count = self.counted(key)
        return key if count == 1 else f"{key}-{count}"

    def graphs(self) -> Graphs:
        """The quads of every graph."""
        return {graph: tuple(quads) for graph, quads in self._graphs.items()}
