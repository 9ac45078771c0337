"""
The one write path: every change of the published dataset is made, inferred upon, judged and committed here.

Every verb of `Publisher` ends in one of three values: `Published`, `Refused` (the shapes were violated; nothing was
published) or `Unchanged` (there was nothing to do). Errors (`loaders.errors`) mean that no
verdict was reached; nothing was published.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from loaders import catalogue, curated, inference, provenance
from loaders.digest import digest
from loaders.errors import BlankNodeError, ForeignThingError, ReservedGraphError, UnknownGraphError
from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import term
from shapes.report import Report
from sparql.diff import Change, change
from sparql.store import PATIENCE, Draft, Store, Version

Graphs: TypeAlias = Mapping[NamedNode, Sequence[Quad]]
Step: TypeAlias = Callable[[str], None]
RESERVED = ("ontology", "align", "mappings", "vocab", "inferred", "prov", "catalog")
NO_DATA = "none"
"""The digest of a build from nothing."""


class Validator(Protocol):
    """Who judges: `shapes.validator.Validator`, or another with the same two verbs."""

    def full(self, asserted: Iterable[Quad], inferred: Iterable[Quad], *, ask: Any, today: dt.date | None) -> Report:
        """The report on a whole dataset: *asserted* as written, *inferred*, and *ask* to query both."""
        ...

    def entry(self, before: Iterable[Quad], written: Iterable[Quad], ask: Any, *, today: dt.date | None) -> Report:
        """The report on graphs that held *before* and now hold *written*; *ask* queries the dataset as changed."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """A new *version* is served. *times* has the seconds that each step took; *report* may hold warnings."""

    version: Version
    report: Report | None
    times: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Refused:
    """The *report* has violations, and nothing was published."""

    report: Report
    times: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What was asked for is what *version* holds already; None when there is none."""

    version: Version | None


Outcome: TypeAlias = Published | Refused | Unchanged


