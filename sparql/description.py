"""
The service description: what the endpoint can do, and what there is to ask about.

Formats are those of `sparql.formats`, limits those that the pool and the guard hold. Features are stated only while they
are true: federation and dereferencing are not stated at all while the endpoint asks nobody else.

Source: SPARQL 1.1 Service Description sections 2 and 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple

from ontology.iris import IRIError, Iris
from ontology.namespaces import term
from sparql import void
from sparql.census import Census
from sparql.formats import FORMATS, Kind
from sparql.guard import DEEPEST_NESTING, LONGEST_QUERY

_FORMATS = "http://www.w3.org/ns/formats/"
# As pyoxigraph 0.5.13 names it, and as W3C's list of IRIs for file formats does.
_RENAMED = {"https://www.w3.org/ns/formats/data/JSON-LD": _FORMATS + "JSON-LD"}
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Service:
    """
    What an endpoint is set to do. Updates are sent to *update*, an address of its own; graphs are read from *store* by the Graph
    Store Protocol, and written there in one of *input_formats*. *union_default_graph* says that its default graph is the union of
    all graphs, *federated* that it asks others.

    *seconds* are those that a query may take, *memory* the bytes that it may take beyond the data, *answer_bytes* those of
    one answer and *answer_rows* its solutions; *concurrent* queries run at once, *queued* more wait.
    """

    endpoint: NamedNode
    update: NamedNode
    store: NamedNode
    input_formats: frozenset[RdfFormat]
    union_default_graph: bool
    federated: bool
    seconds: float
    memory: int
    answer_bytes: int
    answer_rows: int
    concurrent: int
    queued: int


def statements(service: Service, census: Census, iris: Iris) -> list[Triple]:
    """
    The description of *service* over the version that *census* counted, with that of its dataset; sorted.
    """
    return void.ordered((*_service(service, iris), *dataset(service, census, iris)))


def dataset(service: Service, census: Census, iris: Iris) -> list[Triple]:
    """
    The VoID description of what *service* answers from: the counts, the default and named graphs, and where to fetch them; sorted.
    """
    graphs, dumps = _graphs(service, census, iris), _dumps(service, census, iris)
    return void.ordered((*graphs, *dumps, *void.statements(census, iris, service.endpoint)))


def format_iri(format_: RdfFormat | QueryResultsFormat) -> NamedNode:
    """The IRI by which W3C's list knows a format."""
    return NamedNode(_RENAMED.get(format_.iri, format_.iri))


def _service(service: Service, iris: Iris) -> Iterator[Triple]:
    node = service.endpoint
    about: list[tuple[str, NamedNode | Literal]] = [
        ("rdf:type", term("sd:Service")),
        ("sd:endpoint", service.endpoint),
        ("sd:supportedLanguage", term("sd:SPARQL11Query")),
        ("sd:defaultEntailmentRegime", NamedNode("http://www.w3.org/ns/entailment/Simple")),
        ("sd:defaultDataset", void.dataset(iris)),
        ("sd:availableGraphs", void.dataset(iris)),
        *(("sd:resultFormat", format_iri(each.writer)) for each in FORMATS),
        *(("sd:inputFormat", format_iri(each)) for each in service.input_formats),
        ("hv:queryTimeLimit", Literal(f"PT{service.seconds:.15g}S", datatype=term("xsd:duration"))),
        ("hv:queryLengthLimit", Literal(LONGEST_QUERY)),
        ("hv:queryNestingLimit", Literal(DEEPEST_NESTING)),
        ("hv:queryMemoryLimit", Literal(service.memory)),
        ("hv:answerSizeLimit", Literal(service.answer_bytes)),
        ("hv:answerRowLimit", Literal(service.answer_rows)),
        ("hv:concurrentQueryLimit", Literal(service.concurrent)),
        ("hv:queuedQueryLimit", Literal(service.queued)),
        ("rdfs:seeAlso", iris.example()),
    ]
    if service.union_default_graph:
        about.append(("sd:feature", term("sd:UnionDefaultGraph")))
    if service.federated:
        about.append(("sd:feature", term("sd:BasicFederatedQuery")))
    yield from (Triple(node, term(curie), value) for curie, value in about)
    # A service of its own, because queries and updates have different addresses, and each refuses what is for the other.
    yield Triple(service.update, term("rdf:type"), term("sd:Service"))
    yield Triple(service.update, term("sd:endpoint"), service.update)
    yield Triple(service.update, term("sd:supportedLanguage"), term("sd:SPARQL11Update"))
    yield Triple(service.update, term("sd:defaultDataset"), void.dataset(iris))


def _graphs(service: Service, census: Census, iris: Iris) -> Iterator[Triple]:
    """The dataset as the service sees it: its default graph, and each named graph that holds a statement."""
    counts = census.version.counts
    whole, default = void.dataset(iris), iris.description("default-graph")
    yield Triple(whole, term("rdf:type"), term("sd:Dataset"))
    yield Triple(whole, term("sd:defaultGraph"), default)
    yield Triple(default, term("rdf:type"), term("sd:Graph"))
    in_default = census.version.triples if service.union_default_graph else counts.get(_DEFAULT, 0)
    yield Triple(default, term("void:triples"), void.integer(in_default))
    for name, count in counts.items():
        if name == _DEFAULT:
            continue
        key = _key(name, iris)
        graph, content = iris.description(f"graph/{key}"), iris.description(f"statements/{key}")
        yield Triple(whole, term("sd:namedGraph"), graph)
        yield Triple(graph, term("rdf:type"), term("sd:NamedGraph"))
        yield Triple(graph, term("sd:name"), NamedNode(name))
        yield Triple(graph, term("sd:graph"), content)
        yield Triple(content, term("rdf:type"), term("sd:Graph"))
        yield Triple(content, term("void:triples"), void.integer(count))


def _dumps(service: Service, census: Census, iris: Iris) -> Iterator[Triple]:
    """
    Where each graph of the version can be fetched, which is all of the dataset, and in which formats.

    The version is named, so that what is fetched one after the other belongs together. Source: VoID section 3.3.
    """
    for name in census.version.counts:
        chosen = _DEFAULT if name == _DEFAULT else f"graph={quote(name, safe='')}"
        dump = NamedNode(f"{service.store.value}?{chosen}&at={census.version.number}")
        yield Triple(void.dataset(iris), term("void:dataDump"), dump)
    for each in FORMATS:
        if Kind.GRAPH in each.kinds:
            yield Triple(void.dataset(iris), term("void:feature"), format_iri(each.writer))


def _key(name: str, iris: Iris) -> str:
    """A graph of ours by its own name, another one by a digest after a word that no name of ours can begin with."""
    own = iris.graph("x").value.removesuffix("x")
    try:
        return iris.graph(name.removeprefix(own)).value.removeprefix(own) if name.startswith(own) else _foreign(name)
    except IRIError:
        return _foreign(name)


def _foreign(name: str) -> str:
    return f"other_{void.digest(name)}"
