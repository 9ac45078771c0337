"""
What the command line says when all is well, and its help: all of it is there in Finnish, Swedish and English.
"""

import ast
import re
import string
import tomllib
from collections.abc import Iterator

import pytest
import typer

from docs.generate import commands_of
from server import cli, console, settings
from server.manual import localised
from server.progress import STEPS
from server.settings import CHECKOUT

TEXTS = tomllib.loads((CHECKOUT / "server" / "console.toml").read_text(encoding="utf-8"))
SECTIONS = {name: table for name, table in TEXTS.items() if name != "help"} | {
    f"help {command}": table for command, table in TEXTS["help"].items()
}
SPEAKING = [
    CHECKOUT / "server" / f"{name}.py"
    for name in ("cli", "options", "manual", "version_commands", "token_commands", "outcomes", "progress", "serving")
]
LANGUAGES = {"fi", "sv", "en"}


def facts(text: str) -> list[str]:
    """The names in the braces of a text."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """The calls in the modules that speak on the command line, with the name of what is called."""
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


def said(function: str) -> dict[str, set[str]]:
    """The keys that the code gives to *function* of `server.console`, with the names of their facts."""
    return {
        str(ast.literal_eval(node.args[0])): {each.arg for each in node.keywords if each.arg}
        for name, node in calls()
        if name.removeprefix("console.") == function
    }


def test_everything_is_said_in_three_languages() -> None:
    """Every line, count, step and help text has its words in Finnish, Swedish and English, with the same facts."""
    lacking = [
        (section, key) for section, table in SECTIONS.items() for key, text in table.items() if text.keys() != LANGUAGES
    ]
    differing = [
        (section, key)
        for section, table in SECTIONS.items()
        for key, text in table.items()
        if len({tuple(facts(each)) for each in text.values()}) > 1 or not all(text.values())
    ]

    assert [] == lacking
    assert [] == differing


def test_lines_are_those_that_the_code_says() -> None:
    """The commands say no line that is missing, with the facts that it holds, and no line waits in vain."""
    expected = {key: set(facts(text["en"])) for key, text in TEXTS["line"].items()}

    assert expected == said("line")
    assert {key for key in TEXTS["count"] if not key.endswith("-one")} == said("counted").keys()
    assert {f"{key}-one" for key in said("counted")} <= TEXTS["count"].keys()
    assert TEXTS["page"].keys() == said("word").keys()


def test_every_step_has_a_name() -> None:
    """Every step of publishing that is told or timed has a name in each language."""
    told = {
        node.args[0].value
        for path in sorted((CHECKOUT / "loaders").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"timed", "begin"}
        if isinstance(node.args[0], ast.Constant)
    }

    assert {"infer", "validate"} <= told <= set(STEPS)
    assert TEXTS["step"].keys() == {"step", *STEPS}


def words_of(node: ast.AST) -> Iterator[str]:
    """The words that an expression writes itself, rather than what it has `server.console` say."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from re.findall(r"[^\W\d_]{2,}", node.value)
    elif isinstance(node, ast.FormattedValue):
        yield from words_of(node.value)
    elif not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("console.")):
        for child in ast.iter_child_nodes(node):
            yield from words_of(child)


def test_nothing_is_said_past_the_file() -> None:
    """The command line writes no words of its own: what it prints are values, or lines of the file."""
    printing = {"print", "typer.echo", "console.data", "sys.stdout.write", "sys.stderr.write"}
    written = [
        words for name, node in calls() if name in printing for each in node.args if (words := [*words_of(each)])
    ]

    assert [] == written
    assert 10 < sum(name in printing for name, _ in calls())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_help_is_told_in_the_language(language: str) -> None:
    """Every command and every argument and option of it is explained in each language, and nothing else is."""
    group = localised(cli.app, language)
    known = TEXTS["help"]
    explained = set()
    for name, command in [("hankinta", group), ("token", group.commands["token"]), *commands_of(group)]:
        assert known[name]["about"][language] == command.help
        explained.add((name, "about"))
        for parameter in (*command.params, command.get_help_option(typer.Context(command))):
            key = parameter.name if parameter.param_type_name == "argument" else parameter.opts[0].removeprefix("--")
            section = name if key in known[name] else "every"
            assert known[section][key][language] == parameter.help
            explained.add((section, key))

    assert {(name, key) for name, table in known.items() for key in table} == explained


