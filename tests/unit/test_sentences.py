"""
Sentences: whatever is wrong with input is said in Finnish, Swedish and English, with the same facts in each.
"""

import ast
import string
import tomllib
from pathlib import Path

import pytest

from loaders import parsers, sentences
from loaders.errors import LISTED, ForeignThingError, InputError, Problem, Problems, UnknownGraphError
from loaders.points import ScheduleError
from loaders.schedules import parse
from loaders.sentences import Choice, Listed, Near, Quoted, Where, near, sentence
from ontology.iris import Iris

LOADERS = Path(sentences.__file__).parent
LANGUAGES = {"fi", "sv", "en"}
TEXTS = sentences.texts()
SECTIONS = tomllib.loads((LOADERS / "sentences.toml").read_text(encoding="utf-8"))


def facts(text):
    """The names in the braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def said():
    """Every call of `sentence` in the loaders whose key stands there: module, key, names of its facts."""
    for path in sorted(LOADERS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield path.name, first.value, {keyword.arg for keyword in node.keywords}


def test_every_sentence_has_three_languages():
    """Every sentence has its words in Finnish, Swedish and English, and only there."""
    assert [] == [key for key, texts in TEXTS.items() if texts.keys() != LANGUAGES]


def test_no_key_stands_twice():
    """A key names one sentence, whatever section it stands in."""
    assert sum(map(len, SECTIONS.values())) == len(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_same_facts_in_each_language(key):
    """The three languages of a sentence hold the same facts."""
    assert 1 == len({frozenset(facts(text)) for text in TEXTS[key].values()})


@pytest.mark.parametrize("key", SECTIONS["problem"])
def test_a_problem_says_what_to_do(key):
    """A problem says in each language what was met and then, after a semicolon, what to do."""
    halves = {language: text.partition("; ") for language, text in TEXTS[key].items()}

    assert all(met and do for met, _, do in halves.values())
    assert halves["en"][0].startswith("met ")


@pytest.mark.parametrize("key", TEXTS)
def test_no_language_borrows_a_sentence(key):
    """No language borrows the sentence of another: what reads the same everywhere is a frame of facts alone."""
    assert key == "problem" or len(set(TEXTS[key].values())) == 3


def test_facts_are_those_of_the_text():
    """Readers give a sentence exactly the facts that its text holds."""
    wrong = [(module, key) for module, key, given in said() if facts(TEXTS[key]["en"]) != given]

    assert [] == wrong


def test_every_sentence_is_used():
    """There is no sentence that nobody says."""
    strings = {
        node.value
        for path in LOADERS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set() == TEXTS.keys() - strings


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "a.xlsx, välilehti measures, rivi 1200, sarake order: ”x y” ei kelpaa; kirjoita kokonaisluku ykkösestä alkaen"),
        ("sv", "a.xlsx, blad measures, rad 1200, kolumn order: ”x y” godtas inte; skriv ett heltal från 1"),
        ("en", 'a.xlsx sheet measures row 1200, column order: met "x y"; write a whole number from 1 on'),
    ],
)  # fmt: skip
def test_problem_names_its_place(language, expected):
    """A problem names file, sheet, row and column and quotes what was met in the way of each language."""
    where = Where("a.xlsx", "measures", 1200, "order")

    assert expected == Problem(where, sentence("integer", value=Quoted("x \n y"))).say(language)


def test_facts_are_written_in_the_way_of_the_language():
    """Numbers are grouped and lists joined in the way of each language."""
    large = sentence("file-large", bytes=60_000_000, limit=50_000_000)

    assert "60,000,000 bytes" in large.say("en")
    assert "60\u00a0000\u00a0000 tavua" in large.say("fi")
    assert ("a", "jokin näistä: a, b") == (Choice(("a",)).say("fi"), Choice(("a", "b")).say("fi"))
    assert "a och b" == Listed(("a", "b"), "and").say("sv")
    assert (" (menade du a eller b?)", "") == (Near(("a", "b")).say("sv"), Near(()).say("sv"))


def test_near_names_are_suggested():
    """Names near to what was met are suggested, in their own case; nothing is suggested when none is near."""
    assert ("measures", "Measure") == (
        near("mesures", ["measures", "pages"]).names[0],
        near("measur", ["Measure"]).names[0],
    )
    assert not near("x" * 10_000, ["measures"])  # fmt: skip


def test_all_problems_are_listed_under_a_heading():
    """All problems are listed under a heading, in the language of the reader; as a string they are English."""
    error = InputError([Problem(Where("a.csv", line=3), sentence("control", code="U+0000"))])

    assert "ingenting lästes, eftersom:\n  a.csv, textrad 3: styrtecknet U+0000; ta bort det" == error.say("sv")
    assert "a.csv line 3: met the control character U+0000; delete it" == str(error)


def test_problems_are_bounded():
    """A file of nothing but mistakes is given up after a bounded number of them, and says so."""
    problems = Problems()
    said = sentence("cell-error", value="x")
    with pytest.raises(InputError) as error:
        all(problems.add(Where("a.csv", row=row), said) is None for row in range(10_000))

    assert LISTED + 1 == len(error.value.problems)
    assert "more than 1,000 problems; repair these first" in str(error.value.problems[-1])


def test_same_problem_once():
    """The same problem of the same place is listed once."""
    problems = Problems()
    for _ in range(3):
        problems.add(Where("a.csv", row=1), sentence("cell-error", value=Quoted("x")))

    assert 1 == len(problems)


def test_refusals_are_said_in_three_languages():
    """What cannot be published is said in three languages, with IRIs whole however long they are."""
    iris = Iris()
    thing, graph = iris.entity("measure/" + "x" * 120), iris.graph("entry/a")
    error = ForeignThingError(thing, graph, iris.graph("src/d000"))

    assert all(thing.value in error.say(language) for language in LANGUAGES)
    assert "korjaa se siellä" in error.say("fi")
    assert "den namnlösa standardgrafen" in ForeignThingError(thing, graph, None).say("sv")
    assert "det finns ingen graf" in UnknownGraphError(graph).say("sv")


def test_schedules_are_explained_in_three_languages():
    """Words that are no schedule are explained in the language of the reader, with the same examples of what is one."""
    with pytest.raises(ScheduleError) as error:
        parse("B\u00f6rjan av 2023", "fi")
    with pytest.raises(ScheduleError) as vague:
        parse("joskus", "fi")

    assert "”x” ei kelpaa (sanat ovat ruotsia); merkitse kieli: Början av 2023@sv" == error.value.about("x").say("fi")
    assert {True} == {"hösten 2021" in vague.value.about("joskus").say(language) for language in LANGUAGES}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("The prefix x: has not been declared", "etuliitettä x: ei ole esitelty"),
        ("Expecting ',' delimiter", "välimerkki ',' puuttuu"),
        ("something quite new", "virheellistä syntaksia, jäsentimen sanoin: ”something quite new”"),
    ],
)
def test_words_of_a_parser_are_translated_or_quoted(message, expected):
    """What a parser says is translated when it is known, and quoted as the parser's own words when it is not."""
    assert expected == parsers.explained(message).say("fi")
