"""
Operations of the SPARQL protocol as they come over HTTP: queries, and updates.

Source: SPARQL 1.1 Protocol sections 2.1 and 2.2; SPARQL 1.2 Protocol (draft of 2026-07-23) for ``version``; RFC 10008
for the method QUERY, whose content is that of a POST.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from sparql import media
from sparql.errors import QuerySyntaxError, UnsupportedMediaType
from sparql.tokens import readings

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
LANGUAGES = ("1.1", "1.2", "1.2-basic")
"""The languages that a client may name with ``version``; this endpoint speaks them all."""

MOST_PARAMETERS = 1000
_SINGLE = ("query", "update", "timeout", "at", "download", "version")
_FIRST = ("format", "output")  # SPARQLWrapper 2.0.0 sends a name and then media types; the first one counts
_DATASETS = {"USING", "WITH"}
_ABOUT_SERVICE = {"lang", "at", "format", "output"}  # parameters of a page or a description

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ProtocolQuery:
    """
    The parameters of one query operation.

    The dataset is that of *default_graphs* and *named_graphs* when one of them has an item, whatever the query says.
    *timeout* is in seconds, None when the client sets none. *at* names a version of the data, *download* asks for a file.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None
    at: str | None = None
    download: str | None = None


@dataclass(frozen=True, slots=True)
class ProtocolUpdate:
    """
    The parameters of one update operation: its *text*, and the graphs that its patterns look at when any are given.
    """

    text: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()


def parameters(encoded: bytes) -> list[tuple[str, str]]:
    """
    The parameters of a URL's query string or of a form, in order, blank ones included.

    Raises:
        QuerySyntaxError: They are not percent-encoded UTF-8, or more than `MOST_PARAMETERS`.
    """
    try:
        text = encoded.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError as met:
        raise QuerySyntaxError(
            f"the parameters are not UTF-8 ({met.reason}); encode them as UTF-8 before percent-encoding"
        ) from met
    except ValueError as met:
        raise QuerySyntaxError(f"there are more than {MOST_PARAMETERS} parameters; send fewer") from met


def by_get(given: Pairs) -> ProtocolQuery | None:
    """
    The query of a GET request; None when no parameter belongs to a query, which asks about the service itself.

    Raises:
        QuerySyntaxError: ``query`` does not come exactly once, or a parameter cannot be read.
    """
    if {name for name, _ in given} <= _ABOUT_SERVICE:
        return None
    if any(name == "update" for name, _ in given):
        raise QuerySyntaxError("an update is not sent by GET; POST it to /update")
    return _query(given)


def by_post(content_type: str, given: Pairs, body: bytes) -> ProtocolQuery:
    """
    The query of a POST or QUERY request, *given* being the parameters of its URL.

    Raises:
        UnsupportedMediaType: The body is neither a form nor a query.
        QuerySyntaxError: The body is no UTF-8, or the parameters are not those of one query.
    """
    pairs = _posted(content_type, given, body, "query", DIRECT)
    if any(name == "update" for name, _ in pairs):
        raise QuerySyntaxError('the parameter "update" is not accepted here; POST updates to /update')
    return _query(pairs)


def update_by_post(content_type: str, given: Pairs, body: bytes) -> ProtocolUpdate:
    """
    The update of a POST request, *given* being the parameters of its URL.

    Raises:
        UnsupportedMediaType: The body is neither a form nor an update.
        QuerySyntaxError: The body is no UTF-8, the parameters are not those of one update, or both the parameters and the
            update itself (by USING or WITH) name the graphs to look at.

    Source: SPARQL 1.1 Protocol sections 2.2 and 2.2.3.
    """
    pairs = _posted(content_type, given, body, "update", UPDATE)
    if any(name == "query" for name, _ in pairs):
        raise QuerySyntaxError('the parameter "query" is not accepted here; send queries to /sparql')
    single = _single(pairs)
    text = _required(single, "update")
    _check_language(single)
    operation = ProtocolUpdate(text, _graphs(pairs, "using-graph-uri"), _graphs(pairs, "using-named-graph-uri"))
    if operation.using_graphs or operation.using_named_graphs:
        for token in readings(text):
            if token.kind == "word" and token.text.upper() in _DATASETS:
                raise QuerySyntaxError(
                    f"the update says {token.text.upper()}, and using-graph-uri or using-named-graph-uri came beside it; "
                    "name the graphs in one of the two places"
                )
    return operation


