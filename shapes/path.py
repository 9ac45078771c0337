"""
Property paths: read from a shapes graph, written as SPARQL, and taken apart into their steps.

Source: SHACL section 2.3.1; SPARQL 1.1 section 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Dataset, NamedNode, Triple

from ontology.namespaces import SHAPE, term

_FIRST, _REST, _NIL = term("rdf:first"), term("rdf:rest"), term("rdf:nil")
_CLOSURES = {term("sh:zeroOrMorePath"): "*", term("sh:oneOrMorePath"): "+", term("sh:zeroOrOnePath"): "?"}

Node = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Step:
    """One predicate, followed from subject to object, or from object to subject when *inverse*."""

    predicate: NamedNode
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths one after the other; the empty sequence is the node itself."""

    parts: tuple["Path", ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any one of several paths."""

    parts: tuple["Path", ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """A path repeated: *sign* is ``*``, ``+`` or ``?`` as in SPARQL."""

    part: "Path"
    sign: str


Path = Step | Sequence | Alternative | Closure
HERE = Sequence()
ANY = NamedNode(
    SHAPE + "anyPredicate"
)  # stands in ``hvs:reads`` for whatever predicate there is; SHACL has no such path


def read(graph: Dataset, node: Node) -> Path:
    """
    The path that *node* describes in the shapes graph.

    Raises:
        ValueError: The node is no well-formed path.
    """
    if isinstance(node, NamedNode):
        return Step(node)
    for quad in graph.quads_for_subject(node):
        if quad.predicate == _FIRST:
            return Sequence(tuple(read(graph, part) for part in members(graph, node)))
        if quad.predicate == term("sh:alternativePath"):
            return Alternative(tuple(read(graph, part) for part in members(graph, _node(quad.object))))
        if quad.predicate == term("sh:inversePath"):
            return _inverted(read(graph, _node(quad.object)))
        if quad.predicate in _CLOSURES:
            return Closure(read(graph, _node(quad.object)), _CLOSURES[quad.predicate])
    raise ValueError(f"{node} is not a property path")


def members(graph: Dataset, head: Node) -> Iterator[Node]:
    """The members of the RDF list that begins at *head*, in order."""
    while head != _NIL:
        quads = {quad.predicate: quad.object for quad in graph.quads_for_subject(head)}
        yield _node(quads[_FIRST])
        head = _node(quads[_REST])


def description(graph: Dataset, node: Node) -> tuple[Triple, ...]:
    """The triples that describe the path *node*, those of the node itself first."""
    if isinstance(node, NamedNode):
        return ()
    own = [quad.triple for quad in graph.quads_for_subject(node)]
    deeper = (description(graph, triple.object) for triple in own if isinstance(triple.object, BlankNode))
    return tuple(own) + tuple(triple for triples in deeper for triple in triples)


def joined(first: Path, second: Path) -> Path:
    """The path that follows *first*, then *second*."""
    parts = tuple(part for path in (first, second) for part in (path.parts if isinstance(path, Sequence) else (path,)))
    return parts[0] if len(parts) == 1 else Sequence(parts)


def sparql(path: Path) -> str:
    """
    The path in the syntax of SPARQL.

    Raises:
        ValueError: The path is empty; SPARQL cannot write that.
    """
    match path:
        case Step(predicate, inverse):
            # Every predicate but one that nothing uses: SPARQL section 9.1, negated property sets.
            return f"{'!' if predicate == ANY else ''}{'^' if inverse else ''}{predicate}"
        case Closure(part, sign):
            return f"({sparql(part)}){sign}"
        case Sequence(()):
            raise ValueError("an empty path has no SPARQL form")
        case Sequence(parts):
            return "(" + "/".join(map(sparql, parts)) + ")"
        case Alternative(parts):
            return "(" + "|".join(map(sparql, parts)) + ")"


def steps(path: Path) -> Iterator[tuple[Path, Step]]:
    """
    Each single step that following *path* can take, with the path that leads to where the step is taken.
    """
    match path:
        case Step():
            yield HERE, path
        case Closure(part, sign):
            before: Path = HERE if sign == "?" else Closure(part, "*")
            for prefix, step in steps(part):
                yield joined(before, prefix), step
        case Sequence(parts):
            done: Path = HERE
            for part in parts:
                for prefix, step in steps(part):
                    yield joined(done, prefix), step
                done = joined(done, part)
        case Alternative(parts):
            for part in parts:
                yield from steps(part)


def _inverted(path: Path) -> Path:
    match path:
        case Step(predicate, inverse):
            return Step(predicate, not inverse)
        case Closure(part, sign):
            return Closure(_inverted(part), sign)
        case Sequence(parts):
            return Sequence(tuple(_inverted(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(_inverted(part) for part in parts))


def _node(value: object) -> Node:
    if not isinstance(value, NamedNode | BlankNode):
        raise ValueError(f"{value} stands where a path needs a node")  # noqa: TRY004 - the file is wrong, not the call
    return value
