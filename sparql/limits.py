"""
What queries may take of the machine.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """
    *workers* queries run at once until they have worked for about *young* seconds; older ones, of which *long* run at once, have
    the time that the others leave. *waiting* more may queue for each of the two, *per_client* in all from one client, and *patience*
    is how long one waits for its first turn, in seconds. *deadline* is the longest a query may ask for, in seconds;
    *memory* is what one query may take beyond the data, in bytes; *in_memory* is the largest version, in triples, that is
    held in memory and not read from disk.
    """

    workers: int = 4
    long: int = 4
    waiting: int = 64
    per_client: int = 48
    young: float = 0.05
    patience: float = 10.0
    deadline: float = 30.0
    memory: int = 1 << 30
    in_memory: int = 4_000_000
