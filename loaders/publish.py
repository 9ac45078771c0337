"""
The one write path: every change of the published dataset is made, inferred upon, judged and committed here.

Every verb of `Publisher` ends in one of three values: `Published`, `Refused` (the shapes were violated; nothing was
published) or `Unchanged` (there was nothing to do). Errors (`loaders.errors`) mean that no
verdict was reached; nothing was published.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad

from loaders import catalogue, curated, inference, provenance
from loaders.amendment import Amendment, Condition, Replace
from loaders.digest import digest
from loaders.edition import Edition
from loaders.ownership import RESERVED, Ownership, refuse_blank
from loaders.verdict import Clock, Outcome, Published, Refused, Step, Unchanged, Validator
from ontology import modules
from ontology.iris import Iris
from shapes.report import Report
from sparql.store import PATIENCE, Draft, GraphName, Store

__all__ = [
    "NO_DATA",
    "RESERVED",
    "Graphs",
    "Outcome",
    "Published",
    "Publisher",
    "Refused",
    "Step",
    "Unchanged",
    "Validator",
]

Graphs: TypeAlias = Mapping[NamedNode, Sequence[Quad]]
NO_DATA = "none"
"""The digest of a build from nothing."""


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

    @property
    def owner(self) -> Ownership:
        """Whose each graph is."""
        return Ownership(self.iris)

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
        clock = Clock(self.step)
        made_from = digest(folder, self.iris)
        current = self.store.current()
        if current is not None and current.digest == made_from:
            return Unchanged(current)
        with clock.timed("read"):
            graphs = dict(modules.read(self.iris)) | dict(curated.read(folder, self.iris, texts))
            graphs[self.iris.graph("catalog")] = catalogue.read(graphs, self.iris)
        return self.replace_built(graphs, why, made_from, clock)

    def replace_built(self, graphs: Graphs, why: str, made_from: str, clock: Clock | None = None) -> Outcome:
        """
        Publish *graphs* as all that a build makes; *made_from* is its digest. The last part of `build`, for any source.
        """
        clock = clock or Clock(self.step)
        for quads in graphs.values():
            refuse_blank(quads)
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
                for graph in filter(self.owner.ours, others):
                    stated += provenance.of_entry(graph, draft.quads(graph), self.iris)
                draft.drop_graph(prov)
                draft.change_graph(prov, stated, ())
            with clock.timed("infer"):
                inference.derive(draft, inferred)
            with clock.timed("validate"):
                asserted = [quad for quads in (*graphs.values(), stated) for quad in quads]
                asserted += self.owner.concerned(chain(draft.quads(DefaultGraph()), *map(draft.quads, others)))
                report = self.validator.full(asserted, draft.quads(inferred), ask=draft.query, today=self.today)
                report = self.owner.told(report, draft)
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
        clock = Clock(self.step)
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
        return self.amend(_entries(graphs), why)

    def withdraw(self, graphs: Iterable[NamedNode], why: str) -> Outcome:
        """
        Take *graphs* away, in one version. Refused while other graphs point at what they describe.

        Raises:
            ReservedGraphError: One of them is written by the build alone.
            UnknownGraphError: One of them is not there.
        """
        return self.amend(Replace(dict.fromkeys(graphs, ())), why)

    def amend(self, amendment: Amendment, why: str, condition: Condition | None = None) -> Outcome:
        """
        Make *amendment*, whole or not at all, if *condition* is met when no other publisher can come between.

        Of the graphs that it has really changed, those of the project are judged and their origin is recorded; of other
        people's graphs, what they say of the project's things or in its words is judged.

        Raises:
            ReservedGraphError: It would change what is written by the build alone.
            BlankNodeError: A node in a graph of the project has no IRI.
            ForeignThingError: A graph of the project would speak of a thing that another one describes.
            ConditionError: The condition is not met.
            UnknownGraphError: A graph to be taken away is not there.
            OtherGraphError: It would change more than the graph that it is about.
            QueryError: It is an update that may not be run, or cannot.
            StoreBusy: Another publisher was not done when the deadline had passed.
            StoreFull: The disk is full.
        """
        clock = Clock(self.step)
        with self._judged(amendment, clock, condition) as (draft, report):
            if report is None:
                return Unchanged(draft.base)
            if not report.conforms:
                return Refused(report, {**clock.times, **draft.times})
            clock.begin("flip")
            version = draft.commit(self.who, why)
            return Published(version, report, {**clock.times, **draft.times}, draft.base)

    def rollback(self, number: int, why: str) -> Outcome:
        """
        Publish version *number* again, as the newest.

        Raises:
            UnknownVersion: There is no such version.
        """
        current = self.store.current()
        if current is not None and current.number == number:
            return Unchanged(current)
        clock = Clock(self.step)
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
        with self._judged(_entries(graphs), Clock(self.step), None) as (_, report):
            return report or Report(())

    def judge_alone(self, graphs: Graphs) -> Report:
        """
        The report on *graphs* by themselves: nothing is known but the vocabulary, so a link out of them leads nowhere.

        Raises:
            BlankNodeError: A node has no IRI.
        """
        with Clock(self.step).timed("validate"):
            written = [
                Quad(quad.subject, quad.predicate, quad.object, graph)
                for graph, quads in graphs.items()
                for quad in quads
            ]
            refuse_blank(written)
            return self.validator.full(written, (), ask=None, today=self.today)

    @contextmanager
    def _judged(
        self, amendment: Amendment, clock: Clock, condition: Condition | None
    ) -> Iterator[tuple[Draft, Report | None]]:
        """A draft in which *amendment* is made, with the report on it; no report when it changes nothing."""
        for graph in amendment.targets:
            self.owner.refuse_reserved(graph)
        clock.begin("copy")
        with self.store.draft(self.who, self.deadline) as draft:
            if condition is not None:
                condition.check(draft.base)
            with clock.timed("apply"):
                touched = draft.changed(amendment.apply(draft))
                edition = Edition.of(draft, self.store, touched, amendment.written, self.owner)
                edition.attribute(draft)
            if not touched:
                yield draft, None
                return
            with clock.timed("infer"):
                if draft.base is None or draft.base.digest != NO_DATA:
                    inference.rederive(draft, self.iris.graph("inferred"), edition.rules_see(draft))
            with clock.timed("validate"):
                report = Report(())
                if edition.concerns_us:
                    found = self.validator.entry(edition.before, edition.after, draft.query, today=self.today)
                    report = self.owner.told(found, draft)
            yield draft, report


def _entries(graphs: Graphs) -> Replace:
    """Entries: graphs in which every node has an IRI, whoever they belong to."""
    for quads in graphs.values():
        refuse_blank(quads)
    return Replace(cast(Mapping[GraphName, Sequence[Quad]], graphs))
