"""
The writing process: ``python -m server.publishing`` makes one change of the published data after the other.

It ends when the web process that started it has gone, and may take no more memory than it is told. It cannot reach the
network, and neither can the validation processes that it starts.
"""

import ctypes
import datetime as dt
import os
import secrets
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat

from loaders import errors as loading
from loaders.amendment import Amendment, Condition, Merge, Patch, Replace, Update
from loaders.columns import LANGUAGES
from loaders.publish import Outcome, Published, Publisher, Refused, Unchanged
from ontology.iris import Iris
from server import content, outcomes, writes
from server.writes import Job, Reply, Verb
from shapes.errors import EngineError
from shapes.report import Report
from shapes.validator import Validator
from sparql import worker
from sparql.embedded import EmbeddedStore
from sparql.errors import QueryError, QuerySyntaxError, StoreError, UnsupportedMediaType
from sparql.mistakes import explained
from sparql.store import GraphName, Version, graph_of

_SHARE = 0.5  # of the deadline, which is how long to wait for other publishers
_ERRORS: dict[type[Exception], type[writes.WriteError]] = {
    loading.InputError: writes.Unreadable,
    loading.ReservedGraphError: writes.GraphReserved,
    loading.UnknownGraphError: writes.GraphUnknown,
    loading.OtherGraphError: writes.GraphElsewhere,
    loading.BlankNodeError: writes.NodeNameless,
    loading.ForeignThingError: writes.ThingForeign,
    loading.ConditionError: writes.ConditionFailed,
    EngineError: writes.WriterLost,
}
_M_ARENA_MAX, _HEAPS = -8, 2  # Source: malloc.h of the GNU C library
_RDF = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}


@dataclass(frozen=True, slots=True)
class Scribe:
    """Who makes changes: in *store*, judged by *validator*; the service is reached at *public*."""

    store: EmbeddedStore
    validator: Validator
    iris: Iris
    public: str
    patience: float

    def reply(self, job: Job, body: BinaryIO | None) -> Reply:
        """What came of *job*. Total for every error that is foreseen."""
        publisher = Publisher(
            self.store,
            self.validator,
            self.iris,
            job.who,
            deadline=self.patience,
            today=dt.datetime.now(dt.UTC).date(),
        )
        try:
            return _told(publisher.amend(self._amendment(job, body), _why(job), _condition(job)), job)
        except QuerySyntaxError as met:
            better = explained(job.text, met)
            fields = {name: getattr(better, name) for name in ("line", "column", "excerpt", "engine") if better != met}
            return Reply(error="Unreadable", message=str(better), fields=fields)
        except UnsupportedMediaType as met:
            return Reply(error=type(met).__name__, message=str(met), fields={"accepted": list(met.accepted)})
        except (QueryError, StoreError) as met:
            return Reply(error=type(met).__name__, message=str(met))
        except writes.WriteError as met:
            return Reply(error=type(met).__name__, message=str(met), fields=dict(met.fields))
        except tuple(_ERRORS) as met:
            return Reply(error=_ERRORS[type(met)].__name__, message=str(met), fields=_fields(met))
        except MemoryError:
            return Reply(error="WriteTooLarge", message="the change needs more memory than a change may have")

    def _amendment(self, job: Job, body: BinaryIO | None) -> Amendment:
        if job.verb is Verb.UPDATE:
            using, named = (list(map(NamedNode, given)) for given in (job.using, job.using_named))
            return Update(job.text, f"{self.public}/update", using, named)
        graph = graph_of(job.graph)
        match job.verb:
            case Verb.PUT:
                return Replace({graph: self._quads(job, graph, body)}, must_exist=False)
            case Verb.POST:
                return Merge(graph, self._quads(job, graph, body))
            case Verb.DELETE:
                return Replace({graph: ()}, must_exist=isinstance(graph, NamedNode))
            case _:
                return Patch(graph, job.text, self._base(graph))

    def _quads(self, job: Job, graph: GraphName, body: BinaryIO | None) -> Sequence[Quad]:
        # Blank nodes of one request are never those of another, nor of what is stored.
        label = f"w{secrets.token_hex(8)}x"
        return (
            () if body is None else content.read(body, job.media_type, self.iris, self._base(graph), self.public, label)
        )

    def _base(self, graph: GraphName) -> str:
        return graph.value if isinstance(graph, NamedNode) else f"{self.public}/store"


