"""Changes are counted and timed for Prometheus, by what became of them; small ones need little."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.http.writable import TURTLE, Writable, at, writable

ONE = "<x:a> <x:p> 1 ."


@pytest.fixture
def service(built: Path, tmp_path: Path) -> Iterator[Writable]:
    """A service over the real data that may be written to."""
    shutil.copytree(built, tmp_path / "var", symlinks=True)
    with writable(tmp_path / "var", deadline=120.0, write_deadline=120.0) as started:
        yield started


def _counted(service: Writable) -> dict[str, float]:
    """How many changes had each outcome."""
    return {
        sample.labels["outcome"]: sample.value
        for family in text_string_to_metric_families(service.client.get("/metrics").text)
        for sample in family.samples
        if sample.name == "hankinta_write_seconds_count"
    }


def test_changes_are_counted_by_outcome(service: Writable) -> None:
    """A change that makes a version, one that changes nothing and one that is refused are told apart."""
    before = _counted(service)
    answers = [
        service.put("x:g", ONE),
        service.put("x:g", ONE),
        service.put("x:g", "<x:a> <x:p>"),
        service.send("DELETE", at("x:g"), If_Match='"other/ttl"'),
        service.send("PUT", at("x:g"), ONE, TURTLE, Authorization="Bearer none"),
    ]
    after = _counted(service)

    assert [201, 204, 400, 412, 401] == [each.status_code for each in answers]
    assert {"made": 1, "unchanged": 1, "refused": 2} == {
        outcome: number - before.get(outcome, 0) for outcome, number in after.items() if number > before.get(outcome, 0)
    }


@pytest.mark.long
def test_small_changes_fit_into_little_memory(built: Path, tmp_path: Path) -> None:
    """Four hundred megabytes are enough for one small change after the other, however many threads have come and gone."""
    shutil.copytree(built, tmp_path / "var", symlinks=True)
    with writable(tmp_path / "var", deadline=120.0, write_deadline=120.0, write_memory=400 << 20) as service:
        made = [service.put("x:g", f"<x:a> <x:p> {number} .").status_code for number in range(12)]
        refused = [service.update(f"INSERT DATA {{ <x:a> <x:p> {number} ").status_code for number in range(12)]

    assert [201, *[204] * 11] == made
    assert [400] * 12 == refused
