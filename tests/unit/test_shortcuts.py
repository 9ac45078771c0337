"""Queries that only count have the same answer from what is known as from the data; all others are left as they are."""

import socket
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from ontology.namespaces import term
from sparql import counts, worker
from sparql.shortcuts import resolved, rewritten
from sparql.wire import Request
from tests.unit.test_counts import QUADS, held

EX = "PREFIX ex: <http://example.org/>\n"
BASE = "http://base.example/a/b"


def answer(store: Store, text: str) -> tuple[list[str], Counter[tuple[str, ...]]] | str:
    """Names and solutions, without their order; or what is wrong with the query."""
    try:
        results = store.query(text, base_iri=BASE, use_default_graph_as_union=True)
    except SyntaxError as met:
        return str(met)
    assert isinstance(results, QuerySolutions)
    return [each.value for each in results.variables], Counter(tuple(map(str, row)) for row in results)


@pytest.fixture(scope="module")
def store() -> Store:
    """Two classes, a literal as an object, and a statement that two graphs make."""
    made = Store()
    made.update(
        EX
        + "INSERT DATA { ex:a a ex:C ; ex:p 1 , ex:b . ex:b a ex:C , ex:D ; ex:q 'x' . GRAPH ex:g { ex:a a ex:C ; ex:p 1 ; ex:r 2 } }"
    )
    return made


KNOWN = [
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . }",
    "select(count(?o)as?n)where{?s?p?o}",
    "SELECT (COUNT($s) AS $n) (COUNT(?p) AS ?m) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?triples) (COUNT(?entities) AS ?x) { ?entities ?p ?o }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) (COUNT(*) AS ?m) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?o) AS ?m) (COUNT(?p) AS ?k) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > 3)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > 3000)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 0",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:nothing ?o }",
    EX + "SELECT (COUNT(?s) AS ?n) { ?s a ex:C. }",
    EX + "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ex:C }",
    EX + "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ex:Nothing }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/C> }",
    "PREFIX : <http://example.org/> SELECT (COUNT(*) AS ?n) { ?s a :D }",
    "PREFIX ex: <http://other.example/> " + EX + "BASE <http://x.example/> SELECT (COUNT(*) AS ?n) { ?s a ex:D }",
    "SELECT (COUNT(*) AS ?n) { ?s a ?c }",
    "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 2",
    "SELECT ?triples (COUNT(*) AS ?n) { ?s ?triples ?subjects } GROUP BY ?triples",
    "SELECT ?p { ?s ?p ?o } GROUP BY $p HAVING (COUNT(*) >= 2) ORDER BY DESC(COUNT(*)) ASC(?p) OFFSET 1 LIMIT 2",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY COUNT(?s)",
    "SELECT ?c (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s a ?c } GROUP BY ?c ORDER BY ?m",
    "SELECT DISTINCT ?p { ?s ?p ?o }",
    "SELECT DISTINCT ?c WHERE { ?s a ?c } ORDER BY ?c LIMIT 1",
    "SELECT DISTINCT (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "# ?s ?p ?o } COUNT\nSELECT (COUNT(#)\n*) AS ?n) { ?s ?p\n\t ?o. #}\n} # { LIMIT 0",
]


@pytest.mark.parametrize("text", KNOWN)
def test_counting_queries_are_answered_from_what_is_known(store: Store, text: str) -> None:
    """A query that only counts is recognised however it is written, and its answer is the one that the data gives."""
    from_counts = rewritten(text, counts.take(store))

    assert from_counts is not None
    assert "VALUES" in from_counts
    assert answer(store, text) == answer(store, from_counts)


@pytest.mark.parametrize("text", KNOWN)
def test_nothing_is_counted_as_nothing(text: str) -> None:
    """Of an empty version, a count is 0 in one solution, and of groups there is none."""
    from_counts = rewritten(text, counts.take(Store()))

    assert from_counts is not None
    assert answer(Store(), text) == answer(Store(), from_counts)


