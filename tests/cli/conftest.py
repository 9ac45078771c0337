"""
The command ``hankinta`` as a person runs it: a process of its own, with its settings in the environment.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = [sys.executable, "-c", "from server.cli import main; main()"]


def environment(var: Path) -> dict[str, str]:
    """The environment of this process with *var* as the folder of versions and no other setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANKINTA_")}
    return kept | {"HANKINTA_VAR": str(var), "LC_ALL": "C.UTF-8"}


def runner(var: Path, cwd: Path) -> Run:
    """A function that runs ``hankinta`` with some arguments, over the versions in *var*."""

    def run(*arguments: object, text: str | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
            cwd=cwd,
            env=environment(var) | settings,
        )

    return run


@pytest.fixture
def hankinta(built: Path, tmp_path: Path) -> Run:
    """The command over a copy of the built data."""
    var = tmp_path / "var"
    subprocess.run(["cp", "-a", str(built), str(var)], check=True)
    return runner(var, tmp_path)
