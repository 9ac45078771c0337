"""
``make bench``: what loading, building and publishing cost, beside rdflib, at two sizes.

``python -m benchmarks.run --small`` takes less than a minute and says whether anything is out of proportion.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring import NOTHING, Bench, Measured, machine
from benchmarks.table import Table, Value

_MIB = 1 << 20
_STEPS = ("copy", "apply", "infer", "validate", "flip")
_LOADERS = ("load_rdflib", "load_memory", "load_disk")


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to measure. Times are in seconds: *budget* for everything, *task* for one task, *judging* for all full
    validations, of which *judged* gives the sizes.
    """

    sizes: tuple[int, int]
    judged: tuple[int, ...]
    budget: float
    task: float
    judging: float
    editions: int


FULL = Plan((10_000, 100_000), (100, 1_000, 10_000, 100_000), 1_740, 600, 600, 6)
SMALL = Plan((1_000, 5_000), (100,), 56, 30, 15, 3)


@dataclass(frozen=True, slots=True)
class Size:
    """Everything measured at one size."""

    measures: int
    generated: Measured
    loaded: dict[str, Measured]
    built: Measured
    copied: Measured
    published: Measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 0 when everything could be begun."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--small", action="store_true", help="two small sizes, less than a minute")
    plan = SMALL if parser.parse_args(arguments).small else FULL
    bench = Bench(plan.budget)
    words = machine()
    with tempfile.TemporaryDirectory(prefix="hankinta-bench-") as scratch:
        found = [_size(bench, plan, measures, Path(scratch)) for measures in plan.sizes]
        judged = _judged(bench, plan, Path(scratch))
    print(_report(found))
    print("\nFull validation, all shapes, pySHACL in two processes:")
    print("\n".join(f"- {line}" for line in judged))
    print(f"\n{words}")
    return 0


def _size(bench: Bench, plan: Plan, measures: int, scratch: Path) -> Size:
    file, root = scratch / f"{measures}.nq", scratch / f"versions-{measures}"
    generated = bench.run("generate", measures, file, deadline=plan.task)
    loaded = {}
    for loader in _LOADERS:
        target = () if loader != "load_disk" else (scratch / f"disk-{measures}",)
        loaded[loader] = bench.run(loader, file, *target, deadline=plan.task)
    built = bench.run("build", file, root, deadline=plan.task)
    copied = published = NOTHING
    if built.finished:
        copied = bench.run("copy", root, 7, deadline=plan.task)
        published = bench.run("publish", root, measures, 1, plan.editions, deadline=plan.task)
    return Size(measures, generated, loaded, built, copied, published)


def _judged(bench: Bench, plan: Plan, scratch: Path) -> list[str]:
    """How far full validation gets: one line per size, the last of which says why it is the last."""
    left, pace = plan.judging, 0.0  # seconds, seconds for each measure
    lines: list[str] = []
    for measures in plan.judged:
        allowed = min(left, bench.left)
        expected = pace * measures
        if expected >= allowed:
            needed = f"would take about {expected:,.0f} s" if expected else "no time"
            lines.append(f"{measures:,} measures: not begun; {needed}, {allowed:,.0f} s were left")
            break
        root = scratch / f"versions-{measures}"
        if not root.exists():
            file = scratch / f"{measures}.nq"
            bench.run("generate", measures, file, deadline=plan.task)
            bench.run("build", file, root, deadline=plan.task)
        done = bench.run("judge", root, allowed, deadline=allowed)
        left -= done.seconds
        if not done.finished:
            lines.append(f"{measures:,} measures: not done after {done.seconds:,.0f} s")
            break
        seconds, triples = float(done.last("seconds") or 0), int(done.last("triples") or 0)
        speed, found = f"{triples / seconds:,.0f} triples/s", f"{done.last('violations')} violations"
        lines.append(f"{measures:,} measures, {triples:,} asserted triples: {seconds:,.1f} s, {speed}, {found}")
        pace = seconds / measures
    return lines


