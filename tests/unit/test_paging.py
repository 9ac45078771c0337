"""Pages of an answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.paging import LARGEST, Paging, asked
from server.problems import BadParameter

SIZES = st.integers(1, 50)


@settings(deadline=None)  # a busy machine is no failure
@given(SIZES, st.integers(0, 400), st.integers(0, 400))
def test_pages_before_and_after_touch_and_never_overlap(limit: int, offset: int, total: int) -> None:
    """The page before ends where this one begins, the page after begins where it ends; there is one only if rows are left."""
    page = Paging(offset, limit)
    rows = max(0, min(limit, total - offset))
    around = page.neighbours(rows, more=offset + rows < total)

    assert Paging(0, limit) == around["first"]
    assert bool(offset) == ("prev" in around)
    if "prev" in around:
        assert 0 <= around["prev"].offset < offset == around["prev"].offset + around["prev"].limit
    if "next" in around:
        assert offset + rows == around["next"].offset < total or not rows


@settings(deadline=None)  # a busy machine is no failure
@given(st.dictionaries(st.sampled_from(["limit", "offset", "lang"]), st.text(max_size=8)))
def test_paging_is_read_or_refused(parameters: dict[str, str]) -> None:
    """Whatever is sent gives a page within its bounds, no page, or an error that names the parameter."""
    try:
        page = asked(parameters)
    except BadParameter as met:
        page, refusal = None, str(met)
    else:
        refusal = ""

    assert not refusal or any(f'parameter "{name}": "{parameters[name]}"' in refusal for name in parameters)
    assert (page is None) == bool(refusal or (not parameters.get("limit") and not parameters.get("offset")))
    assert page is None or (1 <= page.limit <= LARGEST and page.offset >= 0)


def test_offset_alone_gives_the_largest_page() -> None:
    """Who says only where to begin gets as many rows as a page may have."""
    assert Paging(5, LARGEST) == asked({"offset": "5"})


def test_limit_alone_begins_with_the_first_row() -> None:
    """Who says only how many rows gets the first ones."""
    assert Paging(0, 5) == asked({"limit": "5"})


@pytest.mark.parametrize(
    ("name", "least", "most"), [("limit", 1, 10_000), ("offset", 0, 1_000_000_000)], ids=["limit", "offset"]
)
def test_bounds_are_what_they_are_said_to_be(name: str, least: int, most: int) -> None:
    """The smallest and the largest number are accepted, and the next ones are refused with both."""
    assert [least, most] == [getattr(asked({name: str(number)}), name) for number in (least, most)]
    for beyond in (least - 1, most + 1):
        with pytest.raises(BadParameter, match=f'"{beyond}"; write a whole number from {least} to {most:,}'):
            asked({name: str(beyond)})


@pytest.mark.parametrize("value", ["²", "1e3", " 5", "+5", "0x5"])
def test_only_plain_digits_are_numbers(value: str) -> None:
    """A number is written with the digits 0 to 9 and nothing else."""
    with pytest.raises(BadParameter):
        asked({"limit": value})
