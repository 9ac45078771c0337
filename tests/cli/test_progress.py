"""
What takes longer than a second shows that it goes on, to whoever watches.
"""

import os
import pty
import subprocess
import termios
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, environment

NEVER_ENDS = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(?c, ?f, ?i) = "") }'


def watched(var: Path, *arguments: object, **settings: str) -> str:
    """What ``hankinta`` writes to a terminal, on standard error."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        cwd=var.parent,
        env=environment(var) | settings,
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65_536):
            written += part
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    finally:
        os.close(ours)
    process.wait(60)
    return written.decode()


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A query that does not end by itself."""
    file = tmp_path / "slow.rq"
    file.write_text(NEVER_ENDS, encoding="utf-8")
    return file


@pytest.mark.long
@pytest.mark.usefixtures("hankinta")
def test_long_query_shows_its_seconds_on_a_terminal(tmp_path: Path, slow: Path) -> None:
    """A query that takes longer than a second shows how long it has taken, and the error in the end."""
    written = watched(tmp_path / "var", "query", slow, HANKINTA_DEADLINE="3")

    assert "query: 00:0" in written
    assert "3 seconds" in written


@pytest.mark.long
def test_build_shows_its_steps_on_a_terminal(tmp_path: Path) -> None:
    """A build shows a bar with the step that it is at."""
    written = watched(tmp_path / "var", "build")

    assert "build: " in written
    assert "validate" in written


@pytest.mark.long
def test_steps_have_finnish_names(tmp_path: Path) -> None:
    """The bar of a build names its steps in the language asked for."""
    written = watched(tmp_path / "var", "build", "--lang", "fi")

    assert "build: " in written
    assert "tarkistus" in written
    assert "validate" not in written


@pytest.mark.long
def test_nothing_is_drawn_where_nobody_watches(hankinta: Run, slow: Path) -> None:
    """Into a pipe goes the answer or the error alone, however long it takes."""
    refused = hankinta("query", slow, HANKINTA_DEADLINE="3")

    assert "00:0" not in refused.stderr
    assert "3 seconds" in refused.stderr
