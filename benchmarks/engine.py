"""
The embedded engine in this process: what isolation and HTTP are measured against.

``python -m benchmarks.engine ask FILE`` reads N-Quads into memory and then, as JSON from standard input, questions: a list
of pairs of texts and seconds; it prints, for each, a list of durations. ``... export STORE FILE`` writes a version as
N-Quads.
"""

import json
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from benchmarks.driver import UNIQUE


def export(folder: Path, file: Path) -> None:
    """Write the store in *folder* as N-Quads."""
    with file.open("wb") as out:
        Store.read_only(str(folder)).dump(out, format=RdfFormat.N_QUADS)


def durations(store: Store, texts: Sequence[str], seconds: float) -> list[float]:
    """What it takes to answer *texts*, one after the other for *seconds*, and to write the answers."""
    found: list[float] = []
    ends = time.perf_counter() + seconds
    for number, text in enumerate(cycle(texts)):
        began = time.perf_counter()
        results = store.query(text.replace(UNIQUE, f"{number:08d}"), use_default_graph_as_union=True)
        if isinstance(results, QueryTriples):
            results.serialize(format=RdfFormat.N_TRIPLES)
        else:
            results.serialize(format=QueryResultsFormat.JSON)
        now = time.perf_counter()
        found.append(now - began)
        if now >= ends:
            break
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure, or write."""
    if arguments[0] == "export":
        export(Path(arguments[1]), Path(arguments[2]))
        return 0
    store = Store()
    store.bulk_load(path=arguments[1], format=RdfFormat.N_QUADS)  # as the service reads it
    print(json.dumps([durations(store, texts, seconds) for texts, seconds in json.load(sys.stdin)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
