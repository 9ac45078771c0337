"""
Schedules as values: EDTF, the envelope of dates, and how exact they are.

Source: ISO 8601-2:2019, levels 0 and 1.
"""

import datetime as dt
from dataclasses import dataclass

from loaders import points
from loaders.points import PRECISIONS, Point, ScheduleError
from loaders.sentences import sentence


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    What the words of a schedule say.

    *earliest_start* and *latest_end* are the envelope, both inclusive, None where the words set no bound. *open_ended*
    is true when the end is left open (EDTF ``..``). *editorial* tells that the EDTF is our reading of vague words.
    """

    edtf: str
    earliest_start: dt.date | None
    latest_end: dt.date | None
    precision: str
    open_ended: bool = False
    editorial: bool = False


def edtf(text: str) -> Schedule:
    """
    The schedule of an EDTF value: a year, month, season or day, ``~`` for approximate, or an interval of them.

    Raises:
        ScheduleError: It is none of these, is impossible, or ends before it starts.
    """
    accepted = sentence("write-edtf")
    left, slash, right = text.partition("/")
    try:
        if not slash:
            alone = points.iso(left)
            if alone is not None:
                return Schedule(alone.edtf, alone.first, alone.last, alone.precision, editorial=alone.editorial)
        else:
            ends = [None if side == ".." else points.iso(side) for side in (left, right)]
            read = [end for end in ends if end is not None]
            if len(read) + [left, right].count("..") == 2 and read and all(end.precision != "season" for end in read):
                return interval(ends[0], ends[1])
    except ScheduleError as error:
        raise ScheduleError(text, error.reason, accepted) from None
    raise ScheduleError(text, None, accepted)


def until(end: Point) -> Schedule:
    """The time until the end of *end*, without a start."""
    if end.precision == "season":  # not an interval: EDTF has no seasons there
        return Schedule(end.edtf, None, end.last, end.precision, editorial=end.editorial)
    return interval(None, end)


def interval(start: Point | None, end: Point | None) -> Schedule:
    """
    The time from *start* to *end*; without *start* its beginning is unknown, without *end* it is open.

    Raises:
        ScheduleError: It ends before it starts.
    """
    if start and end and end.last < start.first:
        raise ScheduleError(f"{start.edtf}/{end.edtf}", sentence("reversed"), sentence("write-in-order"))
    ends = [side for side in (start, end) if side]
    return Schedule(
        edtf=f"{start.start if start else '..'}/{end.end if end else '..'}",
        earliest_start=start.first if start else None,
        latest_end=end.last if end else None,
        precision=max((side.precision for side in ends), key=PRECISIONS.index),
        open_ended=end is None,
        editorial=any(side.editorial_ends for side in ends),
    )
