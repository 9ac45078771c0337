"""
Formats of answers and how one is chosen.

Source: RFC 9110 section 12.5.1; SPARQL 1.1 Protocol section 2.1.6; media types as registered with IANA.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pyoxigraph import QueryResultsFormat, RdfFormat

from sparql.errors import NotAcceptable
from sparql.media import parse_accept, quality_of


class Kind(StrEnum):
    """What is serialised: solutions, a boolean, or a graph."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Format:
    """
    One serialisation: *name* as in ``?format=`` and file suffixes, its *media_type*, what it can carry, the engine's writer.
    """

    name: str
    media_type: str
    kinds: frozenset[Kind]
    writer: QueryResultsFormat | RdfFormat
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """
        The ``Content-Type`` header: text formats say their charset, tables that their first line is a header.

        Source: RFC 7111 section 2; RFC 4180 section 3.
        """
        header = "; header=present" if self.name == "csv" else ""
        return f"{self.media_type}; charset=utf-8{header}" if self.media_type.startswith("text/") else self.media_type


_USUAL = 500  # characters of a header; longer ones are read anew each time
_TABLE = frozenset({Kind.SOLUTIONS})
_RESULT = frozenset({Kind.SOLUTIONS, Kind.BOOLEAN})
_RDF = frozenset({Kind.GRAPH})

# In order of preference: ties between what a client accepts go to the earlier one.
FORMATS: tuple[Format, ...] = (
    Format("json", "application/sparql-results+json", _RESULT, QueryResultsFormat.JSON, ("application/json",)),
    Format("xml", "application/sparql-results+xml", _RESULT, QueryResultsFormat.XML, ("application/xml", "text/xml")),
    Format("csv", "text/csv", _TABLE, QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values", _TABLE, QueryResultsFormat.TSV),
    Format(
        "ttl",
        "text/turtle",
        _RDF,
        RdfFormat.TURTLE,
        ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3", "text/plain"),
    ),
    Format("jsonld", "application/ld+json", _RDF, RdfFormat.JSON_LD, ("application/json",)),
    Format("nt", "application/n-triples", _RDF, RdfFormat.N_TRIPLES),
    Format("rdf", "application/rdf+xml", _RDF, RdfFormat.RDF_XML, ("application/xml", "text/xml")),
    Format("trig", "application/trig", _RDF, RdfFormat.TRIG, ("application/x-trig",)),
    Format("nq", "application/n-quads", _RDF, RdfFormat.N_QUADS, ("text/x-nquads",)),
)


# What common clients (SPARQLWrapper sends its own names) call our formats.
_OTHER_NAMES = {
    "ttl": {"turtle", "n3"},
    "jsonld": {"json-ld", "json"},
    "nt": {"n-triples", "ntriples"},
    "rdf": {"rdf+xml", "rdfxml", "xml"},
    "nq": {"n-quads", "nquads"},
}


def offered(kind: Kind) -> tuple[Format, ...]:
    """The formats that can carry *kind*, preferred first."""
    return tuple(format_ for format_ in FORMATS if kind in format_.kinds)


def named(name: str, kind: Kind) -> Format:
    """
    The format called *name*, as in ``?format=csv`` or a file's suffix.

    Raises:
        NotAcceptable: There is none of that name for this *kind*.
    """
    for format_ in offered(kind):
        if name.lower() in {format_.name, format_.media_type}:
            return format_
    for format_ in offered(kind):
        if name.lower() in {*_OTHER_NAMES.get(format_.name, ()), *format_.aliases}:
            return format_
    names = ", ".join(format_.name for format_ in offered(kind))
    types = tuple(format_.media_type for format_ in offered(kind))
    raise NotAcceptable(f'"{name}" cannot carry this answer, which is {_SAID[kind]}; ask for one of {names}', types)


_SAID = {Kind.SOLUTIONS: "a table of solutions", Kind.BOOLEAN: "true or false", Kind.GRAPH: "a graph"}


def negotiate(accept: str, kind: Kind) -> Format:
    """
    The serialisation that answers an ``Accept`` header best.

    *accept* is the raw header, empty meaning anything. A more specific range wins over a wildcard, ties go to the order
    of `FORMATS`. Aliases count where they are named; a wildcard covers the media type that the answer will bear.

    Raises:
        NotAcceptable: No format of this *kind* fits.

    Source: RFC 9110 section 12.5.1.
    """
    return (_negotiated if len(accept) > _USUAL else _known)(accept, kind)


def _negotiated(accept: str, kind: Kind) -> Format:
    ranges = parse_accept(accept)
    named_only = tuple(each for each in ranges if "*" not in each.type.name)
    best: tuple[float, Format] | None = None
    for format_ in offered(kind):
        wanted = quality_of(format_.media_type, ranges)
        quality = max(wanted, *(quality_of(name, named_only) for name in format_.aliases), 0.0)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, format_)
    if best is None:
        types = tuple(format_.media_type for format_ in offered(kind))
        message = f'nothing here fits "Accept: {accept}"; this answer is {_SAID[kind]} and comes as {", ".join(types)}'
        raise NotAcceptable(message, types)
    return best[1]


# A client sends the same header each time.
_known = lru_cache(maxsize=256)(_negotiated)
