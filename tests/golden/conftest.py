"""
Golden files: what is published, as text whose differences a person reads. ``make golden`` writes them again.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[str, bytes], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--regenerate``."""
    parser.addoption("--regenerate", action="store_true", help="write the golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """A function that compares bytes with the golden file of that name, or writes it with ``--regenerate``."""

    def compare(name: str, found: bytes) -> None:
        file = Path(__file__).with_name(name)
        if request.config.getoption("--regenerate", default=False):
            file.write_bytes(found)
        assert file.read_text(encoding="utf-8") == found.decode("utf-8"), 'run "make golden" and read what has changed'

    return compare
