"""The five packages are ours alone, whole in the wheel, and in nobody's way."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from server.settings import CHECKOUT

PACKAGES = ("ontology", "shapes", "loaders", "sparql", "server")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_the_name(package: str) -> None:
    """No installed distribution but this one brings a package of that name."""

    assert {"hankintaverkko"} >= set(packages_distributions().get(package, []))


def test_no_module_is_named_like_one_of_python() -> None:
    """No module of ours can be taken for one of the standard library."""
    modules = {path.stem for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")} | set(PACKAGES)

    assert set() == modules & set(sys.stdlib_module_names)


def test_wheel_holds_everything_that_is_read(tmp_path: Path) -> None:
    """The wheel has every file of the five packages that is no cache: shapes, rules, queries, templates and styles."""
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns("__pycache__", ".venv", "var", ".git", ".hypothesis", "*.egg-info")
    shutil.copytree(CHECKOUT, source, ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(tmp_path), str(source)], check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    files = {path.relative_to(source).as_posix() for package in PACKAGES for path in (source / package).rglob("*")}
    wanted = {name for name in files if (source / name).is_file() and "__pycache__" not in name}

    assert set() == wanted - held


def test_lock_file_names_no_address() -> None:
    """Dependencies are locked by name, version and hash; no address of a package index stands anywhere."""
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))

    assert "://" not in lock
    assert "--hash=sha256:" in lock
    direct = {
        name.partition("=")[0].partition(">")[0].partition("<")[0].lower()
        for name in project["project"]["dependencies"]
    }
    assert all(f"\n{name}==" in f"\n{lock.lower()}" for name in direct)
