"""
Which version of the data answers a request, and how an answer says so.

A client names a version by number or time (``?at=12``, ``?at=2026-11-21T10:00:00Z``) or asks for the state at a time with
``Accept-Datetime``. Every address that answers from versioned data is its own TimeGate, and negotiates with status 200;
``?at=N`` is the address of a memento, which never changes.

Source: RFC 7089 (Memento), section 4.1.2 (pattern 1.2); RFC 9111 section 5.2.2; RFC 8246 (immutable).
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from server.addresses import Address
from sparql.errors import NoVersion, QuerySyntaxError, UnknownVersion
from sparql.versions import Versions

# Characters of an address that is repeated in Link headers; proxies bound the headers of a response.
LONGEST_LINKED = 1_000
_YEAR = 31_536_000  # seconds


class NotKept(UnknownVersion):
    """There is no such version: it was never published, or has been swept; *kept* are the numbers of those there are."""

    def __init__(self, wanted: str, kept: Sequence[int]) -> None:
        said = f"version {kept[0]}" if len(kept) == 1 else f"versions {_ranges(kept)}"
        Exception.__init__(self, f"there is no version {wanted}; here are {said}")
        self.kept = tuple(kept)


@dataclass(frozen=True, slots=True)
class Moment:
    """One kept version: its *number*, when it was published, and a *tag* that no other version ever has."""

    number: int
    time: datetime
    tag: str

    @property
    def date(self) -> str:
        """The time as HTTP writes it, in whole seconds."""
        return _http(self.time)


@lru_cache(maxsize=64)
def _http(time: datetime) -> str:
    return format_datetime(time.astimezone(UTC), usegmt=True)


Timeline = tuple[Moment, ...]
"""The kept versions, oldest first, never empty."""

Publication = tuple[int, int]
"""What tells one publication from the next."""


@dataclass(frozen=True, slots=True)
class Choice:
    """
    The version that answers a request: *moment*, of those in *timeline*, chosen when the last publication was *published*. It
    is *fixed* when the address names it by number, a *memento* when it was asked for by number or time, and *negotiated* when
    the header asked for it.
    """

    moment: Moment
    timeline: Timeline
    published: Publication
    fixed: bool = False
    memento: bool = False
    negotiated: bool = False

    @property
    def number(self) -> int:
        """The version's number."""
        return self.moment.number


def timeline(versions: Versions) -> Timeline:
    """
    The kept versions. They are read again when a version has been published; asking costs two system calls else.

    Raises:
        NoVersion: Nothing has been published.
    """
    return _read(versions, state(versions))


def state(versions: Versions) -> tuple[int, int, int]:
    """What changes when a version is published or swept, and not else. Raises `NoVersion` when nothing is published."""
    current, kept = _places(versions)
    try:
        return *publication(current), os.stat(kept).st_mtime_ns  # noqa: PTH116 - in the way of every request
    except FileNotFoundError:
        raise NoVersion(versions.root) from None


@lru_cache(maxsize=8)
def _places(versions: Versions) -> tuple[str, str]:
    return str(versions.root / "current"), str(versions.root / "versions")


def publication(current: str) -> Publication:
    """What changes with each publication: of the link at the path *current*. Raises `FileNotFoundError` before the first."""
    link = os.lstat(current)
    return link.st_ino, link.st_mtime_ns


@lru_cache(maxsize=8)
def _read(versions: Versions, _: tuple[int, int, int]) -> Timeline:
    found = []
    for number in versions.numbers():
        try:
            record = versions.record(number)
        except UnknownVersion:
            continue  # swept since it was listed
        # A folder of versions can be thrown away and begun anew; the numbers come again, the moments do not.
        tag = hashlib.sha256(f"{number} {record.time.isoformat()} {record.digest}".encode()).hexdigest()[:16]
        found.append(Moment(number, record.time, tag))
    if not found:
        raise NoVersion(versions.root)
    return tuple(found)