UNKNOWN = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isIRI(?o)) }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o , ?q }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o ; a ?c }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?s }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p $p }",
    "SELECT (COUNT(*) AS ?n) { ?s a ?s }",
    "SELECT (COUNT(*) AS ?n) { _:s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { [] ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p [] }",
    "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { OPTIONAL { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } VALUES ?p { <http://example.org/p> }",
    "SELECT (COUNT(*) AS ?n) FROM <http://example.org/g> { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (STR(?p) AS ?x)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (EXISTS { ?s ?p ?o })",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (SUM(?o) > 1)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (?n > 1)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } ORDER BY ?p",
    "SELECT (COUNT(*) AS ?n) (SUM(?o) AS ?m) { ?s ?p ?o }",
    "SELECT (COUNT(*) + 1 AS ?n) { ?s ?p ?o }",
    "SELECT ((COUNT(*)) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(?nothing) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(STR(?s)) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?s) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?p) AS ?m) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c }",
    "SELECT DISTINCT ?s { ?s ?p ?o }",
    "SELECT DISTINCT ?p ?o { ?s ?p ?o }",
    "SELECT DISTINCT * { ?s ?p ?o }",
    "SELECT REDUCED ?p { ?s ?p ?o }",
    "# DISTINCT\nSELECT ?p { ?s ?p ?o }",
    "ASK { ?s a ?distinct }",
    EX + "SELECT (COUNT(DISTINCT *) AS ?n) { ?s a ex:C }",
    EX + "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ex:p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p 1 }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p 'x' }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p ex:b }",
    EX + "SELECT (COUNT(*) AS ?n) { ex:a ?p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ?p ex:b }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p+ ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ^ex:p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p|ex:q ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s !ex:p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s a/ex:p ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s A ex:C }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s a a }",
    EX + "SELECT (COUNT(*) AS ?n) { << ?s ?p ?o >> ex:p ?x }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:\\u0070 ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o # \\u000A FILTER(isIRI(?o))\n }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p%20 ?o }",
    EX + "SELECT (COUNT(*) AS ?n) { ?s ex:p\\- ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/x/../p> ?o }",
    "BASE <http://example.org/> SELECT (COUNT(*) AS ?n) { ?s <p> ?o }",
    "BASE <http://example.org/> PREFIX x: <> SELECT (COUNT(*) AS ?n) { ?s x:p ?o }",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_looks_alike_is_left_to_the_engine(store: Store, text: str) -> None:
    """Whatever more a query asks than what is known, it is asked as it is."""

    assert rewritten(text, counts.take(store)) is None


WRONG = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . . }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 1 LIMIT 2",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 1.5",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 99999999999999999999",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } ORDER BY",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } ORDER BY DESC ?n",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING COUNT(*) > 1",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) > = 1)",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) == 1)",
    "SELECT (COUNT(*) AS ?n) (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT DISTINCT { ?s ?p ?o }",
    "SELECT DISTINCT ?p ?p { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ex:p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s <http://[> ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o };",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }",
    "SELECT (COUNT() AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*)) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s\u00a0?p ?o }",
    "",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_still_wrong(store: Store, text: str) -> None:
    """A query that is not SPARQL is told so with its own lines and columns."""

    assert isinstance(answer(store, text), str)
    assert rewritten(text, counts.take(store)) is None


_GAPS = st.sampled_from([" ", " ", " ", "\n", "\t", "  ", " #c ?x {\n"])
# Triple, and the variable that it is likely to be grouped by.
_TRIPLES = [("?s ?p ?o", "?p"), ("?s a ?c", "?c"), ("$s rdf:type $c .", "?c"), ("?s ex:p ?o", ""), ("?s a ex:a.", ""),
            ("?s <http://example.org/q> ?o", ""), ("?s ?p ?p", "?p"), ("?s ?p 1", "?p"), ("_:b ?p ?o", "?p"),
            ("?s ex:p* ?o", ""), ("?s ?p ?o . ?s ?q ?r", "?p"), ("?s ?p ?o FILTER(isIRI(?o))", "?p")]  # fmt: skip
_COUNTS = [
    "COUNT(*)",
    "count( ?s )",
    "COUNT($o)",
    "COUNT(?c)",
    "COUNT(DISTINCT ?c)",
    "COUNT(DISTINCT ?p)",
    "COUNT(DISTINCT ?s)",
]


@st.composite
def _queries(draw: st.DrawFn) -> str:
    """A query that counts, or nearly one."""

    def one(*parts: str) -> str:
        return draw(st.sampled_from(parts))

    triple, key = draw(st.sampled_from(_TRIPLES))
    grouped = key if draw(st.booleans()) else one("", "", "", "?s")
    items = [f"({one(*_COUNTS)} AS ?{name})" for name in "nm"[: draw(st.integers(0, 2))]]
    items += [grouped or key or "?o"] if not items or (grouped and draw(st.booleans())) else []
    parts = [
        EX + "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT",
        "DISTINCT" if not (grouped or "(" in items[0]) else one("", "DISTINCT"),
        " ".join(items),
        one("", "WHERE", "where"),
        f"{{ {triple} }}",
        f"GROUP BY {grouped}" if grouped else "",
        one("", "", "HAVING (COUNT(*) > 1)", "HAVING(COUNT(?s)<=2)", "HAVING (COUNT(DISTINCT ?s) != 1)"),
        one("", "", "ORDER BY ?n", f"ORDER BY DESC({key or '?n'}) ?m", "ORDER BY COUNT(*)", "ORDER BY ASC(COUNT(?s))"),
        one("", "", "LIMIT 1", "OFFSET 1", "LIMIT 3 OFFSET 1", "LIMIT x"),
    ]
    return "".join(part + draw(_GAPS) for part in parts)


