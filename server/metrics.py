"""
What the web processes count, and the answer to Prometheus, who asks any one of them for all.
"""

from bisect import bisect_left
from collections import Counter as Counted
from collections.abc import Iterator, Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from server.cache import Cache
from sparql.versions import Versions

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ROUTES = frozenset(
    {
        "sparql",
        "update",
        "store",
        "graph",
        "id",
        "doc",
        "def",
        "shape",
        "concept",
        "catalog",
        "data",
        "queries",
        "validate",
    }
    | {"shacl", "entries", "versions", "health", "ready", "metrics", "static"}
)  # addresses that nobody serves must not make series of their own


class Durations(Histogram):
    """A histogram that takes many durations at once."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Count each of *seconds*."""
        for bucket, number in Counted(bisect_left(self._upper_bounds, each) for each in seconds).items():
            self._buckets[bucket].inc(number)
        self._sum.inc(sum(seconds))


_REQUESTS = Durations(
    "hankinta_http_seconds",
    "From a request to the end of its answer, by the first part of the path; status 0: the connection broke first.",
    ["route", "status"],
    buckets=_SECONDS,
)

_CACHE = Counter(
    "hankinta_cache",
    "Questions to the cache of answers: found there, asked of the pool, or waiting for an equal one.",
    ["outcome"],
)


def observe(path: str, status: int, seconds: float) -> None:
    """Count one request to *path* that was answered with *status* after *seconds*."""
    _child(_route(path), status).observe(seconds)


def observe_all(path: str, status: int, seconds: Sequence[float]) -> None:
    """Count requests to *path* that were answered with *status*, each after one of *seconds*."""
    _child(_route(path), status).observe_all(seconds)


def _route(path: str) -> str:
    first = path[1:].partition("/")[0].partition(".")[0]
    return first if first in _ROUTES else "home" if not first else "other"


@cache
def _child(route: str, status: int) -> Durations:
    return _REQUESTS.labels(route, status)


class CacheCount:
    """
    What has become of the questions to *cache* since they were counted last.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._counted = dict.fromkeys(("hits", "misses", "joined"), 0)

    def count(self) -> None:
        """Count what has come since."""
        for outcome, before in self._counted.items():
            now = getattr(self._cache, outcome)
            if now > before:
                _outcome(outcome).inc(now - before)
                self._counted[outcome] = now


@cache
def _outcome(outcome: str) -> Counter:
    return _CACHE.labels(outcome)


class _Kept(Collector):
    """The versions, as they are on disk when somebody asks."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def collect(self) -> Iterator[Metric]:
        """The number of the newest version, 0 for none, and how many are kept."""
        yield GaugeMetricFamily("hankinta_version", "Number of the newest version.", self._versions.current() or 0)
        yield GaugeMetricFamily("hankinta_versions", "Versions that are kept.", len(self._versions.numbers()))


def written(versions: Versions, *, shared: bool) -> bytes:
    """
    All metrics in Prometheus' text format: of all processes where they are *shared*, else of this one.
    """
    registry = CollectorRegistry()
    registry.register(_Kept(versions))
    if shared:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # prometheus-client has no types here
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)