def test_docstrings_say_what_help_says() -> None:
    """What the code calls a command to do is what its English help says."""
    for name, command in commands_of(typer.main.get_command(cli.app)):
        assert TEXTS["help"][name]["about"]["en"] == command.help


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_command_takes_a_language(language: str) -> None:
    """Every command, and every group of them, has --lang, whose default is the language that was chosen before."""
    group = localised(cli.app, language)
    for _, command in [("", group), ("", group.commands["token"]), *commands_of(group)]:
        assert [language] == [each.default.value for each in command.params if each.name == "lang"]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    """Numbers are grouped and their decimals marked in the way of the language; one is counted as one."""
    assert "34,399 triples" == console.counted("triples", 34_399, "en")
    assert "34\u00a0399 kolmikkoa" == console.counted("triples", 34_399, "fi")
    assert "1 trippel" == console.counted("triples", 1, "sv")
    assert "    34,399 triples" == console.counted("triples", 34_399, "en", width=10)
    assert "luku 0,18 s" == console.line("step-took", "fi", step="luku", seconds=0.18)
    assert "read 0.18 s" == console.line("step-took", "en", step="read", seconds=0.18)


def test_what_somebody_wrote_stays() -> None:
    """A name in a line stands there as it was written, whatever it looks like."""
    assert "nyckeln ”{name} 1,000” är återkallad" == console.line("token-revoked", "sv", name="{name} 1,000")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "fi_FI.UTF-8"}, "fi"),
        ({"LANG": "sv_FI.UTF-8"}, "sv"),
        ({"LANG": "sv_SE"}, "sv"),
        ({"LANG": "fi"}, "fi"),
        ({"LANG": "fi.UTF-8"}, "fi"),
        ({"LANG": "sv_FI@euro"}, "sv"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fil_PH.UTF-8"}, "en"),
        ({"LANG": "fi_FI.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "fi_FI.UTF-8", "LC_ALL": ""}, "fi"),
        ({"LANG": "fi_FI.UTF-8", "LC_MESSAGES": "sv_SE.UTF-8"}, "sv"),
        ({"LC_MESSAGES": "fi_FI.UTF-8", "LC_ALL": "sv_FI.UTF-8"}, "sv"),
        ({"LC_CTYPE": "fi_FI.UTF-8"}, "en"),
    ],
)
def test_language_of_the_locale(variables: dict[str, str], expected: str) -> None:
    """The locale names the language, the first of LC_ALL, LC_MESSAGES and LANG that is set; others mean English."""
    assert expected == settings.locale_language(variables)


@pytest.mark.parametrize(
    ("english", "finnish", "swedish"),
    [
        (r"\bversions?\b", "versio", "version"),
        (r"\bgraphs?\b", "graaf", "graf"),
        (r"\btokens?\b", "tunnu", "nyck(el|lar)"),
        (r"\btriples?\b", "kolmik", "trip"),
        (r"\bcurrent\b", "nykyi", "aktuell"),
        (r"\btables?\b", "taulu", "tabell"),
        (r"\bstatements?\b", "väit", "påstående"),
        (r"\bendpoints?\b", "palvelu", "tjänst"),
        (r"\bsettings?\b", "asetu", "inställning"),
        (r"\bwarnings?\b", "varoitu", "varning"),
        ("nothing was published", "mitään ei julkaistu", "inget publicerades"),
    ],
)
def test_a_thing_has_one_name(english: str, finnish: str, swedish: str) -> None:
    """What errors call a version, a graph or a token, lines and help call the same, in each language."""
    sentences = tomllib.loads((CHECKOUT / "server" / "sentences.toml").read_text(encoding="utf-8"))
    named, refused = (
        [
            text
            for table in source.values()
            for text in table.values()
            if re.search(english, re.sub(r"\{\w+\}", "", text["en"]))
        ]
        for source in (SECTIONS, sentences)
    )
    strange = [
        text
        for text in named
        if not re.search(finnish, text["fi"].lower()) or not re.search(swedish, text["sv"].lower())
    ]

    assert [] == strange
    assert not refused or any(re.search(finnish, text["fi"]) and re.search(swedish, text["sv"]) for text in refused)
