"""
Updates as text: which graphs one may change, known before it is run and never one too few.
"""

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from sparql import updates

ONE, TWO = NamedNode("http://people.test/one"), NamedNode("http://people.test/two")


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR ALL",
        "drop silent named",
        "BASE <http://people.test/> INSERT DATA { <http://e/s> <http://e/p> 1 }",
        "INSERT DATA { GRAPH <one> { <http://e/s> <http://e/p> 1 } }",
        "MOVE DEFAULT TO <#two>",
        "INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE { GRAPH # where?\n ?g { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "PREFIX t: # there\n <http://people.test/> CLEAR GRAPH t:one",
        r"\u0043LEAR \u0041LL",
    ],
)
def test_update_of_any_graph_is_known_to_be_wide(text: str) -> None:
    """An update that names a graph by a variable, by a relative IRI or by no name may change any of them."""
    assert updates.touchable(text, [ONE, TWO]) is None


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("INSERT DATA { <http://e/s> <http://e/p> 1 }", []),
        ("CLEAR DEFAULT", []),
        (f"INSERT DATA {{ GRAPH {ONE} {{ <http://e/s> <http://e/p> 1 }} }}", [ONE]),
        (f"COPY {ONE} TO {TWO}", [ONE, TWO]),
        ("PREFIX t: <http://people.test/t> CLEAR GRAPH t:wo", [TWO]),
        (r"CLEAR GRAPH <http://people.test/\u006Fne>", [ONE]),
    ],
)
def test_update_of_named_graphs_is_known_to_be_narrow(text: str, graphs: list[NamedNode]) -> None:
    """An update that names its graphs, in full or by prefix, may change these and the default graph alone."""
    assert [DefaultGraph(), *graphs] == updates.touchable(text, [ONE, TWO])
