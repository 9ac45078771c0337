"""
``python -m benchmarks.service``: how fast the service answers over HTTP, beside its peers, its engine and a bare server.

The whole takes less than half an hour, with ``--small`` two minutes. A peer that is not installed is named and passed over.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import loads, peers
from benchmarks.driver import Driven
from benchmarks.loads import Measurement, Plan
from benchmarks.measuring import Bench, machine
from benchmarks.peers import Absent, Peer
from benchmarks.questions import QUESTIONS
from benchmarks.report import Found, written

_HERE = Path(__file__).resolve().parent.parent
_RUNAWAYS = 32
_FOR_A_QUAD = 600  # bytes of buffers that Virtuoso has, which is more than it needs
FULL = Plan(measures=32_000, connections=(1, 32), seconds=3, patience=15, loading=400, deadline=30)
SMALL = Plan(measures=1_000, connections=(1, 32), seconds=0.2, patience=10, loading=60, deadline=5)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 0 when everything could be measured that is installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--small", action="store_true", help="little data and short cells, about two minutes")
    plan = SMALL if parser.parse_args(arguments).small else FULL
    words, began = machine(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hankinta-bench-") as scratch:
        print(written(_found(plan, Path(scratch)), plan))
    print(f"\n{words}; it took {time.monotonic() - began:.0f} s")
    return 0


def _found(plan: Plan, scratch: Path) -> Found:
    var, file, quads = _version(plan, scratch)
    memory = max(1 << 28, quads * _FOR_A_QUAD)
    with peers.service(var, {"HANKINTA_DEADLINE": str(plan.deadline)}) as peer:
        ours = loads.measured(peer, plan, plan.connections)
        unchanged = loads.unchanged(peer, QUESTIONS[0], plan, plan.connections[-1])
        rush = loads.rush(peer, plan, _RUNAWAYS, 4 * plan.seconds)
    bare = {size: _bare(plan, size) for size in sorted({*ours.sizes.values(), 0})}
    others: list[Measurement | Absent] = []
    with peers.virtuoso(file, scratch / "virtuoso", memory) as peer_or_none:
        others.append(_peer(peer_or_none, plan, plan.connections))
    with peers.rdflib_endpoint(file, plan.loading) as peer_or_none:
        others.append(_peer(peer_or_none, plan, plan.connections[:1]))
    return Found(quads, ours, tuple(others), _engine(plan, file), bare, unchanged, rush)


def _version(plan: Plan, scratch: Path) -> tuple[Path, Path, int]:
    """The folder of versions with the data in it, the same as N-Quads, and how many quads there are."""
    var, file = scratch / "var", scratch / "version.nq"
    bench = Bench(4 * plan.loading)
    bench.run("generate", plan.measures, scratch / "written.nq", deadline=plan.loading)
    built = bench.run("build", scratch / "written.nq", var, deadline=plan.loading)
    if not built.finished:
        raise RuntimeError(f"the data was not built within {plan.loading:.0f} seconds")
    command = [sys.executable, "-m", "benchmarks.engine", "export", str(var / "current" / "store"), str(file)]
    subprocess.run(command, cwd=_HERE, check=True)
    return var, file, int(built.last("triples") or 0)


def _peer(peer: Peer | Absent, plan: Plan, connections: Sequence[int]) -> Measurement | Absent:
    return peer if isinstance(peer, Absent) else loads.measured(peer, plan, connections)


def _bare(plan: Plan, size: int) -> Driven:
    with peers.hello(size) as peer:
        return loads.same_request(peer, QUESTIONS[0], plan, plan.connections[-1])


def _engine(plan: Plan, file: Path) -> dict[str, list[float]]:
    """The durations of each kind of question, asked of the engine in a process of its own, without HTTP."""
    asked = json.dumps([(question.cold(plan.measures), plan.seconds) for question in QUESTIONS])
    command = [sys.executable, "-m", "benchmarks.engine", "ask", str(file)]
    done = subprocess.run(command, cwd=_HERE, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return dict(zip((question.words for question in QUESTIONS), json.loads(done.stdout), strict=True))


if __name__ == "__main__":
    sys.exit(main())
