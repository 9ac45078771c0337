"""
Commands that were not used as they are meant, or that meet what is foreseen: one line in the reader's language, exit code 2.
"""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, runner
from tests.http.test_named_endpoints import THING, endpoint

__all__ = ["endpoint"]  # a fixture


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """The command where nothing has been built."""
    return runner(tmp_path / "var", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "finnish", "swedish"),
    [
        (["frobnicate"], "komentoa ”frobnicate” ei ole", "det finns inget kommando ”frobnicate”"),
        (["query"], "argumentti ”file” puuttuu", "argumentet ”file” saknas"),
        (["query", "x", "--nope"], "valintaa --nope ei ole", "det finns inget alternativ --nope"),
        (["query", "x", "--formt", "csv"], "(tarkoititko: --format?)", "(menade du --format?)"),
        (["rollback", "x"], "kohdan ”number” arvo ei kelpaa: kirjoita kokonaisluku", "”number” godtas inte: skriv ett heltal"),
        (["rollback", "0"], "pienin sallittu arvo on 1", "det lägsta tillåtna värdet är 1"),
        (["serve", "--port", "99999"], "suurin sallittu arvo on 65535", "det högsta tillåtna värdet är 65535"),
        (["validate", "x", "--format", "pdf"], "”pdf” ei ole mikään näistä", "”pdf” är inget av"),
        (["template"], "argumentti ”table” puuttuu", "argumentet ”table” saknas"),
        (["diff", "1", "2", "3"], "ylimääräisiä argumentteja (3)", "överflödiga argument (3)"),
        (["publish"], "”files” puuttuu", "”files” saknas"),
    ],
)  # fmt: skip
def test_misuse_is_told_in_the_language(alone: Run, arguments: list[str], finnish: str, swedish: str) -> None:
    """A command line that cannot be read is told on one line, with where to read how it is used, in each language."""
    for language, words, more in (("fi", finnish, "(ohje: ”hankinta"), ("sv", swedish, "(hjälp: ”hankinta")):
        answer = alone(*arguments, "--lang", language)

        assert (2, "") == (answer.returncode, answer.stdout)
        assert words in answer.stderr
        assert more in answer.stderr
        assert 1 == answer.stderr.count("\n")
        assert answer.stderr.startswith("hankinta: ")


@pytest.mark.long
def test_misuse_is_told_in_english_else(alone: Run) -> None:
    """Without a language, or with one that is none, the command line is judged in English."""
    for arguments in (["query"], ["query", "--lang", "de"], ["build", "--lang"], ["build", "--lang=xx"]):
        answer = alone(*arguments)

        assert 2 == answer.returncode
        assert '--help" tells how)' in answer.stderr


@pytest.mark.parametrize("arguments", [[], ["token"]])
def test_group_alone_shows_its_help(alone: Run, arguments: list[str]) -> None:
    """A group of commands that is named alone shows what there is."""
    answer = alone(*arguments)

    assert 2 == answer.returncode
    assert "Usage: " in answer.stdout + answer.stderr
    assert "tells how" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "finnish"),
    [
        (["query", "-"], {}, "ei ole julkaistu yhtään versiota; suorita ”hankinta build”"),
        (["query", "absent.rq"], {}, "tiedostoa ”absent.rq” ei löydy"),
        (["rollback", "7"], {}, "versiota 7 ei ole; ”hankinta versions” luettelee säilytetyt"),
        (["diff", "1", "2"], {}, "versiota 1 ei ole"),
        (["build"], {"HANKINTA_DEADLINE": "soon"}, "asetuksen HANKINTA_DEADLINE arvo on ”soon”; kirjoita luku"),
        (["serve"], {"HANKINTA_KEEP": "-1"}, "asetuksen HANKINTA_KEEP arvo on -1; kirjoita luku, joka on suurempi kuin 0"),
        (["query", "-", "--endpoint", "http://127.0.0.1:9/"], {}, "http://127.0.0.1:9/ ei vastannut: "),
        (["withdraw", "entry/Ä"], {}, "graafin nimi ”entry/Ä” ei kelpaa; kirjoita pieniä kirjaimia, numeroita"),
    ],
)  # fmt: skip
def test_foreseen_error_is_told_in_the_language(
    alone: Run, arguments: list[str], settings: dict[str, str], finnish: str
) -> None:
    """What the command meets is told in the language asked for, in one message with what to do."""
    answer = alone(*arguments, "--lang", "fi", text="ASK {}", **settings)

    assert 2 == answer.returncode
    assert finnish in answer.stderr
    assert "Traceback" not in answer.stderr


def test_mistake_in_a_query_is_told_in_swedish(hankinta: Run) -> None:
    """A mistake in a query is told with its place in the language asked for."""
    answer = hankinta("query", "-", "--lang", "sv", text="SELECT * {\n  ?s skos:prefLabel ?o }")

    assert 2 == answer.returncode
    assert "rad 2, kolumn 6: prefixet ”skos:” är inte deklarerat; lägg till PREFIX skos:" in answer.stderr


@pytest.mark.long
def test_query_asks_the_endpoints_that_are_open(hankinta: Run, endpoint: str) -> None:
    """A query from the command line asks the endpoints that the setting opens, and no others."""
    query = f"SELECT ?note {{ <{THING}> a ?kind SERVICE <{endpoint}/sparql> {{ ?m <urn:note> ?note }} }} LIMIT 1"
    opened = {"HANKINTA_FEDERATION": f"{endpoint}/sparql", "HANKINTA_FEDERATION_PRIVATE": "127.0.0.1"}
    joined = hankinta("query", "-", "--format", "csv", text=query, **opened)
    closed = hankinta("query", "-", "--lang", "fi", text=query)
    other = hankinta("query", "-", text=query.replace("/sparql>", "/other>"), **opened)
    private = hankinta("query", "-", text=query, HANKINTA_FEDERATION=f"{endpoint}/sparql")

    assert (0, "note\nfrom elsewhere\n") == (joined.returncode, joined.stdout)
    assert 2 == closed.returncode == other.returncode == private.returncode
    assert "SERVICE ei ole täällä käytössä" in closed.stderr
    assert "is not among the endpoints that are asked from here" in other.stderr
    assert "not on the open internet" in private.stderr


def test_failing_endpoint_is_told(hankinta: Run, endpoint: str) -> None:
    """An endpoint that fails ends the command with its name and its answer."""
    query = f"SELECT * {{ SERVICE <{endpoint}/broken> {{ ?m <urn:note> ?note }} }}"
    opened = {"HANKINTA_FEDERATION": f"{endpoint}/broken", "HANKINTA_FEDERATION_PRIVATE": "127.0.0.1"}
    answer = hankinta("query", "-", "--lang", "sv", text=query, **opened)

    assert 2 == answer.returncode
    assert f"<{endpoint}/broken> svarade 500" in answer.stderr
