"""What a hypervisor keeps from this machine."""

from pathlib import Path

import pytest

from benchmarks import steal
from benchmarks.steal import Watch, stolen


def test_seconds_are_read_from_the_first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The eighth counter of all processors together, in steps of which the system makes so many a second."""
    counters = tmp_path / "stat"
    counters.write_text("cpu  1 2 3 4 5 6 7 250 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
    monkeypatch.setattr(steal, "_COUNTERS", counters)
    monkeypatch.setattr(steal.os, "sysconf", {"SC_CLK_TCK": 100}.__getitem__)

    assert 2.5 == stolen()


@pytest.mark.parametrize("text", [None, "", "cpu  1 2 3 4\n"], ids=["no file", "empty", "short"])
def test_nothing_is_stolen_where_nobody_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    """A system without the counter, or an old one that has fewer, loses nothing that we know of."""
    if text is not None:
        (tmp_path / "stat").write_text(text)
    monkeypatch.setattr(steal, "_COUNTERS", tmp_path / "stat")

    assert 0 == stolen()


def test_what_was_stolen_since_is_told_by_the_look_before() -> None:
    """Between two looks it could have been at any moment, so all of it counts."""
    shown = iter([(0.0, 5.0), (1.0, 5.0), (2.0, 5.1), (3.0, 5.1)])
    times, counts = zip(*shown, strict=True)
    watch = Watch(iter(times).__next__, iter(counts).__next__)
    for _ in range(3):
        watch.look()

    assert [0.1, 0.1, 0, 0] == [round(watch.since(time), 3) for time in (0.0, 1.5, 2.0, 9.0)]
