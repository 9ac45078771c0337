"""
Stretches of the calendar: a day, a month, a season, a part of a year, a year; each with its EDTF form and its envelope.

Source: ISO 8601-2:2019 (EDTF, levels 0 and 1); https://www.loc.gov/standards/datetime/.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from loaders.sentences import Quoted, Sentence, sentence

YEARS = range(1900, 2200)
PRECISIONS = ("day", "month", "season", "part-of-year", "year")
"""From the finest to the coarsest."""
SPRING, SUMMER, AUTUMN, WINTER = 21, 22, 23, 24
_SEASONS = {SPRING: (3, 5), SUMMER: (6, 8), AUTUMN: (9, 11)}
EXAMPLES = (
    "2023, 2021–2023, 2023 ->, 5/2023, 10/2022–5/2023, 6–9/2019, 29.6.2020, 25.2.–10.3.2020, "
    "heinäkuussa 2020, mars 2022, syksyllä 2020, hösten 2021, Början av 2023, loppuvuosi 2022, 12/2020 saakka, "
    "senast hösten 2022, 2023-04, 2023-04-01/2023-05-31"
)


class ScheduleError(ValueError):
    """
    Words that are no schedule: *reason* says what is the matter, when that is known, *accepted* what to write.
    """

    def __init__(self, words: str, reason: Sentence | None = None, accepted: Sentence | None = None) -> None:
        self.words = words
        self.reason = reason
        self.accepted = accepted or sentence("write-schedule", examples=EXAMPLES)
        super().__init__(words, reason, self.accepted)

    def about(self, text: str) -> Sentence:
        """What is wrong with *text*, the whole of which the words were a part."""
        if self.reason is None:
            return sentence("schedule", value=Quoted(text), accepted=self.accepted)
        return sentence("schedule-reason", value=Quoted(text), reason=self.reason, accepted=self.accepted)

    def __str__(self) -> str:
        return str(self.about(self.words))


@dataclass(frozen=True, slots=True)
class Point:
    """
    What one expression of time covers.

    *edtf* stands for it alone, *start* and *end* at the ends of an interval; *first* and *last* are its envelope.
    *editorial* tells that *edtf* is our reading of vague words, *editorial_ends* the same of *start* and *end*.
    """

    edtf: str
    start: str
    end: str
    first: dt.date
    last: dt.date
    precision: str
    editorial: bool = False
    editorial_ends: bool = False


def _date(year: int, month: int, day: int) -> dt.date:
    if year not in YEARS:
        first, last = str(YEARS.start), str(YEARS.stop - 1)
        raise ScheduleError(str(year), sentence("year-range", year=str(year), first=first, last=last))
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ScheduleError(f"{day}.{month}.{year}", sentence("no-day", day=f"{day}.{month}.{year}")) from None


def _last(year: int, month: int) -> dt.date:
    return _date(year, month, calendar.monthrange(year, month)[1])


def day(year: int, month: int, number: int) -> Point:
    """One day."""
    date = _date(year, month, number)
    return Point(date.isoformat(), date.isoformat(), date.isoformat(), date, date, "day")


def month(year: int, number: int) -> Point:
    """One month."""
    first = _month(year, number)
    written = f"{year:04d}-{number:02d}"
    return Point(written, written, written, first, _last(year, number), "month")


def _month(year: int, number: int) -> dt.date:
    if number not in range(1, 13):
        raise ScheduleError(f"{number}/{year}", sentence("no-month", month=number))
    return _date(year, number, 1)


def year(number: int) -> Point:
    """One year."""
    first = _date(number, 1, 1)
    return Point(f"{number:04d}", f"{number:04d}", f"{number:04d}", first, _last(number, 12), "year")


def season(number: int, code: int) -> Point:
    """
    Spring (March to May), summer (June to August) or autumn (September to November) of one year.

    EDTF has seasons, but not at the ends of intervals: there our approximate months stand for them.
    """
    if code == WINTER:
        raise ScheduleError(f"{number:04d}-{code}", sentence("winter"), sentence("write-winter"))
    begin, end = _SEASONS[code]
    return Point(
        edtf=f"{number:04d}-{code}",
        start=f"{number:04d}-{begin:02d}~",
        end=f"{number:04d}-{end:02d}~",
        first=_date(number, begin, 1),
        last=_last(number, end),
        precision="season",
        editorial_ends=True,
    )


def part(number: int, third: int) -> Point:
    """
    The beginning (*third* 1), middle (2) or end (3) of one year, read as a third of it.

    EDTF has no "early" and "late": the months are our approximation, and say so with ``~``.
    """
    begin, end = 4 * third - 3, 4 * third
    start, stop = f"{number:04d}-{begin:02d}~", f"{number:04d}-{end:02d}~"
    first, last = _date(number, begin, 1), _last(number, end)
    return Point(f"{start}/{stop}", start, stop, first, last, "part-of-year", editorial=True, editorial_ends=True)


def months(number: int, begin: int, end: int) -> Point:
    """Months *begin* to *end* of one year: a quarter or a half."""
    start, stop = f"{number:04d}-{begin:02d}", f"{number:04d}-{end:02d}"
    return Point(f"{start}/{stop}", start, stop, _date(number, begin, 1), _last(number, end), "month")


def week(number: int, count: int) -> Point:
    """One ISO week, Monday to Sunday."""
    try:
        first = dt.date.fromisocalendar(_date(number, 1, 1).year, count, 1)
    except ValueError:
        reason = sentence("no-week", year=str(number), week=count)
        raise ScheduleError(f"{count}/{number}", reason) from None
    last = first + dt.timedelta(days=6)
    return Point(f"{first}/{last}", f"{first}", f"{last}", first, last, "day")


def weeks(first: Point, last: Point) -> Point:
    """From the Monday of the week *first* to the Sunday of the week *last*, which is not before it."""
    if last.last < first.first:
        raise ScheduleError(f"{first.edtf}/{last.edtf}", sentence("reversed"), sentence("write-in-order"))
    return Point(f"{first.start}/{last.end}", first.start, last.end, first.first, last.last, "day")


_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(~?)")


def iso(text: str) -> Point | None:
    """
    The point that an EDTF date of ours names: year, month, day or season, with ``~`` for approximate; None for others.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    number, middle, last = int(found[1]), found[2], found[3]
    if last:
        point = day(number, int(middle), int(last))
    elif middle and int(middle) in range(SPRING, WINTER + 1):
        point = season(number, int(middle))
    elif middle:
        point = month(number, int(middle))
    else:
        point = year(number)
    if not found[4]:
        return point
    mark = found[4]
    start, end = point.start.removesuffix(mark) + mark, point.end.removesuffix(mark) + mark
    return Point(
        point.edtf + mark, start, end, point.first, point.last, point.precision, editorial=True, editorial_ends=True
    )
