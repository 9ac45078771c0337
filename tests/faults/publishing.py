"""
A process that publishes, for the fault tests to kill, starve of disk, and race against another one.

``publishing.py ROOT VERB ARGUMENTS``; each line it writes says what has happened so far.
"""

import os
import resource
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from loaders.publish import Outcome, Published, Publisher
from ontology.iris import Iris
from ontology.namespaces import term
from shapes.report import Report
from sparql.embedded import EmbeddedStore
from sparql.errors import StoreFull

IRIS = Iris()
ENTRIES = 5
STEPS = {
    "open",
    "os.rename",
    "os.symlink",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.truncate",
    "fcntl.lockf",
    "fcntl.flock",
}


class Contented:
    """A judge that finds nothing: these tests are about what happens after the verdict."""

    def full(self, *_: Iterable[Quad], **__: Any) -> Report:
        """A report without findings."""
        return Report(findings=())

    def entry(self, *_: Any, **__: Any) -> Report:
        """A report without findings."""
        return Report(findings=())


def entry(number: int, size: int = 3) -> dict[NamedNode, list[Quad]]:
    """Entry *number*: one of at most five graphs, with a measure of *size* remarks that tells the numbers apart."""
    graph = IRIS.graph(f"entry/e{number % ENTRIES}")
    node = IRIS.entity(f"measure/entry-{number % ENTRIES}")
    remarks = [Literal(f"{number} {remark} " + os.urandom(200).hex() * (size > 3)) for remark in range(size)]
    return {
        graph: [
            Quad(node, term("rdf:type"), term("hv:Measure"), graph),
            Quad(node, term("hv:isPartOf"), IRIS.entity("programme/hankinta-suomi"), graph),
            *(Quad(node, term("dcterms:description"), remark, graph) for remark in remarks),
        ]
    }


def publisher(root: Path) -> Publisher:
    """The write path into the store at *root*."""
    return Publisher(EmbeddedStore(root, keep=4), Contented(), IRIS, f"process {os.getpid()}", deadline=30)


def _say(words: str) -> None:
    os.write(1, (words + "\n").encode())


def _publish(root: Path, number: int, size: int = 3) -> Outcome:
    _say(f"publishing {number}")
    outcome = publisher(root).publish(entry(number, size), f"entry {number}")
    if isinstance(outcome, Published):
        _say(f"published {outcome.version.number} {number}")
    return outcome


def _die_at(step: int) -> None:
    """Die by SIGKILL at the file-system step of that number, counted from now."""
    seen = 0

    def hook(event: str, _: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in STEPS:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def main(root: Path, verb: str, *arguments: str) -> None:
    """Run *verb* on the store at *root*."""
    numbers = [int(argument) for argument in arguments]
    match verb:
        case "forever":  # from NUMBER on
            number = numbers[0]
            while True:
                _publish(root, number)
                number += 1
        case "some":  # NUMBER... one after the other
            for number in numbers:
                _publish(root, number)
        case "die":  # at STEP while publishing NUMBER
            publisher(root)
            _die_at(numbers[0])
            _publish(root, numbers[1])
        case "starve":  # LIMIT in bytes for each file, publishing NUMBER of SIZE remarks
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            made = publisher(root)
            resource.setrlimit(resource.RLIMIT_FSIZE, (numbers[0], resource.RLIM_INFINITY))
            try:
                made.publish(entry(numbers[1], numbers[2]), "too large")
            except StoreFull as error:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                _say(f"full: {error}")
        case "fill":  # publish ever larger entries until the disk is full
            for number in range(1000):
                try:
                    _publish(root, number, 500)
                except StoreFull as error:
                    _say(f"full: {error}")
                    break
            _say("damaged: " + " ".join(map(str, EmbeddedStore(root).snapshot().damaged())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
