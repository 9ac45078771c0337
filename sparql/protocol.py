"""
A SPARQL query as it comes over HTTP.

Source: SPARQL 1.1 Protocol section 2.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sparql.errors import QuerySyntaxError, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ProtocolQuery:
    """
    The parameters of one query operation. *timeout* is in seconds, None when the client sets none.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None


def by_get(parameters: Pairs) -> ProtocolQuery | None:
    """
    The query of a GET request; None when it has no parameter at all, which asks about the service itself.

    Raises:
        QuerySyntaxError: ``query`` does not come exactly once, or a parameter cannot be read.
    """
    if not any(name in {"query", "update"} for name, _ in parameters) and not parameters:
        return None
    if any(name == "update" for name, _ in parameters):
        raise QuerySyntaxError("an update is not sent by GET; POST it to /update")
    return _operation(parameters)


def by_post(content_type: str, parameters: Pairs, body: bytes) -> ProtocolQuery:
    """
    The query of a POST request, *parameters* being those of its URL.

    Raises:
        UnsupportedMediaType: The body is neither a form nor a query.
        QuerySyntaxError: The body is no UTF-8, or the parameters are not those of one query.
    """
    media_type, _, rest = content_type.partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "")
    match media_type.strip().lower():
        case "application/x-www-form-urlencoded":
            return _operation(parse_qsl(_text(body), keep_blank_values=True))
        case "application/sparql-query":
            if "charset=" in charset and "charset=utf-8" not in charset:
                raise QuerySyntaxError("a query sent directly is in UTF-8; send it so")
            if any(name == "query" for name, _ in parameters):
                raise QuerySyntaxError("the query came both in the URL and in the body; send it once")
            return _operation([*parameters, ("query", _text(body))])
        case other:
            raise UnsupportedMediaType(f'a query comes as {DIRECT} or {FORM}, not as "{other}"')


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as met:
        raise QuerySyntaxError(f"the body is not UTF-8: byte {met.start} is {body[met.start]:#04x}") from met


def _operation(parameters: Pairs) -> ProtocolQuery:
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) != 1:
        raise QuerySyntaxError(f'the parameter "query" came {len(queries)} times; send it exactly once')
    formats = [value for name, value in parameters if name == "format" and value]
    return ProtocolQuery(
        queries[0],
        tuple(value for name, value in parameters if name == "default-graph-uri"),
        tuple(value for name, value in parameters if name == "named-graph-uri"),
        formats[0] if formats else None,
        _timeout([value for name, value in parameters if name == "timeout" and value]),
    )


def _timeout(values: Sequence[str]) -> float | None:
    if not values:
        return None
    value = values[0].strip().lower()
    try:
        seconds = float(value[:-2]) / 1000 if value.endswith("ms") else float(value.removesuffix("s"))
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise QuerySyntaxError(f'timeout is "{values[0]}"; write seconds ("5", "2.5s") or milliseconds ("500ms")')
    return seconds
