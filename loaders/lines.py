"""
Rows of text, before it is known which column is which.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """
    One row: its *number* and the text of its *cells*. *fractions* are the places, from 0, of cells in which the
    spreadsheet keeps a number with decimals, of which it may have dropped a zero: 1.10 is 1.1 there. *refused* are those
    of cells that a problem has been noted about; they read as empty.
    """

    number: int
    cells: Sequence[str]
    fractions: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
