"""
The command line speaks Finnish, Swedish and English: what it has done, what it lists, and how it is used.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from server.settings import CHECKOUT
from tests.cli.conftest import COMMAND, Run, environment, runner

pytestmark = (
    pytest.mark.long
)  # each starts a process for each command and language; tests/unit/test_console.py has the texts
EXAMPLE = CHECKOUT / "docs" / "how-to" / "example"


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """The command where nothing has been built."""
    return runner(tmp_path / "var", tmp_path)


@pytest.mark.parametrize(
    ("language", "published", "unchanged", "listed", "pinned", "unpinned", "back"),
    [
        (
            "fi",
            "versio 1 on julkaistu: 0 kolmikkoa 0 graafissa (",
            "mikään ei ole muuttunut; nykyinen versio on 1\n",
            " 0 kolmikkoa  ",
            "versio 1 säilytetään\n",
            "versio 1 säilytetään vain niin kauan kuin se on uusimpien joukossa\n",
            "mikään ei ole muuttunut; nykyinen versio on 1\n",
        ),
        (
            "sv",
            "version 1 är publicerad: 0 tripplar i 0 grafer (",
            "inget har ändrats; den aktuella versionen är 1\n",
            " 0 tripplar  ",
            "version 1 behålls\n",
            "version 1 behålls bara så länge den är bland de senaste\n",
            "inget har ändrats; den aktuella versionen är 1\n",
        ),
        (
            "en",
            "version 1 is published: 0 triples in 0 graphs (",
            "nothing has changed; version 1 is current\n",
            " 0 triples  ",
            "version 1 is kept\n",
            "version 1 is kept only while it is one of the newest\n",
            "nothing has changed; version 1 is current\n",
        ),
    ],
)  # fmt: skip
def test_what_was_done_is_told(
    alone: Run, language: str, published: str, unchanged: str, listed: str, pinned: str, unpinned: str, back: str
) -> None:
    """What a command has done is told in the language asked for, and exit codes are the same in all of them."""
    answers = [
        alone(*arguments, "--lang", language)
        for arguments in (
            ["build", "--data", "none"],
            ["build", "--data", "none"],
            ["versions"],
            ["pin", "1"],
            ["unpin", "1"],
            ["rollback", "1"],
        )
    ]
    expected = [published, unchanged, listed, pinned, unpinned, back]

    assert [0] * 6 == [answer.returncode for answer in answers]
    assert [] == [words for words, answer in zip(expected, answers, strict=True) if words not in answer.stdout]


@pytest.mark.parametrize(
    ("language", "created", "revoked", "none"),
    [
        ("fi", "tunnus ”ci” on seuraavalla rivillä; ota se talteen", "tunnus ”ci” on peruttu\n", "yhtään tunnusta ei ole"),
        ("sv", "nyckeln ”ci” står på nästa rad; spara den", "nyckeln ”ci” är återkallad\n", "det finns ingen nyckel"),
        ("en", 'the token "ci" is the next line; keep it', 'the token "ci" is revoked\n', "there is no token, so"),
    ],
)  # fmt: skip
def test_tokens_are_told(alone: Run, language: str, created: str, revoked: str, none: str) -> None:
    """Of tokens it is told in the language asked for; the token itself is alone on standard output."""
    made = alone("token", "create", "--name", "ci", "--lang", language)
    listed = alone("token", "list", "--lang", language)
    gone = alone("token", "revoke", "--name", "ci", "--lang", language)
    left = alone("token", "list", "--lang", language)

    assert made.stderr.startswith(created)
    assert re.fullmatch(r"[\w-]{20,}\n", made.stdout)
    assert listed.stdout.endswith("  ci\n")
    assert revoked == gone.stdout
    assert ("", True) == (left.stdout, left.stderr.startswith(none))


@pytest.mark.parametrize(
    ("language", "kept", "broken"),
    [("fi", "versiota 7 ei ole", "tunnusta ”x” ei ole"), ("sv", "det finns ingen version 7", "det finns ingen nyckel ”x”")],
)  # fmt: skip
def test_every_command_is_refused_in_the_language(alone: Run, language: str, kept: str, broken: str) -> None:
    """Commands that speak of versions and tokens tell in the language asked for what cannot be done."""
    alone("build", "--data", "none")
    pinned = alone("pin", "7", "--lang", language)
    revoked = alone("token", "revoke", "--name", "x", "--lang", language)

    assert (2, 2) == (pinned.returncode, revoked.returncode)
    assert kept in pinned.stderr
    assert broken in revoked.stderr


def test_service_greets_in_swedish(alone: Run, tmp_path: Path) -> None:
    """Where the service is, and how it is stopped, is told in the language asked for."""
    alone("build", "--data", "none")
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--lang", "sv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path / "var"),
    )
    with process:
        try:
            greeting = process.stdout.readline() if process.stdout else ""
        finally:
            process.terminate()

    assert re.fullmatch(r"Hankintaverkko finns på http://127\.0\.0\.1:\d+/  \(avsluta med Ctrl-C\)\n", greeting)


def test_publishing_is_told_in_finnish(hankinta: Run) -> None:
    """Steps with their seconds and counts are written in the way of the language, and so is that nothing was published."""
    published = hankinta("publish", EXAMPLE / "esimerkkila.ttl", "--why", "kokeilu", "--lang", "fi")
    refused = hankinta(
        "publish", EXAMPLE / "actors-esimerkkila.csv", EXAMPLE / "measures-esimerkkila.csv", "--lang", "fi"
    )
    line = (
        r"versio 2 on julkaistu: \d\d\u00a0\d{3} kolmikkoa \d\d graafissa \(muutos \d+,\d\d s, päättely .*\)(; .*)?\n"
    )

    assert re.fullmatch(line, published.stdout), published.stdout
    assert (1, "") == (refused.returncode, refused.stdout)
    assert refused.stderr.endswith("mitään ei julkaistu\n")


def test_what_goes_along_is_told_in_swedish(hankinta: Run, tmp_path: Path) -> None:
    """What disappears because a graph is replaced is named, with the way back; a template names the file that it wrote."""
    text = (EXAMPLE / "esimerkkila.ttl").read_text(encoding="utf-8")
    (tmp_path / "esimerkkila.ttl").write_text(text, encoding="utf-8")
    assert 0 == hankinta("publish", "esimerkkila.ttl").returncode
    (tmp_path / "esimerkkila.ttl").write_text(text.replace("d900", "d901"), encoding="utf-8")
    published = hankinta("publish", "esimerkkila.ttl", "--lang", "sv")
    template = hankinta("template", "measures", "--format", "csv", "--lang", "sv")

    assert 0 == published.returncode, published.stderr
    assert "togs bort med den tidigare grafen, som hade samma namn: " in published.stderr
    assert "d900; ”hankinta rollback” återställer det\n" in published.stderr
    assert "filen measures.csv är skriven\n" == template.stdout


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ({"LC_ALL": "", "LANG": "fi_FI.UTF-8"}, "yhtään tunnusta ei ole"),
        ({"LC_ALL": "sv_FI.UTF-8"}, "det finns ingen nyckel"),
        ({"LC_ALL": "", "LC_MESSAGES": "sv_SE.UTF-8", "LANG": "fi_FI.UTF-8"}, "det finns ingen nyckel"),
        ({"LC_ALL": "de_DE.UTF-8"}, "there is no token"),
        ({"LC_ALL": "C", "LANG": "fi_FI.UTF-8"}, "there is no token"),
    ],
)
def test_locale_chooses_the_language(alone: Run, locale: dict[str, str], expected: str) -> None:
    """Without --lang the locale chooses the language when it is Finnish or Swedish; with it, it does not matter."""
    assert alone("token", "list", **locale).stderr.startswith(expected)
    assert alone("token", "list", "--lang", "en", **locale).stderr.startswith("there is no token")


def test_locale_chooses_the_language_of_errors(alone: Run) -> None:
    """What cannot be done, and how a command is not used, is told in the language of the locale as well."""
    finnish = {"LC_ALL": "fi_FI.UTF-8"}

    assert "ei ole julkaistu yhtään versiota" in alone("query", "-", text="ASK {}", **finnish).stderr
    assert "komentoa ”frobnicate” ei ole" in alone("frobnicate", **finnish).stderr
    assert "No such command" in alone("--lang", "en", "frobnicate", **finnish).stderr
    assert "ingen inställning" in alone("versions", HANKINTA_NONSENSE="1", LC_ALL="sv_SE.UTF-8").stderr


@pytest.mark.parametrize("before", [[], ["--lang", "sv"]])
def test_language_stands_before_or_after_the_command(alone: Run, before: list[str]) -> None:
    """--lang is understood before the command and after it; the last one counts."""
    answer = alone(*before, "token", "--lang=sv", "list", "--lang", "fi")

    assert "" == answer.stdout
    assert answer.stderr.startswith("yhtään tunnusta ei ole")
    assert alone("--lang", "sv", "token", "list").stderr.startswith("det finns ingen nyckel")
    assert alone("token", "--lang", "sv", "list").stderr.startswith("det finns ingen nyckel")
    assert "valintaa --nope ei ole" in alone("--lang", "sv", "token", "list", "--nope", "--lang", "fi").stderr


@pytest.mark.parametrize(
    ("language", "usage", "headings", "about", "option"),
    [
        ("fi", "Käyttö: hankinta ", ("Valinnat", "Komennot", "Argumentit"), "Luettelee säilytetyt versiot", "Raportin muoto."),
        ("sv", "Användning: hankinta ", ("Alternativ", "Kommandon", "Argument"), "Räknar upp de versioner", "Rapportens form."),
        ("en", "Usage: hankinta ", ("Options", "Commands", "Arguments"), "List the versions that", "Form of the report."),
    ],
)  # fmt: skip
def test_help_is_told(
    alone: Run, language: str, usage: str, headings: tuple[str, str, str], about: str, option: str
) -> None:
    """The help of the command, of groups and of each command is told in the language asked for, or in that of the locale."""
    whole = alone("--lang", language, "--help")
    bare = alone(LC_ALL=f"{language}_FI.UTF-8")
    one = alone("validate", "--help", "--lang", language)
    group = alone("token", "--help", "--lang", language)
    locale = alone("validate", "--help", LC_ALL=f"{language}_FI.UTF-8")

    assert [0, 2, 0, 0, 0] == [answer.returncode for answer in (whole, bare, one, group, locale)]
    assert usage in whole.stdout
    assert about in whole.stdout
    assert about in bare.stdout + bare.stderr
    assert f"{usage}token [" in group.stdout
    assert all(heading in whole.stdout for heading in headings[:2])
    assert headings[2] in one.stdout
    assert option in one.stdout
    assert one.stdout == locale.stdout


def test_help_in_finnish_has_no_english(alone: Run) -> None:
    """Nothing of the help in Finnish is left in English, apart from names and values."""
    pages = [
        alone(*command, "--help", "--lang", "fi").stdout for command in ([], ["query"], ["token"], ["token", "create"])
    ]
    english = re.compile(r"\b(usage|options|commands|arguments|default|required|show|message|exit)\b", re.IGNORECASE)

    assert [] == [english.findall(page) for page in pages if english.search(page)]


def test_what_programs_read_is_the_same(hankinta: Run, tmp_path: Path) -> None:
    """Reports in JSON, answers to queries and differences between versions do not depend on the language."""
    (tmp_path / "measures.csv").write_text("id,kind,title_fi,status\nmeasure/x,Measure,A,planed\n", encoding="utf-8")
    ask = "SELECT * { ?s <http://www.w3.org/2004/02/skos/core#notation> ?code } ORDER BY ?s LIMIT 3"
    reports, answers = set(), set()
    for language in ("fi", "sv", "en"):
        report = hankinta("validate", "measures.csv", "--format", "json", "--lang", language)
        reports.add((report.returncode, report.stdout))
        answer = hankinta("query", "-", "--format", "csv", "--lang", language, text=ask)
        answers.add((answer.returncode, answer.stdout))

    assert (1, 1) == (len(reports), len(answers))
    assert json.loads(reports.pop()[1])["problems"]


def test_locale_of_few_characters(alone: Run, tmp_path: Path) -> None:
    """Where the locale lacks a character another one stands in its place, and what programs read stays whole."""
    (tmp_path / "measures.csv").write_text("id,kind,title_fi,order\nmeasure/x,Measure,Ä,”yksi”\n", encoding="utf-8")
    few = {"PYTHONIOENCODING": "ascii"}
    alone("token", "create", "--name", "ci")
    revoked = alone("token", "revoke", "--name", "ci", "--lang", "sv", **few)
    helped = alone("--help", "--lang", "fi", **few)
    report = alone("validate", "measures.csv", "--format", "json", "--against", "none", **few)

    assert (0, "nyckeln ?ci? ?r ?terkallad\n") == (revoked.returncode, revoked.stdout)
    assert 0 == helped.returncode
    assert 2 == report.returncode
    assert "”yksi”" in json.loads(report.stdout)["problems"][0]["messages"]["fi"]
    assert "Traceback" not in revoked.stderr + helped.stderr + report.stderr
