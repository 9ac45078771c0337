"""
Schedules as people write them become EDTF and an envelope of dates, or an error that lists what is accepted.

The words stay the evidence; EDTF says the same in a form to compute with; the envelope is computed from it.
Nothing is guessed: a day without a year, a two-figure year on its own and words that name an event are errors.

Source: ISO 8601-2:2019, levels 0 and 1; docs/tables.md.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping

from loaders import points
from loaders.columns import LANGUAGES
from loaders.points import Point, ScheduleError
from loaders.sentences import Quoted, sentence
from loaders.spans import Schedule, edtf, interval, until
from loaders.wordings import FRAMES, completed, point

__all__ = ["Schedule", "ScheduleError", "edtf", "parse"]

LONGEST = 200
_LANGUAGE_NAMES = {"fi": sentence("finnish"), "sv": sentence("swedish"), "en": sentence("english")}
_EVENTS = re.compile(
    r"\b(?:vaalikau|hallituskau|valtiopäiv|valperiod|mandatperiod|regeringsperiod|parliamentary term|electoral term"
    r"|government term|term of (?:the )?(?:parliament|government))"
)
_UNTIL: Mapping[str, tuple[str, ...]] = {
    "fi": (
        r"(?P<x>.+) loppuun(?: (?:saakka|asti|mennessä))?",
        r"(?:viimeistään|enintään) (?P<x>.+)",
        r"(?P<x>.+) (?:saakka|asti|mennessä)",
    ),
    "sv": (
        r"(?:senast |före |innan |till |fram till |till och med )+(?:i |vid )?(?:slutet|utgången) av (?P<x>.+)",
        r"(?:senast|fram till och med|fram till|till och med|t\.? ?o\.? ?m\.?|till) (?P<x>.+)",
    ),
    "en": (
        r"(?:by|before|until|till|up to|to) the end of (?P<x>.+)",
        r"(?:by|until|till|up to|no later than|not later than|at the latest|at the latest in|through) (?P<x>.+)",
        r"(?P<x>.+) at the latest",
    ),
}
_FROM: Mapping[str, tuple[str, ...]] = {
    "fi": (r"(?P<x>.+) (?:alkaen|lähtien|eteenpäin)", r"alkaen (?P<x>.+)"),
    "sv": (
        r"(?:från och med|fr\.? ?o\.? ?m\.?|f\.?o\.?m\.?|med början(?: i)?|från|sedan) (?P<x>.+?)(?: (?:och )?framåt)?",
        r"(?P<x>.+?) (?:(?:och )?framåt|tills vidare)",
    ),
    "en": (
        r"(?:from|since|starting in|starting|as of|beginning in) (?P<x>.+?)(?: (?:on|onwards|onward))?",
        r"(?P<x>.+?) (?:and )?onwards?",
    ),
}
_BETWEEN: Mapping[str, tuple[str, ...]] = {
    "fi": (
        r"(?P<x>.+) (?:alkaen|lähtien),? (?P<y>.+) (?:saakka|asti)",
        r"(?P<x>\S+(?:sta|stä)(?: \d{4})?) (?P<y>\S+(?:Vn|hun|hyn|seen|teen|yn|än) \d{4})(?: (?:saakka|asti))?".replace(
            "Vn", "[aeiouyäö]n"
        ),
    ),
    "sv": (
        r"(?:från och med|fr\.?o\.?m\.?|f\.?o\.?m\.?|från) (?P<x>.+) (?:till och med|t\.?o\.?m\.?|till) (?P<y>.+)",
        r"mellan (?P<x>.+) och (?P<y>.+)",
        r"(?P<x>.+) (?:till och med|t\.?o\.?m\.?|till) (?P<y>.+)",
    ),
    "en": (
        r"from (?P<x>.+) (?:until|till|to|through) (?P<y>.+)",
        r"between (?P<x>.+) and (?P<y>.+)",
        r"(?P<x>.+) (?:to|until|till|through) (?P<y>.+)",
    ),
}
_SEASON_FROM = "keväästä|kesästä|syksystä"
_SEASON_INTO = "kevääseen|kesään|syksyyn"
_FINNISH_FROM = re.compile(
    rf"vuodesta \d{{4}}|(?:\w+kuusta|{_SEASON_FROM})(?: vuonna)? \d{{4}}"
    rf"|vuoden \d{{4}} (?:alusta|puolivälistä|lopusta|\w+kuusta|{_SEASON_FROM})"
)
"""Cases that say "from": without ``alkaen`` too, they name a beginning and no end."""
_FINNISH_INTO = re.compile(
    rf"vuoteen \d{{4}}|(?:\w+kuuhun|{_SEASON_INTO})(?: vuonna)? \d{{4}}"
    rf"|vuoden \d{{4}} (?:alkuun|puoliväliin|\w+kuuhun|{_SEASON_INTO})"
)
"""Cases that say "into": an end with ``mennessä`` or ``saakka``; without, it may as well be the time itself."""
_AND: Mapping[str, str] = {"fi": r" (?:ja|sekä) ", "sv": r" och ", "en": r" and "}


def parse(words: str, language: str) -> Schedule:
    """
    The schedule that *words* state in *language* (``fi``, ``sv`` or ``en``) or in figures alone.

    Raises:
        ScheduleError: They state none, an impossible one, or an event instead of a date; it says what is accepted.
    """
    if language not in LANGUAGES:
        raise ScheduleError(words, sentence("language-unknown", language=Quoted(language)), sentence("mark-language"))
    text = _normal(words)
    if len(text) > LONGEST or not text:
        raise ScheduleError(words[:LONGEST], sentence("long") if text else sentence("empty"))
    if _EVENTS.search(text):
        raise ScheduleError(words, sentence("event"), sentence("name-event"))
    if re.fullmatch(r"[0-9]{1,2}\. ?[0-9]{1,2}\.?", text):
        raise ScheduleError(words, sentence("year-missing"), sentence("write-year"))
    text = _years(words, text)
    try:
        found = _read(text, language)
    except ScheduleError as error:
        raise ScheduleError(words, error.reason, error.accepted) from None
    if found is not None:
        return found
    for other in LANGUAGES:
        if other != language and _quietly(text, other):
            reason = sentence("other-language", language=_LANGUAGE_NAMES[other])
            raise ScheduleError(words, reason, sentence("mark-words", words=words, language=other))
    raise ScheduleError(words)


def _normal(words: str) -> str:
    """Lower case, single spaces, one kind of hyphen and of arrow, no soft hyphens and no brackets around it."""
    text = unicodedata.normalize("NFC", words).replace("\u00ad", "").casefold()
    text = re.sub(r"\s*(?:[‐-―−﹣－-]+>|[=]+>|→|⇒|➔|➜|⟶)\s*", " -> ", text)
    text = re.sub(r"[‐-―−﹣－]", "-", text)
    text = " ".join(text.split())
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text.rstrip(",;").strip()


def _years(words: str, text: str) -> str:
    """
    *text* with a shortened second year written out: ``2018–19`` is ``2018-2019``.

    ``2020-23`` is an autumn in EDTF and four years to people, ``2008–09`` a month or two years: these are refused.
    """
    found = re.fullmatch(r"([0-9]{4}) ?- ?([0-9]{2})", text)
    if found is None:
        return text
    as_iso = re.fullmatch(r"\(?[0-9]{4}-[0-9]{2}\)?", words.strip()) is not None
    season, month = int(found[2]) in range(points.SPRING, points.WINTER + 1), int(found[2]) in range(13)
    if as_iso and month:
        return text
    years = f"{found[1]}-{found[1][:2]}{found[2]}"
    if month or (as_iso and season):
        raise ScheduleError(words, sentence("two-ways"), sentence("write-years", years=years))
    return years


def _quietly(text: str, language: str) -> bool:
    try:
        return _read(text, language) is not None
    except ScheduleError:
        return False


def _read(text: str, language: str) -> Schedule | None:
    for candidate in _framed(text, language):
        found = _exactly(candidate, language)
        if found is not None:
            return found
    return None


def _framed(text: str, language: str) -> Iterator[str]:
    """*text*, then what is left of it without the words that only frame it ("ajalla", "under perioden", "aikana")."""
    yield text
    before, after = FRAMES[language]
    bare = re.sub(rf" {after}$", "", re.sub(rf"^{before} ", "", text))
    if bare != text:
        yield bare
    barer = re.sub(rf"^{before} ", "", bare)
    if barer != bare:
        yield barer


def _exactly(text: str, language: str) -> Schedule | None:
    if "/" in text and (found := _figures(text)):
        return found
    for pattern in _BETWEEN[language]:
        if found_words := re.fullmatch(pattern, text):
            pair = _pair(found_words["x"], found_words["y"], language)
            if pair:
                return interval(*pair)
    alone = point(text, language) or points.iso(text)
    if alone is not None and language == "fi" and _FINNISH_FROM.fullmatch(text):
        return interval(alone, None)
    if alone is not None and language == "fi" and _FINNISH_INTO.fullmatch(text):
        raise ScheduleError(text, sentence("two-ways"), sentence("write-case"))
    if alone is not None:
        return Schedule(alone.edtf, alone.first, alone.last, alone.precision, editorial=alone.editorial)
    return _one_sided(text, language) or _adjoining(text, language) or _range(text, language)


def _figures(text: str) -> Schedule | None:
    left, _, right = text.partition("/")
    if not re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}~?|\.\.", left) or not re.fullmatch(
        r"[0-9]{4}(?:-[0-9]{2}){0,2}~?|\.\.", right
    ):
        return None
    return edtf(text)


def _one_sided(text: str, language: str) -> Schedule | None:
    for pattern in _UNTIL[language]:
        found = re.fullmatch(pattern, text)
        if found and (end := _point(found["x"], language)):
            return until(end)
        if found and "-" in found["x"] and (whole := _range(found["x"], language)):
            return whole
    for pattern in _FROM[language]:
        found = re.fullmatch(pattern, text)
        if found and (start := _point(found["x"], language)):
            return interval(start, None)
    return None


def _adjoining(text: str, language: str) -> Schedule | None:
    """Two points joined by "and", which are one schedule when the second begins the day after the first has ended."""
    parts = re.split(_AND[language], text)
    if len(parts) != 2:
        return None
    pair = _pair(parts[0], parts[1], language)
    if pair is None:
        return None
    if pair[0].last + dt.timedelta(days=1) != pair[1].first:
        raise ScheduleError(text, sentence("gap"), sentence("write-one-period"))
    return interval(*pair)


def _range(text: str, language: str) -> Schedule | None:
    found: set[Schedule] = set()
    refused: list[ScheduleError] = []
    for place in [index for index, sign in enumerate(text) if sign == "-"]:
        arrow = text[place : place + 2] == "->"
        left, right = text[:place].strip(), text[place + (2 if arrow else 1) :].strip()
        try:
            if not right and (start := _point(left, language)):
                found.add(interval(start, None))
            elif not left and (end := _point(right, language)):
                found.add(until(end))
            elif left and right and (pair := _pair(left, right, language)):
                found.add(interval(*pair))
        except ScheduleError as error:
            refused.append(error)
    if len(found) > 1:
        raise ScheduleError(text, sentence("two-ways"), sentence("write-both-ends"))
    if not found and refused:
        raise refused[0]
    return found.pop() if found else None


def _point(text: str, language: str) -> Point | None:
    for candidate in _framed(text, language):
        found = point(candidate, language) or points.iso(candidate)
        if found is not None:
            return found
    return None


def _pair(left: str, right: str, language: str) -> tuple[Point, Point] | None:
    """The two ends of a range, where the first may borrow its year or month from the second."""
    end = _point(right, language)
    if end is None:
        lent = re.fullmatch(r"([0-9]{1,2}) ?/ ?([0-9]{2})", right)
        full = re.search(r"/ ?([0-9]{2})[0-9]{2}$", left)
        if lent is None or full is None:
            short = re.fullmatch(r"[0-9]{2}", right)
            years = re.fullmatch(r"([0-9]{2})[0-9]{2}", left)
            end = points.year(int(years[1] + right)) if short and years else None
        else:
            end = points.month(int(full[1] + lent[2]), int(lent[1]))
    if end is None:
        return None
    start = _point(left, language)
    if start is None and (whole := completed(left, right, language)):
        start = _point(whole, language)
    return (start, end) if start else None
