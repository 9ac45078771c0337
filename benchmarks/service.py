"""
``python -m benchmarks.service``: how fast the service answers over HTTP, beside its peers, its engine and a bare server.

The whole takes less than half an hour, with ``--small`` three minutes. A peer that is not installed is named and passed over.
"""

import argparse
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

from benchmarks import engine, loads, peers
from benchmarks.answers import Answer, got
from benchmarks.driver import Driven, Load
from benchmarks.engine import Engine
from benchmarks.loads import COLD, WARM, Cell, Plan, driven
from benchmarks.measuring import Bench, machine
from benchmarks.peers import Data
from benchmarks.processes import Absent, NotMeasurable, Peer
from benchmarks.questions import QUESTIONS, Question, request
from benchmarks.report import UNCHANGED, Found, written
from benchmarks.rush import rush
from benchmarks.subject import Subject

_HERE = Path(__file__).resolve().parent.parent
FULL = Plan(
    measures=32_000,
    connections=(1, 32),
    seconds=3,
    rounds=3,
    patience=15,
    loading=400,
    asking=150,
    deadline=30,
    pace=100,
    window=10,
)
SMALL = Plan(
    measures=1_000,
    connections=(1, 32),
    seconds=0.3,
    rounds=3,
    patience=10,
    loading=60,
    asking=60,
    deadline=5,
    pace=100,
    window=2,
)

Start = Callable[[Data], AbstractContextManager[Peer]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 0 when everything could be measured that is installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--small", action="store_true", help="little data and short cells, about three minutes")
    parser.add_argument(
        "--fuseki", type=Path, metavar="JAR", help="Fuseki's jar; without it, the newest that Maven keeps"
    )
    given = parser.parse_args(arguments)
    if given.fuseki and not given.fuseki.is_file():
        parser.error(f"--fuseki: {given.fuseki} is no file; name the jar of jena-fuseki-server")
    plan = SMALL if given.small else FULL
    words, began = machine(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hankinta-bench-") as scratch:
        try:
            text = written(_found(plan, Path(scratch), given.fuseki), plan)
        except NotMeasurable as met:
            sys.stderr.write(f"bench: this service was not measured: {met}\n")
            return 1
    print(text)
    print(f"\n{words}; it took {time.monotonic() - began:.0f} s")
    return 0


def _found(plan: Plan, scratch: Path, jar: Path | None) -> Found:
    var, data = _version(plan, scratch)
    many, one = plan.connections, plan.connections[:1]
    with ExitStack() as stack:
        settings = {"HANKINTA_DEADLINE": str(plan.deadline)}
        peer = stack.enter_context(peers.service(var, settings, scratch / "service.log"))
        ours = Subject(peer, plan, many, math.inf)
        begun = [
            begin(stack, "Virtuoso", peers.virtuoso, data, plan, many, math.inf),
            begin(stack, "Oxigraph", peers.oxigraph, data, plan, many, plan.asking),
            begin(stack, "Fuseki", partial(peers.fuseki, jar=jar), data, plan, many, plan.asking),
            # It answers one question at a time, whatever the number of connections.
            begin(stack, "rdflib-endpoint", peers.rdflib_endpoint, data, plan, one, plan.asking),
        ]
        inside = stack.enter_context(engine.holding(data.file))
        for each in (ours, *begun):
            if isinstance(each, Subject):
                each.begin()
        for question in QUESTIONS:
            _ask(question, ours, inside, plan, scratch)
            for each in begun:
                if isinstance(each, Subject) and each.meet(question):
                    each.measure(question)
        _unchanged(ours, plan, scratch)
        others = [each.measured() if isinstance(each, Subject) else each for each in begun]
        return Found(data.quads, ours.measured(), others, ours.rounds, rush(peer, plan))


def _version(plan: Plan, scratch: Path) -> tuple[Path, Data]:
    """The folder of versions with the data in it, and the same as N-Quads."""
    var, file = scratch / "var", scratch / "version.nq"
    bench = Bench(4 * plan.loading)
    bench.run("generate", plan.measures, scratch / "written.nq", deadline=plan.loading)
    built = bench.run("build", scratch / "written.nq", var, deadline=plan.loading)
    if not built.finished:
        raise NotMeasurable(f"the data was not built within {plan.loading:.0f} seconds")
    command = [sys.executable, "-m", "benchmarks.engine", "export", str(var / "current" / "store"), str(file)]
    subprocess.run(command, cwd=_HERE, check=True)
    return var, Data(file, int(built.last("triples") or 0), scratch, plan.loading)


def begin(
    stack: ExitStack, name: str, start: Start, data: Data, plan: Plan, connections: Sequence[int], allowed: float
) -> Subject | Absent:
    """The system called *name*, ended with *stack*, at rest and ready to be asked; or why it cannot be measured here."""
    sys.stderr.write(f"bench: {name}: loading\n")
    try:
        return Subject(stack.enter_context(start(data)), plan, connections, allowed)
    except NotMeasurable as met:
        return Absent(name, str(met))


def _ask(question: Question, ours: Subject, inside: Engine, plan: Plan, scratch: Path) -> None:
    """Measure this service, in turn with the engine where it is asked cold, and with a bare server where it is warm."""
    answer = ours.meet(question)
    if not answer:
        return
    with peers.bare(_saved(answer, scratch), scratch / "bare.log") as bare:
        warm = [request(bare.path, text, question.accept) for text in question.warm(plan.measures)]
        beside: dict[tuple[str, int], loads.Other] = {
            (WARM, count): _driving(bare, warm, count, plan) for count in plan.connections
        }
        beside[COLD, 1] = partial(inside.ask, question.cold(plan.measures))
        ours.measure(question, beside)


def _unchanged(ours: Subject, plan: Plan, scratch: Path) -> None:
    """Ask again and again for what the client has already, in turn with a bare server that says so to everybody."""
    question = QUESTIONS[0]
    text = question.warm(plan.measures)[0]
    tag = got(ours.peer, question, text, plan.patience).tag
    answer = got(ours.peer, question, text, plan.patience, If_None_Match=tag)
    requests = [request(ours.peer.path, text, question.accept, f"If-None-Match: {tag}")]
    with peers.bare(_saved(answer, scratch), scratch / "bare.log") as bare:
        for count in plan.connections:
            ours.fill(Cell(UNCHANGED, WARM, count), requests, _driving(bare, requests, count, plan))


def _driving(peer: Peer, requests: Sequence[str], connections: int, plan: Plan) -> Callable[[float], Driven]:
    return lambda seconds: driven(Load(peer.port, requests, connections, seconds, plan.patience))


def _saved(answer: Answer, scratch: Path) -> Path:
    file = scratch / "answer"
    file.write_bytes(answer.wire())
    return file


if __name__ == "__main__":
    sys.exit(main())
