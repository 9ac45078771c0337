"""Media types in headers: quoted parameters, qualities, specificity, and headers that make no sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql.media import MediaType, parse, parse_accept, quality_of, split

TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-", min_size=1, max_size=8)
VALUE = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12)


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("text/csv", MediaType("text/csv")),
        ("TEXT/CSV ; Charset=UTF-8", MediaType("text/csv", (("charset", "UTF-8"),))),
        ('a/b; profile="x;y, \\"z\\""', MediaType("a/b", (("profile", 'x;y, "z"'),))),
        ("", MediaType("")),
        ('a/b; c="unclosed; d=e', MediaType("a/b", (("c", '"unclosed; d=e'),))),
        ('a/b; c="', MediaType("a/b", (("c", '"'),))),
    ],
)
def test_content_type_is_read(header: str, media_type: MediaType) -> None:
    """A Content-Type gives its name and its parameters, quoted ones without their quotes."""

    assert media_type == parse(header)


@pytest.mark.parametrize(
    ("accept", "quality"),
    [
        ("text/csv", 1.0),
        ("text/*;q=0.5", 0.5),
        ("*/*;q=0.25", 0.25),
        ("*/*, text/csv;q=0", 0.0),
        ("text/*;q=0.9, text/csv;q=0.1", 0.1),
        ("text/csv;q=0.1, text/csv;q=0.3", 0.3),
        ("text/csv;charset=latin-1", 0.0),
        ('text/csv;charset="UTF-8";q=0.2, text/csv', 0.2),
        ("text/csv;q=7", 1.0),
        ("text/csv;q=-1", 0.0),
        ("text/csv;q=.", 0.0),
        ("text/csv;q=nan", 0.0),
        ("text/csv;header=present;q=0.5", 0.5),
        ("image/png", 0.0),
        (",,;;,", 0.0),
    ],
)
def test_most_specific_range_counts(accept: str, quality: float) -> None:
    """The range that names a type most closely says how much it is wanted."""

    assert quality == quality_of("text/csv", parse_accept(accept))


@pytest.mark.parametrize("header", ["text", "text/", "/csv", "te xt/csv", "text/c sv", "text/csv/x", ";q=1"])
def test_range_that_cannot_be_read_is_left_out(header: str) -> None:
    """A range without a type, without a subtype or with spaces in them asks for nothing, and spoils no other."""
    assert () == parse_accept(header)
    assert parse_accept("text/csv;q=0.5") == parse_accept(f"{header}, text/csv;q=0.5")


@given(st.text(max_size=60))
def test_every_header_has_qualities_from_0_to_1(header: str) -> None:
    """Whatever a client sends, each range has a quality from 0 to 1."""

    assert all(0 <= each.quality <= 1 for each in parse_accept(header))


@given(TOKEN, TOKEN, st.lists(st.tuples(TOKEN, VALUE), max_size=4))
def test_quoting_hides_separators(family: str, subtype: str, parameters: list[tuple[str, str]]) -> None:
    """A parameter keeps its value when that is quoted, whatever commas, semicolons and quotes it holds."""
    quoted = [(key, '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"') for key, value in parameters]
    header = ";".join([f"{family}/{subtype}", *(f"{key}={value}" for key, value in quoted)])

    assert MediaType(f"{family}/{subtype}", tuple(parameters)) == parse(header)
    assert [header] == list(split(header, ","))