@dataclass(frozen=True, slots=True)
class Publisher:
    """
    The write path into one *store*, with *validator* for judge.

    *who* is recorded with every version. *step* is told the name of each step as it begins: ``read``, ``copy``,
    ``apply``, ``infer``, ``validate``, ``flip``. *deadline* is how long to wait for other publishers, in seconds.
    Without *today* nothing is said of dates that have passed.
    """

    store: Store
    validator: Validator
    iris: Iris
    who: str
    step: Step = lambda _: None
    deadline: float = PATIENCE
    today: dt.date | None = None

    def build(self, folder: Path, why: str, texts: Path | None = None) -> Outcome:
        """
        Publish the tables in *folder* with all that belongs to them, unless nothing they are made from has changed.

        The graphs that builds make are replaced, those no longer made are dropped, other people's graphs stay.
        *texts* is the folder of the source texts, in which evidence is looked up.

        Raises:
            InputError: The tables cannot be read as they are.
            StoreBusy: Another publisher was not done when the deadline had passed.
            StoreFull: The disk is full.
        """
        clock = _Clock(self.step)
        made_from = digest(folder, self.iris)
        current = self.store.current()
        if current is not None and current.digest == made_from:
            return Unchanged(current)
        with clock.timed("read"):
            graphs = dict(modules.read(self.iris)) | dict(curated.read(folder, self.iris, texts))
            graphs[self.iris.graph("catalog")] = catalogue.read(graphs, self.iris)
        return self.replace_built(graphs, why, made_from, clock)

    def replace_built(self, graphs: Graphs, why: str, made_from: str, clock: "_Clock | None" = None) -> Outcome:
        """
        Publish *graphs* as all that a build makes; *made_from* is its digest. The last part of `build`, for any source.
        """
        clock = clock or _Clock(self.step)
        _check(graphs)
        clock.begin("copy")
        with self.store.draft(self.who, self.deadline) as draft:
            if draft.base is not None and draft.base.digest == made_from:
                return Unchanged(draft.base)
            inferred, prov = self.iris.graph("inferred"), self.iris.graph("prov")
            with clock.timed("apply"):
                for graph in provenance.built(draft, self.iris) - graphs.keys():
                    draft.drop_graph(graph)
                for graph, quads in graphs.items():
                    draft.replace_graph(graph, quads)
                others = [graph for graph in draft.graphs() if graph not in {*graphs, inferred, prov}]
                stated = provenance.of_build(graphs, self.iris)
                for graph in others:
                    stated += provenance.of_entry(graph, draft.quads(graph), self.iris)
                draft.drop_graph(prov)
                draft.change_graph(prov, stated, ())
            with clock.timed("infer"):
                inference.derive(draft, inferred)
            with clock.timed("validate"):
                asserted = [quad for quads in (*graphs.values(), stated) for quad in quads]
                asserted += chain(draft.quads(DefaultGraph()), *map(draft.quads, others))
                report = self.validator.full(asserted, draft.quads(inferred), ask=draft.query, today=self.today)
            if not report.conforms:
                return Refused(report, {**clock.times, **draft.times})
            clock.begin("flip")
            draft.compact()
            return Published(draft.commit(self.who, why, made_from), report, {**clock.times, **draft.times})

    def clear(self, why: str) -> Outcome:
        """
        Publish a version without a single statement, for people who bring their own data.

        Like a build it is done once: what has been written since stays when it is asked for again.
        """
        clock = _Clock(self.step)
        clock.begin("copy")
        with self.store.draft(self.who, self.deadline) as draft:
            if draft.base is not None and draft.base.digest == NO_DATA:
                return Unchanged(draft.base)
            with clock.timed("apply"):
                for graph in draft.graphs():
                    draft.drop_graph(graph)
                draft.drop_graph(DefaultGraph())
            clock.begin("flip")
            return Published(draft.commit(self.who, why, NO_DATA), None, {**clock.times, **draft.times})

    def publish(self, graphs: Graphs, why: str) -> Outcome:
        """
        Publish each of *graphs* whole, in one version, in place of what was there under its name.

        Raises:
            ReservedGraphError: One of them is written by the build alone.
            BlankNodeError: A node has no IRI.
            ForeignThingError: One of them speaks of a thing that another graph describes.
            StoreBusy: Another publisher was not done when the deadline had passed.
            StoreFull: The disk is full.
        """
        self._check_entries(graphs)
        return self._replace(graphs, why)

    def withdraw(self, graphs: Iterable[NamedNode], why: str) -> Outcome:
        """
        Take *graphs* away, in one version. Refused while other graphs point at what they describe.

        Raises:
            ReservedGraphError: One of them is written by the build alone.
            UnknownGraphError: One of them is not there.
        """
        gone = list(graphs)
        for graph in gone:
            self._refuse_reserved(graph)
        return self._replace(dict.fromkeys(gone, ()), why)

    def rollback(self, number: int, why: str) -> Outcome:
        """
        Publish version *number* again, as the newest.

        Raises:
            UnknownVersion: There is no such version.
        """
        current = self.store.current()
        if current is not None and current.number == number:
            return Unchanged(current)
        clock = _Clock(self.step)
        with clock.timed("flip"):
            version = self.store.rollback(number, self.who, why, self.deadline)
        return Published(version, None, clock.times)

    def judge(self, graphs: Graphs) -> Report:
        """
        The report on *graphs* as `publish` would get it, in a draft that is thrown away; empty if nothing changes.

        Raises:
            ReservedGraphError: One of them is written by the build alone.
            BlankNodeError: A node has no IRI.
            StoreBusy: Another publisher was not done when the deadline had passed.
        """
        self._check_entries(graphs)
        with self._judged(graphs, _Clock(self.step)) as (_, report):
            return report or Report(())

    def judge_alone(self, graphs: Graphs) -> Report:
        """
        The report on *graphs* by themselves: nothing is known but the vocabulary, so a link out of them leads nowhere.

        Raises:
            BlankNodeError: A node has no IRI.
        """
        _check(graphs)
        with _Clock(self.step).timed("validate"):
            written = [quad for graph, quads in graphs.items() for quad in _in_graph(quads, graph)]
            return self.validator.full(written, (), ask=None, today=self.today)

    def _replace(self, graphs: Graphs, why: str) -> Outcome:
        clock = _Clock(self.step)
        with self._judged(graphs, clock) as (draft, report):
            if report is None:
                return Unchanged(draft.base)
            if not report.conforms:
                return Refused(report, {**clock.times, **draft.times})
            clock.begin("flip")
            return Published(draft.commit(self.who, why), report, {**clock.times, **draft.times})

    @contextmanager
    def _judged(self, graphs: Graphs, clock: "_Clock") -> Iterator[tuple[Draft, Report | None]]:
        """A draft in which *graphs* are in place, with the report on it; no report when they change nothing."""
        clock.begin("copy")
        with self.store.draft(self.who, self.deadline) as draft:
            for graph, quads in graphs.items():
                self._refuse_foreign(draft, graph, quads)
            with clock.timed("apply"):
                before = {graph: list(draft.quads(graph)) for graph in graphs}
                for graph, quads in graphs.items():
                    if not quads and not before[graph]:
                        raise UnknownGraphError(graph)
                changes = [self._apply(draft, graph, before[graph], quads) for graph, quads in graphs.items()]
                if any(changes):
                    changes += [self._attribute(draft, graph, quads) for graph, quads in graphs.items()]
            if not any(changes):
                yield draft, None
                return
            with clock.timed("infer"):
                inference.rederive(draft, self.iris.graph("inferred"), changes)
            with clock.timed("validate"):
                old = [quad for quads in before.values() for quad in quads]
                written = [quad for graph, quads in graphs.items() for quad in _in_graph(quads, graph)]
                report = self.validator.entry(old, written, draft.query, today=self.today)
            yield draft, report

    def _apply(self, draft: Draft, graph: NamedNode, before: Sequence[Quad], quads: Sequence[Quad]) -> Change:
        draft.replace_graph(graph, quads)
        return change(graph, before, draft.quads(graph))

    def _attribute(self, draft: Draft, graph: NamedNode, quads: Sequence[Quad]) -> Change:
        """Make ``graph/prov`` say who made *graph*; how that changed it."""
        prov = self.iris.graph("prov")
        stated = provenance.of_entry(graph, quads, self.iris) if quads else []
        found = change(prov, provenance.about(draft, graph, self.iris), stated)
        draft.change_graph(prov, found.added, found.removed)
        return found

    def _check_entries(self, graphs: Graphs) -> None:
        for graph in graphs:
            self._refuse_reserved(graph)
        _check(graphs)

    def _refuse_foreign(self, draft: Draft, graph: NamedNode, quads: Sequence[Quad]) -> None:
        """An entry speaks of its own things: what another graph describes keeps the evidence that it has there."""
        kind, inferred = term("rdf:type"), self.iris.graph("inferred")
        subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
        for subject in sorted(subjects, key=str):
            for quad in draft.pattern(subject, kind, None):
                if quad.graph_name not in {graph, inferred}:
                    raise ForeignThingError(subject, graph, quad.graph_name)

    def _refuse_reserved(self, graph: NamedNode) -> None:
        if graph in {self.iris.graph(name) for name in RESERVED}:
            raise ReservedGraphError(graph)


@dataclass(slots=True)
class _Clock:
    """Tells *step* what begins, and keeps what each step took, in seconds."""

    step: Step
    times: dict[str, float] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        self.step(name)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        self.begin(name)
        started = time.perf_counter()
        yield
        self.times[name] = time.perf_counter() - started


def _in_graph(quads: Iterable[Quad], graph: NamedNode) -> list[Quad]:
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]


def _check(graphs: Graphs) -> None:
    for quads in graphs.values():
        for quad in quads:
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise BlankNodeError(quad)
