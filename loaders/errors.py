"""
What went wrong with input, in sentences for the person who can repair it.

::

    InputError                 the files cannot be read as they are; carries every problem of every file
    PublishError               what was read cannot be published; nothing has changed
    |-- ReservedGraphError     the graph is written by the build alone
    |-- UnknownGraphError      there is no such graph to withdraw
    |-- ForeignThingError      an entry speaks of a thing that another graph describes
    `-- BlankNodeError         a statement about a node without an IRI

``InputError`` carries every `Problem` of every file read in one run; ``schedules.ScheduleError`` (a ``ValueError``)
says why words are no schedule and becomes a `Problem` once file, row and column are known.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad

SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing to repair: *where* it stands (file, with row and column or line), what was *met*, what is *accepted*.

    *met* is a clause as it is to be read (``"foo"`` in its quotes, or words of ours); *accepted* begins with a verb.
    """

    where: str
    met: str
    accepted: str

    def __str__(self) -> str:
        return f"{self.where}: met {self.met}; {self.accepted}"


class InputError(Exception):
    """
    Input that could not be read, with all *problems* of all its files; nothing of it was kept.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Problems:
    """
    The problems met so far; readers add to it and go on, so that one run lists them all.
    """

    met: list[Problem] = field(default_factory=list)

    def add(self, where: str, met: str, accepted: str) -> None:
        """Note one problem; the same one is noted once."""
        problem = Problem(where, met, accepted)
        if problem not in self.met:
            self.met.append(problem)

    def __len__(self) -> int:
        return len(self.met)

    def keep(self, start: int, wanted: Callable[[Problem], bool]) -> None:
        """Of the problems from number *start* on, keep the *wanted* ones."""
        self.met[start:] = [problem for problem in self.met[start:] if wanted(problem)]

    def settle(self) -> None:
        """
        Go on only if nothing was met.

        Raises:
            InputError: Something was met; it carries all of it.
        """
        if self.met:
            raise InputError(self.met)


def quoted(text: str) -> str:
    """*text* in double quotes on one line, shortened where it is long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"}"'


def choice(accepted: Sequence[str]) -> str:
    """The words "one of …" for a list of accepted forms, or the only one."""
    return accepted[0] if len(accepted) == 1 else "one of " + ", ".join(accepted)


def close(met: str, known: Iterable[str]) -> str:
    """
    The words "did you mean …?" with up to three of *known* nearest to *met*; empty when none is near.
    """
    lowered: dict[str, str] = {}
    for name in sorted(known, key=lambda each: each[:1].isupper() != met[:1].isupper()):
        lowered.setdefault(name.casefold(), name)
    found = [lowered[name] for name in difflib.get_close_matches(met.casefold(), lowered, n=3, cutoff=0.6)]
    return f" (did you mean {' or '.join(found)}?)" if found else ""


class PublishError(Exception):
    """What was asked cannot be published; nothing has changed."""


class ReservedGraphError(PublishError):
    """The *graph* is written by the build alone."""

    def __init__(self, graph: NamedNode) -> None:
        super().__init__(f'the graph "{graph.value}" is written by "hankinta build" alone; publish to another graph')
        self.graph = graph


class UnknownGraphError(PublishError):
    """There is no *graph* of that name to withdraw."""

    def __init__(self, graph: NamedNode) -> None:
        super().__init__(
            f'there is no graph "{graph.value}" in the current version; entries are in graphs called entry/ and their file'
        )
        self.graph = graph


class BlankNodeError(PublishError):
    """A statement about a node without an IRI."""

    def __init__(self, quad: Quad) -> None:
        super().__init__(f"the statement {quad} has a node without an IRI; give it one, so that others can point at it")
        self.quad = quad


class ForeignThingError(PublishError):
    """The *graph* of an entry speaks of *thing*, which the graph *home* describes."""

    def __init__(self, thing: NamedNode, graph: NamedNode, home: object) -> None:
        described = home.value if isinstance(home, NamedNode) else "the default graph"
        super().__init__(
            f'"{graph.value}" says something of "{thing.value}", which "{described}" describes; '
            "correct it there, or publish a thing of its own that refers to it"
        )
        self.thing = thing
