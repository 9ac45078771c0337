"""
The engine: pySHACL in worker processes.

pySHACL 0.40.1 flips the process-wide ``rdflib.NORMALIZE_LITERALS`` while it runs, so it never runs in a process that
does anything else. Workers are started as programs of their own (nothing is forked or imported from the caller), keep
running between validations, and cannot open network connections.
"""

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import IO, Self, cast

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from shapes.errors import EngineError
from shapes.jobs import Answer, Job, Load, Raw, Rows


@dataclass(frozen=True, slots=True)
class Task:
    """
    One validation: the statements, the nodes to judge (None for all that are no vocabulary), and the jobs.
    """

    asserted: Iterable[Triple]
    inferred: Iterable[Triple]
    focus: frozenset[NamedNode] | None
    jobs: Sequence[Job]
    context: bool = True


class Engine:
    """
    A pool of worker processes, started when first needed.

    *processes* is the number of workers, *deadline* the longest time in seconds that one job may take. Close it, or use
    it as a context manager.
    """

    def __init__(self, processes: int = 2, deadline: float = 600.0) -> None:
        self._processes, self._deadline = processes, deadline
        self._workers: list[_Worker] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker processes."""
        with self._lock:
            while self._workers:
                self._workers.pop().close()

    def run(self, task: Task) -> tuple[list[Raw], dict[NamedNode, Rows]]:
        """
        What the jobs of *task* found: results of shapes, and the rows of whole-graph rules by shape.

        Raises:
            EngineError: A worker failed, or took longer than the deadline.
        """
        load = Load(_document(task.asserted), _document(task.inferred), task.focus, task.context)
        queue: SimpleQueue[Job] = SimpleQueue()
        for job in task.jobs:
            queue.put(job)
        with self._lock:
            self._workers += [_Worker(self._deadline) for _ in range(self._processes - len(self._workers))]
            workers = self._workers[: max(1, min(self._processes, len(task.jobs)))]
            try:
                with ThreadPoolExecutor(len(workers)) as threads:
                    answers = [
                        answer for found in threads.map(partial(_drain, load, queue), workers) for answer in found
                    ]
            except EngineError:
                while self._workers:
                    self._workers.pop().close()
                raise
        rows = {answer.rule: answer.rows for answer in answers if answer.rule is not None}
        return [raw for answer in answers for raw in answer.results], rows


class _Worker:
    """One process that answers pickled messages on its standard streams."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._process = subprocess.Popen(
            [sys.executable, "-m", "shapes.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, message: Load | Job) -> Answer:
        timer = threading.Timer(self._deadline, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            pickle.dump(message, cast(IO[bytes], self._process.stdin))
            cast(IO[bytes], self._process.stdin).flush()
            answer = pickle.load(cast(IO[bytes], self._process.stdout))  # noqa: S301 - our own child process wrote it
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise EngineError(f"the validation process ended before it answered ({type(error).__name__})") from error
        finally:
            timer.cancel()
        if isinstance(answer, str):
            raise EngineError(f"the validation process could not judge: {answer}")
        return cast(Answer, answer)

    def close(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                cast(IO[bytes], stream).close()
            except OSError:
                continue
        self._process.wait()


def _drain(load: Load, queue: "SimpleQueue[Job]", worker: _Worker) -> list[Answer]:
    """The answers of *worker* to the statements, then to jobs until none are left."""
    answers = [worker.ask(load)]
    while True:
        try:
            job = queue.get_nowait()
        except Empty:
            return answers
        answers.append(worker.ask(job))


def _document(triples: Iterable[Triple]) -> bytes:
    return cast(bytes, serialize(triples, format=RdfFormat.N_TRIPLES))
