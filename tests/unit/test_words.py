"""The words of the pages."""

import re
import tomllib

import pytest
from pyoxigraph import NamedNode

from ontology.iris import Iris
from ontology.namespaces import term
from server import vocabulary, words
from server.settings import CHECKOUT

_WRITTEN = r"""say\(["']([A-Za-z0-9-]+)["']"""
_MADE = {
    "language": words.LANGUAGES,
    "kind": ("string", "integer", "decimal", "boolean", "date", "IRI"),
    "page": ("first", "prev", "next"),
}


def test_every_word_is_there_in_three_languages() -> None:
    """Every word of the pages, and every name of other people's properties, is there in Finnish, Swedish and English."""
    read = tomllib.loads((CHECKOUT / "server" / "templates" / "words.toml").read_text(encoding="utf-8"))
    entries = {**read, **read["terms"]}
    del entries["terms"]

    assert [] == [key for key, said in entries.items() if {"fi", "sv", "en"} != said.keys() or not all(said.values())]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_pages_of_the_vocabulary_have_names_for_everything(language: str) -> None:
    """Whatever the pages of vocabulary, concepts and shapes say of a term, they say by its name in the reader's language."""
    kind, known = term("rdf:type"), words.read(Iris())
    whole = vocabulary.whole(Iris())
    triples = [triple for document in whole.values() for triple in document]
    triples += [triple for name in vocabulary.names(whole[vocabulary.SHAPES]) for triple in vocabulary.shape(name)]
    shown = {triple.predicate for triple in triples} | {triple.object for triple in triples if triple.predicate == kind}
    hidden = {term(curie) for curie in ("rdf:first", "rdf:rest", "rdfs:label", "skos:prefLabel")}
    named = {node.value: known.label(node.value, language) for node in shown - hidden if isinstance(node, NamedNode)}

    assert [] == sorted(name for iri, name in named.items() if ":" in name)


def test_words_are_those_that_pages_say() -> None:
    """The pages say no word that is missing, and no word waits in vain to be said."""
    folder = CHECKOUT / "server"
    texts = [path.read_text(encoding="utf-8") for path in [*folder.rglob("*.py"), *folder.rglob("*.html")]]
    said = {key for text in texts for key in re.findall(_WRITTEN, text)}
    said |= {f"{stem}-{ending}" for stem, endings in _MADE.items() for ending in endings}
    said |= {
        key for key in words.read(Iris()).interface if re.fullmatch(r"(problem|advice)-([1-5][0-9]{2}|query)", key)
    }

    assert words.read(Iris()).interface.keys() == said - {f"{stem}-" for stem in _MADE}


def test_every_problem_has_advice() -> None:
    """A problem that has a title of its own says also what the reader can do, and the two general ones are there."""
    known = words.read(Iris()).interface
    titles = {key.partition("-")[2] for key in known if key.startswith("problem-")}

    assert titles == {key.partition("-")[2] for key in known if key.startswith("advice-")}
    assert {"400", "500"} <= titles
