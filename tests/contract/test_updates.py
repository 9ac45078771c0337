"""
What every store promises of updates: whole or not at all, told exactly by what has changed.
"""

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from sparql import operations, updates
from sparql.embedded import EmbeddedStore
from sparql.errors import QuerySyntaxError, UpdateFailed
from sparql.store import Store

BASE = "http://example.test/"
ONE, TWO, THREE = (NamedNode(f"{BASE}g/{name}") for name in ("one", "two", "three"))
P = NamedNode(BASE + "p")


def _quad(name: str, value: str, graph: NamedNode | DefaultGraph = ONE) -> Quad:
    return Quad(NamedNode(BASE + name), P, Literal(value), graph)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose version 1 has a statement in two named graphs and in the default graph."""
    made = EmbeddedStore(tmp_path / "store")
    with made.draft("tests") as draft:
        for graph in (ONE, TWO, DefaultGraph()):
            draft.replace_graph(graph, [_quad("a", "1")])
        draft.commit("tests", "begin")
    return made


def test_update_changes_the_graphs_that_it_changes(store: Store) -> None:
    """After an update the draft tells the graphs that hold something else than before, new and emptied ones included."""
    text = f"""
        INSERT DATA {{ GRAPH <{THREE.value}> {{ <s> <p> 1 }} GRAPH <{TWO.value}> {{ <a> <p> "1" }} }} ;
        DELETE WHERE {{ GRAPH <{ONE.value}> {{ ?s ?p ?o }} }}
    """
    with store.draft("tests") as draft:
        draft.update(text, BASE)
        changed = draft.changed()
        version = draft.commit("tests", "update")

    assert [ONE, THREE] == changed
    assert {"default": 1, TWO.value: 1, THREE.value: 1} == version.counts
    with store.snapshot() as snapshot:
        assert [] == snapshot.damaged()
        assert [Quad(NamedNode(BASE + "s"), P, Literal(1), THREE)] == list(snapshot.quads(THREE))


def test_what_is_said_of_no_graph_is_said_of_the_default_graph(store: Store) -> None:
    """An update that names no graph reads and writes the stored default graph alone."""
    with store.draft("tests") as draft:
        draft.update("DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }", BASE)

        assert [DefaultGraph()] == draft.changed()
        assert [Literal(2)] == [quad.object for quad in draft.quads(DefaultGraph())]


def test_update_that_changes_nothing_is_known(store: Store) -> None:
    """What is inserted that is there, and deleted that is not, changes nothing."""
    text = f'INSERT DATA {{ GRAPH <{ONE.value}> {{ <a> <p> "1" }} }} ; DELETE DATA {{ <a> <p> "2" }} ; CREATE GRAPH <x:new>'
    with store.draft("tests") as draft:
        draft.update(text, BASE)

        assert [] == draft.changed()


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("INSERT DATA { <b> <p> 1 } ; CLEAR XYZ", QuerySyntaxError, "expected"),
        ("INSERT DATA { <b> <p> 1 } ; DROP GRAPH <http://none/>", UpdateFailed, "does not exist; write SILENT"),
        ("INSERT DATA { <b> <p> 1 } ; CREATE GRAPH <g/one>", UpdateFailed, "already exists"),
        ("INSERT { GRAPH ?g { <b> <p> 1 } } WHERE { BIND(BNODE() AS ?g) }", UpdateFailed, "name every graph by an IRI"),
    ],
)
def test_failed_update_is_told(store: Store, text: str, error: type[Exception], words: str) -> None:
    """An update of which one operation fails is an error that says why, and no version comes of it."""
    with store.draft("tests") as draft, pytest.raises(error, match=words):
        draft.update(text, BASE)
    current = store.current()

    assert current is not None
    assert 1 == current.number


def test_update_of_one_graph_sees_that_graph_alone(store: Store) -> None:
    """A graph updated by itself is the default graph of the update; others are neither seen nor touched."""
    with store.draft("tests") as draft:
        draft.update_graph(ONE, "INSERT { ?s <q> ?o } WHERE { ?s ?p ?o } ; INSERT DATA { <b> <p> 2 }", BASE)

        assert [ONE] == draft.changed()
        assert {"1", "2"} == {str(quad.object.value) for quad in draft.quads(ONE) if isinstance(quad.object, Literal)}
        assert 3 == len(list(draft.quads(ONE)))


def test_replaced_by_itself_is_unchanged(store: Store) -> None:
    """A graph replaced by the same statements is unchanged, whatever its blank nodes are called."""
    with store.draft("tests") as draft:
        draft.replace_graph(THREE, [Quad(BlankNode("a"), P, BlankNode("b"), THREE)])
        draft.commit("tests", "blank nodes")
    with store.draft("tests") as draft:
        draft.replace_graph(THREE, [Quad(BlankNode("x"), P, BlankNode("y"), THREE)])

        assert [] == draft.changed([THREE])


NAMES = st.sampled_from([f"<{BASE}g/one>", "<g/two>", "g:three", "?g", f"<{BASE}g/t\\u0077o>", "h:one"])
OPERATIONS = st.one_of(
    st.builds(lambda g: f"INSERT {{ GRAPH {g} {{ <x:s> <x:p> ?x }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?x }} }}", NAMES),
    st.builds(lambda g: f"DELETE {{ GRAPH {g} {{ ?s ?p ?x }} }} WHERE {{ GRAPH {g} {{ ?s ?p ?x }} }}", NAMES),
    st.builds(
        lambda g: f"WITH {g} DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", NAMES.filter(lambda name: name != "?g")
    ),
    st.builds(
        lambda verb, a, b: f"{verb} SILENT {a} TO {b}",
        st.sampled_from(["COPY", "MOVE", "ADD"]),
        *[NAMES.filter(lambda name: name != "?g")] * 2,
    ),
    st.sampled_from(
        [
            "CLEAR ALL",
            "DROP SILENT NAMED",
            "CLEAR DEFAULT",
            'INSERT DATA { <x:s> <x:p> "GRAPH" }',
            "INSERT DATA {} # graph\n",
        ]
    ),
    st.builds(lambda g: f"CLEAR SILENT GRAPH #all\n {g}", NAMES.filter(lambda name: name != "?g")),
)
PROLOGUE = f"PREFIX g: <{BASE}g/> PREFIX h: <{BASE}g/> "


@settings(max_examples=150, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=3))
def test_no_changed_graph_is_overlooked(operations: list[str]) -> None:
    """The graphs that an update may touch, told from its text, include all that it has changed."""

    def _content(store: pyoxigraph.Store) -> dict[object, set[str]]:
        graphs = [ONE, TWO, THREE, DefaultGraph()]
        return {graph: {str(quad) for quad in store.quads_for_pattern(None, None, None, graph)} for graph in graphs}

    text = PROLOGUE + " ; ".join(operations)
    store = pyoxigraph.Store()
    store.extend(_quad("a", "1", graph) for graph in (ONE, TWO, DefaultGraph()))
    before = _content(store)
    store.update(text, base_iri=BASE)
    after = _content(store)
    found = updates.touchable(text, [ONE, TWO, THREE])

    assert found is None or {graph for graph in before if before[graph] != after[graph]} <= set(found)


def test_narrow_update_is_known_to_be_narrow() -> None:
    """An update that names its graphs in full, or by prefix, may touch these and the default graph alone."""
    text = f'PREFIX t: <{TWO.value}> INSERT DATA {{ GRAPH <{ONE.value}> {{ <x:s> <x:p> "o" }} GRAPH t: {{ <x:s> <x:p> 1 }} }}'

    assert [DefaultGraph(), ONE, TWO] == updates.touchable(text, [ONE, TWO, THREE])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('INSERT DATA { <s> <p> "GRAPH" } # with', False),
        ("DELETE WHERE { ?s <graph> ?o }", False),
        ("INSERT DATA { GRAPH <g> { <s> <p> 1 } }", True),
        ("WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", True),
        ("MOVE DEFAULT TO <g>", True),
        ("\\u0043LEAR ALL", True),
    ],
)
def test_names_of_graphs_are_found_in_code_alone(text: str, names: bool) -> None:
    """Whether an update speaks of graphs is told from its keywords, not from its strings, IRIs and comments."""
    assert names == updates.names_graphs(text)


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT {{ GRAPH <{THREE.value}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        f"insert{{graph <{THREE.value}>{{?s ?p ?o}}}}where{{?s ?p ?o {{SELECT * WHERE {{?s ?p ?o}}}}}};# WHERE\n",
        f'INSERT DATA {{ <s> <p> "WHERE {{" }} ; INSERT {{ GRAPH <{THREE.value}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}',
    ],
)
def test_dataset_of_the_protocol_holds_for_every_pattern(store: Store, text: str) -> None:
    """Graphs given beside an update are those that its patterns look at."""
    with store.draft("tests") as draft:
        draft.update(updates.with_dataset(text, [TWO], []), BASE)

        assert [_quad("a", "1", THREE)] == list(draft.quads(THREE))


def test_dataset_of_the_protocol_holds_for_delete_where(store: Store) -> None:
    """The short form of DELETE looks at the graphs given beside the update, and at no others."""
    text = "DELETE WHERE{ ?s ?p ?o };DELETE WHERE { GRAPH ?g { ?s ?p ?o } };"
    with store.draft("tests") as draft:
        draft.update(updates.with_dataset(text, [ONE], [TWO]), BASE)

        assert [DefaultGraph(), TWO] == draft.changed()


def test_no_dataset_leaves_the_update_as_it_is() -> None:
    """Without graphs beside it an update is run as it was sent."""
    assert "DELETE WHERE { ?s ?p ?o }" == updates.with_dataset("DELETE WHERE { ?s ?p ?o }", [], [])


@pytest.mark.parametrize(
    "text",
    [
        f"DROP GRAPH <{THREE.value}>",
        f"clear#SILENT\ngraph <{THREE.value}>;DROP SILENT GRAPH <{THREE.value}>; CLEAR ALL",
        f"PREFIX DROP: <{BASE}g/> DROP GRAPH DROP:three ; INSERT DATA {{ <DROP> <CLEAR> 'DROP ALL', DROP:CLEAR }}",
    ],
)
def test_absent_graph_is_an_empty_one(store: Store, text: str) -> None:
    """What drops or clears a graph that is not there is run, for versions do not record empty graphs."""
    with store.draft("tests") as draft:
        with pytest.raises(UpdateFailed):
            draft.update(text, BASE)
        draft.update(operations.forgiving(text), BASE)

        assert THREE not in draft.graphs()


def test_emptied_graph_is_not_there(store: Store) -> None:
    """A version has no graph without a statement, however that came about, and tells of none when it is asked."""
    with store.draft("tests") as draft:
        draft.update(f"DELETE WHERE {{ GRAPH <{ONE.value}> {{ ?s ?p ?o }} }} ; CREATE GRAPH <{THREE.value}>", BASE)
        draft.changed()
        version = draft.commit("tests", "emptied")
    with store.snapshot() as snapshot:
        found = snapshot.query("SELECT ?g { GRAPH ?g { } }")

        assert isinstance(found, pyoxigraph.QuerySolutions)
        assert [TWO] == [row["g"] for row in found]
    assert {"default", TWO.value} == set(version.counts)


SEVERAL = """
    BASE <http://one/> PREFIX a: <a/> INSERT DATA { a:s a:p <o> } ; # PREFIX
    PREFIX b: <b/> base <http://two/> prefix c: <c/> INSERT DATA { a:s b:p c:o ; b:q "; PREFIX x: <x:> " } ;
    PREFIX a: <a/> INSERT { ?s a:p 1 } WHERE { ?s b:p ?o } ;
"""


def test_prologue_stands_behind_a_semicolon_too(store: Store) -> None:
    """Each operation of an update has the prefixes and the base declared before it, the last ones counting."""
    with store.draft("tests") as draft:
        draft.drop_graph(DefaultGraph())
        for request in operations.requests(SEVERAL):
            draft.update(request, BASE)
        found = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in draft.quads(DefaultGraph())}

    assert {
        ("http://one/a/s", "http://one/a/p", "http://one/o"),
        ("http://one/a/s", "http://one/b/p", "http://two/c/o"),
        ("http://one/a/s", "http://one/b/q", "; PREFIX x: <x:> "),
        ("http://one/a/s", "http://two/a/p", "1"),
    } == found
