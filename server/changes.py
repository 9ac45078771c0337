"""
What has become of changes, counted and timed for Prometheus.
"""

from enum import StrEnum

from prometheus_client import Histogram

from server.writes import Reply, WriteError, WriterLost, WriteTimeout
from sparql.errors import Overloaded, QueryError, StoreError

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_CHANGES = Histogram(
    "hankinta_write_seconds",
    "From the request to the end of a change, waiting for others included, by what became of it.",
    ["outcome"],
    buckets=_SECONDS,
)


class Outcome(StrEnum):
    """How a change ended; but for the first, nothing was published."""

    MADE = "made"  # there is a new version
    UNCHANGED = "unchanged"  # what was asked for was there already
    REFUSED = "refused"  # it cannot be made as it was sent: the shapes, a condition, a syntax, a limit of size
    ERROR = "error"  # it might have been made: the deadline, a full disk, others in the way, a process lost


def outcome_of(end: Reply | BaseException) -> Outcome:
    """The outcome of a change that ended with *end*, a reply that tells of no error or what was raised."""
    match end:
        case Reply():
            return Outcome.MADE if end.now else Outcome.UNCHANGED
        case WriteTimeout() | WriterLost() | Overloaded() | StoreError():
            return Outcome.ERROR
        case WriteError() | QueryError():
            return Outcome.REFUSED
        case _:
            return Outcome.ERROR


def count(end: Reply | BaseException, seconds: float) -> None:
    """Count a change that ended with *end* after *seconds*."""
    _CHANGES.labels(outcome_of(end)).observe(seconds)
