"""
What a command says when it could reach no verdict: one message and exit code 2, never a stack trace.

What is wrong is said in the language of the reader, ``--lang``; what is wrong with somebody's input also as JSON in all
of them. How a command was not used as it is meant is told by its parser, in English, and said here like the rest.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from typer.exceptions import TyperException

from loaders.columns import LANGUAGES
from loaders.errors import InputError, PublishError
from loaders.sentences import Sentence
from ontology.iris import IRIError
from server import console
from server.sentences import ENGLISH, said, texts
from server.settings import SettingError
from server.tokens import TokenError
from shapes.errors import EngineError
from sparql.errors import QueryError, StoreError

FORESEEN = (SettingError, StoreError, QueryError, IRIError, EngineError, TokenError, OSError)
"""What can go wrong beside the input itself; each says in one English sentence what was met and what to do."""
STATUS = 2
"""The exit code of a command that could reach no verdict."""


@contextmanager
def told(language: str, as_json: bool = False) -> Iterator[None]:
    """
    End the command when what is within meets an error that is foreseen, and say which in *language*.

    With *as_json*, input that cannot be read is told on standard output, as an object like the one of a report whose
    ``conforms`` is null.

    Raises:
        SystemExit: It was met; with exit code 2.
    """
    try:
        yield
    except FORESEEN as met:
        stop(str(met), language)
    except (InputError, PublishError) as met:
        if not as_json:
            stop(met.say(language))
        console.data(json.dumps(_object(met), ensure_ascii=False, indent=2))
        raise SystemExit(STATUS) from met


def stop(message: str, language: str = ENGLISH) -> NoReturn:
    """
    End the command with *message*, an English sentence of the project, on standard error, in *language* where it is known.

    Raises:
        SystemExit: Always, with exit code 2.
    """
    sys.stderr.write(f"hankinta: {said(message, language).text}\n")
    raise SystemExit(STATUS)


def misused(met: TyperException, language: str) -> NoReturn:
    """
    End the command that was not used as it is meant: what the parser *met*, and where to read how it is used.

    Raises:
        SystemExit: Always, with exit code 2.
    """
    context = getattr(met, "ctx", None)
    command = f"{context.command_path if context else 'hankinta'} --help"
    if not (message := met.format_message()):
        raise SystemExit(STATUS)  # a group of commands was named alone; its help has been shown
    stop(texts()["see-help"][ENGLISH].format(said=message, command=command), language)


def asked(arguments: Sequence[str], otherwise: str) -> str:
    """
    The language that *arguments* of the command line ask for with ``--lang``, the last time, else *otherwise*. Total.
    """
    language = otherwise
    for name, value in zip(arguments, [*arguments[1:], ""], strict=False):
        option, equals, inside = name.partition("=")
        if option == "--lang" and (found := inside if equals else value) in LANGUAGES:
            language = found
    return language


def _object(met: InputError | PublishError) -> dict[str, object]:
    """*met* as a JSON object: each problem with its place, the name of its sentence and its words in every language."""
    problems: list[dict[str, object]]
    if isinstance(met, PublishError):
        problems = [_told({}, met.said)]
    else:
        problems = [_told(problem.where.facts(), problem.said) for problem in met.problems]
    return {"conforms": None, "findings": [], "problems": problems}


def _told(place: Mapping[str, str | int], said: Sentence) -> dict[str, object]:
    return {**place, "problem": said.key, "messages": {language: said.say(language) for language in LANGUAGES}}
