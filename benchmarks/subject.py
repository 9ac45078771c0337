"""
A system that is being measured: met with one question of each kind, then asked cell by cell.
"""

import contextlib
import http.client
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.answers import Answer, got, results
from benchmarks.driver import Driven, Load, together
from benchmarks.loads import COLD, WARM, Cell, Other, Plan, Rounds, driven
from benchmarks.processes import Peer, settle
from benchmarks.questions import QUESTIONS, Question, request

LATE, UNASKED = "none in time", "not asked"
"""Why a system has no figures for a question: it gave no answer in time, or its time was spent before."""
_FINISHING = 8  # times as long as one waits for an answer, a system may be at work on it when nobody does


@dataclass(frozen=True, slots=True)
class Measurement:
    """
    A system called *name*: the seconds of *loading*, and by the words of each question that it answers how many *results*
    it gave and the *sizes* of the answers in bytes, of each other one why it is *missing*; what came of each of the *cells*;
    the memory that it *held* when it had the data and *holds* in the end, in bytes.
    """

    name: str
    loading: float
    results: dict[str, int]
    sizes: dict[str, int]
    missing: dict[str, str]
    cells: dict[Cell, Driven]
    held: int
    holds: int


Beside = Mapping[tuple[str, int], Other]
"""By temperature and number of connections, what is asked in turn with a cell."""


class Subject:
    """
    A *peer* that is being measured according to *plan*, question by question, over each number of *connections*.

    When it has been asked for *allowed* seconds, or does not come to rest, it is not asked any more.
    """

    def __init__(self, peer: Peer, plan: Plan, connections: Sequence[int], allowed: float) -> None:
        settle(peer, plan.loading)
        self.peer = peer
        self._plan, self._connections = plan, connections
        self._left = allowed
        self._found = Measurement(peer.name, peer.loading, {}, {}, {}, {}, peer.memory(), 0)
        self.rounds: dict[Cell, Rounds] = {}

    def begin(self) -> None:
        """
        Ask it small questions for as long as a cell lasts, which count for nothing, and let it finish what it prepares: some
        compile themselves at work, some load the data when they are asked first.
        """
        question = QUESTIONS[0]
        requests = [request(self.peer.path, text, question.accept) for text in question.cold(self._plan.measures)]
        with self._spending(), contextlib.suppress(RuntimeError):
            driven(Load(self.peer.port, requests, 1, self._plan.seconds, self._plan.patience))
        settle(self.peer, self._plan.loading)
        self._found = replace(self._found, held=self.peer.memory())

    def meet(self, question: Question) -> Answer | None:
        """The answer to the first of its texts, which is looked at; None, and a reason in the table, when there is none."""
        if self._left <= 0:
            self._found.missing[question.words] = UNASKED
            return None
        with self._spending():
            try:
                answer = got(self.peer, question, question.warm(self._plan.measures)[0], self._plan.patience)
            except TimeoutError:
                self._found.missing[question.words] = LATE
                self._rest()
                return None
            except (OSError, http.client.HTTPException) as met:
                self._found.missing[question.words] = f"broke off ({type(met).__name__})"
                return None
        if answer.status != 200:
            self._found.missing[question.words] = f"answered {answer.status}"
            return None
        self._found.results[question.words] = results(answer.body, question)
        self._found.sizes[question.words] = len(answer.body)
        return answer

    def measure(self, question: Question, beside: Beside | None = None) -> None:
        """Fill its cells, each in turn with what is asked *beside* it; each warm text has been answered once before."""
        for temperature in (COLD, WARM):
            texts = question.cold(self._plan.measures) if temperature == COLD else question.warm(self._plan.measures)
            if temperature == WARM:
                self._warm_up(question, texts)
            requests = [request(self.peer.path, text, question.accept) for text in texts]
            for count in self._connections:
                if self._left <= 0:
                    self._found.missing[question.words] = UNASKED
                    return
                other = (beside or {}).get((temperature, count))
                sys.stderr.write(f"bench: {self.peer.name}: {question.words}, {temperature}, {count}\n")
                with self._spending():
                    try:
                        self.fill(Cell(question.words, temperature, count), requests, other)
                    except RuntimeError:
                        self._found.missing[question.words] = "broke off"
                        return

    def _warm_up(self, question: Question, texts: Sequence[str]) -> None:
        with self._spending(), contextlib.suppress(OSError, http.client.HTTPException):
            for text in texts[1:]:  # the first was answered when it was met
                got(self.peer, question, text, self._plan.patience)

    def fill(self, cell: Cell, requests: Sequence[str], other: Other | None) -> None:
        """Send *requests* as often as *cell* lasts, in turn with what *other* does for as many seconds."""
        plan, rounds = self._plan, self._plan.rounds if other else 1
        ours, theirs = [], []
        for _ in range(rounds):
            load = Load(self.peer.port, requests, cell.connections, plan.seconds / rounds, plan.patience)
            ours.append(driven(load))
            if ours[-1].unanswered:
                self._rest()
            if other:
                theirs.append(other(plan.seconds / rounds))
        self._found.cells[cell] = together(ours)
        if other:
            self.rounds[cell] = Rounds(ours, theirs)

    def measured(self) -> Measurement:
        """Everything, with the memory that it holds now."""
        return replace(self._found, holds=self.peer.memory())

    @contextlib.contextmanager
    def _spending(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._left -= time.monotonic() - began

    def _rest(self) -> None:
        """Let it finish what nobody waits for any more; one that cannot is not asked again, as no figure would be its own."""
        if not settle(self.peer, min(self._left, _FINISHING * self._plan.patience)):
            self._left = 0.0
