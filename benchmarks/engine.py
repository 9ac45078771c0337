"""
The embedded engine in a process of its own: what isolation and HTTP are measured against.

``python -m benchmarks.engine ask FILE`` reads N-Quads into memory and then, as lines of JSON from standard input, questions:
texts, and for how many seconds to ask them; for each it prints a `Driven` as JSON. ``... export STORE FILE`` writes a version
as N-Quads.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from benchmarks.driver import UNIQUE, Driven

_HERE = Path(__file__).resolve().parent.parent


class Engine:
    """The engine that *process* holds, seen from here."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, texts: Sequence[str], seconds: float) -> Driven:
        """What came of asking *texts* one after the other for *seconds*."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([texts, seconds]) + "\n")
        self._process.stdin.flush()
        return Driven(**json.loads(self._process.stdout.readline()))


@contextlib.contextmanager
def holding(file: Path) -> Iterator[Engine]:
    """The engine with the N-Quads *file* in memory, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engine", "ask", str(file)]
    with subprocess.Popen(command, cwd=_HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        engine = Engine(process)
        engine.ask(["ASK {}"], 0)  # it has read the file when it answers
        try:
            yield engine
        finally:
            process.kill()


def export(folder: Path, file: Path) -> None:
    """Write the store in *folder* as N-Quads."""
    with file.open("wb") as out:
        Store.read_only(str(folder)).dump(out, format=RdfFormat.N_QUADS)


def asked(store: Store, texts: Sequence[str], seconds: float) -> Driven:
    """What comes of answering *texts*, one after the other for *seconds* but one at least, and of writing the answers."""
    found: list[float] = []
    started = time.perf_counter()
    for number in count():
        began = time.perf_counter()
        text = texts[number % len(texts)].replace(UNIQUE, f"{number:08d}")
        results = store.query(text, use_default_graph_as_union=True)
        if isinstance(results, QueryTriples):
            results.serialize(format=RdfFormat.N_TRIPLES)
        else:
            results.serialize(format=QueryResultsFormat.JSON)
        now = time.perf_counter()
        found.append(now - began)
        if now >= started + seconds:
            break
    return Driven(found, {"200": len(found)}, 0, time.perf_counter() - started)


def main(arguments: Sequence[str]) -> int:
    """Measure, or write."""
    if arguments[0] == "export":
        export(Path(arguments[1]), Path(arguments[2]))
        return 0
    store = Store()
    store.bulk_load(path=arguments[1], format=RdfFormat.N_QUADS)  # as the service reads it
    for line in sys.stdin:
        print(json.dumps(asdict(asked(store, *json.loads(line)))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
