"""
The proof that vocabulary, alignments and data have no clash, and that the inference rules claim nothing OWL does not.

``python -m ontology.consistency FILE.nq ...`` proves it of datasets; it needs ``owlrl``, which only developers install.

Source: OWL 2 Web Ontology Language Profiles, section 4.3 (reasoning in OWL 2 RL using rules).
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ontology.iris import Iris
from ontology.modules import read
from ontology.namespaces import PREFIXES, term

CLOSED_WORLD = frozenset(map(term, ("hv:inheritedResponsible", "hv:inheritedFundingCondition")))
"""Properties that rules I5 and I6 derive from what is *not* stated; no OWL axiom entails them."""

Statement = tuple[str, str, str]
"""Subject, predicate, object of a statement whose object is an IRI."""


@dataclass(frozen=True, slots=True)
class Closure:
    """
    What follows from a set of statements in OWL 2 RL, and the clashes that were met on the way.
    """

    statements: frozenset[Statement]
    clashes: tuple[str, ...]


def close(quads: Iterable[Quad]) -> Closure:
    """
    The OWL 2 RL closure of *quads*, whose graph names are ignored.

    Statements with literals are left out: no axiom of the vocabulary speaks of them, and they would cost most of the
    time. Clashes are sentences, sorted: members of `owl:Nothing`, members of disjoint classes, things that are the same
    and different, and whatever else the reasoner reports.

    Raises:
        ImportError: The reasoner ``owlrl`` is not installed.
    """
    import owlrl  # noqa: PLC0415  (a dependency of developers only)
    import rdflib  # noqa: PLC0415  (the reasoner reads its graphs)

    def node(value: object) -> rdflib.term.IdentifiedNode:
        return rdflib.URIRef(value.value) if isinstance(value, NamedNode) else rdflib.BNode(str(value))

    graph = rdflib.Graph()
    for quad in quads:
        if not isinstance(quad.object, Literal):
            graph.add((node(quad.subject), node(quad.predicate), node(quad.object)))
    reasoner = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    reasoner.closure()
    statements = frozenset(
        (str(subject), str(predicate), str(value))
        for subject, predicate, value in graph
        if not isinstance(value, rdflib.Literal)
    )
    return Closure(statements, tuple(sorted({*map(str, reasoner.error_messages), *_clashes(statements)})))


def _clashes(statements: frozenset[Statement]) -> set[str]:
    """Members of `owl:Nothing`, and pairs that are the same and different."""
    kind, nothing = term("rdf:type").value, term("owl:Nothing").value
    same, different = term("owl:sameAs").value, term("owl:differentFrom").value
    return {
        f"<{subject}> belongs to the empty class"
        for subject, predicate, value in statements
        if predicate == kind and value == nothing
    } | {
        f"<{subject}> and <{value}> are the same and different"
        for subject, predicate, value in statements
        if predicate == same and (subject, different, value) in statements
    }


def vocabulary(iris: Iris) -> list[Quad]:
    """
    The axioms that the proof rests on: core, rules and alignments.
    """
    graphs = read(iris)
    return [*graphs[iris.graph("ontology")], *graphs[iris.graph("align")]]


def beyond(inferred: Iterable[Quad], given: Iterable[Quad], closure: Closure) -> tuple[Quad, ...]:
    """
    The statements of the rules that the closure does not entail, sorted; closed-world properties are not counted.

    *given* are the asserted statements: a label follows from the preferred label in the same words.
    """
    prefer, label = term("skos:prefLabel"), term("rdfs:label")
    words = {(quad.subject, quad.object) for quad in given if quad.predicate == prefer}

    def entailed(quad: Quad) -> bool:
        if quad.predicate in CLOSED_WORLD:
            return True
        if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
            return (quad.subject.value, quad.predicate.value, quad.object.value) in closure.statements
        return quad.predicate == label and (quad.subject, quad.object) in words

    return tuple(sorted((quad for quad in inferred if not entailed(quad)), key=str))


def _about_things(quad: Quad) -> bool:
    """Whether the statement takes part in the proof: all but the provenance of graphs and the catalogue."""
    return not isinstance(quad.graph_name, NamedNode) or not quad.graph_name.value.endswith(
        ("/graph/prov", "/graph/catalog", "/graph/ontology", "/graph/align", "/graph/mappings")
    )


def prove(files: Sequence[Path], iris: Iris) -> tuple[str, ...]:
    """
    What speaks against the datasets in *files*, one sentence each; empty when they are consistent.

    The graph ``inferred`` is compared with what OWL entails from the others.

    Raises:
        SyntaxError: A file is not what its suffix says.
    """
    quads = [quad for file in files for quad in _parsed(file)]
    derived = [quad for quad in quads if quad.graph_name == iris.graph("inferred")]
    asserted = [quad for quad in quads if quad.graph_name != iris.graph("inferred")]
    closure = close([*vocabulary(iris), *filter(_about_things, asserted)])
    return (*closure.clashes, *(f"{quad} is not entailed" for quad in beyond(derived, asserted, closure)))


def _parsed(file: Path) -> Iterable[Quad]:
    """The statements of *file*, whose suffix names its syntax."""
    syntax = RdfFormat.from_extension(file.suffix.removeprefix("."))
    if syntax is None:
        raise SyntaxError(f'{file}: the suffix "{file.suffix}" names no RDF syntax; use .nq, .trig, .nt or .ttl')
    return parse(file.read_bytes(), format=syntax, base_iri=PREFIXES["hv"])


def main(arguments: list[str] | None = None) -> int:
    """
    Proves the consistency of files; exit code 0 consistent, 1 a clash or a claim beyond OWL, 2 unreadable.
    """
    parser = argparse.ArgumentParser(prog="python -m ontology.consistency", description="prove that data has no clash")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="N-Quads, TriG, N-Triples or Turtle")
    parser.add_argument("--base", default=Iris().base, help="base of instance IRIs (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        found = prove(options.files, Iris(options.base))
    except (OSError, SyntaxError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print("\n".join(found) if found else "consistent")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
