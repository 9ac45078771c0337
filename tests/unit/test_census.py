"""The census of a version, and the descriptions made from it: whatever data people bring."""

import asyncio
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, QueryResultsFormat, QuerySolutions, Store, Triple, Variable

from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term
from server.descriptions import Descriptions, Written
from server.memento import Moment
from sparql import census, description, void
from sparql.census import Census
from sparql.errors import AnswerTooLarge, Overloaded, QueryError, QueryTimeout
from sparql.store import Version
from sparql.terms import parse_term

TIME = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
FIRST = Moment(1, TIME, "tag")
IRIS = Iris("https://example.org/base/")
SERVICE = description.Service(
    NamedNode("http://127.0.0.1:8000/sparql"),
    NamedNode("http://127.0.0.1:8000/update"),
    NamedNode("http://127.0.0.1:8000/store"),
    frozenset(),
    True,
    False,
    30.0,
    1,
    1,
    1,
    1,
    1,
)
FOREIGN = """
PREFIX void: <http://rdfs.org/ns/void#>
INSERT DATA {
  _:blank a <http://other.example/Thing> , _:class ; <http://other.example/says> "x" .
  <http://other.example/a> a <http://other.example/Thing> .
  GRAPH <http://other.example/graph> { <urn:uuid:1> a <urn:x-class> ; <urn:x-property> <http://other.example/a> }
  GRAPH <https://example.org/base/graph/entry/e-1> {
    <https://example.org/base/id/measure/a> a <http://other.example/Only> ; <http://www.w3.org/2004/02/skos/core#closeMatch>
      <http://www.yso.fi/onto/yso/p1> , <http://elsewhere.example/x#y> .
  }
}
"""


def counted(
    store: Store, counts: Mapping[str, int], iris: Iris = IRIS, failing: Mapping[str, QueryError] = MappingProxyType({})
) -> Census:
    """The census of what *store* holds, when the questions *failing* have no answer."""

    async def answered(text: str, substitutions: Mapping[str, str]) -> bytes:
        for name, error in failing.items():
            if text == census.query(name):
                raise error
        bound: dict[Variable, Any] = {Variable(name): parse_term(value) for name, value in substitutions.items()}
        results = store.query(text, use_default_graph_as_union=True, substitutions=bound)
        assert isinstance(results, QuerySolutions)
        return results.serialize(format=QueryResultsFormat.JSON) or b""

    return asyncio.run(census.take(answered, Version(7, TIME, None, "who", "why", "", counts, {}), iris))


def iris_of(said: Iterable[Triple], curie: str) -> set[str]:
    """The IRIs that anything has as *curie*; nothing else may be there."""
    found = [each.object for each in said if each.predicate == term(curie)]
    assert [] == [node for node in found if not isinstance(node, NamedNode)]
    return {node.value for node in found if isinstance(node, NamedNode)}


@pytest.fixture
def foreign() -> Census:
    """The census of data that somebody brought: blank nodes, URNs, classes and graphs of others."""
    store = Store()
    store.update(FOREIGN)
    return counted(
        store, {"default": 4, "http://other.example/graph": 2, "https://example.org/base/graph/entry/e-1": 3}
    )


def test_foreign_data_is_described_without_blank_nodes(foreign: Census) -> None:
    """Blank nodes in the data are counted and never named."""
    said = description.statements(SERVICE, foreign, IRIS)
    things = next(each for each in foreign.class_counts if each.name.value == "http://other.example/Thing")

    assert [] == [node for each in said for node in (each.subject, each.object) if isinstance(node, BlankNode)]
    assert (2, None, None) == (things.entities, things.first, things.space)
    assert 9 == foreign.version.triples


def test_foreign_names_have_parts_of_their_own(foreign: Census) -> None:
    """Classes, properties and graphs that no prefix of ours covers are described too, each under its own name."""
    said = description.statements(SERVICE, foreign, IRIS)
    graphs = [each.object for each in said if each.predicate == term("sd:namedGraph")]

    assert {"http://other.example/graph", "https://example.org/base/graph/entry/e-1"} == iris_of(said, "sd:name")
    assert 2 == len(set(graphs))
    assert IRIS.description("graph/entry/e-1") in graphs
    assert {"urn:x-class", "http://other.example/Thing", "http://other.example/Only"} == iris_of(said, "void:class")


def test_dumps_are_named_whatever_the_graph_is_called(foreign: Census) -> None:
    """Each graph has the address under which this version of it is read; the default graph has one too."""
    named = replace(
        foreign, version=replace(foreign.version, counts={"default": 1, "http://other.example/å?a=b&c#d": 1})
    )

    assert iris_of(description.statements(SERVICE, named, IRIS), "void:dataDump") == {
        "http://127.0.0.1:8000/store?default&at=7",
        "http://127.0.0.1:8000/store?graph=http%3A%2F%2Fother.example%2F%C3%A5%3Fa%3Db%26c%23d&at=7",
    }


def test_vocabularies_of_others_are_named(foreign: Census) -> None:
    """A class or property of others is in a vocabulary that is named, whatever its IRI looks like."""
    said = description.statements(SERVICE, foreign, IRIS)

    assert {"urn:", "http://other.example/", PREFIXES["rdf"], PREFIXES["skos"]} == iris_of(said, "void:vocabulary")