@given(QUADS, st.lists(_queries(), min_size=20, max_size=20))
def test_answers_do_not_depend_on_what_is_known(quads: list[Quad], texts: Sequence[str]) -> None:
    """Whatever the data and however a query counts, the answer from what is known is the answer from the data."""
    store = held(quads)
    known = counts.take(store)
    for text in texts:
        from_counts = rewritten(text, known)
        if from_counts is None:
            continue
        # Which solutions a limit cuts off is nobody's promise; how many are left is.
        assert answer(store, _unlimited(text)) == answer(store, _unlimited(from_counts)), text
        assert _size(answer(store, text)) == _size(answer(store, from_counts)), text


def _unlimited(text: str) -> str:
    return text.partition("LIMIT")[0].partition("OFFSET")[0]


def _size(found: tuple[list[str], Counter[tuple[str, ...]]] | str) -> int | str:
    return found if isinstance(found, str) else found[1].total()


def test_order_and_limit_are_kept(store: Store) -> None:
    """The largest groups come first when that is asked for."""
    text = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 2"
    from_counts = rewritten(text, counts.take(store)) or ""
    found = store.query(from_counts)
    assert isinstance(found, QuerySolutions)

    assert [(term("rdf:type"), Literal(4)), (NamedNode("http://example.org/p"), Literal(3))] == [
        tuple(row) for row in found
    ]


def test_classes_without_a_name_are_left_to_the_engine() -> None:
    """A class that is a blank node cannot be listed from what is known; others are counted as ever."""
    quads = [
        Quad(NamedNode("urn:s"), term("rdf:type"), each) for each in (BlankNode("c"), NamedNode("urn:C"), Literal("x"))
    ]
    known = counts.take(held(quads))

    assert rewritten("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c", known) is None
    assert rewritten("SELECT (COUNT(*) AS ?n) { ?s a <urn:C> }", known) is not None
    assert rewritten("SELECT (COUNT(*) AS ?n) { ?s a ?c }", known) is not None


def test_names_that_a_base_would_change_are_left_to_the_engine() -> None:
    """An IRI that is another one once it is resolved is never taken for itself."""
    known = counts.take(held([Quad(NamedNode("urn:s"), NamedNode("http://example.org/a/../b"), NamedNode("urn:o"))]))

    assert rewritten("SELECT DISTINCT ?p { ?s ?p ?o }", known) is None
    assert rewritten("SELECT (COUNT(*) AS ?n) { ?s <http://example.org/a/../b> ?o }", known) is None
    assert rewritten("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", known) is not None


def test_a_long_list_is_left_to_the_engine() -> None:
    """When there are more properties than a query should hold, they are counted in the data."""
    known = counts.Counts({NamedNode(f"urn:p{number}"): 1 for number in range(10_001)}, {}, 0, 0)

    assert rewritten("SELECT DISTINCT ?p { ?s ?p ?o }", known) is None
    assert "10001" in (rewritten("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", known) or "")


def test_only_the_union_of_all_graphs_is_known(store: Store) -> None:
    """A query over a part of the data, or with terms put in for its variables, is asked as it is."""
    text, known = KNOWN[0], counts.take(store)

    def asked(**fields: Any) -> str:
        return resolved(Request(text, "json", BASE, 1, **fields), known)

    assert "VALUES" in asked()
    assert text == asked(union=False)
    assert text == asked(default_graphs=("http://example.org/g",))
    assert text == asked(named_graphs=("http://example.org/g",))
    assert text == asked(names_dataset=True)
    assert text == asked(substitutions={"s": "<urn:s>"})
    assert text == resolved(Request(text, "json", BASE, 1), None)


def test_workers_answer_from_what_is_known() -> None:
    """A worker over a version in memory gives the counts that are known, and one that reads from disk counts."""
    known = counts.Counts({NamedNode("urn:p"): 7}, {}, 0, 0)

    assert b"n\r\n7\r\n" in _worked(known)
    assert b"n\r\n0\r\n" in _worked(None)


def _worked(known: counts.Counts | None) -> bytes:
    """What a worker over an empty store sends to one who asks it to count."""
    ours, control = socket.socketpair()
    asker, connection = socket.socketpair()
    with ours, asker, control, connection:
        socket.send_fds(ours, [b"c"], [connection.fileno()])
        asker.sendall(Request(KNOWN[0], "csv", BASE, 1_000).encode(0, 1.0))
        ours.shutdown(socket.SHUT_WR)
        worker.serve(Store(), control, known)
        return asker.recv(1_000)