def choose(versions: Versions, at: str | None, accept_datetime: str | None) -> Choice:
    """
    The version that *at*, else the header ``Accept-Datetime``, asks for; the newest when there is neither.

    A time means the newest version published by then. A header before the first version means the first.

    Raises:
        NoVersion: Nothing has been published.
        NotKept: There is no such version, or none so old.
        QuerySyntaxError: *at* is neither a number nor a time, or the header is no date.

    Source: RFC 7089 section 4.5.
    """
    now = state(versions)
    known, published = _read(versions, now), now[:2]
    if at is not None:
        if at.isascii() and at.isdigit():
            return Choice(_numbered(known, at), known, published, fixed=True, memento=True)
        when = _rfc3339(at)
        before = [moment for moment in known if moment.time <= when]
        if not before:
            raise NotKept(f"as old as {at}", [moment.number for moment in known])
        return Choice(before[-1], known, published, memento=True)
    if accept_datetime:
        when = _http_date(accept_datetime)
        before = [moment for moment in known if moment.time <= when]
        return Choice(before[-1] if before else known[0], known, published, memento=True, negotiated=True)
    return Choice(known[-1], known, published)


def _numbered(known: Timeline, at: str) -> Moment:
    for moment in known:
        if str(moment.number) == at.lstrip("0"):
            return moment
    raise NotKept(at, [moment.number for moment in known])


def _rfc3339(at: str) -> datetime:
    try:
        # A plus sign that nobody encoded arrives as a space.
        when = datetime.fromisoformat(at.replace(" ", "+") if "T" in at else at)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise QuerySyntaxError(
            f'at is "{at}"; write the number of a version, or a time with its zone such as 2026-11-21T10:00:00Z'
        )
    return when


def date_of(header: str) -> datetime | None:
    """The moment that an HTTP date names; None when *header* is none. Source: RFC 9110 section 5.6.7."""
    try:
        when = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else None


def _http_date(header: str) -> datetime:
    when = date_of(header)
    if when is None:
        raise QuerySyntaxError(f'Accept-Datetime is "{header}"; write it as in "Sat, 21 Nov 2026 10:00:00 GMT"')
    return when


def is_unchanged(choice: Choice, since: str | None) -> bool:
    """
    Whether the version of *choice* is no newer than *since*, the header ``If-Modified-Since``.

    Not when *since* is its second and another version was published in it: the date does not tell those two apart.

    Source: RFC 9110 sections 8.8.2.2 and 13.1.3.
    """
    when = date_of(since) if since else None
    if when is None:
        return False
    second = choice.moment.time.replace(microsecond=0)
    twins = sum(moment.time.replace(microsecond=0) == second for moment in choice.timeline)
    return when > second or (when == second and twins == 1)


def headers(choice: Choice, address: Address | None, *, paged: bool = False) -> dict[str, str]:
    """
    What an answer computed from *choice* says of its version.

    *address* is that of the request; None for requests whose address does not name what they ask (POST), which then have no
    links. Addresses longer than `LONGEST_LINKED` are not repeated either. Of a *paged* answer, ``first`` and ``last`` are pages
    and never versions; its mementos are linked as such alone, and the TimeMap tells which is the first.

    Source: RFC 7089 sections 2.2.1 and 2.2.4; RFC 8288 section 3.3, by which one link may have several relations.
    """
    found = {
        "Hankinta-Version": str(choice.number),
        "Last-Modified": choice.moment.date,
        "Cache-Control": f"public, max-age={_YEAR}, immutable" if choice.fixed else "public, no-cache",
    }
    if choice.memento:
        found["Memento-Datetime"] = choice.moment.date
    if address is not None and len(address.original) <= LONGEST_LINKED:
        found["Link"] = ", ".join(
            [
                f'<{address.original}>; rel="original timegate"',
                f'<{address.timemap("link")}>; rel="timemap"; type="application/link-format"',
                *_mementos(choice, address, paged=paged),
            ]
        )
        if choice.memento and not choice.fixed:
            found["Content-Location"] = address.memento(choice.number)
    return found


def _mementos(choice: Choice, address: Address, *, paged: bool) -> list[str]:
    first, last = choice.timeline[0], choice.timeline[-1]
    rels: dict[Moment, list[str]] = {first: []}
    rels.setdefault(last, [])
    if not paged:
        rels[first].append("first")
        rels[last].append("last")
    if choice.memento:
        rels.setdefault(choice.moment, [])
    ordered = sorted(rels.items(), key=lambda item: item[0].number)
    return [
        f'<{address.memento(moment.number)}>; rel="{" ".join([*names, "memento"])}"; datetime="{moment.date}"'
        for moment, names in ordered
    ]


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[1]}" for run in runs)
