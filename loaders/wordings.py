"""
How people write a point in time, in Finnish, Swedish and English, and in figures.

One pattern per wording; each gives a `Point`. What stands between two points is the matter of `loaders.schedules`.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from loaders import points
from loaders.points import AUTUMN, SPRING, SUMMER, WINTER, Point

_FI_MONTHS = (
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
)  # fmt: skip
_FI_CASES = ("kuu", "kuun", "kuuta", "kuussa", "kuusta", "kuuhun")
_SV_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_EN_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _named(months: Iterable[str]) -> dict[str, int]:
    names: dict[str, int] = {}
    for number, name in enumerate(months, start=1):
        short = name[:3]
        names |= {name: number, short: number, f"{short}.": number}
        if name == "september":
            names |= {"sept": number, "sept.": number}
    return names


MONTHS: Mapping[str, Mapping[str, int]] = {
    "fi": {stem + case: number for number, stem in enumerate(_FI_MONTHS, start=1) for case in _FI_CASES},
    "sv": _named(_SV_MONTHS),
    "en": _named(_EN_MONTHS),
}
SEASONS: Mapping[str, Mapping[str, int]] = {
    "fi": dict.fromkeys(("kevät", "keväällä", "kevään", "keväästä", "kevääseen", "kevättä"), SPRING)
    | dict.fromkeys(("kesä", "kesällä", "kesän", "kesästä", "kesään", "kesää"), SUMMER)
    | dict.fromkeys(("syksy", "syksyllä", "syksyn", "syksystä", "syksyyn", "syksyä"), AUTUMN)
    | dict.fromkeys(("talvi", "talvella", "talven", "talvesta", "talveen", "talvea"), WINTER),
    "sv": dict.fromkeys(("vår", "våren"), SPRING)
    | dict.fromkeys(("sommar", "sommaren"), SUMMER)
    | dict.fromkeys(("höst", "hösten"), AUTUMN)
    | dict.fromkeys(("vinter", "vintern"), WINTER),
    "en": {"spring": SPRING, "summer": SUMMER, "autumn": AUTUMN, "fall": AUTUMN, "winter": WINTER},
}
_YEAR = r"(?P<year>[0-9]{4})"
# Words that may stand before a year, and before or after an expression, without changing what it says.
_YEAR_WORD: Mapping[str, str] = {
    "fi": r"(?:(?:vuonna|vuosi|vuoden|vuodesta|vuoteen|vuotta|vuodelle|vuodeksi|v\.) ?)?",
    "sv": r"(?:(?:år|året) )?",
    "en": r"(?:(?:the )?year )?",
}
FRAMES: Mapping[str, tuple[str, str]] = {
    "fi": (
        (
            r"(?:ajalle|ajalla|ajaksi|aikavälillä|aikavälille|kaudella|kaudelle|vuosina|vuosille|vuosien|vuodet|vv\."
            r"|koko|toteutus|toteutetaan)"
        ),
        r"(?:välisenä aikana|välillä|kuluessa|aikana)",
    ),
    "sv": (
        r"(?:åren|under åren|under perioden|perioden|under tiden|tiden|hela|under hela|under|på|i|från)",
        r"(?:under)",
    ),
    "en": (
        r"(?:in the years|the years|years|during the period|the period|during|in|throughout|all of)",
        r"(?:inclusive)",
    ),
}
_PARTS: Mapping[str, Mapping[str, int]] = {
    "fi": {
        r"alkuvuo(?:si|den|desta|della|nna|teen|tta) {year}": 1,
        r"(?:vuoden )?{year} (?:alku|alussa|alun|alusta|alkuun|alkupuoli|alkupuolella|alkupuolen)": 1,
        r"(?:vuoden )?{year} (?:puoliväli|puolivälissä|puolivälin|puolivälistä|puoliväliin)": 2,
        r"loppuvuo(?:si|den|desta|della|nna|teen|tta) {year}": 3,
        r"(?:vuoden )?{year} (?:loppu|lopussa|lopun|lopulla|lopusta|loppupuoli|loppupuolella|loppupuolen)": 3,
    },
    "sv": {
        r"(?:tidigt|(?:i |vid )?(?:början|inledningen|ingången) (?:av|på)) (?:år |året )?{year}": 1,
        r"(?:(?:i |vid )?mitten av|mitt i) (?:år |året )?{year}": 2,
        r"(?:sent|(?:i |mot )?slutet (?:av|på)) (?:år |året )?{year}": 3,
    },
    "en": {
        r"early(?: in)? {year}": 1,
        r"(?:at )?(?:the )?(?:beginning|start) of {year}": 1,
        r"mid[- ]?{year}": 2,
        r"(?:in )?(?:the )?middle of {year}": 2,
        r"late(?: in)? {year}": 3,
        r"(?:at )?(?:the )?end of {year}": 3,
    },
}
_HALVES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "fi": {
        r"(?:vuoden )?{year} (?:(?:ensimmäi(?:nen|sellä)|1\.) (?:vuosi)?|alku)puolisko(?:lla)?": (1, 6),
        r"(?:vuoden )?{year} (?:(?:toi(?:nen|sella)|jälkimmäi(?:nen|sellä)|2\.) (?:vuosi)?|jälki)puolisko(?:lla)?": (7, 12),
        r"(?:ensimmäi(?:nen|sellä)|1\.) (?:vuosi)?puolisko(?:lla)? {year}": (1, 6),
        r"(?:toi(?:nen|sella)|2\.) (?:vuosi)?puolisko(?:lla)? {year}": (7, 12),
    },
    "sv": {
        r"(?:under )?första (?:halvåret|halvan av|hälften av)(?: år)? {year}": (1, 6),
        r"(?:under )?andra (?:halvåret|halvan av|hälften av)(?: år)? {year}": (7, 12),
    },
    "en": {r"(?:the )?first half of {year}": (1, 6), r"(?:the )?second half of {year}": (7, 12)},
}  # fmt: skip
_QUARTER: Mapping[str, str] = {
    "fi": (
        r"(?:(?P<a>ensimmäinen|toinen|kolmas|neljäs|[1-4]\.) (?:(?:vuosi)?neljännes|kvartaali)"
        r"|(?:(?:vuosi)?neljännes|kvartaali) (?P<b>[1-4])) {year}"
    ),
    "sv": r"(?:kvartal (?P<a>[1-4])|(?P<b>första|andra|tredje|fjärde|[1-4](?::[ae]|\.)?) kvartalet)(?: år)? {year}",
    "en": (
        r"(?:quarter (?P<a>[1-4])(?: of)?|(?:the )?(?P<b>first|second|third|fourth|[1-4](?:st|nd|rd|th)) quarter(?: of)?)"
        r" {year}"
    ),
}
_ORDINALS: Mapping[str, int] = {
    word: number
    for words in (
        ("ensimmäinen", "toinen", "kolmas", "neljäs"),
        ("första", "andra", "tredje", "fjärde"),
        ("first", "second", "third", "fourth"),
    )
    for number, word in enumerate(words, start=1)
}
_COUNT = r"(?P<week>[0-9]{1,2})(?: ?- ?(?P<last>[0-9]{1,2}))?"
_WEEK: Mapping[str, str] = {
    "fi": rf"(?:viikko|viikot|viikolla|viikoilla|vko|vkot|vk) {_COUNT}(?:/| vuonna | ){_YEAR}",
    "sv": rf"(?:vecka|veckorna|v\.?) {_COUNT}(?:/|,? år | ){_YEAR}",
    "en": rf"weeks? {_COUNT}(?:/|,? of | ){_YEAR}",
}
_ABOUT: Mapping[str, str] = {
    "fi": r"(?:noin|n\.|arviolta) ",
    "sv": r"(?:ca\.?|cirka|omkring|runt|ungefär) ",
    "en": r"(?:about|around|approximately|circa|ca?\.?) ",
}
"""Words that make a year or a month approximate."""


def _figures(text: str) -> Point | None:
    if found := re.fullmatch(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})", text):
        return points.day(int(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"([0-9]{1,2}) ?[/.] ?([0-9]{4})", text):
        return points.month(int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(?:q([1-4]) ?/? ?([0-9]{4})|([0-9]{4}) ?/?-? ?q([1-4]))", text):
        quarter, year = int(found[1] or found[4]), int(found[2] or found[3])
        return points.months(year, 3 * quarter - 2, 3 * quarter)
    if found := re.fullmatch(r"(?:h([12]) ?/? ?([0-9]{4})|([0-9]{4}) ?/?-? ?h([12]))", text):
        half, year = int(found[1] or found[4]), int(found[2] or found[3])
        return points.months(year, 6 * half - 5, 6 * half)
    return None


def _month(text: str, language: str) -> Point | None:
    before = {"fi": "", "sv": r"(?:i )?", "en": r"(?:in )?"}[language]
    found = re.fullmatch(rf"{before}(?P<name>[^\W\d_]+\.?) {_YEAR_WORD[language]}{_YEAR}", text)
    if found is None and language == "fi":
        found = re.fullmatch(rf"vuoden {_YEAR} (?P<name>[^\W\d_]+)", text)
    number = MONTHS[language].get(found["name"]) if found else None
    return points.month(int(found["year"]), number) if found and number else None


def _day(text: str, language: str) -> Point | None:
    patterns = {
        "fi": (rf"(?P<day>[0-9]{{1,2}})\.? (?P<name>\w+kuuta) {_YEAR}",),
        "sv": (rf"(?:den )?(?P<day>[0-9]{{1,2}})(?::[ae]|\.)? (?P<name>[^\W\d_]+\.?) {_YEAR}",),
        "en": (
            rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>[a-z]+\.?),? {_YEAR}",
            rf"(?P<name>[a-z]+\.?) (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        ),
    }[language]
    for pattern in patterns:
        found = re.fullmatch(pattern, text)
        number = MONTHS[language].get(found["name"]) if found else None
        if found and number:
            return points.day(int(found["year"]), number, int(found["day"]))
    return None


def _season(text: str, language: str) -> Point | None:
    before = {"fi": "", "sv": r"(?:(?:på|under|i|till) )?", "en": r"(?:(?:in|during) )?(?:the )?"}[language]
    between = {"fi": _YEAR_WORD["fi"], "sv": r"(?:år )?", "en": r"(?:of )?"}[language]
    found = re.fullmatch(rf"{before}(?P<name>[^\W\d_]+) {between}{_YEAR}", text)
    if found is None and language == "fi":
        found = re.fullmatch(rf"vuoden {_YEAR} (?P<name>[^\W\d_]+)", text)
    code = SEASONS[language].get(found["name"]) if found else None
    return points.season(int(found["year"]), code) if found and code else None


def _part(text: str, language: str) -> Point | None:
    for pattern, third in _PARTS[language].items():
        if found := re.fullmatch(pattern.replace("{year}", _YEAR), text):
            return points.part(int(found["year"]), third)
    for pattern, (begin, end) in _HALVES[language].items():
        if found := re.fullmatch(pattern.replace("{year}", _YEAR), text):
            return points.months(int(found["year"]), begin, end)
    if found := re.fullmatch(_QUARTER[language].replace("{year}", _YEAR), text):
        count = found["a"] or found["b"]
        quarter = _ORDINALS.get(count) or int(count[0])
        return points.months(int(found["year"]), 3 * quarter - 2, 3 * quarter)
    return None


def _week(text: str, language: str) -> Point | None:
    found = re.fullmatch(_WEEK[language], text)
    if found is None:
        return None
    first = points.week(int(found["year"]), int(found["week"]))
    return points.weeks(first, points.week(int(found["year"]), int(found["last"]))) if found["last"] else first


def _approximate(text: str, language: str) -> Point | None:
    about = re.match(_ABOUT[language], text)
    if about is None:
        return None
    rest = text[about.end() :]
    found = _figures(rest) or _year(rest, language) or _month(rest, language)
    return points.iso(f"{found.edtf}~") if found and found.precision in {"month", "year"} else None


def _year(text: str, language: str) -> Point | None:
    found = re.fullmatch(rf"{_YEAR_WORD[language]}{_YEAR}", text)
    return points.year(int(found["year"])) if found else None


_WORDINGS: tuple[Callable[[str, str], Point | None], ...] = (_year, _month, _day, _season, _part, _week, _approximate)


def point(text: str, language: str) -> Point | None:
    """
    The point in time that *text* names in figures or in the words of *language*; None when it names none.

    *text* is in lower case, with single spaces and plain hyphens.

    Raises:
        ScheduleError: It names a day, month or season that does not exist.
    """
    found = _figures(text)
    for wording in _WORDINGS:
        if found is None:
            found = wording(text, language)
    return found


def completed(left: str, right: str, language: str) -> str | None:
    """
    *left*, the shortened first half of a range, with what it borrows from *right*: ``25.2.`` before ``10.3.2020``.

    None when it borrows nothing. Two figures are a year only beside one written in full: ``3/20`` before ``5/2021``.
    """
    found = re.search(r"([0-9]{4})(?![0-9])", right)
    if found is None:
        return None
    year = found[1]
    if re.fullmatch(r"[0-9]{1,2}\. ?[0-9]{1,2}\.", left):
        return left + year
    left = left.removeprefix("den ")
    if re.fullmatch(r"[0-9]{1,2}\.?", left):
        if borrowed := re.fullmatch(r"[0-9]{1,2}\. ?([0-9]{1,2}\. ?[0-9]{4})", right):
            return f"{left.rstrip('.')}.{borrowed[1]}"
        if borrowed := re.fullmatch(r"(?:den )?[0-9]{1,2}(?::[ae])?(\.? .*)", right):
            return f"{left.rstrip('.')}{borrowed[1]}"
        return f"{left}/{year}" if re.fullmatch(r"[0-9]{1,2} ?/ ?[0-9]{4}", right) else None
    if short := re.fullmatch(r"([0-9]{1,2}) ?/ ?([0-9]{2})", left):
        return f"{short[1]}/{year[:2]}{short[2]}"
    if left + "kuu" in MONTHS["fi"] and language == "fi":
        return f"{left}kuu {year}"
    return None if re.search(r"[0-9]{4}", left) else f"{left} {year}"