def test_examples_are_things_with_a_document(foreign: Census) -> None:
    """A class whose things have documents here has one as its example; the dataset has only examples of our own classes."""
    said = description.statements(SERVICE, foreign, IRIS)
    examples = {(each.subject, each.object) for each in said if each.predicate == term("void:exampleResource")}

    assert {(void.part("class", "http://other.example/Only", IRIS), IRIS.entity("measure/a"))} == examples


def test_parts_are_named_after_prefixes() -> None:
    """What a prefix of ours covers is named by it, anything else by sixteen characters that follow from its IRI."""
    other = void.part("class", "urn:x-class", IRIS).value

    assert IRIS.description("class/hv/Measure") == void.part("class", PREFIXES["hv"] + "Measure", IRIS)
    assert re.fullmatch(re.escape(IRIS.description().value) + "#class/[0-9a-f]{16}", other)


def test_links_go_out(foreign: Census) -> None:
    """Links are counted by whom they lead to, known or not."""

    assert {(PREFIXES["yso"], 1), ("http://elsewhere.example/x#", 1)} == {
        (each.space, each.triples) for each in foreign.link_counts
    }


def test_space_is_what_all_begin_with() -> None:
    """The space of a class ends at a slash or hash, holds all its members, and is not stated where they share a host at most."""
    store = Store()
    store.update(
        "INSERT DATA { <http://a.example/id/ab1> a <urn:A> . <http://a.example/id/ab2> a <urn:A> . <http://a.example/id/x#1> a <urn:B> ."
        " <http://a.example/id/x#2> a <urn:B> . <http://a.example/1> a <urn:C> . <http://b.example/1> a <urn:C> . <urn:1> a <urn:D> }"
    )
    spaces = {each.name.value: each.space for each in counted(store, {"default": 7}).class_counts}

    assert spaces == {
        "urn:A": "http://a.example/id/",
        "urn:B": "http://a.example/id/x#",
        "urn:C": None,
        "urn:D": None,
    }


def test_strict_default_graph_is_counted_alone(foreign: Census) -> None:
    """Without the union, the default graph is as large as what is stored in it."""
    strict = replace(SERVICE, union_default_graph=False)
    said = description.statements(strict, foreign, IRIS)
    sizes = [each.object for each in said if each.subject == IRIS.description("default-graph")]

    assert void.integer(4) in sizes
    assert term("sd:UnionDefaultGraph") not in {each.object for each in said}


@pytest.mark.parametrize("name", census.QUESTIONS)
@pytest.mark.parametrize("error", [QueryTimeout("late"), AnswerTooLarge("much")])
def test_what_could_not_be_counted_is_not_said(name: str, error: QueryError) -> None:
    """When one question takes too long or too much, the description says what the others know, and nothing wrong."""
    store = Store()
    store.update(FOREIGN)
    whole = set(description.statements(SERVICE, counted(store, {"default": 4}), IRIS))
    known = counted(store, {"default": 4}, failing={name: error})
    said = set(description.statements(SERVICE, known, IRIS))

    assert (name,) == known.missing
    assert said <= whole
    assert (said < whole) is (name != "catalogue")  # of which this data has none
    assert {term("sd:Service"), term("sd:Dataset")} <= {each.object for each in said}


def test_a_census_that_cannot_be_asked_is_an_error() -> None:
    """What only the moment makes impossible is not taken for something that cannot be counted."""
    with pytest.raises(Overloaded):
        counted(Store(), {}, failing={"totals": Overloaded("no worker")})


_NAMES = st.one_of(
    st.sampled_from([*PREFIXES.values(), "urn:", "http://other.example/"]).flatmap(
        lambda space: st.text("abZ09-._/#%", max_size=6).map(lambda local: space + local)
    )
)


@given(_NAMES, _NAMES)
def test_parts_are_named_apart(one: str, other: str) -> None:
    """Different IRIs never share a part of the description, and the same IRI always has the same."""

    assert (void.part("class", one, IRIS) == void.part("class", other, IRIS)) is (one == other)


def test_many_who_ask_at_once_are_counted_for_once() -> None:
    """Of those who ask for the same thing at once, one makes it; who leaves does not stop it."""
    made = []

    async def play() -> list[object]:
        kept = Descriptions()

        async def make() -> Written:
            made.append(1)
            await asyncio.sleep(0.05)
            return Written("text/turtle", b"x", '"x"')

        asking = [asyncio.create_task(kept._once(FIRST, ("a",), make)) for _ in range(5)]
        await asyncio.sleep(0.01)
        asking[0].cancel()
        return await asyncio.gather(*asking[1:], kept._once(FIRST, ("a",), make))

    results = asyncio.run(play())

    assert [1] == made
    assert [Written("text/turtle", b"x", '"x"')] * 5 == results


def test_what_failed_is_tried_again() -> None:
    """A description that could not be made is not remembered as such."""
    made = []

    async def play() -> str:
        kept = Descriptions()

        async def make() -> str:
            made.append(1)
            if len(made) == 1:
                raise QueryTimeout("too slow")
            return "made"

        with pytest.raises(QueryTimeout):
            await kept._once(FIRST, ("a",), make)
        return await kept._once(FIRST, ("a",), make)

    assert "made" == asyncio.run(play())


def test_only_the_last_versions_are_kept() -> None:
    """A reader who walks through many versions does not fill the memory."""

    async def play() -> int:
        kept = Descriptions()

        async def make() -> str:
            return "made"

        for version in range(1, 30):
            await kept._once(Moment(version, TIME, "tag"), ("a",), make)
        return len(kept._versions)

    assert 8 == asyncio.run(play())
