"""
What the query pool counts, for Prometheus.
"""

from enum import StrEnum

from prometheus_client import Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Outcome(StrEnum):
    """How the work for a query ended."""

    ANSWERED = "answered"  # the worker has said all it had to say, an error of the query's own included
    TIMEOUT = "timeout"  # killed at its deadline
    RAN_OUT = "ran-out"  # the worker got no more memory, or no stack
    LOST = "lost"  # the worker ended for another reason
    LEFT = "left"  # the asker went away
    OVERLOADED = "overloaded"  # no turn for it
    TOO_MANY = "too-many"  # its client had enough turns


QUERIES = Histogram(
    "hankinta_query_seconds", "From the request to the end of the work for a query.", ["outcome"], buckets=_SECONDS
)
AT_WORK = Gauge(
    "hankinta_queries",
    "Queries in the pool: waiting for their first turn, at work, standing still after long work.",
    ["state"],
    multiprocess_mode="livesum",
)
LENT = Gauge(
    "hankinta_lent_workers", "Query workers lent to web processes for short queries.", multiprocess_mode="livesum"
)
SERVED = Gauge(
    "hankinta_served_versions",
    "Versions that the pool has workers for: read from memory, or from disk.",
    ["where"],
    multiprocess_mode="livesum",
)
