"""
Answers and expected answers, and whether they are the same: solutions up to the names of blank nodes, graphs up to
isomorphism.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)
from rdflib import Graph
from rdflib.namespace import RDF, Namespace
from rdflib.term import BNode, Node
from rdflib.term import Literal as RdflibLiteral

from tests.conformance.manifests import Document

Term = NamedNode | BlankNode | Literal
Row = Mapping[str, Term]

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger", "negativeInteger")}


@dataclass(frozen=True, slots=True)
class Solutions:
    """The *rows* of an answer, in order."""

    variables: frozenset[str]
    rows: Sequence[Row]


Answer = Solutions | bool | list[Quad]

RESULTS = {
    "srx": ("application/sparql-results+xml", QueryResultsFormat.XML),
    "srj": ("application/sparql-results+json", QueryResultsFormat.JSON),
    "tsv": ("text/tab-separated-values", QueryResultsFormat.TSV),
}
GRAPHS = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}
CSV = "text/csv"


def media_type(suffix: str) -> str:
    """The media type of files with that *suffix*."""
    return CSV if suffix == "csv" else {**RESULTS, **GRAPHS}[suffix][0]


def read(content: bytes, suffix: str, base: str) -> Answer:
    """What *content* says, in the format of files with that *suffix*; a graph of result sets gives its solutions."""
    if suffix == "csv":
        return _plain(content)
    if suffix in RESULTS:
        results = parse_query_results(content, format=RESULTS[suffix][1])
        if isinstance(results, QueryBoolean):
            return bool(results)
        return from_engine(results)
    if b"result-set#" in content:
        return _result_set(Graph().parse(content, format=media_type(suffix), publicID=base))
    return list(parse(content, format=GRAPHS[suffix][1], base_iri=base))


def expected(document: Document) -> Answer:
    """What the *document* of a suite holds, in the format of its suffix."""
    return read(document.path.read_bytes(), document.path.suffix[1:], document.iri)


def ordered(query: Document) -> bool:
    """Whether *query* orders its solutions: what stands behind its last brace says so."""
    return "order by" in query.text.rpartition("}")[2].lower()


def from_engine(results: QuerySolutions) -> Solutions:
    """The solutions that the engine gives."""
    names = [variable.value for variable in results.variables]
    rows = [{name: term for name in names if (term := row[name]) is not None} for row in results]
    return Solutions(frozenset(names), rows)


def _plain(content: bytes) -> Solutions:
    # CSV does not tell IRIs from texts; what begins as a blank node does is one.
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    rows = [
        {
            name: BlankNode(cell[2:]) if cell.startswith("_:") else Literal(cell)
            for name, cell in zip(header, line, strict=True)
            if cell
        }
        for line in lines
    ]
    return Solutions(frozenset(header), rows)


def _result_set(graph: Graph) -> Answer:
    node = graph.value(None, RDF.type, RS.ResultSet)
    boolean = graph.value(node, RS.boolean)
    if boolean is not None:
        return bool(boolean.toPython())
    found = sorted(graph.objects(node, RS.solution), key=lambda each: int(graph.value(each, RS["index"]) or 0))
    rows = [
        {
            str(graph.value(each, RS.variable)): _term(graph.value(each, RS.value))
            for each in graph.objects(row, RS.binding)
        }
        for row in found
    ]
    return Solutions(frozenset(map(str, graph.objects(node, RS.resultVariable))), rows)


def _term(node: Node | None) -> Term:
    if isinstance(node, BNode):
        return BlankNode(str(node))
    if isinstance(node, RdflibLiteral):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    return NamedNode(str(node))


def same(one: Answer, other: Answer, *, ordered: bool = False) -> bool:
    """Whether two answers say the same; *ordered* is whether the order of solutions counts."""
    match one, other:
        case bool(), bool():
            return one == other
        case list(), list():
            return isomorphic(one, other)
        case Solutions(), Solutions():
            return one.variables == other.variables and _alike(one.rows, other.rows, ordered=ordered)
    return False


def distinct(answer: Answer) -> Answer:
    """*answer* with each solution once."""
    if not isinstance(answer, Solutions):
        return answer
    return Solutions(answer.variables, [row for place, row in enumerate(answer.rows) if row not in answer.rows[:place]])


def isomorphic(one: Sequence[Quad], other: Sequence[Quad]) -> bool:
    """Whether two datasets are the same but for the names of blank nodes; numbers are compared by value."""
    return _canonical(one) == _canonical(other)


def _canonical(quads: Sequence[Quad]) -> set[str]:
    dataset = Dataset(Quad(quad.subject, quad.predicate, _value(quad.object), quad.graph_name) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def _value(term: object) -> object:
    """A literal in one spelling of its value: the engine keeps numbers and not their digits, and so may any."""
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(term.value, language=term.language.lower())
    if term.datatype.value == f"{XSD}boolean":
        return Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    if term.datatype.value not in _NUMBERS:
        return term
    try:
        return Literal(str(Decimal(term.value).normalize() + 0), datatype=term.datatype)
    except InvalidOperation:  # INF, NaN, or no number at all
        return term


def _alike(one: Sequence[Row], other: Sequence[Row], *, ordered: bool) -> bool:
    if len(one) != len(other):
        return False
    first = [{name: _value(term) for name, term in row.items()} for row in one]
    second = [{name: _value(term) for name, term in row.items()} for row in other]
    if ordered:
        pairing: dict[object, object] | None = {}
        for left, right in zip(first, second, strict=True):
            pairing = _extended(pairing, left, right) if pairing is not None else None
        return pairing is not None
    if Counter(map(_shape, first)) != Counter(map(_shape, second)):
        return False
    first.sort(key=lambda row: any(isinstance(term, BlankNode) for term in row.values()))
    return _paired(first, second, {})


def _paired(first: list[dict[str, object]], second: list[dict[str, object]], pairing: Mapping[object, object]) -> bool:
    """Whether some one-to-one renaming of blank nodes that extends *pairing* makes the rows agree."""
    if not first:
        return True
    row, *rest = first
    for at, candidate in enumerate(second):
        wider = _extended(pairing, row, candidate)
        if wider is not None:
            others = [*second[:at], *second[at + 1 :]]
            if _paired(rest, others, wider):
                return True
            if wider == pairing:
                return False  # it is no choice: any equal row would have led here
    return False


def _extended(
    pairing: Mapping[object, object], one: Mapping[str, object], other: Mapping[str, object]
) -> dict[object, object] | None:
    """*pairing* with what makes the two rows agree; None when nothing does."""
    if one.keys() != other.keys():
        return None
    wider = dict(pairing)
    for name, term in one.items():
        match = other[name]
        if not isinstance(term, BlankNode):
            if term != match:
                return None
        elif not isinstance(match, BlankNode) or wider.get(term, match) != match:
            return None
        elif term not in wider:
            if match in wider.values():
                return None
            wider[term] = match
    return wider


def _shape(row: Mapping[str, object]) -> frozenset[tuple[str, object]]:
    return frozenset((name, "_" if isinstance(term, BlankNode) else term) for name, term in row.items())
