"""
The one write path: what a build, an entry, a withdrawal and a rollback do, and when nothing is done.
"""

import io
import shutil
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from loaders import catalogue, curated, inference, provenance
from loaders.digest import digest
from loaders.errors import BlankNodeError, ForeignThingError, ReservedGraphError, UnknownGraphError
from loaders.publish import RESERVED, Outcome, Published, Publisher, Refused, Unchanged
from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import term
from sparql.canonical import stored
from sparql.embedded import EmbeddedStore
from tests.unit.judge import Judge, violation

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
IRIS = Iris("https://example.test/")
ENTRY, OTHER = IRIS.graph("entry/one"), IRIS.graph("entry/two")
MEASURE = IRIS.entity("measure/one")


@pytest.fixture
def publisher(tmp_path: Path, judge: Judge) -> Publisher:
    """The write path into an empty store."""
    return Publisher(EmbeddedStore(tmp_path / "store"), judge, IRIS, "editor")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The tables of the five measures, to be edited."""
    return Path(shutil.copytree(FIVE, tmp_path / "data"))


def _version(outcome: Outcome) -> int:
    assert isinstance(outcome, Published), outcome
    return outcome.version.number


def _entry(graph: NamedNode = ENTRY, *statements: tuple[str, NamedNode | Literal]) -> dict[NamedNode, list[Quad]]:
    made = (("rdf:type", term("hv:Measure")), *statements)
    return {graph: [Quad(MEASURE, term(name), value, graph) for name, value in made]}


def _export(publisher: Publisher) -> bytes:
    out = io.BytesIO()
    with publisher.store.snapshot() as snapshot:
        snapshot.write_nquads(out)
    return out.getvalue()


def _names(publisher: Publisher) -> set[str]:
    with publisher.store.snapshot() as snapshot:
        return {graph.value.removeprefix(IRIS.base + "graph/") for graph in snapshot.graphs()}


def test_build_publishes_every_graph(publisher: Publisher) -> None:
    """A build publishes facts, vocabulary, derived statements, provenance and catalogue as one version."""
    outcome = publisher.build(FIVE, "first")

    assert _version(outcome) == 1
    assert _names(publisher) == {"src/d000", "registry", "translations", *RESERVED}
    assert b"_:" not in _export(publisher)


def test_build_tells_its_steps_and_what_each_took(tmp_path: Path, judge: Judge) -> None:
    """The steps are announced in order, and each is timed in seconds."""
    steps: list[str] = []
    publisher = Publisher(EmbeddedStore(tmp_path), judge, IRIS, "editor", steps.append)
    built = publisher.build(FIVE, "first")
    entered = publisher.publish(_entry(), "entry")

    assert isinstance(built, Published)
    assert isinstance(entered, Published)
    assert steps[:6] == ["read", "copy", "apply", "infer", "validate", "flip"] == ["read", *steps[6:]]
    assert set(built.times) == {"read", *entered.times}
    assert set(entered.times) == {"copy", "apply", "infer", "validate", "flip"}
    assert all(seconds > 0 for seconds in built.times.values())


def test_building_again_changes_nothing(publisher: Publisher) -> None:
    """A second build of the same sources makes no version."""
    publisher.build(FIVE, "first")
    outcome = publisher.build(FIVE, "second")

    assert isinstance(outcome, Unchanged)
    assert [version.number for version in publisher.store.versions()] == [1]


def test_building_twice_gives_the_same_bytes(tmp_path: Path, judge: Judge) -> None:
    """Two builds from the same sources, in two places, export byte-identical canonical N-Quads."""
    exports = []
    for name in ("one", "two"):
        publisher = Publisher(EmbeddedStore(tmp_path / name), judge, IRIS, name)
        publisher.build(FIVE, name)
        exports.append(_export(publisher))

    assert exports[0] == exports[1]
    assert exports[0].splitlines() == sorted(exports[0].splitlines())


def test_edited_table_makes_a_new_version(publisher: Publisher, tables: Path) -> None:
    """When somebody edits a table, the next build publishes what the table now says."""
    publisher.build(tables, "first")
    path = tables / "d000" / "measures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("is started", "begins"), encoding="utf-8")
    outcome = publisher.build(tables, "edited")

    assert _version(outcome) == 2
    assert b"begins" in _export(publisher)
    changed = {change.graph for change in publisher.store.diff(1, 2).changes}
    assert changed == {IRIS.graph("translations"), IRIS.graph("inferred")}


def test_build_leaves_entries_alone_and_drops_what_it_no_longer_makes(publisher: Publisher, judge: Judge) -> None:
    """Graphs of earlier builds that are made no more go; graphs that people published stay, and are judged again."""
    folder = curated.read(FIVE, IRIS)
    publisher.replace_built(folder, "first", "one")
    publisher.publish(_entry(), "entry")
    left = {graph: quads for graph, quads in folder.items() if graph != IRIS.graph("registry")}
    outcome = publisher.replace_built(left, "second", "two")

    assert _version(outcome) == 3
    assert _names(publisher) == {"src/d000", "translations", "entry/one", "prov", "inferred"}
    assert set(_entry()[ENTRY]) <= judge.seen[-1][1]


def test_build_takes_back_a_graph_that_somebody_replaced(publisher: Publisher) -> None:
    """What a build makes is the build's: its next version replaces what people put there."""
    folder = curated.read(FIVE, IRIS)
    registry = IRIS.graph("registry")
    publisher.replace_built(folder, "first", "one")
    before = _export(publisher)
    publisher.publish(_entry(registry), "replaced")
    between = _export(publisher)
    publisher.replace_built(folder, "second", "two")

    assert between != before
    assert _export(publisher) == before


