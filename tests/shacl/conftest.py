"""Fixtures for judging small pieces of data, and a small curated dataset."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store, Variable

from loaders import curated
from ontology import modules
from ontology.iris import Iris
from shapes.engine import Engine
from shapes.report import Term
from shapes.validator import Validator

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
IRIS = Iris()


class Statements:
    """Quads that can be asked, as a draft of the next version can."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = Store()
        self._store.extend(quads)

    def add(self, quad: Quad) -> None:
        """State *quad* as well."""
        self._store.add(quad)

    def remove(self, quad: Quad) -> None:
        """State *quad* no longer."""
        self._store.remove(quad)

    def __call__(self, text: str, *, substitutions: Mapping[Variable, Term]) -> object:
        """The solutions of a query over the union of all graphs."""
        return self._store.query(text, substitutions=substitutions, use_default_graph_as_union=True)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """One worker process for all cases of a test process."""
    with Engine(processes=1, deadline=120) as engine:
        yield engine


@pytest.fixture(scope="session")
def validator(engine: Engine) -> Validator:
    """A validator on the one worker process."""
    return Validator(engine)


@pytest.fixture(scope="session")
def curated_graphs() -> Mapping[NamedNode, tuple[Quad, ...]]:
    """Five measures of the action programme with all that belongs to them, by graph."""
    return {name: tuple(quads) for name, quads in curated.read(FIVE, IRIS).items()}


@pytest.fixture(scope="session")
def vocabulary_quads() -> tuple[Quad, ...]:
    """The graphs of the vocabulary."""
    return tuple(quad for quads in modules.read(IRIS).values() for quad in quads)
