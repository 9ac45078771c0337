"""Messages are instructions in three languages, one sentence each, for the person who can repair the entry."""

import re

import pyshacl
import pytest
import rdflib

from ontology.iris import shape
from shapes.library import Shape, library, profiles
from shapes.messages import messages
from shapes.report import LANGUAGES

SPEAKING = sorted((each for each in library().shapes.values() if each.messages), key=lambda each: each.iri.value)
JARGON = re.compile(r"\b(IRI|URI|URL|cardinality|literal|datatype|node|SHACL|RDF|triple|predicate)\b", re.IGNORECASE)
BLAME = re.compile(r"!|\b(wrong|invalid|illegal|virheellinen|väärä|felaktig|ogiltig)\b", re.IGNORECASE)

each_shape = pytest.mark.parametrize("each", SPEAKING, ids=lambda each: each.iri.value.rpartition("/")[2])


@each_shape
def test_a_shape_has_one_message_and_one_name_in_each_language(each: Shape) -> None:
    """Nobody meets a rule that is silent, or double-tongued, in their language."""
    graph = library().graph(each.file)
    counted = {
        predicate: sorted(
            quad.object.language
            for quad in graph.quads_for_subject(each.iri)
            if quad.predicate.value.endswith(predicate)
        )
        for predicate in ("shacl#message", "shacl#name")
    }

    assert {"shacl#message": sorted(LANGUAGES), "shacl#name": sorted(LANGUAGES)} == counted


@each_shape
def test_a_message_is_one_short_sentence(each: Shape) -> None:
    """A message begins with a capital, ends with one full stop, is under 140 characters and has nothing to fill in."""
    for text in each.messages.values():
        assert re.fullmatch(r"[A-ZÅÄÖ][^{}]*\.", text), text
        assert len(text) < 140, text
        assert not re.search(r"[.?] [A-ZÅÄÖ]", text), text


@each_shape
def test_a_message_has_no_jargon_and_no_blame(each: Shape) -> None:
    """A civil servant understands the words, and is not told off."""
    for text in each.messages.values():
        assert not JARGON.search(text), text
        assert not BLAME.search(text), text


@each_shape
def test_the_same_facts_stand_in_each_language(each: Shape) -> None:
    """The numbers and codes of a message are the same in Finnish, Swedish and English."""
    codes = {tuple(sorted(re.findall(r"\d+(?:[/.~-]+\d+)*", text))) for text in each.messages.values()}

    assert 1 == len(codes)


@each_shape
def test_a_shape_names_its_rule(each: Shape) -> None:
    """A finding can be looked up in the catalogue of rules."""
    assert each.rules
    assert all(re.fullmatch(r"S-\d\d|2\.2", rule) for rule in each.rules)


@each_shape
def test_severity_stands_on_the_shape(each: Shape) -> None:
    """Severity is given where pySHACL reads it, and never on the SPARQL constraint, where it is ignored."""
    subjects = [quad.subject for quad in library().graph(each.file) if quad.predicate.value.endswith("shacl#severity")]

    assert each.iri in subjects
    assert all(subject in library().shapes for subject in subjects)


def test_sparql_rules_ask_nobody_else() -> None:
    """No rule reaches for other endpoints, and none uses what SHACL forbids in rules."""
    for each in SPEAKING:
        if each.query:
            words = set(re.findall(r"\b[A-Z]{4,}\b", re.sub(r'"[^"]*"|<[^>]*>', "", each.query)))
            assert not words & {"SERVICE", "MINUS", "VALUES", "LOAD", "FROM"}, each.iri


def test_shapes_do_not_depend_on_the_base_of_instances() -> None:
    """The same shapes judge data under any base: no shape names an instance."""
    base = "https://w3id.org/hankintaverkko/"
    for name in library().files:
        for quad in library().graph(name):
            assert not str(quad).__contains__(base + "id/"), quad
            assert not str(quad).__contains__(base + "graph/"), quad


def test_every_shape_file_is_in_a_profile() -> None:
    """No file of shapes lies unused, and no profile names one that is gone."""
    named = {
        name for each in profiles().values() for name in (*each.asserted, *each.combined, *each.whole, *each.vocabulary)
    }

    assert set(library().files) - {"prefixes.ttl"} == named


def test_the_dataset_is_judged_by_all_that_judges_an_entry() -> None:
    """What an entry must meet, the whole dataset must meet."""
    entry, dataset = profiles()["entry"], profiles()["dataset"]

    assert set(entry.asserted) <= set(dataset.asserted)
    assert set(entry.combined) <= set(dataset.combined)
    assert set(entry.whole) <= set(dataset.whole)


def test_messages_of_a_shape_we_do_not_know_are_those_of_the_result() -> None:
    """The results of somebody else's shapes keep the messages that they came with."""
    from pyoxigraph import Dataset, Literal

    given = [Literal("Ange titel.", language="sv"), Literal("Give a title.")]

    assert {"sv": "Ange titel.", "": "Give a title."} == messages(Dataset(), shape("Unknown"), given)


def test_pyshacl_drops_the_languages_of_sparql_messages() -> None:
    """pySHACL still loses the languages of SPARQL messages; when this fails, `shapes.messages` can be simpler."""
    shapes = rdflib.Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <http://example.org/S> a sh:NodeShape ; sh:targetNode <http://example.org/x> ; sh:message "Hei."@fi ;
            sh:sparql [ a sh:SPARQLConstraint ; sh:select "SELECT $this WHERE { }" ] .
        """,
        format="turtle",
    )
    _, results, _ = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes)
    languages = {text.language for text in results.objects(None, rdflib.SH.resultMessage)}

    assert {None} == languages
