"""The words of the pages."""

import re
import tomllib

from ontology.iris import Iris
from server import words
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
