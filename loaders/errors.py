"""
What went wrong with input, told to the person who can repair it.

::

    InputError                 the files cannot be read as they are; carries every problem of every file
    PublishError               what was read cannot be published; nothing has changed
    |-- ReservedGraphError     the graph is written by the build alone
    |-- UnknownGraphError      there is no such graph to withdraw
    |-- ForeignThingError      an entry speaks of a thing that another graph describes
    |-- BlankNodeError         a statement about a node without an IRI
    |-- ConditionError         the graph is not in the state in which it was to be changed
    `-- OtherGraphError        a change of one graph would change another one

Both say themselves in Finnish, Swedish and English (``say``); ``str`` is the English. ``points.ScheduleError`` (a
``ValueError``) says why words are no schedule and becomes a `Problem` once file, row and column are known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import NamedNode, Quad

from loaders.sentences import ENGLISH, Fact, Quoted, Sentence, Where, sentence
from sparql.store import GraphName

LISTED = 1_000
"""Most problems of one run; whoever has more repairs these first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing to repair: *where* it stands, and what is *said* of it: what was met and what to do.
    """

    where: Where
    said: Sentence

    def say(self, language: str) -> str:
        """The problem on one line, in *language* (``fi``, ``sv`` or ``en``)."""
        return sentence("problem", where=self.where, said=self.said).say(language)

    def __str__(self) -> str:
        return self.say(ENGLISH)


class InputError(Exception):
    """
    Input that could not be read, with all *problems* of all its files; nothing of it was kept.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    def say(self, language: str) -> str:
        """Every problem on a line of its own, under a heading."""
        heading = sentence("nothing-read").say(language)
        return "\n".join([f"{heading}:", *(f"  {problem.say(language)}" for problem in self.problems)])

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(slots=True)
class Problems:
    """
    The problems met so far; readers add to it and go on, so that one run lists them all.
    """

    _met: dict[Problem, None] = field(default_factory=dict)

    @property
    def met(self) -> tuple[Problem, ...]:
        """They, in the order in which they were met."""
        return tuple(self._met)

    def add(self, where: Where, said: Sentence) -> None:
        """
        Note one problem; the same one is noted once.

        Raises:
            InputError: There are more than `LISTED` of them.
        """
        if len(self._met) == LISTED:
            raise InputError([*self._met, Problem(where, sentence("problems-many", limit=LISTED))])
        self._met.setdefault(Problem(where, said))

    def __len__(self) -> int:
        return len(self._met)

    def keep(self, start: int, wanted: Callable[[Problem], bool]) -> None:
        """Of the problems from number *start* on, keep the *wanted* ones."""
        latest = list(islice(reversed(self._met), len(self._met) - start))
        for problem in latest:
            if not wanted(problem):
                del self._met[problem]

    def settle(self) -> None:
        """
        Go on only if nothing was met.

        Raises:
            InputError: Something was met; it carries all of it.
        """
        if self._met:
            raise InputError(self._met)


class PublishError(Exception):
    """What was asked cannot be published, as *said*; nothing has changed."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(said)
        self.said = said

    def say(self, language: str) -> str:
        """It, in *language* (``fi``, ``sv`` or ``en``)."""
        return self.said.say(language)

    def __str__(self) -> str:
        return self.say(ENGLISH)


class ReservedGraphError(PublishError):
    """The *graph* is written by the build alone."""

    def __init__(self, graph: NamedNode) -> None:
        super().__init__(sentence("graph-reserved", graph=Quoted(graph.value, whole=True)))
        self.graph = graph


class UnknownGraphError(PublishError):
    """There is no *graph* of that name to withdraw."""

    def __init__(self, graph: GraphName) -> None:
        super().__init__(sentence("graph-unknown", graph=_called(graph)))
        self.graph = graph


class BlankNodeError(PublishError):
    """A statement about a node without an IRI."""

    def __init__(self, quad: Quad) -> None:
        super().__init__(sentence("node-nameless", statement=str(quad)))
        self.quad = quad


class ForeignThingError(PublishError):
    """The *graph* of an entry speaks of *thing*, which the graph *home* describes."""

    def __init__(self, thing: NamedNode, graph: NamedNode, home: GraphName) -> None:
        thing_ = Quoted(thing.value, whole=True)
        super().__init__(sentence("thing-foreign", graph=_called(graph), thing=thing_, home=_called(home)))
        self.thing = thing


class ConditionError(PublishError):
    """The *graph* is not in the state in which somebody wants to change it."""

    def __init__(self, said: Sentence, graph: GraphName) -> None:
        super().__init__(said)
        self.graph = graph

    @classmethod
    def changed(cls, graph: GraphName) -> "ConditionError":
        """It has changed since it was read."""
        return cls(sentence("graph-changed", graph=_called(graph)), graph)

    @classmethod
    def absent(cls, graph: GraphName) -> "ConditionError":
        """It is not there."""
        return cls(sentence("graph-absent", graph=_called(graph)), graph)

    @classmethod
    def present(cls, graph: GraphName) -> "ConditionError":
        """It is there."""
        return cls(sentence("graph-present", graph=_called(graph)), graph)


class OtherGraphError(PublishError):
    """A change of *graph* would change *other* as well."""

    def __init__(self, graph: GraphName, other: GraphName) -> None:
        super().__init__(sentence("graph-beside", graph=_called(graph), other=_called(other)))
        self.other = other


def _called(graph: GraphName) -> Fact:
    return Quoted(graph.value, whole=True) if isinstance(graph, NamedNode) else sentence("default-graph")
