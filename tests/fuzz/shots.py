"""
Requests to shoot at the service: queries from the grammar, valid ones mutilated, and hostile parameters and headers.

Shot *n* of a seed is always the same, so that one that did harm can be sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, quote_plus

from tests.fuzz.grammar import Grammar

_METHODS = ("GET", "POST", "HEAD", "OPTIONS", "QUERY", "PUT", "DELETE", "PATCH", "TRACE", "get")
_PATHS = (
    "/", "/sparql", "/sparql/", "/update", "/store", "/store?default", "/store?graph=relative", "/store?graph=%00",
    "/graph/x", "/queries", "/queries/measures.csv", "/queries/measures", "/queries/nobody.json", "/queries/%2e%2e%2f",
    "/id/measure/ap22-m14", "/id/measure/%00", "/doc/measure/ap22-m14.ttl", "/doc/measure/ap22-m14.exe", "/def/Measure",
    "/concept/role/x", "/context.jsonld", "/health", "/ready", "/metrics", "/static/../server/settings.py",
    "/static/%2e%2e/settings.py", "/problems", "/timemap", "/.well-known/void", "//sparql",
    "/versions", "/versions/1", "/versions/" + "9" * 5000, "/versions/-0", "/prefixes.json", "/openapi.json", "/timemap/json/sparql",
    "/timemap/link/doc/" + "x/" * 2000, "/timemap/x/y", "/.well-known/sparql-examples/", "/.well-known/sparql-examples/../x",
    "/queries/cq-10-measures-running-on-a-day.json", "/queries/cq-29-where-is-it-stated", "/doc/" + "a" * 9000, "/concept/", "/id/",
    "/shape.ttl", "/def.", "/doc/measure/ap22-m14.html", "/queries/measures.", "/queries/.csv", "/store/x", "/graph/",
    "/sparql;x=y", "/%ff",
)  # fmt: skip
_TYPES = (
    "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-query; charset=latin-1",
    "application/sparql-update", "multipart/form-data; boundary=x", "text/plain", "", "/", "application/sparql-query;;;",
    "application/sparql-query; version=9", "text/turtle", "application/json",
)  # fmt: skip
ACCEPTS = (
    "*/*", "application/sparql-results+json", "text/csv", "text/turtle", "text/html", "text/plain",
    'application/ld+json; profile="x"', "application/*;q=0.5, */*;q=0", "q=1", ",,,;;;", "a/b;q=2", "*/*;q=abc",
    "x" * 3000, ", ".join(f"a/{number}" for number in range(400)),
)  # fmt: skip
_PARAMETERS = (
    ("timeout", "0"), ("timeout", "-1"), ("timeout", "1e309"), ("timeout", "5ms"), ("timeout", "nan"), ("at", "1"),
    ("at", "999999999999999999999"), ("at", "2023-99-99T00:00:00Z"), ("at", "2999-01-01T00:00:00Z"), ("format", "json"),
    ("format", "exe"), ("version", "1.2"), ("version", "9"), ("default-graph-uri", "urn:x"), ("default-graph-uri", "not one"),
    ("named-graph-uri", "http://169.254.169.254/"), ("download", "a\r\nb: c"), ("download", "../../x"), ("lang", "xx"),
    ("query", "ASK {}"), ("update", "DROP ALL"), ("", ""), ("page", "-1"), ("limit", "1e9"), ("measure", "<x>"), ("ä", "ö"),
    ("at", "9" * 5000), ("at", "0"), ("at", "-1"), ("at", "1.0"), ("at", "2023-01-01"), ("at", "0001-01-01T00:00:00Z"), ("at", "\u0663"),
    ("at", "9999-12-31T23:59:59-23:59"), ("at", "2023-01-01T00:00:00+99:99"), ("timeout", "9" * 5000), ("timeout", "1e-320"),
    ("timeout", "\u0663"), ("timeout", "inf"), ("limit", "1"), ("limit", "0" * 5000), ("offset", "999999999"), ("offset", "-0"),
    ("thing", "http://["), ("thing", "x:%zz"), ("thing", "measure/%00"), ("thing", "\u202e:x"), ("day", "0000-01-01"), ("day", "\u0662"),
    ("format", "html"), ("format", "text/csv"), ("format", "x" * 5000), ("format", "json\r\n"), ("download", "x" * 5000),
    ("download", '"; x="'), ("download", "\u202egnp.exe"), ("lang", "fi\r\n"), ("graph", "x:a"), ("default", ""),
)  # fmt: skip
HEADERS = (
    ("Accept-Language", "xx, fi;q=0.1, *;q=9"), ("Accept-Language", "fi;q=" + "9" * 5000), ("Accept-Language", ",;=" * 900),
    ("Accept-Datetime", "Fri, 31 Dec 9999 23:59:59 -2359"), ("Accept-Datetime", "Mon, 01 Jan 0001 00:00:00 +2359"),
    ("Accept-Datetime", "1 Jan 1 0:0 GMT"), ("Accept-Datetime", "Thu, 01 Jan 1970 00:00:00 +" + "9" * 400), ("Accept-Datetime", ""),
    ("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 -2359"), ("If-None-Match", 'W/"' + '"' * 900), ("If-None-Match", "*"),
    ("Range", "bytes=-" + "9" * 5000), ("Range", "rows=0-1"), ("If-Range", '"x"'), ("If-Unmodified-Since", "x"),
    ("Accept-Charset", "utf-7"), ("Accept", "text/html;q=0.9;q=0.8"), ("Forwarded", 'for="[::1]:9";proto=x'),
    ("X-Forwarded-For", "1, 2, " * 500), ("X-Forwarded-Proto", "gopher"), ("Content-Type", "a" * 5000), ("Prefer", "x"),
    ("If-None-Match", '"x", W/"y", *'), ("If-None-Match", "x" * 2000),
    ("If-Match", "*"), ("Accept-Datetime", "Thu, 31 Feb 2023 00:00:00 GMT"), ("Accept-Datetime", "yesterday"),
    ("Authorization", "Bearer x"), ("Authorization", "Basic %%%"), ("Range", "bytes=0-1"), ("Host", "evil.example"),
    ("X-Forwarded-Host", "evil.example"), ("Origin", "null"), ("Content-Encoding", "gzip"), ("Accept-Encoding", "br, zstd"),
    ("Cookie", "a=b; " * 100), ("Expect", "100-continue"), ("Content-Length", "-1"), ("Transfer-Encoding", "gzip"),
    ("If-Modified-Since", "never"), ("Access-Control-Request-Method", "TRACE"), ("X-\u00e5", "\u00e5"), ("A" * 500, "b"),
)  # fmt: skip
_JUNK = (
    "{", "}", "(", ")", "[", "]", "'", '"', '"""', "\\", "\\u0053", "\\U00110000", "#", "<", ">", "?", "$", ".", ";", "*", "+",
    "\x00", "\ufeff", "\u202e", "\U0001f600", "\ud800", "SERVICE <http://127.0.0.1/> {}", "LOAD <http://127.0.0.1/>", "UNDEF",
    "FROM <http://127.0.0.1/>", "FILTER", "NOT EXISTS", "GRAPH", "SELECT *", "1e999", "-", "^^", "@fi", "_:b", "PREFIX : <>",
    "((((((((((((((((", "{{{{{{{{{{{{", "BASE <x:>", 'VERSION "1.2"', "<<( ?a ?b ?c )>>", "\t\r\n", "%00", "&query=",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """
    One request, *content* being all its bytes; *method* is what the answer depends on. *rude* clients do not wait for the
    answer, *broken* requests are no HTTP.
    """

    method: str
    content: bytes
    rude: bool = False
    broken: bool = False


