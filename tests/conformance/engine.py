"""
The embedded engine in this process, asked as W3C's tests ask: what the service cannot be better than.
"""

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
)

from tests.conformance.manifests import Data, Document
from tests.conformance.solutions import Answer, from_engine, read


def loaded(data: Data) -> Store:
    """A store in memory that holds *data*."""
    store = Store()
    for document in data.default:
        _load(store, document, None)
    for name, document in data.named:
        _load(store, document, name)
    return store


def _load(store: Store, document: Document, name: str | None) -> None:
    graph = NamedNode(name) if name else None if format_of(document).supports_datasets else DefaultGraph()
    store.load(path=document.path, format=format_of(document), base_iri=document.iri, to_graph=graph)


def format_of(document: Document) -> RdfFormat:
    """The format of a document with a graph or a dataset, by its suffix."""
    format_ = RdfFormat.from_extension(document.path.suffix[1:])
    assert format_ is not None, document.path
    return format_


def answer(store: Store, query: Document, suffix: str) -> Answer:
    """What *query* gives over *store*, when it is told in the format of files with that *suffix*."""
    results = store.query(query.text, base_iri=query.iri)
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QuerySolutions):
        csv = suffix == "csv"
        return (
            read(results.serialize(format=QueryResultsFormat.CSV) or b"", suffix, "") if csv else from_engine(results)
        )
    return [Quad(triple.subject, triple.predicate, triple.object) for triple in results]


def updated(store: Store, request: Document) -> list[Quad]:
    """Everything in *store* when *request* has been carried out."""
    store.update(request.text, base_iri=request.iri)
    return list(store)
