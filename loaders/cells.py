"""
What a cell may hold, by the kind of its column.

A cell is checked once, here; whoever reads the row afterwards may rely on it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

from loaders import schedules
from loaders.codes import codes
from loaders.columns import LANGUAGES, NONE, Column
from loaders.errors import Problems
from loaders.sentences import Choice, Quoted, Sentence, near, sentence
from loaders.tables import Row
from ontology.iris import KEY, TYPE_SEGMENTS, Iris

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
            for _, said in _refused(column, text, iris):
                problems.add(row.where(column.name), said)
        elif column.required and column.name not in row.spoiled:
            problems.add(row.where(column.name), sentence("cell-required", meaning=column.means))
    return len(problems) == before


def checked(row: Row, iris: Iris, problems: Problems) -> Row:
    """
    *row* as it can be judged further: refused items are noted as spoiled, and where a writer needs a value, the example
    of the column stands in. Nothing of a row with spoiled cells is ever published.
    """
    if check(row, iris, problems) and not row.spoiled:
        return row
    spoiled = dict(row.spoiled)
    held = dict(row.cells)
    for column in row.table.columns.values():
        text = row.text(column.name)
        refused = frozenset(item for item, _ in _refused(column, text, iris)) if text else frozenset[str]()
        if column.name not in row.spoiled and not refused and (text or not column.required):
            continue
        spoiled[column.name] = refused
        if column.kind == "words" and column.many:
            held[column.name] = "; ".join(item.partition("@")[0] or "-" for item in row.items(column.name))
        elif not column.reference:
            held[column.name] = column.example if column.required else ""
    return replace(row, cells=held, spoiled=spoiled)


def _refused(column: Column, text: str, iris: Iris) -> Iterator[tuple[str, Sentence]]:
    if column.kind == "language":
        items = printed(text)
    elif column.many:
        items = tuple(part.strip() for part in text.split(";"))
        if "" in items:
            yield text, sentence("list-form", value=Quoted(text))
            return
        if column.reference and len(set(items)) < len(items):
            yield text, sentence("list-twice", value=Quoted(text))
    else:
        items = (text,)
        if column.reference and ";" in text:
            yield text, sentence("name-one", value=Quoted(text))
            return
    for item in items:
        said = _KINDS[column.kind](column, item, iris)
        if said:
            yield item, said


def _id(column: Column, item: str, _: Iris) -> Sentence | None:
    segment, slash, key = item.partition("/")
    if not slash or segment not in column.ids:
        return sentence("id-begins", value=Quoted(item), choice=_segments(column.ids))
    return None if KEY.fullmatch(key) else sentence("key-form", value=Quoted(item))


def _reference(column: Column, item: str, _: Iris) -> Sentence | None:
    segment, slash, key = item.partition("/")
    if not slash:
        return sentence("reference-form", value=Quoted(item), example=column.example.partition(";")[0])
    if segment not in (column.to or TYPE_SEGMENTS):
        return sentence(
            "reference-begins", value=Quoted(item), choice=_segments(column.to or tuple(sorted(TYPE_SEGMENTS)))
        )
    return None if KEY.fullmatch(key) else sentence("key-form", value=Quoted(item))


def _segments(segments: Sequence[str]) -> Choice:
    return Choice(tuple(f"{segment}/" for segment in segments))


def _actors(column: Column, item: str, iris: Iris) -> Sentence | None:
    return _reference(column, item, iris) if item.startswith("actor/") else None


def _code(column: Column, item: str, _: Iris) -> Sentence | None:
    accepted = column.accepted or codes()[column.scheme or ""]
    if item in accepted:
        return None
    return sentence("code", value=Quoted(item), choice=Choice(accepted), near=near(item, accepted))


def _language(_: Column, item: str, __: Iris) -> Sentence | None:
    return None if item in {*LANGUAGES, NONE} else sentence("languages", value=Quoted(item))


def _words(_: Column, item: str, __: Iris) -> Sentence | None:
    found = _TAGGED.fullmatch(item)
    if found and found["language"] not in LANGUAGES:
        return sentence("language-mark", value=Quoted(item))
    return None


def _integer(_: Column, item: str, __: Iris) -> Sentence | None:
    return None if re.fullmatch(r"[1-9][0-9]{0,5}", item) else sentence("integer", value=Quoted(item))


def _decimal(_: Column, item: str, __: Iris) -> Sentence | None:
    return None if _DECIMAL.fullmatch(item) else sentence("decimal", value=Quoted(item))


def _confidence(_: Column, item: str, __: Iris) -> Sentence | None:
    sound = _DECIMAL.fullmatch(item) and 0 <= Decimal(item) <= 1
    return None if sound else sentence("confidence", value=Quoted(item))


def _edtf(_: Column, item: str, __: Iris) -> Sentence | None:
    try:
        schedules.edtf(item)
    except schedules.ScheduleError as error:
        return error.about(item)
    return None


def _lines(_: Column, item: str, __: Iris) -> Sentence | None:
    found = _LINES.fullmatch(item)
    sound = found and int(found[1]) <= int(found[2] or found[1])
    return None if sound else sentence("lines", value=Quoted(item))


def _document(_: Column, item: str, __: Iris) -> Sentence | None:
    return None if re.fullmatch(r"d[0-9a-z]+", item) else sentence("document", value=Quoted(item))


def _anchor(_: Column, item: str, __: Iris) -> Sentence | None:
    if len(item.split()) > ANCHOR_WORDS:
        return sentence("anchor-long", value=Quoted(item), limit=ANCHOR_WORDS)
    return sentence("anchor-contact", value=Quoted(item)) if CONTACT.search(item) else None


def _url(_: Column, item: str, __: Iris) -> Sentence | None:
    refused = sentence("url", value=Quoted(item))
    if re.search(r'[\s<>"{}|\\^`]', item):
        return refused
    try:
        parts = urlsplit(item)
    except ValueError:
        return refused
    return None if parts.scheme in {"http", "https"} and parts.hostname else refused


def _text(_: Column, __: str, ___: Iris) -> Sentence | None:
    return None


_KINDS: Mapping[str, Callable[[Column, str, Iris], Sentence | None]] = {
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