def _report(found: Sequence[Size]) -> str:
    table = Table([size.measures for size in found])
    table.heading("**The file**, N-Quads with the vocabulary")
    table.row("asserted triples", "triples", [size.generated.last("triples") for size in found])
    table.row("size", "MiB", [_scaled(size.generated.last("bytes")) for size in found])
    table.row("generating it", "s", [size.generated.last("seconds") for size in found])
    table.heading("**Loading the file**, each in a process of its own")
    for loader, words in zip(_LOADERS, ("rdflib, memory", "engine, memory", "engine, disk"), strict=True):
        table.row(f"{words}: speed", "triples/s", [_speed(size, size.loaded[loader]) for size in found])
        table.row(f"{words}: peak memory", "MiB", [_scaled(size.loaded[loader].last("peak")) for size in found])
    for loader, words in zip(_LOADERS[1:], ("in memory", "on disk"), strict=True):
        ratios = [_ratio(_speed(s, s.loaded[loader]), _speed(s, s.loaded["load_rdflib"])) for s in found]
        table.row(f"engine {words}, times as fast as rdflib", "x", ratios)
        peaks = [_ratio(s.loaded["load_rdflib"].last("peak"), s.loaded[loader].last("peak")) for s in found]
        table.row(f"rdflib, times the memory of the engine {words}", "x", peaks)
    _building(table, found)
    _publishing(table, found)
    return str(table)


def _building(table: Table, found: Sequence[Size]) -> None:
    table.heading("**Building the version**, with inference, without validation")
    table.row("triples with the inferred ones", "triples", [size.built.last("triples") for size in found])
    table.row("speed, from file to version", "triples/s", [_speed(size, size.built) for size in found])
    table.row("peak memory", "MiB", [_scaled(size.built.last("peak")) for size in found])
    table.row("times the speed of rdflib loading it", "x", [
        _ratio(_speed(size, size.built), _speed(size, size.loaded["load_rdflib"])) for size in found
    ])  # fmt: skip
    for step in ("read", "copy", "apply", "infer", "flip"):
        table.row(step, "s", [(size.built.last("times") or {}).get(step) for size in found])
    table.row("all", "s", [size.built.last("seconds") or _cut(size.built) for size in found])


def _publishing(table: Table, found: Sequence[Size]) -> None:
    table.heading("**Publishing a change of one measure**, validated, median of all but the first")
    for step in _STEPS:
        table.row(step, "ms", [_median([each[step] for each in size.published.all("times")]) for size in found])
    table.row("all", "ms", [_median(size.published.all("total")) or _cut(size.published) for size in found])
    table.row("the first, which starts the processes that judge: all", "ms", [
        _milli((size.published.all("total") or [None])[0]) for size in found
    ])  # fmt: skip
    table.row("copy alone, median of 7 drafts", "ms", [_median(size.copied.all("copy"), 0) for size in found])


def _speed(size: Size, measured: Measured) -> Value:
    """Asserted triples per second."""
    seconds, triples = measured.last("seconds"), size.generated.last("triples")
    return triples / seconds if seconds and triples else _cut(measured)


def _cut(measured: Measured) -> str | None:
    """What to say of a task that was cut off: after how long, and in which step."""
    step = f" ({measured.last('step')})" if measured.last("step") else ""
    return f"not in {measured.seconds:,.0f} s{step}" if measured.seconds else None


def _ratio(one: Value, other: Value) -> Value:
    return one / other if isinstance(one, int | float) and isinstance(other, int | float) and other else None


def _scaled(value: Any) -> Value:
    return None if value is None else value / _MIB


def _milli(seconds: Any) -> Value:
    return None if seconds is None else 1000 * seconds


def _median(seconds: Sequence[float], skip: int = 1) -> Value:
    return 1000 * median(seconds[skip:]) if len(seconds) > skip else None


if __name__ == "__main__":
    sys.exit(main())
