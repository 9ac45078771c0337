# ruff: noqa: E501 - tables of cases are read one case per line
"""
What holds of every schedule, whatever its dates, its language and its words.
"""

from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from loaders.schedules import ScheduleError, edtf, parse
from loaders.wordings import MONTHS


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 4000), st.sampled_from("-–—‑−"), st.booleans())
def test_range_of_days_is_its_envelope(start, length, dash, spaced):
    """A range of days, with any dash, has exactly its two days as envelope."""
    end = min(start + timedelta(days=length), date(2199, 12, 31))
    space = " " if spaced else ""
    words = f"{start.day}.{start.month}.{start.year}{space}{dash}{space}{end.day}.{end.month}.{end.year}"
    read = parse(words, "fi")

    assert (f"{start}/{end}", start, end, "day") == (read.edtf, read.earliest_start, read.latest_end, read.precision)


@given(st.integers(1900, 2199), st.integers(1, 12), st.integers(1900, 2199), st.integers(1, 12))
def test_range_of_months_covers_whole_months(year, month, other_year, other_month):
    """A range of months covers whole months, leap years included; a reversed one is refused."""
    words = f"{month}/{year}–{other_month}/{other_year}"
    if (other_year, other_month) < (year, month):
        with pytest.raises(ScheduleError):
            parse(words, "sv")
        return
    read = parse(words, "sv")

    assert date(year, month, 1) == read.earliest_start
    assert read.latest_end is not None
    following = read.latest_end + timedelta(days=1)
    assert (1, other_month % 12 + 1) == (following.day, following.month)


_SIDES = st.one_of(
    st.integers(1900, 2199).map("{:04d}".format),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)).map("{:%Y-%m}".format),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str),
)


@given(_SIDES, st.one_of(st.none(), st.just(".."), _SIDES))
def test_iso_reads_back(left, right):
    """EDTF written as words is read as itself, with an envelope that is in order and open exactly when it says so."""
    text = left if right is None else f"{left}/{right}"
    try:
        read = parse(text, "en")
    except ScheduleError as error:
        read, reason = None, str(error.reason)
    if read is None:
        assert reason == "it ends before it starts"
        return

    assert text == read.edtf
    assert read == (edtf(text))
    assert (right == "..") == read.open_ended == (read.latest_end is None)
    if read.earliest_start and read.latest_end:
        assert read.earliest_start <= read.latest_end
    parse_edtf(read.edtf)


_YEARS = st.integers(1900, 2199)
_POINTS = st.one_of(
    _YEARS.map(str),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(lambda day: f"{day.month}/{day.year}"),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(lambda day: f"{day.day}.{day.month}.{day.year}"),
    st.tuples(_YEARS, st.integers(1, 4)).map(lambda pair: f"Q{pair[1]}/{pair[0]}"),
)


@given(_YEARS, st.integers(1, 12), st.sampled_from(["fi", "sv", "en"]))
def test_name_of_a_month_reads_as_its_figures(year, month, language):
    """A month reads the same by its name and in figures, in each language; "from" it is open, however it is said."""
    name = next(name for name, number in MONTHS[language].items() if number == month)
    figures = parse(f"{month}/{year}", language)
    since = {"fi": f"{name}sta {year}", "sv": f"från {name} {year}", "en": f"from {name} {year}"}[language]
    opened = parse(since, language)

    assert figures == parse(f"{name} {year}", language)
    assert (figures.earliest_start, None, True) == (opened.earliest_start, opened.latest_end, opened.open_ended)


@given(_POINTS, st.sampled_from([("{} alkaen", "{} mennessä", "fi"), ("{} lähtien", "{} saakka", "fi"), ("fr.o.m. {}", "t.o.m. {}", "sv"), ("från {}", "senast {}", "sv"), ("{} framåt", "till {}", "sv"), ("since {}", "by {}", "en")]))  # fmt: skip
def test_one_side_of_a_point_leaves_the_other_open(words, frames):
    """A beginning keeps the first day of its point and no end, an end keeps the last day and no beginning."""
    beginning, end, language = frames
    whole = parse(words, language)
    since, until = parse(beginning.format(words), language), parse(end.format(words), language)

    assert (whole.earliest_start, None, True) == (since.earliest_start, since.latest_end, since.open_ended)
    assert (None, whole.latest_end, False) == (until.earliest_start, until.latest_end, until.open_ended)


@given(_YEARS, st.integers(1, 52), st.integers(0, 51))
def test_range_of_weeks_has_whole_weeks(year, week, more):
    """A range of weeks runs from a Monday to a Sunday and has seven days for each week."""
    last = min(week + more, 52)
    read = parse(f"viikot {week}–{last}/{year}", "fi")

    assert read.earliest_start is not None
    assert read.latest_end is not None
    assert (1, 7) == (read.earliest_start.isoweekday(), read.latest_end.isoweekday())
    assert timedelta(days=7 * (last - week + 1) - 1) == read.latest_end - read.earliest_start


@given(st.text(max_size=60), st.sampled_from(["fi", "sv", "en"]))
def test_any_text_is_a_schedule_or_an_error(words, language):
    """Whatever is written gives a valid schedule or a `ScheduleError`, never another failure."""
    try:
        read = parse(words, language)
    except ScheduleError:
        return
    parse_edtf(read.edtf)

    assert read.earliest_start or read.latest_end


_TOKENS = [
    "2020", "2021", "1.3.", "31.5.2021", "3/20", "5/2021", "12/2022", "-", "–", "->", "saakka", "mennessä", "hösten", "våren", "syksyllä", "maaliskuu",
    "mars", "2020-23", "och", "ja", "av", "början", "loppuun", "v.", "aikana", "/", "..", "2023-04", "~", "14.11.", "senast", "till",
]  # fmt: skip

_PIECES = st.lists(
    st.sampled_from(_TOKENS),
    max_size=7,
)


@given(_PIECES, st.sampled_from(["", " "]), st.sampled_from(["fi", "sv"]))
def test_pieces_of_schedules_are_in_order_or_an_error(pieces, space, language):
    """Pieces of schedules put together at random give a schedule that is in order, or an error."""
    try:
        read = parse(space.join(pieces), language)
    except ScheduleError:
        return
    parse_edtf(read.edtf)

    if read.earliest_start and read.latest_end:
        assert read.earliest_start <= read.latest_end
    assert read.open_ended == (read.latest_end is None)
