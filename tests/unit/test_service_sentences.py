"""
What the service says to people: every sentence that the code raises is there in Finnish and Swedish, with the same facts.
"""

import ast
import builtins
import itertools
import string
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from loaders.errors import ReservedGraphError, UnknownGraphError
from ontology.iris import Iris
from server import sentences
from server.problems import kinds
from server.sentences import Said, said
from server.settings import CHECKOUT

TEXTS = sentences.texts()
READ = [
    *sorted((CHECKOUT / "sparql").rglob("*.py")),
    *sorted((CHECKOUT / "server").rglob("*.py")),
    CHECKOUT / "ontology" / "iris.py",
    CHECKOUT / "shapes" / "engine.py",
]
# A part of a message, and messages that no reader of a page or of the command line meets: mistakes in this code itself.
INTERNAL = {
    "as old as Fact7",
    "this draft was committed or abandoned already; open another one",
    "this snapshot is closed; open another one",
}
FACT = "Fact7"


def facts(text: str) -> list[str]:
    """The names in the braces of a text."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def texts(key: str, language: str) -> str:
    """The words of a sentence in a language."""
    return TEXTS[key][language]


def trees() -> dict[Path, ast.Module]:
    """The code, read."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in READ}


def exceptions(read: dict[Path, ast.Module]) -> set[str]:
    """The names of the classes of exceptions that the code defines."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in read.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    found: set[str] = set()
    while more := {name for name, above in bases.items() if above & (known | found)} - found:
        found |= more
    return found


def written(node: ast.expr, names: Mapping[str, list[str]]) -> list[str]:
    """
    The texts that an expression may write, a fact standing for each value in them that is not written in *names*, the
    texts of the module by name; none when it writes none.
    """
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.FormattedValue(value=value):
            return written(value, names) or [FACT]
        case ast.Name(id=name):
            return names.get(name, [])
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mult()):
            return ["", text]
        case ast.JoinedStr(values=values):
            return ["".join(parts) for parts in itertools.product(*(written(value, names) for value in values))]
        case ast.IfExp(body=body, orelse=other):
            return [*written(body, names), *written(other, names)]
        case _:
            return []


def assigned(tree: ast.Module) -> dict[str, list[str]]:
    """The texts of a module by the names that they are given."""
    names: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).extend(written(node.value, {}))
    return names


def messages() -> Iterator[str]:
    """Every message that the code gives to an exception of its own, to a frame of an error, or to a problem document."""
    read = trees()
    known = exceptions(read)
    for tree in read.values():
        names = assigned(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in known or name == "__init__":
                given = [argument for argument in node.args if not isinstance(argument, ast.Starred)][:1]
            elif name in {"error", "problem"}:
                given = node.args[1:2]
            elif name == "Reply":
                given = [keyword.value for keyword in node.keywords if keyword.arg == "message"]
            else:
                continue
            for argument in given:
                yield from written(argument, names)


def advice() -> Iterator[str]:
    """What `sparql.mistakes` says of a mistake: every text that a function of it returns, and every one of its tables."""
    tree = trees()[CHECKOUT / "sparql" / "mistakes.py"]
    names = assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            given = node.values
        elif isinstance(node, ast.Return) and node.value is not None:
            given = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        else:
            continue
        for value in (value for value in given if not isinstance(value, ast.Name)):
            yield from (text for text in written(value, names) if len(text) > len(FACT))


RAISED = sorted({text for text in (*messages(), *advice()) if " " in text and text not in INTERNAL})


def test_code_is_read() -> None:
    """The sentences that the code raises are found: those of the guard, of the pool, of the store and of the settings."""
    assert 100 < len(RAISED)
    assert "too many queries are waiting; try again later" in RAISED
    assert "SELECT binds the same variable twice; rename one of them" in RAISED
    assert any(text.startswith("writing needs a token; create") for text in RAISED)


@pytest.mark.parametrize("message", RAISED)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_raised_sentence_is_known(message: str, language: str) -> None:
    """A sentence that the code raises is said in Finnish and Swedish; a new one belongs into server/sentences.toml."""
    # A fact that must be a sentence itself is one here.
    found = [said(message.replace(FACT, fact), language).language for fact in (FACT, "a graph", "graph")]

    assert language in found, f"write it into server/sentences.toml, in three languages: {message}"


def test_every_sentence_has_three_languages() -> None:
    """Every sentence has its words in Finnish, Swedish and English, and no key stands twice."""
    read = tomllib.loads((CHECKOUT / "server" / "sentences.toml").read_text(encoding="utf-8"))

    assert [] == [key for key, text in TEXTS.items() if text.keys() != {"fi", "sv", "en"} or not all(text.values())]
    assert sum(map(len, read.values())) == len(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_sentence_is_found_again(key: str) -> None:
    """A sentence with any facts is found again, and its Finnish and Swedish hold the same facts in their own quotes."""
    text = TEXTS[key]
    # Of a sentence that holds others, each is one; one of few words is found within others alone.
    given = {name: "a graph" if name.startswith("said") else f"fact {name}" for name in facts(text["en"])}
    message = text["en"].format(**given)

    assert 1 == len({tuple(facts(each)) for each in text.values()})
    frame = "{said}" if any(len(part) > 7 for part in text["en"].split("{")) else "line 1: {said}"
    for language in ("fi", "sv"):
        shown = {
            name: texts("kind-graph", language) if name.startswith("said") else value for name, value in given.items()
        }
        expected = texts(key, language).format(**shown)
        answer = said(frame.format(said=message), language)

        assert language == answer.language
        assert answer.text.endswith(expected)
        assert '"' not in texts(key, language)


@pytest.mark.parametrize(
    ("message", "finnish", "swedish"),
    [
        (
            "the query has 1,048,577 characters; at most 1,048,576 are accepted",
            "kyselyssä on 1\u00a0048\u00a0577 merkkiä; lyhennä se enintään 1\u00a0048\u00a0576 merkkiin",
            "frågan har 1\u00a0048\u00a0577 tecken; förkorta den till högst 1\u00a0048\u00a0576 tecken",
        ),
        (
            'line 2, column 6: the prefix "skos:" is not declared; add PREFIX skos: <http://example.org/skos#>',
            "rivi 2, sarake 6: etuliitettä ”skos:” ei ole määritelty; lisää PREFIX skos: <http://example.org/skos#>",
            "rad 2, kolumn 6: prefixet ”skos:” är inte deklarerat; lägg till PREFIX skos: <http://example.org/skos#>",
        ),
        (
            "there is no version 9; here are versions 1 to 3, 5",
            "versiota 9 ei ole; täällä ovat versiot 1–3, 5",
            "det finns ingen version 9; här finns versionerna 1–3, 5",
        ),
        (
            'parameter "day": "1,000"; write a date, such as 2023-05-31',
            "parametri ”day”: ”1,000” ei kelpaa; kirjoita päivä, esimerkiksi 2023-05-31",
            "parametern ”day”: ”1,000” godtas inte; skriv ett datum, till exempel 2023-05-31",
        ),
        (
            "The graph <http://e/x> does not exist; write SILENT where that shall not matter",
            "graafia <http://e/x> ei ole; kirjoita SILENT siihen, missä sillä ei ole väliä",
            "grafen <http://e/x> finns inte; skriv SILENT där det inte ska spela någon roll",
        ),
        (
            ("the query was not done at its deadline of 0.5 seconds, and was stopped; "
            "narrow it, or ask for more time with timeout= where that was less than the service allows"),
            ("kysely ei valmistunut 0,5 sekunnin aikarajassa, ja se pysäytettiin; "
            "rajaa kyselyä tai pyydä lisää aikaa parametrilla timeout, jos aikaraja oli lyhyempi kuin palvelu sallii"),
            ("frågan blev inte klar inom tidsgränsen på 0,5 sekunder och stoppades; "
            "avgränsa den eller be om mer tid med parametern timeout, om gränsen var kortare än tjänsten tillåter"),
        ),
        (
            'update is sent as application/sparql-update or x/y, not as "a/b"; send queries to /sparql',
            "update lähetetään muodossa application/sparql-update tai x/y, ei näin: ”a/b”; lähetä kyselyt osoitteeseen /sparql",
            "update skickas som application/sparql-update eller x/y, inte så här: ”a/b”; skicka frågor till /sparql",
        ),
    ],
)  # fmt: skip
def test_facts_go_along(message: str, finnish: str, swedish: str) -> None:
    """Facts stand in the sentence of each language: numbers as it writes them, what somebody wrote as it was written."""
    assert Said(finnish, "fi") == said(message, "fi")
    assert Said(swedish, "sv") == said(message, "sv")
    assert Said(message, "en") == said(message, "en")


@pytest.mark.parametrize(
    "message", ["", "line 3: the engine says no", "nobody knows this sentence", "x" * 20_000, "{met}"]
)
def test_unknown_sentence_stays_english(message: str) -> None:
    """What is no sentence of the service, such as the words of an engine, stays as it is and is called English."""
    assert Said(message, "en") == said(message, "sv")


def test_sentences_of_the_loaders_are_known() -> None:
    """What the writing process says in English of a graph is said in the other languages too."""
    message = str(UnknownGraphError(Iris().graph("entry/x")))

    assert Said(UnknownGraphError(Iris().graph("entry/x")).say("fi"), "fi") == said(message, "fi")
    assert Said(ReservedGraphError(Iris().graph("vocabulary")).say("sv"), "sv") == said(
        str(ReservedGraphError(Iris().graph("vocabulary"))), "sv"
    )


def test_every_type_of_problem_is_explained() -> None:
    """Every type of problem has its meaning in three languages, and no meaning is left of a type that is gone."""
    assert {f"type-{kind.name}" for kind in kinds()} == {key for key in TEXTS if key.startswith("type-")}


def test_facts_are_never_filled_in_again() -> None:
    """What somebody wrote may look like a place for a fact, or like a sentence, and stays what it is."""
    answer = said('parameter "{name}": "{said} too many queries are waiting; try again later"; write any text', "sv")

    assert "”{said} too many queries are waiting; try again later”" in answer.text


def test_time_is_linear() -> None:
    """A message as long as is looked at, made of nothing but the beginnings of sentences, costs little."""
    hostile = ('parameter "' + '": "; ' * 3_000)[:9_990]
    said("too many queries are waiting; try again later", "sv")
    begin = time.thread_time()
    said(hostile, "sv")

    assert time.thread_time() - begin < 1


def test_no_sentence_waits_in_vain() -> None:
    """The words of each own sentence stand in the code; those of the engine and of the command line stand elsewhere."""
    joined = {"parameter-missing", "so-old", "so-old-one"}  # their words come together only when they are said
    foreign = {"not-projected", "no-function", "graph-not-there", "graph-there"}
    sections = tomllib.loads((CHECKOUT / "server" / "sentences.toml").read_text(encoding="utf-8"))
    own = (
        {key for name, keys in sections.items() if name not in {"frame", "command", "type"} for key in keys}
        - foreign
        - joined
    )
    code = "\n".join(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    missing = [
        (key, piece)
        for key in sorted(own)
        for part in sentences._cut(TEXTS[key]).parts
        for piece in part.split("; ")
        if len(piece.strip()) > 5 and piece.strip() not in code
    ]

    assert [] == missing
