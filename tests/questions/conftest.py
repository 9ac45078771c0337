"""
What is asked: the curated facts, and a small world of toys, each with what the rules derive, as a published version.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat
from pyoxigraph import parse as parse_rdf

from loaders import curated, inference, vocabulary
from ontology.iris import Iris
from ontology.namespaces import PROJECT
from sparql.embedded import EmbeddedStore
from sparql.queries import find
from sparql.store import Snapshot

DATA = Path(__file__).parents[2] / "data"
TOYS = Path(__file__).parent / "toys"

Row = dict[str, str]
Ask = Callable[..., list[Row]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asks saved queries of one version, and reads the answers in short words."""

    snapshot: Snapshot
    iris: Iris

    def __call__(self, slug: str, **values: str) -> list[Row]:
        """The rows of the answer: things by their path under ``id/``, empty cells as the empty string."""
        query = find(slug)
        found = self.snapshot.query(query.text, query.bind(values, self.iris), base_iri=self.iris.base)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: self._short(solution[name]) for name in names} for solution in found]

    def _short(self, term: object) -> str:
        if isinstance(term, NamedNode):
            return self.iris.path(term) or term.value.removeprefix(PROJECT)
        return term.value if isinstance(term, Literal) else ""


def _published(folder: Path, iris: Iris, graphs: Mapping[NamedNode, list[Quad]]) -> EmbeddedStore:
    store = EmbeddedStore(folder)
    with store.draft("questions") as draft:
        for each in (graphs, vocabulary.read(iris)):
            for graph, quads in each.items():
                draft.replace_graph(graph, quads)
        inference.derive(draft, iris.graph("inferred"))
        draft.commit("questions", "to be asked")
    return store


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks the curated facts of ``data/``."""
    iris = Iris()
    graphs = {graph: list(quads) for graph, quads in curated.read(DATA, iris).items()}
    with _published(tmp_path_factory.mktemp("facts"), iris, graphs).snapshot() as snapshot:
        yield Asked(snapshot, iris)


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks the small world of ``toys/world.trig``, which has a base of its own."""
    iris = Iris("https://toy.example/")
    graphs: dict[NamedNode, list[Quad]] = {}
    for quad in parse_rdf(path=TOYS / "world.trig", format=RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        graphs.setdefault(quad.graph_name, []).append(quad)
    with _published(tmp_path_factory.mktemp("toys"), iris, graphs).snapshot() as snapshot:
        yield Asked(snapshot, iris)