def _why(job: Job) -> str:
    return "update" if job.verb is Verb.UPDATE else f"{job.verb} {job.graph}"


def _condition(job: Job) -> Condition | None:
    if job.match is None and job.none_match is None:
        return None
    match, none_match = (None if given is None else frozenset(given) for given in (job.match, job.none_match))
    return Condition(graph_of(job.graph), match, none_match)


def _told(outcome: Outcome, job: Job) -> Reply:
    match outcome:
        case Published(version, report, _, base):
            return Reply(
                version=version.number,
                now=True,
                created=job.graph in version.hashes and (base is None or job.graph not in base.hashes),
                changed=_changed(base, version),
                triples=version.triples,
                warnings=report.count("Warning") if report else 0,
            )
        case Refused(report):
            many = report.count("Violation")
            message = f"the change violates the shapes in {many} place{'s' * (many != 1)}; nothing was published"
            return Reply(error="ShapesViolated", message=message, report=_rendered(outcomes.without_notes(report), job))
        case Unchanged(version):
            return Reply(version=version.number if version else 0, triples=version.triples if version else 0)


def _changed(base: Version | None, version: Version) -> tuple[str, ...]:
    before = base.hashes if base else {}
    keys = {*before, *version.hashes}
    return tuple(sorted(key for key in keys if before.get(key) != version.hashes.get(key)))


def _rendered(report: Report, job: Job) -> str:
    if job.report == "json":
        return outcomes.as_json(report)
    if job.report in _RDF:
        return report.serialize(_RDF[job.report]).decode("utf-8")
    return report.text(job.language)


def _fields(met: Exception) -> dict[str, object]:
    if not isinstance(met, loading.InputError):
        return {}
    problems = [
        {**each.where.facts(), "problem": each.said.key, "messages": {name: each.said.say(name) for name in LANGUAGES}}
        for each in met.problems
    ]
    return {"problems": problems}


def main(arguments: list[str]) -> None:
    """
    Make changes until the other end of the socket is closed: descriptor, folder, base, public address, versions kept,
    bytes of memory, deadline in seconds.
    """
    descriptor, folder, base, public, keep, memory, deadline = arguments
    channel = socket.socket(fileno=int(descriptor))
    worker.refuse_sockets()
    store = EmbeddedStore(Path(folder), keep=int(keep))
    _share_heaps()
    scribe = Scribe(store, Validator(), Iris(base), public, float(deadline) * _SHARE)
    worker.limit_memory(int(memory))
    while True:
        try:
            message, body = writes.receive(channel)
        except ConnectionError:
            os._exit(0)  # with whatever a thread still does: nobody waits for it
        threading.Thread(target=_serve, args=(scribe, channel, message, body), daemon=True).start()


def _share_heaps() -> None:
    """
    Let the threads of this process share a few heaps, where the C library can.

    It would reserve up to 128 MB of addresses for each thread, and the limit counts what is reserved: small changes would
    meet a limit of less than a gigabyte. Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _HEAPS)


def _serve(scribe: Scribe, channel: socket.socket, message: bytes, descriptor: int | None) -> None:
    # In a thread, so that the end of the web process is noticed while the engine works.
    answered = False
    try:
        job = Job.decode(message)
        if descriptor is None:
            reply = scribe.reply(job, None)
        else:
            with os.fdopen(descriptor, "rb") as body:
                body.seek(0)  # the place in the file is shared with whoever wrote it
                reply = scribe.reply(job, body)
        writes.send(channel, reply.encode())
        answered = True
    finally:
        if not answered:  # unforeseen: told by ending, and the next process begins clean
            traceback.print_exc()
            os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
