"""
The table that the benchmarks print: one row per figure, one column per size, and how the figure grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

_SMALL, _LARGE = 10, 1000
Value = float | str | None


@dataclass
class Table:
    """Rows under *sizes*, which are numbers of measures."""

    sizes: Sequence[int]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def heading(self, words: str) -> None:
        """Begin a group of rows."""
        self.rows.append((words,))

    def row(self, words: str, unit: str, values: Sequence[Value]) -> None:
        """One figure at each size: a number, words in its place, or None where it was not measured."""
        first, last = values[0], values[-1]
        ratio = ""
        if isinstance(first, int | float) and isinstance(last, int | float) and first:
            ratio = f"{number(last / first)} x"
        self.rows.append((words, *map(number, values), unit, ratio))

    def __str__(self) -> str:
        """The table as Markdown, aligned so that it is read as it stands."""
        header = ("", *(f"{size:,} measures" for size in self.sizes), "unit", "ratio")
        return aligned(header, self.rows, len(self.sizes))


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], figures: int) -> str:
    """
    A table as Markdown, its columns aligned: the first to the left, the *figures* behind it to the right.

    A row that is shorter than the *header* is filled with empty cells.
    """
    full = [tuple(header), *((*row, *[""] * (len(header) - len(row))) for row in rows)]
    widths = [max(len(row[at]) for row in full) for at in range(len(header))]
    lines = [
        "| " + " | ".join(
            cell.rjust(width) if 1 <= at <= figures else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ) + " |"
        for row in full
    ]  # fmt: skip
    rule = "|".join("-" * (width + 1) + (":" if 1 <= at <= figures else "-") for at, width in enumerate(widths))
    return "\n".join((lines[0], f"|{rule}|", *lines[1:]))


def number(value: Value) -> str:
    """A figure with as many digits as it deserves."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if abs(value) >= _LARGE:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _SMALL else f"{value:.2f}"
