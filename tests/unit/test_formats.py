"""Content negotiation: every ``Accept`` header gives the best format there is, or an error that lists them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql.errors import NotAcceptable
from sparql.formats import Kind, named, negotiate, offered


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("", Kind.SOLUTIONS, "json"),
        ("*/*", Kind.SOLUTIONS, "json"),
        ("text/csv", Kind.SOLUTIONS, "csv"),
        ("text/*", Kind.SOLUTIONS, "csv"),
        ("application/sparql-results+xml;q=0.5, text/csv;q=0.4", Kind.SOLUTIONS, "xml"),
        ("application/sparql-results+xml;q=0.4, text/csv;q=0.5", Kind.SOLUTIONS, "csv"),
        ("application/json", Kind.BOOLEAN, "json"),
        ("*/*;q=0.1, text/tab-separated-values", Kind.SOLUTIONS, "tsv"),
        ("text/turtle", Kind.GRAPH, "ttl"),
        ("application/ld+json", Kind.GRAPH, "jsonld"),
        ("application/n-triples, */*;q=0.1", Kind.GRAPH, "nt"),
        ("application/rdf+xml", Kind.GRAPH, "rdf"),
        ("APPLICATION/LD+JSON; profile=x", Kind.GRAPH, "jsonld"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Kind.SOLUTIONS, "xml"),
        ("nonsense, text/csv", Kind.SOLUTIONS, "csv"),
        ("application/trig", Kind.GRAPH, "trig"),
        ("application/n-quads", Kind.GRAPH, "nq"),
        ("text/csv;q=0.2, text/*;q=0.9", Kind.SOLUTIONS, "tsv"),
        ("text/csv;charset=utf-16, text/tab-separated-values;charset=UTF-8;q=0.1", Kind.SOLUTIONS, "tsv"),
        ("text/csv;charset=utf-8;q=0.1, text/csv;q=0.9, application/sparql-results+xml;q=0.5", Kind.SOLUTIONS, "xml"),
        ('application/ld+json;profile="http://e/a,b;q=0.1 http://e/c", text/turtle;q=0.5', Kind.GRAPH, "jsonld"),
    ],
)
def test_best_format_is_chosen(accept: str, kind: Kind, name: str) -> None:
    """Qualities and specificity decide, and ties go to the order of the formats."""

    assert name == negotiate(accept, kind).name


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/png", Kind.SOLUTIONS),
        ("text/csv", Kind.BOOLEAN),
        ("text/csv", Kind.GRAPH),
        ("*/*;q=0", Kind.SOLUTIONS),
        ("text/turtle", Kind.SOLUTIONS),
    ],
)
def test_what_fits_nothing_lists_what_there_is(accept: str, kind: Kind) -> None:
    """A header that nothing fits is refused with the media types that the answer can have."""
    with pytest.raises(NotAcceptable) as refusal:
        negotiate(accept, kind)

    assert all(format_.media_type in str(refusal.value) for format_ in offered(kind))


def test_excluded_format_is_not_sent() -> None:
    """A media type with quality 0 is not sent even where a wildcard would cover it."""

    assert negotiate("application/sparql-results+json;q=0, application/json;q=0, */*", Kind.SOLUTIONS).name != "json"


@given(st.text(max_size=80), st.sampled_from(Kind))
def test_any_header_is_judged(accept: str, kind: Kind) -> None:
    """Whatever the header, the answer is a format of the right kind or a refusal."""
    try:
        chosen = negotiate(accept, kind)
    except NotAcceptable:
        return

    assert kind in chosen.kinds


def test_named_format_must_carry_the_answer() -> None:
    """``?format=csv`` of a boolean is refused with the names that can carry it."""
    with pytest.raises(NotAcceptable, match="json, xml"):
        named("csv", Kind.BOOLEAN)