def shot(seed: int, number: int, valid: Sequence[str]) -> Shot:
    """Shot *number* of *seed*; the texts in *valid* are there to be mutilated."""
    chance = Random(f"{seed}:{number}")  # noqa: S311 - it keeps no secret
    drawn = chance.random()
    if drawn < 0.45:
        return _operation(chance, Grammar(chance).query())
    if drawn < 0.85:
        return _operation(chance, mutilated(chance, chance.choice((Grammar(chance).query(), *valid))))
    if drawn < 0.97:
        return _elsewhere(chance)
    return _broken(chance)


def mutilated(chance: Random, text: str) -> str:
    """*text* after a few accidents: something cut out, doubled, exchanged, put in, or the end gone."""
    for _ in range(chance.randint(1, 4)):
        begin = chance.randint(0, len(text))
        end = min(len(text), begin + chance.choice((1, 1, 2, 5, 20)))
        match chance.randint(0, 5):
            case 0:
                text = text[:begin] + text[end:]
            case 1:
                text = text[:end] + text[begin:end] * chance.choice((1, 2, 50)) + text[end:]
            case 2:
                text = text[:begin] + chance.choice(_JUNK) + text[end:]
            case 3:
                text = text[:begin] + chance.choice(_JUNK) + text[begin:]
            case 4:
                text = text[:begin]
            case _:
                text = text[:begin] + text[begin:end].swapcase()[::-1] + text[end:]
    return text


