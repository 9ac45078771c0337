"""
The tests of W3C's SPARQL suites, read from their manifests; no list of them is kept here.

Source: https://www.w3.org/2001/sw/DataAccess/tests/test-manifest and the vocabularies beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

PUBLISHED = "https://w3c.github.io/rdf-tests/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
_FROM = re.compile(r"^\s*FROM\s+(?:NAMED\s+)?<(?P<name>[^>]+)>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a suite: the *iri* that it is published under, and where it lies."""

    iri: str
    path: Path

    @property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset: the documents of its *default* graph, and its *named* graphs with a document for each."""

    default: Sequence[Document] = ()
    named: Sequence[tuple[str, Document]] = ()

    def __bool__(self) -> bool:
        """Whether there is any document."""
        return bool(self.default or self.named)


@dataclass(frozen=True, slots=True)
class QueryTest:
    """*query* over *data* gives what *result* holds; when that is *lax*, solutions may come more or less often."""

    iri: str
    query: Document
    data: Data
    result: Document
    lax: bool = False


@dataclass(frozen=True, slots=True)
class UpdateTest:
    """*request* makes *after* of *before*."""

    iri: str
    request: Document
    before: Data
    after: Data


@dataclass(frozen=True, slots=True)
class SyntaxTest:
    """*document*, an update or a query, is SPARQL, or is not."""

    iri: str
    document: Document
    update: bool
    valid: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    A request and what its response must be: one of the *statuses* ("204", "4xx"), and, where they are given, a boolean,
    a kind of answer, the name that stands for the ``Location`` from then on, a body, its media type.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None
    location: str | None
    expected_body: str | None
    expected_type: str | None


@dataclass(frozen=True, slots=True)
class ProtocolTest:
    """*exchanges*, one after the other, over *data*."""

    iri: str
    data: Data
    exchanges: Sequence[Exchange]


@dataclass(frozen=True, slots=True)
class GraphStoreTest(ProtocolTest):
    """The same of the Graph Store Protocol."""


@dataclass(frozen=True, slots=True)
class DescriptionTest:
    """The service describes itself as the schema says."""

    iri: str


Test = QueryTest | UpdateTest | SyntaxTest | ProtocolTest | GraphStoreTest | DescriptionTest

_NAMED_STATUSES = {
    "OK": "200", "Created": "201", "Accepted": "202", "NoContent": "204", "BadRequest": "400", "NotFound": "404",
    "MethodNotAllowed": "405", "NotAcceptable": "406", "Conflict": "409", "PreconditionFailed": "412",
    "UnsupportedMediaType": "415",
}  # fmt: skip


def read(suites: Path) -> list[Test]:
    """
    Every test of every manifest under *suites*, the folder that is published as `PUBLISHED`, in the order of its IRI.

    Tests of entailment regimes, and those that the working group took back, are left out: the service has simple entailment.

    Raises:
        ValueError: A manifest has a test of a kind that is not known here, so that none is passed over in silence.
    """
    found: dict[str, Test] = {}
    for path in sorted(suites.glob("sparql/sparql1[01]/**/manifest*.ttl")):
        manifest = Graph().parse(path, format="turtle", publicID=PUBLISHED + path.relative_to(suites).as_posix())
        for entries in manifest.objects(None, MF.entries):
            for node in manifest.items(entries):
                reader = _Reader(manifest, suites)
                if not reader.passed_over(node):
                    test = reader.test(node)
                    found[test.iri] = test
    return [found[iri] for iri in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Reader:
    manifest: Graph
    suites: Path

    def passed_over(self, node: Node) -> bool:
        """Whether the test is none of simple entailment, or none any more."""
        regime = self._one(self._one(node, MF.action), SD.entailmentRegime)
        return regime is not None or self._one(node, DAWGT.approval) == DAWGT.Deprecated

    def test(self, node: Node) -> Test:
        action, result, iri = self._one(node, MF.action), self._one(node, MF.result), str(node)
        kind = str(self._one(node, RDF.type)).rpartition("#")[2]
        match kind:
            case "QueryEvaluationTest" | "CSVResultFormatTest":
                query = self._document(self._one(action, QT.query))
                data = self._data(action, QT) or self._named_by(query)
                lax = self._one(node, MF.resultCardinality) == MF.LaxCardinality
                return QueryTest(iri, query, data, self._document(result), lax)
            case "UpdateEvaluationTest":
                request = self._document(self._one(action, UT.request))
                return UpdateTest(iri, request, self._data(action, UT), self._data(result, UT))
            case "ProtocolTest":
                return ProtocolTest(iri, self._data(node, UT), tuple(self._exchanges(action)))
            case "GraphStoreProtocolTest":
                return GraphStoreTest(iri, Data(), tuple(self._exchanges(action)))
            case "ServiceDescriptionTest":
                return DescriptionTest(iri)
            case _ if "Syntax" in kind:
                document = self._document(action)
                return SyntaxTest(iri, document, document.iri.endswith(".ru"), kind.startswith("Positive"))
        raise ValueError(f"{iri} is a test of the kind {kind}, which is not known here; add it")

    def _one(self, subject: Node | None, predicate: URIRef) -> Node | None:
        return self.manifest.value(subject, predicate)

    def _document(self, node: Node | None) -> Document:
        iri = str(node)
        if not iri.startswith(PUBLISHED):
            raise ValueError(f"{iri} is no document of the suites")
        return Document(iri, self.suites / iri.removeprefix(PUBLISHED))

    def _data(self, node: Node | None, words: Namespace) -> Data:
        named = []
        for each in self.manifest.objects(node, words.graphData):
            document = self._one(each, UT.graph) or each
            named.append((str(self._one(each, RDFS.label) or document), self._document(document)))
        default = sorted(self.manifest.objects(node, words.data))
        return Data(tuple(map(self._document, default)), tuple(sorted(named, key=lambda pair: pair[0])))

    def _named_by(self, query: Document) -> Data:
        """The graphs that *query* names as its dataset: a test that gives no data means the documents of these names."""
        names = sorted({urljoin(query.iri, match["name"]) for match in _FROM.finditer(query.text)})
        return Data(named=tuple((name, self._document(URIRef(name))) for name in names))

    def _exchanges(self, action: Node | None) -> Iterator[Exchange]:
        for request in self.manifest.items(self._one(action, HT.requests)):
            response = self._one(request, HT.resp)
            headers, body = self._headers(request), self._one(request, HT.body)
            chars = None if body is None else str(self._one(body, CNT.chars))
            encoding = str(self._one(body, CNT.characterEncoding)) if body else "utf-8"
            expected, boolean = self._one(response, HT.body), self._one(response, MF.expectedBoolean)
            yield Exchange(
                str(self._one(request, HT.methodName)),
                str(self._one(request, HT.absolutePath)),
                headers,
                None if chars is None else chars.encode(encoding),
                frozenset(map(_status, self.manifest.objects(response, MF.expectedStatus))),
                None if boolean is None else bool(boolean.toPython()),
                self._text(response, MF.expectedFormat),
                self._text(response, MF.expectedLocation),
                None if expected is None else str(self._one(expected, CNT.chars)),
                self._headers(response).get("content-type"),
            )

    def _headers(self, node: Node | None) -> dict[str, str]:
        found = self._one(node, HT.headers)
        if found is None:
            return {}
        return {
            str(self._one(each, HT.fieldName)).lower(): str(self._one(each, HT.fieldValue))
            for each in self.manifest.items(found)
        }

    def _text(self, node: Node | None, predicate: URIRef) -> str | None:
        found = self._one(node, predicate)
        return None if found is None else str(found)


def _status(node: Node) -> str:
    name = str(node).rpartition("#")[2]
    return _NAMED_STATUSES[name] if name in _NAMED_STATUSES else name.removeprefix("StatusCode")