def _posted(content_type: str, given: Pairs, body: bytes, name: str, direct: str) -> Pairs:
    """The parameters of URL and body together, the operation itself being the parameter *name*."""
    kind = media.parse(content_type)
    charset = (kind.parameter("charset") or "utf-8").lower()
    if kind.name not in {FORM, direct}:
        hint = {UPDATE: "; POST updates to /update", DIRECT: "; send queries to /sparql"}.get(kind.name, "")
        met = f'"{kind.name}"' if kind.name else "something without a Content-Type"
        raise UnsupportedMediaType(f"{name} is sent as {direct} or {FORM}, not as {met}{hint}", (direct, FORM))
    if charset not in {"utf-8", "utf8"}:
        raise QuerySyntaxError(f'the body says charset="{charset}"; send it in UTF-8')
    if kind.name == direct:
        sent = [(name, _text(body))]
        if (version := kind.parameter("version")) is not None:
            sent.append(("version", version))
    else:
        sent = parameters(body)
    inside = {key for key, _ in sent}
    for key, _ in given:
        if key in inside and (key in (*_SINGLE, *_FIRST) or key.endswith("graph-uri")):
            raise QuerySyntaxError(
                f'the parameter "{key}" came both in the URL and in the body; send it in one of them'
            )
    return [*given, *sent]


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as met:
        raise QuerySyntaxError(f"the body is not UTF-8: byte {met.start} is {body[met.start]:#04x}") from met


def _query(pairs: Pairs) -> ProtocolQuery:
    single = _single(pairs)
    text = _required(single, "query")
    _check_language(single)
    return ProtocolQuery(
        text,
        _graphs(pairs, "default-graph-uri"),
        _graphs(pairs, "named-graph-uri"),
        single.get("format") or single.get("output") or None,
        _timeout(single.get("timeout") or None),
        single.get("at") or None,
        single.get("download"),
    )


def _single(pairs: Pairs) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in _SINGLE and name in found:
            times = sum(key == name for key, _ in pairs)
            raise QuerySyntaxError(f'the parameter "{name}" came {times} times; send it once')
        if name not in _FIRST or name not in found:
            found[name] = value
    return found


def _required(single: dict[str, str], name: str) -> str:
    if name not in single:
        raise QuerySyntaxError(
            f'the parameter "{name}" is missing; send "{name}=..." once and encoded, or POST the text as application/sparql-{name}'
        )
    return single[name].removeprefix("\ufeff")  # some editors begin a file with it


def _graphs(pairs: Pairs, name: str) -> tuple[str, ...]:
    # Forms of other services, and clients made for them, send the parameter blank when no graph is named.
    found = tuple(value for key, value in pairs if key == name and value)
    for value in found:
        try:
            NamedNode(value)
        except ValueError as met:
            raise QuerySyntaxError(f'{name} is "{value}"; write an absolute IRI') from met
    return found


def _check_language(single: dict[str, str]) -> None:
    version = single.get("version")
    if version is not None and version not in LANGUAGES:
        raise QuerySyntaxError(f'version is "{version}"; this endpoint speaks SPARQL {", ".join(LANGUAGES)}')


def _timeout(value: str | None) -> float | None:
    if value is None:
        return None
    written = value.strip().lower()
    try:
        seconds = float(written[:-2]) / 1000 if written.endswith("ms") else float(written.removesuffix("s"))
    except ValueError:
        seconds = -1.0
    if seconds == 0:
        return None  # Virtuoso's form says so when nobody sets one
    if not 0 < seconds < float("inf"):
        raise QuerySyntaxError(f'timeout is "{value}"; write seconds ("5", "2.5s") or milliseconds ("500ms")')
    return seconds
