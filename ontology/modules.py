"""
The vocabulary modules: the Turtle files of this package, read as quads of named graphs.

A blank node in a module (the list of a property chain, a disjointness axiom) becomes an IRI under
``.well-known/genid/`` that is computed from the axiom it belongs to, so that the published dataset has no blank node,
and an unchanged axiom keeps its IRI when its neighbours change.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import cast

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ontology.iris import Iris, scheme
from ontology.namespaces import ONTOLOGY

MODULES: dict[str, tuple[str, ...]] = {
    "ontology": ("core.ttl", "rules.ttl", "service.ttl"),
    "align": ("align.ttl",),
    "mappings": ("mappings.ttl",),
}
"""Which files make which graph; every file of ``schemes/`` goes to the graph ``vocab``."""

GRAPHS = (*MODULES, "vocab")

_Term = NamedNode | BlankNode | Literal | Triple


def _package() -> Traversable:
    """The folder of this package, in a checkout and in a wheel alike."""
    return files("ontology")


def scheme_files() -> tuple[str, ...]:
    """
    Names of the concept-scheme files, relative to the package, in alphabetical order.
    """
    return tuple(
        sorted(f"schemes/{file.name}" for file in (_package() / "schemes").iterdir() if file.name.endswith(".ttl"))
    )


def module_iri(name: str) -> NamedNode:
    """
    The ontology or scheme that the file *name*, such as ``rules.ttl`` or ``schemes/role.ttl``, holds.
    """
    stem = name.removesuffix(".ttl")
    if stem.startswith("schemes/"):
        return scheme(stem.removeprefix("schemes/"))
    return NamedNode(ONTOLOGY if stem == "core" else f"{ONTOLOGY}/{stem}")


def parsed(name: str, iris: Iris, graph: NamedNode | None = None) -> list[Quad]:
    """
    The quads of the module file *name* as written, blank nodes included.

    They stand in *graph*; without it, in the graph named after the module itself. Relative IRIs are instances, resolved
    with the base of *iris*.
    """
    data = (_package() / name).read_bytes()
    target = graph or module_iri(name)
    return [
        Quad(quad.subject, quad.predicate, quad.object, target)
        for quad in parse(data, format=RdfFormat.TURTLE, base_iri=iris.base, rename_blank_nodes=True)
    ]


def read(iris: Iris) -> dict[NamedNode, list[Quad]]:
    """
    Graph name -> its quads, for the graphs ``ontology``, ``align``, ``mappings`` and ``vocab``.

    Without blank nodes, without duplicates, sorted; the same bytes of Turtle give the same quads.
    """
    sources = {**MODULES, "vocab": scheme_files()}
    return {
        graph: skolemised((quad for name in names for quad in parsed(name, iris, graph)), iris)
        for graph, names in ((iris.graph(key), names) for key, names in sources.items())
    }


def skolemised(quads: Iterable[Quad], iris: Iris) -> list[Quad]:
    """
    *quads* with each blank node replaced by an IRI computed from what is said with it; sorted, without duplicates.

    Blank nodes that statements join, directly or through each other, are named together: by the digest of their
    canonical statements, then their canonical label among them.

    Source: RDF 1.1 Concepts section 3.5; RDF Dataset Canonicalization (RDFC-1.0).
    """
    given = list(quads)
    named = {quad for quad in given if not _blank(quad)}
    for component in _components(given):
        named |= _named(component, iris)
    return sorted(named, key=str)


def _blank(quad: Quad) -> list[BlankNode]:
    """The blank nodes of a statement."""
    return [term for term in (quad.subject, quad.object) if isinstance(term, BlankNode)]


def _components(quads: Sequence[Quad]) -> Iterator[list[Quad]]:
    """The statements with blank nodes, grouped by the blank nodes that they join."""
    touching: dict[BlankNode, list[Quad]] = {}
    for quad in quads:
        for node in _blank(quad):
            touching.setdefault(node, []).append(quad)
    seen: set[BlankNode] = set()
    for start in touching:
        component: dict[Quad, None] = {}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for quad in touching[node]:
                component[quad] = None
                waiting += _blank(quad)
        if component:
            yield list(component)


def _named(component: Sequence[Quad], iris: Iris) -> set[Quad]:
    """The statements of *component* with IRIs where its blank nodes were."""
    canonical = Dataset(component)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in canonical)).encode()).hexdigest()[:16]

    def name(term: _Term) -> _Term:
        return iris.skolem(f"{digest}-{term.value}") if isinstance(term, BlankNode) else term

    return {
        Quad(cast(NamedNode, name(quad.subject)), quad.predicate, name(quad.object), quad.graph_name)
        for quad in canonical
    }
