"""Which names of a query are those of nothing, so that whoever gets an empty answer knows why."""

import time

import pytest

from server.strangers import strangers

HV = "PREFIX hv: <https://w3id.org/hankintaverkko/def/>\n"
BASE = "BASE <https://w3id.org/hankintaverkko/>\n"
TERMS = {"https://w3id.org/hankintaverkko/def/Measure", "https://w3id.org/hankintaverkko/concept/status/planned"}
GRAPHS = {"https://w3id.org/hankintaverkko/graph/catalog"}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (HV + "SELECT * { ?s a hv:Measure }", []),
        (HV + "SELECT * { ?s a hv:Meassure ; hv:nonsense ?o . ?t a hv:Meassure }", ["hv:Meassure", "hv:nonsense"]),
        (HV + "SELECT * { ?s a hv:Me\\u0061sure }", []),
        (BASE + "PREFIX d: <def/>\nSELECT * { ?s a d:Measure , d:Nothing }", ["d:Nothing"]),
        ("SELECT * { ?s a <https://w3id.org/hankintaverkko/def/none> }", ["<https://w3id.org/hankintaverkko/def/none>"]),
        ("SELECT * { ?s ?p <https://w3id.org/hankintaverkko/concept/status/planed> }",
         ["<https://w3id.org/hankintaverkko/concept/status/planed>"]),
        ("SELECT * { <id/measure/ap22-m14> ?p ?o }", ["<id/measure/ap22-m14>"]),
        (BASE + "SELECT * { <id/measure/ap22-m14> ?p ?o }", []),
        ("SELECT * FROM <http://e/none> { ?s ?p ?o }", ["<http://e/none>"]),
        ("SELECT * FROM NAMED <graph/catalog> { GRAPH <graph/catalog> { ?s ?p ?o } }", ["<graph/catalog>"]),
        ("BASE <https://w3id.org/hankintaverkko/> SELECT * FROM NAMED <graph/catalog> { GRAPH <graph/catalog> { ?s ?p ?o } }", []),
        (HV + "SELECT * { ?s ?p 'hv:Meassure' # hv:Nothing\n}", []),
        ("SELECT * { ?s ?p ?o FILTER(?a<?b&&?c>?d) FILTER(1<2&&2>1) }", []),
        ("SELECT * { ?s <http://example.org/any> <urn:any> }", []),
    ],
)  # fmt: skip
def test_strangers_are_named(query: str, named: list[str]) -> None:
    """Terms and concepts that are not in the vocabulary, graphs that are not there, and relative IRIs without BASE."""
    assert named == list(strangers(query, TERMS, GRAPHS))


def test_few_are_named() -> None:
    """Of many, ten are named; a query that only a program writes is not read at all."""
    many = HV + "SELECT * { " + " ".join(f"?s a hv:None{number} ." for number in range(50)) + " }"

    assert 10 == len(strangers(many, TERMS, GRAPHS))
    begin = time.monotonic()
    assert () == strangers(many + " " * 1_000_000, TERMS, GRAPHS)
    assert time.monotonic() - begin < 0.1