def _operation(chance: Random, text: str) -> Shot:
    """A query as the protocol sends it, with a parameter or a header too many now and then."""
    asked = text.encode("utf-8", "surrogatepass")
    extra = [chance.choice(_PARAMETERS) for _ in range(chance.choice((0, 0, 0, 0, 1, 2)))]
    parameters = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in extra)
    headers = [("Accept", chance.choice(("*/*", "*/*", "*/*", chance.choice(ACCEPTS))))]
    headers += [chance.choice(HEADERS) for _ in range(chance.choice((0, 0, 0, 1)))]
    rude = chance.random() < 0.02
    match chance.randint(0, 4):
        case 0 | 1:
            path = f"/sparql?query={quote(asked, safe='')}" + (f"&{parameters}" if parameters else "")
            return Shot("GET", written("GET", path, headers), rude=rude)
        case 2:
            method, form = chance.choice(("POST", "QUERY")), f"query={quote(asked, safe='')}&{parameters}".encode()
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            return Shot(method, written(method, "/sparql", headers, form), rude=rude)
        case _:
            method = chance.choice(("POST", "QUERY"))
            types = ("application/sparql-query", "application/sparql-query", chance.choice(_TYPES))
            headers.append(("Content-Type", chance.choice(types)))
            return Shot(method, written(method, f"/sparql?{parameters}", headers, asked), rude=rude)


def _elsewhere(chance: Random) -> Shot:
    """Any method at any address, with hostile parameters and headers."""
    method, path = chance.choice(_METHODS), chance.choice(_PATHS)
    extra = [chance.choice(_PARAMETERS) for _ in range(chance.randint(0, 3))]
    if extra and "?" not in path:
        path += "?" + "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in extra)
    headers = [chance.choice(HEADERS) for _ in range(chance.randint(0, 3))]
    headers += [("Accept", chance.choice(ACCEPTS)), ("Content-Type", chance.choice(_TYPES))]
    body = b"" if method in {"GET", "HEAD"} else chance.randbytes(chance.choice((0, 10, 1000)))
    return Shot(method, written(method, path, headers, body), broken=is_broken(method, headers))


def is_broken(method: str, headers: Sequence[tuple[str, str]]) -> bool:
    """Whether a request is so wrong that its connection may be closed without an answer."""
    lengths = any(name in {"Content-Length", "Transfer-Encoding"} or not name.isascii() for name, _ in headers)
    return lengths or not method.isupper()


def _broken(chance: Random) -> Shot:
    """What is no HTTP, or not all of it."""
    whole = bytearray(written("GET", "/sparql?query=ASK%7B%7D", [("Accept", "*/*")]))
    for _ in range(chance.randint(1, 5)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return Shot("GET", bytes(whole), broken=True)


def written(method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> bytes:
    """All the bytes of a request, after whose answer the connection is closed."""
    lines = [f"{method} {path} HTTP/1.1", "Connection: close"]
    given = {name for name, _ in headers}
    lines += [] if "Host" in given else ["Host: 127.0.0.1"]
    lines += [] if "Content-Length" in given or not body else [f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join((*lines, "", "")).encode("utf-8") + body
