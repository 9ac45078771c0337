"""
What a command says when it could reach no verdict: one message and exit code 2, never a stack trace.

What is wrong with somebody's input is said in the language of the reader, or as JSON in all of them.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from loaders.columns import LANGUAGES
from loaders.errors import InputError, PublishError
from loaders.sentences import Sentence

STATUS = 2
"""The exit code of a command that could reach no verdict."""


@contextmanager
def told(language: str, as_json: bool = False) -> Iterator[None]:
    """
    End the command when the input within cannot be read or published, and say why in *language*.

    With *as_json* it is said on standard output, as an object like the one of a report whose ``conforms`` is null.

    Raises:
        SystemExit: The input was refused; with exit code 2.
    """
    try:
        yield
    except (InputError, PublishError) as met:
        if not as_json:
            stop(met.say(language))
        print(json.dumps(_object(met), ensure_ascii=False, indent=2))
        raise SystemExit(STATUS) from met


def stop(message: str) -> NoReturn:
    """
    End the command with *message* on standard error.

    Raises:
        SystemExit: Always, with exit code 2.
    """
    sys.stderr.write(f"hankinta: {message}\n")
    raise SystemExit(STATUS)


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
