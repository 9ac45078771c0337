"""
Minting of IRIs: injective, stable, inside the namespaces of the project, closed to everything else.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from ontology.iris import KEY, TYPE_SEGMENTS, IRIError, Iris, concept, scheme, shape

SEGMENTS = st.sampled_from(sorted(TYPE_SEGMENTS))
KEYS = st.from_regex(KEY, fullmatch=True)
BASES = st.sampled_from(["https://w3id.org/hankintaverkko/", "http://127.0.0.1:8000/", "https://example.org/a/b/"])


@given(BASES, SEGMENTS, KEYS)
def test_path_is_inverse_of_entity(base, segment, key):
    """The path of an entity is what it was minted from."""
    iris = Iris(base)

    assert f"{segment}/{key}" == iris.path(iris.entity(f"{segment}/{key}"))


@given(BASES, st.tuples(SEGMENTS, KEYS), st.tuples(SEGMENTS, KEYS))
def test_minting_is_injective(base, one, other):
    """Two things never share an IRI, and one thing never gets two."""
    iris = Iris(base)

    assert (one == other) == (iris.entity("/".join(one)) == iris.entity("/".join(other)))


@given(BASES, SEGMENTS, KEYS)
def test_document_differs_from_thing(base, segment, key):
    """A thing and the document about it are two, under one path."""
    iris = Iris(base)

    assert f"{base}doc/{segment}/{key}" == iris.document(f"{segment}/{key}").value


@given(st.text())
def test_entity_accepts_nothing_else(path):
    """Whatever is not a known type and a plain key is refused, or is an IRI below id/."""
    iris = Iris()
    try:
        node = iris.entity(path)
    except IRIError:
        return

    segment, _, key = path.partition("/")
    assert segment in TYPE_SEGMENTS
    assert KEY.fullmatch(key)
    assert f"{iris.base}id/{path}" == node.value


@pytest.mark.parametrize(
    "path",
    ["measure", "measure/", "measure/A", "measure/a b", "measure/a--b", "measure/a/b", "measures/a", "measure/ä", ""],
)
def test_bad_ids_are_refused(path):
    """A missing or malformed key and an unknown type are refused with what is accepted."""
    with pytest.raises(IRIError, match=r"is not accepted; (write|begin with)"):
        Iris().entity(path)


@pytest.mark.parametrize(
    "base", ["https://example.org", "ftp://example.org/", "https://exa mple.org/", "https://e.org/#/", ""]
)
def test_bad_bases_are_refused(base):
    """A base that does not end in a slash or is no web address is refused."""
    with pytest.raises(IRIError, match="base IRI"):
        Iris(base)


@pytest.mark.parametrize("name", ["src/d000", "inferred", "entry/my-file"])
def test_graphs_are_named_below_one_address(name):
    """Graphs are named below graph/."""
    assert NamedNode(f"http://e.org/graph/{name}") == Iris("http://e.org/").graph(name)


@pytest.mark.parametrize("name", ["", "/a", "a/", "../a", "A", "a b", "a//b"])
def test_bad_graph_names_are_refused(name):
    """A graph name cannot leave its folder."""
    with pytest.raises(IRIError, match="graph name"):
        Iris().graph(name)


def test_documents_and_descriptions_have_one_address_each():
    """Documents, descriptions, examples, the catalogue and what it lists stand below the base at addresses that are documented."""
    iris = Iris("http://e.org/")

    assert [
        "http://e.org/doc/measure/id-1",
        "http://e.org/.well-known/void",
        "http://e.org/.well-known/void#class/hv/Measure",
        "http://e.org/.well-known/sparql-examples/",
        "http://e.org/.well-known/sparql-examples/actors",
        "http://e.org/catalog",
        "http://e.org/data/dataset/d000",
        "http://e.org/sparql",
    ] == [
        node.value
        for node in (
            iris.document("measure/id-1"),
            iris.description(),
            iris.description("class/hv/Measure"),
            iris.example(),
            iris.example("actors"),
            iris.catalogue(),
            iris.dataset("d000"),
            iris.endpoint(),
        )
    ]


def test_former_blank_node_has_the_reserved_address():
    """The IRI of a former blank node stands under the address that RDF reserves for it."""
    assert NamedNode("http://e.org/.well-known/genid/0a-c14n0") == Iris("http://e.org/").skolem("0a-c14n0")


def test_foreign_iri_has_no_path():
    """What lies elsewhere is no entity of ours."""
    assert Iris().path(NamedNode("http://e.org/id/measure/a")) is None


def test_concepts_schemes_and_shapes_do_not_move_with_the_base():
    """Concepts, schemes and shapes have one address everywhere."""
    assert [
        "https://w3id.org/hankintaverkko/concept/role/lead",
        "https://w3id.org/hankintaverkko/concept/role",
        "https://w3id.org/hankintaverkko/shape/Measure-theme",
    ] == [node.value for node in (concept("role", "lead"), scheme("role"), shape("Measure-theme"))]


@pytest.mark.parametrize(("names", "code"), [("role", "Lead"), ("ro le", "lead"), ("role", "")])
def test_bad_concept_codes_are_refused(names, code):
    """A code with capitals or spaces, or none, is refused."""
    with pytest.raises(IRIError, match="concept code"):
        concept(names, code)
