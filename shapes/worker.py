"""
The worker process: ``python -m shapes.worker`` answers pickled messages on its standard streams.

It cannot open network connections: nothing that a shape or an entry names is ever fetched.
"""

import logging
import pickle
import sys
from typing import IO

import rdflib

from shapes.jobs import Answer, Load
from shapes.judge import Judge
from shapes.library import library

_FORBIDDEN = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"})


def fence(event: str, _arguments: tuple[object, ...]) -> None:
    """
    An audit hook that stops every attempt to reach the network.

    Raises:
        PermissionError: The event is such an attempt.
    """
    if event in _FORBIDDEN:
        raise PermissionError(f"validation does not use the network ({event})")


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until the questions end. An answer that is a text says why a question could not be answered."""
    judge = Judge(library())
    while True:
        try:
            question = pickle.load(questions)  # noqa: S301 - our own parent process wrote it
        except EOFError:
            return
        answer: Answer | str
        try:
            answer = judge.load(question) if isinstance(question, Load) else judge.do(question)
        except (ValueError, TypeError, KeyError, ArithmeticError, RuntimeError, OSError, RecursionError) as error:
            what = "the statements" if isinstance(question, Load) else f"{question.file} {question.rule or ''}".strip()
            answer = f"{what}: {type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    sys.addaudithook(fence)
    rdflib.NORMALIZE_LITERALS = False
    # It logs a stack trace for every ill-typed literal, which is what the shapes are here to tell.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    # Whatever a library prints must not fall between the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    serve(sys.stdin.buffer, answers)
