"""What several modules of unit tests look at."""

import pytest

from ontology.iris import Iris
from ontology.modules import read
from tests.unit.judge import Judge


@pytest.fixture(scope="session")
def graphs():
    """The vocabulary as it is published."""
    return read(Iris())


@pytest.fixture(scope="session")
def statements(graphs):
    """Every statement of the vocabulary, without graph names."""
    return {(quad.subject, quad.predicate, quad.object) for graph in graphs.values() for quad in graph}


@pytest.fixture
def judge():
    """A judge who finds nothing until told otherwise."""
    return Judge()
