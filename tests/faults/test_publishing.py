"""
Publishing under attack: processes killed at random and at every step, two at once, a full disk.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from loaders import curated
from loaders.publish import Published
from ontology.iris import Iris
from sparql.canonical import stored
from sparql.embedded import EmbeddedStore
from tests.faults.publishing import ENTRIES, entry, publisher

SCRIPT = Path(__file__).with_name("publishing.py")
FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
LONGEST = 0.12  # seconds after the beginning of a publication within which a kill falls: about twice what it takes


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose first version holds the five measures of the fixture, and whose second has one entry more."""
    root = tmp_path_factory.mktemp("faults") / "store"
    publisher(root).replace_built(curated.read(FIVE, Iris()), "five measures", "five")
    publisher(root).publish(entry(0), "entry 0")
    return root


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    """A store of one's own with that content."""
    return Path(shutil.copytree(original, tmp_path / "store", symlinks=True))


def _started(root: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(root), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def _written(number: int) -> set[Quad]:
    return {quad for quads in entry(number).values() for quad in stored(quads)}


def _check(root: Path, acknowledged: int, number: int) -> None:
    """
    The store is whole: the newest version is the acknowledged one, or the one after it, with its entry in it.

    *number* is the entry that the publisher was busy with; what it had said to be published is *acknowledged*.
    """
    store = EmbeddedStore(root, keep=4)
    current = store.current()
    assert current is not None
    assert current.number in {acknowledged, acknowledged + 1}
    for version in store.versions():
        with store.snapshot(version.number) as snapshot:
            assert snapshot.damaged() == []
    last = int(current.why.removeprefix("entry "))
    assert last in {number, number - 1}
    with store.snapshot() as snapshot:
        assert {quad for graph in entry(last) for quad in snapshot.quads(graph)} == _written(last)


def _goes_on(root: Path, number: int) -> int:
    """The next publisher succeeds upon what is there, leaving nothing of the dead one; the new version's number."""
    before = EmbeddedStore(root).current()
    assert before is not None
    outcome = publisher(root).publish(entry(number), f"entry {number}")
    assert isinstance(outcome, Published)
    assert (outcome.version.parent, outcome.version.number) == (before.number, before.number + 1)
    assert list((root / "drafts").iterdir()) == []
    assert len(list((root / "versions").iterdir())) <= 4
    return outcome.version.number


def _kill_at_random(root: Path, kills: int) -> None:
    dice = random.Random(kills)  # noqa: S311 - dice, not keys
    newest, number = 2, 1
    for _ in range(kills):
        child = _started(root, "forever", number)
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(dice.randrange(1, 5))]
        time.sleep(dice.uniform(0, LONGEST))
        child.kill()
        lines += child.stdout.read().splitlines()
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
        number = max(int(line.split()[1]) for line in lines if line.startswith("publishing"))
        acknowledged = max([newest, *(int(line.split()[1]) for line in lines if line.startswith("published"))])
        _check(root, acknowledged, number)
        newest = _goes_on(root, number + 1)
        number += 2


def test_killed_at_random_twenty_times(root: Path) -> None:
    """A publisher killed at any moment, twenty times over, leaves a whole store that goes on."""
    _kill_at_random(root, 20)


@pytest.mark.long
def test_killed_at_random_two_hundred_times(root: Path) -> None:
    """A publisher killed at any moment, two hundred times over, leaves a whole store that goes on."""
    _kill_at_random(root, 200)


def _die(root: Path, step: int) -> bool:
    """Whether the publisher died at that file-system step, and did not finish before it."""
    child = _started(root, "die", step, 1)
    said, _ = child.communicate()
    if child.returncode == 0:
        return False
    assert child.returncode == -signal.SIGKILL
    acknowledged = 3 if "published 3" in said else 2
    _check(root, acknowledged, 1)
    _goes_on(root, 2)
    return True


@pytest.mark.long
def test_killed_at_every_step(original: Path, tmp_path: Path) -> None:
    """A publisher killed before any one of its steps on the file system leaves a whole store that goes on."""
    step = 1
    while _die(Path(shutil.copytree(original, tmp_path / str(step), symlinks=True)), step):
        shutil.rmtree(tmp_path / str(step))
        step += 1

    assert step > 20


def test_two_publishers_both_succeed(root: Path) -> None:
    """Two processes that publish at once queue: every publication succeeds, each upon the one before it."""
    children = [_started(root, "some", *numbers) for numbers in ((1, 2, 3), (14, 15, 16))]
    said = "".join(child.communicate()[0] for child in children)
    versions = EmbeddedStore(root, keep=4).versions()

    assert [child.returncode for child in children] == [0, 0]
    assert sorted(int(line.split()[1]) for line in said.splitlines() if line.startswith("published")) == [
        3,
        4,
        5,
        6,
        7,
        8,
    ]
    assert [version.parent for version in versions] == [4, 5, 6, 7]
    with EmbeddedStore(root).snapshot() as snapshot:
        assert snapshot.damaged() == []
        assert _entries(snapshot.graphs()) == {f"e{number % ENTRIES}" for number in (0, 1, 2, 3, 14, 15, 16)}


def _entries(graphs: list[NamedNode]) -> set[str]:
    return {graph.value.rpartition("/")[2] for graph in graphs if "/graph/entry/" in graph.value}


@pytest.mark.parametrize("limit", [0, 100, 5_000, 50_000, 300_000])
def test_full_disk_loses_nothing_and_says_so(root: Path, limit: int) -> None:
    """When no file may grow beyond a limit, the publisher says in one message that it is full; nothing is lost."""
    child = _started(root, "starve", limit, 1, 3000)
    said, _ = child.communicate()

    assert child.returncode == 0
    assert said.count("\n") == 1
    assert said.startswith("full: the disk is full: ")
    assert said.endswith("nothing was published and nothing is lost, free some space and publish again\n")
    _check(root, 2, 1)
    assert _goes_on(root, 1) == 3


def test_full_file_system_loses_nothing_and_says_so(original: Path, tmp_path: Path) -> None:
    """On a file system of its own that fills up, the last version that fitted is served whole; the failure is told."""
    commands = f"""
        mount -t tmpfs -o size=16m tmpfs {tmp_path} && cp -a {original} {tmp_path}/store &&
        exec {sys.executable} {SCRIPT} {tmp_path}/store fill
    """
    private = subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
    if private:
        command = ["unshare", "-rm", "sh", "-ec", commands]
    else:  # no file system of one's own to be had here: the same with a limit on each file
        command = [sys.executable, str(SCRIPT), str(shutil.copytree(original, tmp_path / "s", symlinks=True)), "starve"]
        command += ["300000", "1", "3000"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = found.stdout.splitlines()

    assert [line for line in lines if line.startswith("full: the disk is full: ")] == lines[-2 if private else -1 :][:1]
    assert not private or (lines[-1] == "damaged: " and any(line.startswith("published") for line in lines))