def test_violations_publish_nothing(publisher: Publisher, judge: Judge) -> None:
    """A build and an entry that violate the shapes come back with the report, and the old version is served."""
    publisher.build(FIVE, "first")
    judge.focus = (MEASURE,)
    built = publisher.replace_built(curated.read(FIVE, IRIS), "second", "two")
    entered = publisher.publish(_entry(), "entry")

    assert isinstance(built, Refused)
    assert isinstance(entered, Refused)
    assert entered.report.findings == (violation(MEASURE),)
    assert [version.number for version in publisher.store.versions()] == [1]


def test_judge_sees_what_was_written(publisher: Publisher, judge: Judge) -> None:
    """The shapes judge literals as they were written, and not as the store rewrites them."""
    order = Literal("007", datatype=term("xsd:integer"))
    publisher.publish(_entry(ENTRY, ("hv:order", order)), "entry")
    publisher.publish(_entry(), "without")
    publisher.publish(_entry(ENTRY, ("hv:order", order)), "again")
    _, (kept, without), (_, again) = judge.seen

    assert order not in {quad.object for quad in without}
    assert Literal("7", datatype=term("xsd:integer")) in {quad.object for quad in kept}
    assert order in {quad.object for quad in again}


def test_entry_is_published_with_its_origin_and_what_follows_from_it(publisher: Publisher) -> None:
    """An entry's version holds the entry, what the rules derive from it, and a record of where it comes from."""
    publisher.build(FIVE, "first")
    publisher.publish(_entry(ENTRY, ("hv:isPartOf", IRIS.entity("programme/hankinta-suomi"))), "entry")
    change = {each.graph: {str(quad.triple) for quad in each.added} for each in publisher.store.diff(1, 2).changes}

    assert change.keys() == {ENTRY, IRIS.graph("inferred"), IRIS.graph("prov")}
    part = Quad(IRIS.entity("programme/hankinta-suomi"), term("hv:hasPart"), MEASURE)
    made = Quad(ENTRY, term("prov:wasGeneratedBy"), IRIS.entity("activity/publishing"))
    assert str(part.triple) in change[IRIS.graph("inferred")]
    assert str(made.triple) in change[IRIS.graph("prov")]


def test_derived_statements_after_entries_are_those_of_a_full_derivation(publisher: Publisher) -> None:
    """Entry after entry, the derived graph stays what the rules give for everything at once."""
    publisher.build(FIVE, "first")
    for number, target in enumerate(("measure/ap22-m01", "measure/ap22-m06"), start=2):
        link = IRIS.entity(f"dependency/one-{number}")
        entry = _entry(ENTRY, ("hv:isPartOf", IRIS.entity(target)), ("hv:hasUse", link))
        entry[ENTRY].append(Quad(link, term("hv:dependencyTarget"), IRIS.entity("measure/ap22-m13"), ENTRY))
        publisher.publish(entry, "entry")
    with publisher.store.draft("test") as draft:
        kept = set(draft.quads(IRIS.graph("inferred")))
        inference.derive(draft, IRIS.graph("inferred"))

        assert kept == set(draft.quads(IRIS.graph("inferred")))


def test_clearing_leaves_nothing_and_is_done_once(publisher: Publisher) -> None:
    """A build from nothing takes every graph away; asked for again, it leaves what has been written since."""
    publisher.publish(_entry(), "entry")
    cleared = publisher.clear("nothing")
    publisher.publish(_entry(), "entry")
    again = publisher.clear("nothing")

    assert isinstance(cleared, Published)
    assert {} == cleared.version.counts
    assert isinstance(again, Unchanged)
    assert "entry/one" in _names(publisher)


def test_publishing_the_same_again_changes_nothing(publisher: Publisher) -> None:
    """An entry that says what is published already makes no version."""
    publisher.publish(_entry(), "first")
    outcome = publisher.publish(_entry(), "second")

    assert isinstance(outcome, Unchanged)
    assert [version.number for version in publisher.store.versions()] == [1]


def test_withdrawing_undoes_publishing(publisher: Publisher) -> None:
    """After an entry is withdrawn, the dataset is what it was before, to the byte."""
    publisher.build(FIVE, "first")
    before = _export(publisher)
    publisher.publish(_entry() | _entry(OTHER, ("hv:isPartOf", IRIS.entity("measure/ap22-m01"))), "entries")
    outcome = publisher.withdraw([ENTRY, OTHER], "gone")

    assert _version(outcome) == 3
    assert _export(publisher) == before


