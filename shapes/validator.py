"""
The validator: whole datasets and single entries, judged by the shapes of a profile.

Node by node, pySHACL judges what was *written* (quads as the parser gave them: the store rewrites literals). Rules
about the whole graph run as one query each. Vocabulary is known while judging data, and judged only by its own
shapes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from pyoxigraph import Dataset, Literal, NamedNode, Quad, Triple

from ontology.namespaces import CONCEPT, DEF, SHAPE, term
from shapes import focus, labels, sources, whole
from shapes.engine import Engine, Task
from shapes.jobs import Job, Raw
from shapes.library import Profile, library, profile
from shapes.messages import messages
from shapes.report import Finding, Report, Term, Words
from shapes.whole import Ask

_VOCABULARY = tuple("/graph/" + name for name in ("ontology", "align", "mappings", "vocab"))
_CATALOGUE = "/graph/catalog"
_TODAY = (NamedNode(SHAPE + "validation"), NamedNode(SHAPE + "today"))

Labels = Callable[[Iterable[NamedNode]], Mapping[Term, Words]]


class Validator:
    """
    Judges data with the shapes of this package.

    It keeps worker processes: close it, or use it as a context manager.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or Engine()
        self._library = library()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker processes."""
        self._engine.close()

    def full(
        self,
        asserted: Iterable[Quad],
        inferred: Iterable[Quad] = (),
        *,
        ask: Ask | None = None,
        name: str = "dataset",
        today: dt.date | None = None,
    ) -> Report:
        """
        The report on a whole dataset.

        *asserted* are the quads of every graph but the inferred one, as written; graphs of vocabulary among them are
        judged by the shapes for vocabulary, the catalogue is not judged here. Whole-graph rules are asked of *ask* (all
        statements, the inferred ones included), or of the quads given when there is none. *name* is the profile.
        Without *today* nothing is said about dates that have passed.

        Raises:
            EngineError: No verdict could be reached.
        """
        chosen = profile(name)
        data, terms = _split(asserted)
        rules = [shape for shape in self._library.of(chosen.whole) if shape.query]
        jobs = _jobs(chosen)
        if ask is None:
            jobs += [Job(shape.file, "combined", shape.iri) for shape in rules]
        statements = (*(quad.triple for quad in data), *_clock(today))
        raws, rows = self._engine.run(Task(statements, [quad.triple for quad in inferred], None, jobs))
        found = [self._finding(raw) for raw in raws]
        if ask is None:
            found += [finding for shape in rules for finding in whole.read(shape, rows[shape.iri])]
        else:
            found += whole.findings(rules, ask)
        found += sources.findings(self._library, data)
        if terms:
            jobs = [Job(file, "asserted") for file in chosen.vocabulary]
            raws, _ = self._engine.run(Task([quad.triple for quad in terms], (), None, jobs, context=False))
            found += map(self._finding, raws)
        return self._report(found, lambda nodes: labels.of(nodes, (*data, *terms)))

    def entry(
        self,
        before: Iterable[Quad],
        written: Iterable[Quad],
        ask: Ask,
        *,
        name: str = "entry",
        today: dt.date | None = None,
    ) -> Report:
        """
        The report on a change: the quads *before*, of the graphs that it touches, were replaced by those *written*.

        Judged are the changed nodes and the nodes whose judgement leads over a changed statement: by each whole-graph
        rule those that it can find something else about than before. What was amiss elsewhere is not found again.
        *ask* speaks of all statements as they would be after the change, the inferred ones included.

        Raises:
            EngineError: No verdict could be reached.
        """
        chosen = profile(name)
        before, written = list(before), list(written)
        shapes = self._library.of((*chosen.asserted, *chosen.combined))
        nodes = _things(focus.affected(before, written, shapes, ask))
        known = focus.extract(nodes, written, shapes, ask)
        raws, _ = self._engine.run(Task((*known.asserted, *_clock(today)), known.inferred, nodes, _jobs(chosen)))
        found = [self._finding(raw) for raw in raws]
        for rule in self._library.of(chosen.whole):
            near = nodes | _things(focus.affected(before, written, (rule,), ask))
            found += whole.bound(rule, focus.targeted(rule, near, ask), ask)
        found += sources.findings(self._library, written, ask)
        return self._report(found, lambda nodes: labels.asked(nodes, ask))

    def _finding(self, raw: Raw) -> Finding:
        shape = self._library.shapes.get(raw.shape)
        graph = self._library.graph(shape.file) if shape else Dataset()
        return Finding(
            focus=raw.focus,
            path=raw.path,
            value=raw.value,
            shape=raw.shape,
            severity=raw.severity,
            messages=messages(graph, raw.shape, raw.messages),
            component=raw.component,
            names=shape.names if shape else {},
            rules=shape.rules if shape else (),
        )

    def _report(self, found: Iterable[Finding], names: Labels) -> Report:
        found = list(found)
        nodes = {node for finding in found for node in (finding.focus, finding.value) if isinstance(node, NamedNode)}
        shapes = [self._library.shapes[iri] for iri in {finding.shape for finding in found} & set(self._library.shapes)]
        paths = {shape.iri: shape.path_description for shape in shapes if shape.path_description}
        return Report.of(found, names(nodes), paths)


def _things(nodes: Iterable[NamedNode]) -> frozenset[NamedNode]:
    """*nodes* without terms and concepts, which are judged by the shapes for vocabulary."""
    return frozenset(node for node in nodes if not node.value.startswith((DEF, CONCEPT)))


def _jobs(chosen: Profile) -> list[Job]:
    return [Job(file, "asserted") for file in chosen.asserted] + [Job(file, "combined") for file in chosen.combined]


def _split(quads: Iterable[Quad]) -> tuple[list[Quad], list[Quad]]:
    """The data and the vocabulary among *quads*; the catalogue is left out."""
    data: list[Quad] = []
    terms: list[Quad] = []
    for quad in quads:
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        if not name.endswith(_CATALOGUE):
            (terms if name.endswith(_VOCABULARY) else data).append(quad)
    return data, terms


def _clock(today: dt.date | None) -> tuple[Triple, ...]:
    """The day of the validation, as the statement that rules about dates look for."""
    if today is None:
        return ()
    return (Triple(*_TODAY, Literal(today.isoformat(), datatype=term("xsd:date"))),)
