"""
How much input is read at all.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds on one file: bytes on disk; bytes once unpacked, parts and tags of a workbook; rows, columns, characters of a
    cell.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    parts: int = 2_000
    tags: int = 12_000_000
    rows: int = 200_000
    columns: int = 200
    cell_characters: int = 32_767


DEFAULT = Limits()