def test_what_is_not_there_cannot_be_withdrawn(publisher: Publisher) -> None:
    """Withdrawing an unknown graph is refused by its name."""
    publisher.publish(_entry(), "entry")
    with pytest.raises(UnknownGraphError, match="graph/entry/two"):
        publisher.withdraw([OTHER], "gone")

    assert len(publisher.store.versions()) == 1


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_graphs_are_for_the_build_alone(publisher: Publisher, name: str) -> None:
    """Nobody can publish to, or withdraw, a graph that the build writes."""
    with pytest.raises(ReservedGraphError, match=f"graph/{name}"):
        publisher.publish(_entry(IRIS.graph(name)), "entry")
    with pytest.raises(ReservedGraphError, match=f"graph/{name}"):
        publisher.withdraw([IRIS.graph(name)], "gone")

    assert publisher.store.current() is None


@pytest.mark.parametrize("end", ["subject", "object"])
def test_nodes_without_iris_are_refused(publisher: Publisher, end: str) -> None:
    """No blank node enters the dataset: the message shows the statement that has one."""
    node = BlankNode("x")
    quad = Quad(node, term("hv:theme"), MEASURE) if end == "subject" else Quad(MEASURE, term("hv:theme"), node)
    with pytest.raises(BlankNodeError, match="_:x"):
        publisher.publish({ENTRY: [quad]}, "entry")


def test_rolling_back_to_the_newest_changes_nothing(publisher: Publisher) -> None:
    """Only an older version can be gone back to."""
    publisher.publish(_entry(), "first")
    publisher.publish(_entry(ENTRY, ("hv:order", Literal("1", datatype=term("xsd:integer")))), "second")

    assert isinstance(publisher.rollback(2, "no"), Unchanged)
    assert _version(publisher.rollback(1, "yes")) == 3
    assert len(publisher.store.diff(1, 3).changes) == 0


def test_own_literals_are_written_as_the_store_keeps_them() -> None:
    """No literal of ours is rewritten by the store: what is read, judged and published has one form."""
    graphs = {**modules.read(IRIS), **curated.read(FIVE, IRIS)}
    graphs[IRIS.graph("catalog")] = catalogue.read(graphs, IRIS)
    graphs[IRIS.graph("prov")] = provenance.of_build(graphs, IRIS)
    for graph, quads in graphs.items():
        assert set(stored(quads)) == set(quads), graph


def test_catalogue_describes_documents_and_endpoint_in_three_languages() -> None:
    """The catalogue has what DCAT-AP requires: titles, descriptions, a publisher with a name, an endpoint."""
    found = catalogue.read(curated.read(FIVE, IRIS), IRIS)
    nodes = {IRIS.catalogue(): "Catalog", IRIS.dataset("d000"): "Dataset", IRIS.endpoint(): "DataService"}
    for node, kind in nodes.items():
        about = [quad for quad in found if quad.subject == node]
        assert Quad(node, term("rdf:type"), term(f"dcat:{kind}"), IRIS.graph("catalog")) in about
        for name in ("dcterms:title", "dcterms:description"):
            words = [quad.object for quad in about if quad.predicate == term(name)]
            assert sorted(each.language or "" for each in words if isinstance(each, Literal)) == ["en", "fi", "sv"]
    titles = {quad.object.value for quad in found if isinstance(quad.object, Literal)}
    assert "Nya åtgärder i åtgärdsprogrammet för offentlig upphandling" in titles
    assert any(quad.predicate == term("foaf:name") for quad in found)
    assert any(quad.predicate == term("dcat:endpointURL") for quad in found)


def test_digest_is_that_of_the_sources(tables: Path) -> None:
    """The digest changes with a table, a new file and the base, and not with what editors leave behind."""
    first = digest(tables, IRIS)
    (tables / "d000" / ".~lock.measures.csv#").write_text("open")
    unchanged = digest(tables, IRIS)
    (tables / "d000" / "events.csv").write_text("id\n")
    with_file = digest(tables, IRIS)

    assert first == unchanged != with_file
    assert digest(tables, Iris("https://example.org/")) != with_file


def test_entry_speaks_of_its_own_things(publisher: Publisher) -> None:
    """An entry that says something of a thing which another graph describes is refused, and says where to correct it."""
    home, other = IRIS.graph("entry/home"), IRIS.graph("entry/other")
    thing, kind = IRIS.entity("actor/mine"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    described = Quad(thing, kind, NamedNode("https://w3id.org/hankintaverkko/def/Organisation"), home)
    publisher.publish({home: [described]}, "a thing")

    with pytest.raises(ForeignThingError, match="entry/home"):
        publisher.publish({other: [Quad(thing, NamedNode("http://example.org/p"), Literal("x"), other)]}, "about it")
    with pytest.raises(ForeignThingError, match="entry/home"):
        publisher.publish({other: [described]}, "the same again")
