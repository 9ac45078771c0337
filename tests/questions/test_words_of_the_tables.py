"""
The words in ``data/``: what is marked as printed is what is printed, and our own words call one thing by one name.
"""

import csv
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
DOCUMENTS = ("d000", "d003", "d004")
BREAK = r"(?:[-\u00ad]?[ \f]*\n\s*)?"
"""Where a line may be broken within a word: with a hyphen, which is ours to take out, or without one."""
LETTERS = {" ": r"\s++", "-": r"-(?![ \f]*\n)"}
"""One space stands for all white space between two words; no title of these documents has its hyphen at a line's end."""
QUOTED = 8
"""So many words of a document in a row may be quoted."""
OURS = ("description_", "definition_", "rationale_", "status_rationale_", "condition_")
AVOIDED = {
    "_en": {
        r"contracting units?": "contracting entities: hankintayksikkö, upphandlingsenhet",
        r"central(?:ised)? (?:purchasing|procurement) units?": "central purchasing bodies: keskitetty hankintayksikkö",
        r"knowledge management": "knowledge-based management: tiedolla johtaminen",
    },
    "_sv": {
        r"kompetenscentrumets?": "kompetenscentret: the documents' own form",
        r"räknare": "kalkylatorer: laskurit",
    },
}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _text(document: str) -> str:
    folder = os.environ.get("HANKINTA_SOURCES")
    if not folder:
        pytest.skip("HANKINTA_SOURCES does not say where the texts of the documents are")
    source = tomllib.loads((DATA / document / "source.toml").read_text(encoding="utf-8"))
    return (Path(folder) / source["file"]).read_text(encoding="utf-8")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"[-\u00ad]\s*\n\s*", "", text).casefold())


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of as many words as may be quoted and one more."""
    words = _words(text)
    return {tuple(words[start : start + QUOTED + 1]) for start in range(len(words) - QUOTED)}


def printed(words: str, text: str) -> bool:
    """Whether *words*, as whole words, stand in *text* letter by letter, but for the breaks of lines."""
    letters = [LETTERS.get(letter, re.escape(letter)) for letter in words]
    return re.search(rf"(?<!\w){BREAK.join(letters)}(?!\w|-\s*\n)", text) is not None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("praxis för strategisk ledning", True),
        ("praxis för strate", False),
        ("praxis för strategi", False),
        ("praxis för strate-gisk ledning", False),
        ("Praxis för strategisk ledning", False),
        ("praxis för strategisk  ledning", False),
        ("praxis för strategisk", True),
        ("ICT-upphandlingar", True),
        ("ICT upphandlingar", False),
        ("edning i", False),
    ],
)
def test_breaks_of_lines_alone_are_repaired(words: str, expected: bool) -> None:
    """Hyphens at the ends of lines go; every other letter, capital, hyphen and space counts."""
    assert expected == printed(words, "god praxis för strate-\ngisk \nledning i ICT-upphand- \nlingar")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_titles_are_those_of_the_document(document: str) -> None:
    """Every title marked as printed stands in its document, letter by letter."""
    text = _text(document)
    own = "fi" if document == "d004" else "sv"
    titles = [
        (row["id"], row[f"title_{language}"])
        for row in _rows(DATA / document / "measures.csv")
        for language in (row["printed"] or own).split()
        if language != "none"
    ]

    assert len(titles) >= 10
    assert [] == [each for each in titles if not printed(each[1], text)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_descriptions_are_our_own_words(document: str) -> None:
    """No description, reason or condition repeats more than eight words of a document in a row."""
    runs = _runs(_text(document))

    assert [] == [
        (str(path.relative_to(DATA)), column, words)
        for path in DATA.glob("*/*.csv")
        for row in _rows(path)
        for column, words in row.items()
        if column.startswith(OURS) and _runs(words) & runs
    ]


@pytest.mark.parametrize("suffix", AVOIDED)
def test_one_thing_has_one_name(suffix: str) -> None:
    """Translations and descriptions of all tables use one term for one thing, as people in procurement know it."""
    found = {
        (str(path.relative_to(DATA)), wrong): right
        for path in DATA.glob("*/*.csv")
        for row in _rows(path)
        for column, words in row.items()
        if column.endswith(suffix)
        for wrong, right in AVOIDED[suffix].items()
        if re.search(rf"\b{wrong}\b", words, re.IGNORECASE)
    }

    assert {} == found
