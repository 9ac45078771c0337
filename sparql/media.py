"""
Media types as they stand in headers: one in ``Content-Type``, ranges with qualities in ``Accept``.

Source: RFC 9110 sections 5.6, 8.3.1 and 12.5.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_USUAL = 500  # characters; longer headers are read anew each time
_QUALITY = re.compile(r"[0-9]*\.?[0-9]*")


@dataclass(frozen=True, slots=True)
class MediaType:
    """
    One media type or media range: its *name* in lower case, and its *parameters* without ``q``, names in lower case.
    """

    name: str
    parameters: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> str | None:
        """The value of the first parameter called *name*; None when there is none."""
        return next((value for key, value in self.parameters if key == name), None)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """What a client accepts: *type* (perhaps with wildcards), how much it wants it, 0 to 1."""

    type: MediaType
    quality: float

    def covers(self, name: str) -> int:
        """
        How specifically this range covers the media type *name*: 0 not at all, 1 as anything, 2 as one of its family, 3 by
        name, 4 by name and charset.

        Everything here is UTF-8, so a range with another charset covers nothing. Other parameters (a profile, a version)
        are wishes, and exclude nothing.
        """
        charset = self.type.parameter("charset")
        if charset is not None and charset.lower() not in {"utf-8", "utf8", "*"}:
            return 0
        if self.type.name == name:
            return 3 if charset is None else 4
        if self.type.name == name.partition("/")[0] + "/*":
            return 2
        return int(self.type.name == "*/*")


ANYTHING = (MediaRange(MediaType("*/*"), 1.0),)


def split(header: str, separator: str) -> Iterator[str]:
    """The parts of *header* between *separator*, a comma or a semicolon, that stands outside quoted strings; trimmed."""
    begin, quoted, skip = 0, False, False
    for place, character in enumerate(header):
        if skip:
            skip = False
        elif quoted and character == "\\":
            skip = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            yield header[begin:place].strip()
            begin = place + 1
    yield header[begin:].strip()


def parse(header: str) -> MediaType:
    """The media type of a ``Content-Type`` header; total: what cannot be read is a type of that name without parameters."""
    name, *parameters = split(header, ";")
    return MediaType(name.lower(), tuple(_parameters(parameters)))


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """
    The media ranges of an ``Accept`` header.

    An empty header accepts anything; a range that cannot be read is left out, and a quality that cannot be read is 0.
    """
    return _ranges(header) if len(header) > _USUAL else _known(header)


def _ranges(header: str) -> tuple[MediaRange, ...]:
    if not header.strip():
        return ANYTHING
    ranges = []
    for part in split(header, ","):
        name, *parameters = split(part, ";")
        family, slash, subtype = name.partition("/")
        if slash and _TOKEN.fullmatch(family) and _TOKEN.fullmatch(subtype):
            pairs = tuple(_parameters(parameters))
            wanted = next((value for key, value in pairs if key == "q"), "1")
            kept = tuple(pair for pair in pairs if pair[0] != "q")
            ranges.append(MediaRange(MediaType(name.lower(), kept), _quality(wanted)))
    return tuple(ranges)


# A client sends the same header each time.
_known = lru_cache(maxsize=256)(_ranges)


def quality_of(media_type: str, ranges: tuple[MediaRange, ...]) -> float:
    """
    How much a client wants *media_type*: the quality of the most specific range that covers it, 0 when none does.

    Of ranges that are equally specific, the greatest quality counts.
    """
    specific, quality = max(((each.covers(media_type), each.quality) for each in ranges), default=(0, 0.0))
    return quality if specific else 0.0


def _parameters(parts: list[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        key, equals, value = part.partition("=")
        if equals:
            yield key.strip().lower(), _unquoted(value.strip())


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _quality(value: str) -> float:
    try:
        return min(float(value), 1.0) if _QUALITY.fullmatch(value) else 0.0
    except ValueError:
        return 0.0  # a lone dot
