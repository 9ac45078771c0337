"""
The hygiene checks of the vocabulary: each finds what it should, leaves alone what it should, and finds nothing in ours.
"""

from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store

from ontology.iris import Iris
from ontology.modules import MODULES, parsed, scheme_files

CHECKS = sorted(
    (file for file in (files("ontology") / "checks").iterdir() if file.name.endswith(".rq")), key=lambda file: file.name
)
TOYS = Path(__file__).parents[1] / "fixtures" / "checks"


def found(store, check):
    """The rows of *check* over all graphs of *store*."""
    solutions = store.query(check.read_text(encoding="utf-8"), use_default_graph_as_union=True)

    assert isinstance(solutions, QuerySolutions)
    assert ["focus", "error"] == [variable.value for variable in solutions.variables]
    return [(solution["focus"].value, solution["error"].value) for solution in solutions]


def toy(check, verdict):
    """The example of *check* that should or should not trigger it."""
    store = Store()
    store.load((TOYS / f"{check.name.removesuffix('-violation.rq')}-{verdict}.trig").read_bytes(), RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def vocabulary():
    """All modules, each in the graph named after it."""
    store = Store()
    names = [name for files_of_graph in MODULES.values() for name in files_of_graph] + list(scheme_files())
    quads: list[Quad] = [quad for name in names for quad in parsed(name, Iris())]
    store.extend(quads)
    return store


def test_every_check_is_listed_with_its_suffix():
    """A file of the folder is a check whose name says that it must return nothing."""
    names = {file.name for file in (files("ontology") / "checks").iterdir()}

    assert {check.name for check in CHECKS} == names
    assert all(name.endswith("-violation.rq") for name in names)


def test_every_toy_belongs_to_a_check():
    """No example is left over from a check that is gone."""
    stems = {check.name.removesuffix("-violation.rq") for check in CHECKS}

    assert {f"{stem}-{verdict}.trig" for stem in stems for verdict in ("should-trigger", "should-not-trigger")} == {
        file.name for file in TOYS.iterdir()
    }


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_check_triggers(check):
    """A check finds the mistake that its example makes, and says it in a sentence."""
    rows = found(toy(check, "should-trigger"), check)

    assert rows
    assert all(error[0].isupper() or error[0] == '"' or error.startswith("http") for _, error in rows)
    assert all(error.endswith(".") for _, error in rows)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_check_leaves_good_vocabulary_alone(check):
    """A check finds nothing in its good example."""
    assert [] == found(toy(check, "should-not-trigger"), check)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_vocabulary_passes(check, vocabulary):
    """The vocabulary of the project makes none of the mistakes that are checked."""
    assert [] == found(vocabulary, check)
