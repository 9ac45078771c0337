"""
A query sent to the endpoint in each way that there is, queries of which it is known how long they take, and formats of graphs.
"""

import httpx
from pyoxigraph import RdfFormat
from starlette.testclient import TestClient

ASK = "ASK { <https://w3id.org/hankintaverkko/id/measure/ap22-m14> ?p ?o }"
NEVER_ENDS = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "") }'
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
PATIENCE = 300.0  # seconds; so long that only a fault takes it, on a machine ten times slower as well
WAYS = ["GET", "form", "direct", "QUERY form", "QUERY direct"]


def asked(client: TestClient, way: str, query: str, accept: str = "", **more: str) -> httpx.Response:
    """The response to *query*, sent in one of the `WAYS`."""
    headers = {"Accept": accept} if accept else {}
    match way:
        case "GET":
            return client.get("/sparql", params={"query": query, **more}, headers=headers)
        case "form" | "QUERY form":
            method = "QUERY" if way.startswith("QUERY") else "POST"
            return client.request(method, "/sparql", data={"query": query, **more}, headers=headers)
        case _:
            method = "QUERY" if way.startswith("QUERY") else "POST"
            headers["Content-Type"] = "application/sparql-query"
            return client.request(method, "/sparql", params=more, content=query.encode(), headers=headers)
