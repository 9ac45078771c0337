"""
What the benchmarks measure, each task in a process of its own: ``python -m benchmarks.tasks TASK ARGUMENT...``.

A task prints one JSON object per line, as soon as it knows something: a run that is cut off has said how far it got.
Times are in seconds, memory in bytes; the last line of a task that finished has ``peak``, the most memory it ever held.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat

from benchmarks import synthetic
from loaders import catalogue
from loaders.publish import Published, Publisher
from ontology import modules
from ontology.iris import Iris
from shapes.engine import Engine
from shapes.report import Report
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore
from sparql.store import Snapshot

IRIS = Iris()
_NQUADS = RdfFormat.N_QUADS


def tell(**fields: Any) -> None:
    """Print one line for whoever started this process."""
    print(json.dumps(fields), flush=True)


def peak() -> int:
    """
    The most memory that this process has held, in bytes.

    Linux counts in ``ru_maxrss`` what the parent held before this program began: there the high-water mark is read.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def generate(measures: str, file: str) -> None:
    """Write synthetic data, with the vocabulary, as N-Quads."""
    started, count = time.perf_counter(), 0
    catalogued: dict[NamedNode, list[Quad]] = {}
    with Path(file).open("wb") as out:
        for folder in (modules.read(IRIS), *_with_documents(int(measures), catalogued)):
            for quads in folder.values():
                pyoxigraph.serialize(quads, out, format=_NQUADS)
                count += len(quads)
        listed = catalogue.read(catalogued, IRIS)
        pyoxigraph.serialize(listed, out, format=_NQUADS)
    tell(triples=count + len(listed), seconds=time.perf_counter() - started, bytes=Path(file).stat().st_size)


def _with_documents(measures: int, catalogued: dict[NamedNode, list[Quad]]) -> Iterable[Any]:
    """The folders; what they say of documents is kept in *catalogued*."""
    for folder in synthetic.folders(measures, IRIS):
        for graph, quads in folder.items():
            kept = [quad for quad in quads if "/id/document/" in str(quad.subject)]
            catalogued.setdefault(graph, []).extend(kept)
        yield folder


def load_rdflib(file: str) -> None:
    """Load a file with rdflib, into memory."""
    started = time.perf_counter()
    loaded = rdflib.Dataset()
    loaded.parse(file, format="nquads")
    tell(seconds=time.perf_counter() - started, peak=peak())
    tell(triples=sum(len(graph) for graph in loaded.graphs()))


def load_memory(file: str) -> None:
    """Load a file into memory, as the process does that query workers are forked from."""
    started = time.perf_counter()
    store = pyoxigraph.Store()
    store.bulk_load(path=file, format=_NQUADS)
    tell(seconds=time.perf_counter() - started, peak=peak())
    tell(triples=len(store))


def load_disk(file: str, folder: str) -> None:
    """Load a file into a store on disk."""
    started = time.perf_counter()
    store = pyoxigraph.Store(folder)
    store.bulk_load(path=file, format=_NQUADS)
    store.flush()
    tell(seconds=time.perf_counter() - started, peak=peak())
    tell(triples=len(store))


class Unjudged:
    """A validator that finds nothing: the base version of a benchmark is built without validation."""

    def full(self, *_: Any, **__: Any) -> Report:
        """An empty report on a dataset."""
        return Report.of((), {}, {})

    def entry(self, *_: Any, **__: Any) -> Report:
        """An empty report on an entry."""
        return Report.of((), {}, {})


def build(file: str, root: str) -> None:
    """Build the first version from a file, with inference and without validation."""
    started = time.perf_counter()
    graphs: dict[NamedNode, list[Quad]] = {}
    for quad in pyoxigraph.parse(path=file, format=_NQUADS):
        graphs.setdefault(quad.graph_name, []).append(quad)
    read = time.perf_counter() - started
    outcome = _publisher(root, Unjudged()).replace_built(graphs, "base", file)
    if not isinstance(outcome, Published):
        raise TypeError(f"the base version was not published: {outcome}")
    times = {"read": read, **outcome.times}
    seconds = time.perf_counter() - started
    asserted = sum(map(len, graphs.values()))
    tell(times=times, seconds=seconds, triples=outcome.version.triples, asserted=asserted, peak=peak())


def copy(root: str, repetitions: str) -> None:
    """Begin drafts and abandon them: what the copy of a version costs."""
    store = EmbeddedStore(Path(root))
    for _ in range(int(repetitions)):
        with store.draft("bench") as draft:
            tell(copy=draft.times["copy"])


def publish(root: str, measures: str, first: str, times: str) -> None:
    """
    Publish one measure, then change it again and again: editions from *first*, *times* of them, each a version.
    """
    with Validator() as validator:
        publisher = _publisher(root, validator)
        for edition in range(int(first), int(first) + int(times)):
            graph, quads = synthetic.entry(int(measures), IRIS, edition)
            started = time.perf_counter()
            outcome = publisher.publish({graph: quads}, f"edition {edition}")
            if not isinstance(outcome, Published):
                raise TypeError(f"edition {edition} was not published: {outcome}")
            tell(times=dict(outcome.times), total=time.perf_counter() - started, statements=len(quads))
    tell(peak=peak())


def judge(root: str, deadline: str) -> None:
    """Judge a version as a build does, by all shapes; *deadline* is in seconds."""
    with (
        EmbeddedStore(Path(root)).snapshot() as snapshot,
        Validator(Engine(deadline=float(deadline))) as validator,
    ):
        asserted, inferred = _parted(snapshot)
        started = time.perf_counter()
        report = validator.full(asserted, inferred, ask=snapshot.query)
        violations = sum(finding.severity == "Violation" for finding in report.findings)
        tell(seconds=time.perf_counter() - started, violations=violations, triples=len(asserted))


def _parted(snapshot: Snapshot) -> tuple[list[Quad], list[Quad]]:
    inferred = IRIS.graph("inferred")
    asserted = [quad for graph in snapshot.graphs() if graph != inferred for quad in snapshot.quads(graph)]
    return asserted, list(snapshot.quads(inferred))


def _publisher(root: str, validator: Any) -> Publisher:
    return Publisher(EmbeddedStore(Path(root)), validator, IRIS, "bench", step=lambda name: tell(step=name))


TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task for task in (generate, load_rdflib, load_memory, load_disk, build, copy, publish, judge)
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
