"""
What a cell may hold, by the kind of its column.

A cell is checked once, here; whoever reads the row afterwards may rely on it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

from loaders import schedules
from loaders.codes import codes
from loaders.columns import LANGUAGES, NONE, Column
from loaders.errors import Problems, choice, close, quoted
from loaders.tables import Row
from ontology.iris import IRIError, Iris

ANCHOR_WORDS = 8
CONTACT = re.compile(r"@|\(at\)|(?:^|\W)tel\.", re.IGNORECASE)
_TAGGED = re.compile(r"(?P<words>.*\S)\s*@(?P<language>[A-Za-z-]*)")
_LINES = re.compile(r"([1-9][0-9]{0,6})(?:\s*[-–]\s*([1-9][0-9]{0,6}))?")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_PRINTED = re.compile(r"[\s;,]+")


def decimal(text: str) -> str:
    """The canonical lexical form of a decimal, as the store keeps it: ``0.80`` is ``0.8``, ``10.0`` is ``10``."""
    plain = f"{Decimal(text):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def lines(text: str) -> tuple[int, int]:
    """First and last line of ``212-230`` or ``212``."""
    found = _LINES.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]), int(found[2] or found[1])


def printed(text: str) -> tuple[str, ...]:
    """The languages listed in a cell of the column ``printed``; ``none`` gives itself."""
    return tuple(part for part in _PRINTED.split(text) if part)


def tagged(text: str, language: str) -> tuple[str, str]:
    """Words and their language: the one marked by ``@fi`` at their end, else *language*."""
    found = _TAGGED.fullmatch(text)
    return (found["words"], found["language"]) if found else (text, language)


def check(row: Row, iris: Iris, problems: Problems) -> bool:
    """
    Whether every cell of *row* holds what its column accepts; what does not goes to *problems*.
    """
    before = len(problems)
    for column in row.table.columns.values():
        text = row.text(column.name)
        if text:
            for item, accepted in _refused(column, text, iris):
                problems.add(row.where(column.name), quoted(item), accepted)
        elif column.required:
            problems.add(
                row.where(column.name), "an empty cell", f"fill it in, every row needs it: {column.meaning['en']}"
            )
    return len(problems) == before


def checked(row: Row, iris: Iris, problems: Problems) -> Row:
    """
    *row* as it can be judged further: refused items are noted as spoiled, and where a writer needs a value, the example
    of the column stands in. Nothing of a row with spoiled cells is ever published.
    """
    if check(row, iris, problems):
        return row
    spoiled: dict[str, frozenset[str]] = {}
    held = dict(row.cells)
    for column in row.table.columns.values():
        text = row.text(column.name)
        refused = frozenset(item for item, _ in _refused(column, text, iris)) if text else frozenset[str]()
        if not refused and (text or not column.required):
            continue
        spoiled[column.name] = refused
        if column.kind == "words" and column.many:
            held[column.name] = "; ".join(item.partition("@")[0] or "-" for item in row.items(column.name))
        elif not column.reference:
            held[column.name] = column.example if column.required else ""
    return replace(row, cells=held, spoiled=spoiled)


def _refused(column: Column, text: str, iris: Iris) -> Iterator[tuple[str, str]]:
    if column.kind == "language":
        items = printed(text)
    elif column.many:
        items = tuple(part.strip() for part in text.split(";"))
        if "" in items:
            yield text, 'separate items by one semicolon ("; ") and end without one'
            return
        if column.reference and len(set(items)) < len(items):
            yield text, "name each thing once"
    else:
        items = (text,)
        if column.reference and ";" in text:
            yield text, "name exactly one"
            return
    for item in items:
        accepted = _KINDS[column.kind](column, item, iris)
        if accepted:
            yield item, accepted


def _id(column: Column, item: str, iris: Iris) -> str | None:
    if "/" not in item:
        return f"begin with {choice([segment + '/' for segment in column.ids])}"
    try:
        iris.entity(item)
    except IRIError as error:
        return str(error).partition("; ")[2] or str(error)
    if item.partition("/")[0] not in column.ids:
        return f"begin with {choice([segment + '/' for segment in column.ids])}"
    return None


def _reference(column: Column, item: str, iris: Iris) -> str | None:
    if "/" not in item:
        return f"write the id of the thing, such as {column.example.partition(';')[0]}"
    try:
        iris.entity(item)
    except IRIError as error:
        return str(error).partition("; ")[2] or str(error)
    if column.to and item.partition("/")[0] not in column.to:
        return f"name something that begins with {choice([segment + '/' for segment in column.to])}"
    return None


def _actors(column: Column, item: str, iris: Iris) -> str | None:
    return _reference(column, item, iris) if item.startswith("actor/") else None


def _code(column: Column, item: str, _: Iris) -> str | None:
    accepted = column.accepted or codes().get(column.scheme or "", ())
    return (
        None
        if item in accepted
        else f"write {choice(accepted or ['nothing: the scheme is empty'])}{close(item, accepted)}"
    )


def _language(_: Column, item: str, __: Iris) -> str | None:
    return None if item in {*LANGUAGES, NONE} else f"list {', '.join(LANGUAGES)} separated by spaces, or write {NONE}"


def _words(_: Column, item: str, __: Iris) -> str | None:
    found = _TAGGED.fullmatch(item)
    if found and found["language"] not in LANGUAGES:
        return f"mark another language by {choice(['@' + language for language in LANGUAGES])} at the end of the words"
    return None


def _integer(_: Column, item: str, __: Iris) -> str | None:
    return None if re.fullmatch(r"[1-9][0-9]{0,5}", item) else "write a whole number from 1 on"


def _decimal(_: Column, item: str, __: Iris) -> str | None:
    return (
        None
        if _DECIMAL.fullmatch(item)
        else "write digits with a decimal point and no spaces, such as 0.8 or 650000000"
    )


def _confidence(column: Column, item: str, iris: Iris) -> str | None:
    sound = _decimal(column, item, iris) is None and 0 <= Decimal(item) <= 1
    return None if sound else "write a number from 0 to 1 with a decimal point, such as 0.8"


def _edtf(_: Column, item: str, __: Iris) -> str | None:
    try:
        schedules.edtf(item)
    except schedules.ScheduleError as error:
        return error.accepted
    return None


def _lines(_: Column, item: str, __: Iris) -> str | None:
    found = _LINES.fullmatch(item)
    sound = found and int(found[1]) <= int(found[2] or found[1])
    return None if sound else "write a line or a range of lines, such as 212 or 212-230"


def _document(_: Column, item: str, __: Iris) -> str | None:
    return None if re.fullmatch(r"d[0-9a-z]+", item) else "write the key of a source document, such as d000"


def _anchor(_: Column, item: str, __: Iris) -> str | None:
    if len(item.split()) > ANCHOR_WORDS:
        return f"write at most {ANCHOR_WORDS} words"
    return "choose words without contact data" if CONTACT.search(item) else None


def _url(_: Column, item: str, __: Iris) -> str | None:
    advice = "write an address that begins with http:// or https://"
    if re.search(r'[\s<>"{}|\\^`]', item):
        return advice
    try:
        parts = urlsplit(item)
    except ValueError:
        return advice
    return None if parts.scheme in {"http", "https"} and parts.hostname else advice


def _text(_: Column, __: str, ___: Iris) -> str | None:
    return None


_KINDS: Mapping[str, Callable[[Column, str, Iris], str | None]] = {
    "id": _id,
    "reference": _reference,
    "actors": _actors,
    "code": _code,
    "choice": _code,
    "language": _language,
    "text": _text,
    "notation": _text,
    "words": _words,
    "edtf": _edtf,
    "integer": _integer,
    "decimal": _decimal,
    "confidence": _confidence,
    "document": _document,
    "lines": _lines,
    "anchor": _anchor,
    "url": _url,
}
