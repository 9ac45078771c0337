"""
The sheets of a workbook, row by row, as the file holds them: values, types, formats; what is hidden and what is merged.

Source: ECMA-376 part 1, sections 18.2 (workbook), 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS

from loaders.limits import Limits
from loaders.packages import Attributes, Handlers, Package, PackageError
from loaders.sentences import sentence

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,9})")
_TRUE = {"1", "true"}
NOTED = 1_000
"""Most merged areas and hidden columns of a sheet that are looked at."""


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell that holds something: *column* from 1, *kind* as the file types it (``n`` number, ``s`` text, ``b``, ``e``,
    ``d``, ``f`` formula), *value* as text, *format* of numbers.
    """

    column: int
    kind: str
    value: str
    format: str = "General"


@dataclass(frozen=True, slots=True)
class Line:
    """One row that holds something: its *number*, whether it is *hidden*, its *cells*."""

    number: int
    hidden: bool
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Area:
    """Merged cells: rows and columns from *top* and *left* to *bottom* and *right*, and how a spreadsheet names them."""

    name: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Layout:
    """What a sheet says beside its cells; known once its rows have been read."""

    merged: list[Area] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)

    def hides(self, column: int) -> bool:
        """Whether the *column*, counted from 1, is hidden."""
        return any(first <= column <= last for first, last in self.hidden)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its *title*, whether it is *hidden*, the name of its *part*."""

    title: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Book:
    """
    A workbook: its *sheets*, shared *strings*, the number *formats* of its cell styles, and whether its days count from
    the *year_1904*.
    """

    package: Package
    sheets: Sequence[Sheet]
    strings: Sequence[str]
    formats: Sequence[str]
    year_1904: bool

    def lines(self, sheet: Sheet, layout: Layout, limits: Limits) -> Iterator[Line]:
        """
        The rows of *sheet* that hold something, in the order of the file; *layout* is filled in on the way.

        Of a cell longer than the limit one character too many is kept, of a row with too many columns one too many.

        Raises:
            PackageError: The sheet is broken.
        """
        gathered: list[Line] = []
        reading = _Reading(self, layout, limits, gathered)
        for _ in self.package.stream(sheet.part, Handlers(reading.start, reading.end, reading.text)):
            yield from gathered
            gathered.clear()


def read(package: Package) -> Book:
    """
    The workbook that *package* holds; chart sheets, which hold no cells, are left out.

    Raises:
        PackageError: It holds none, or its parts are broken.
    """
    main = [target for kind, target in package.relations("").values() if kind == "officeDocument"]
    if not main or main[0] not in package:
        raise PackageError(sentence("workbook-none"))
    relations = package.relations(main[0])
    sheets: list[Sheet] = []
    properties: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            properties.update(attributes)
        elif tag == "sheet":
            kind, target = relations[next(attributes[key] for key in attributes if key.endswith(":id"))]
            if kind == "worksheet":
                sheets.append(Sheet(attributes["name"], attributes.get("state", "visible") != "visible", target))

    package.read(main[0], Handlers(start))
    parts = dict(relations.values())
    if not sheets:
        raise PackageError(sentence("workbook-none"))
    return Book(
        package, sheets, _strings(package, parts), _formats(package, parts), properties.get("date1904") in _TRUE
    )


def _strings(package: Package, parts: Mapping[str, str]) -> Sequence[str]:
    found: list[str] = []
    text = _Text()

    def end(tag: str) -> None:
        text.end(tag)
        if tag == "si":
            found.append(text.take())

    if parts.get("sharedStrings", "") in package:
        package.read(parts["sharedStrings"], Handlers(text.start, end, text.add))
    return found


def _formats(package: Package, parts: Mapping[str, str]) -> Sequence[str]:
    codes: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: list[str] = []
    listed = [False]

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag == "cellXfs":
            listed.append(True)
        elif tag == "xf" and listed[-1]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            listed.append(False)

    if parts.get("styles", "") in package:
        package.read(parts["styles"], Handlers(start, end))
    return [codes.get(number, "General") for number in styles]


class _Text:
    """Gathers the words of rich text, without the readings that East Asian texts carry, up to *most* characters."""

    def __init__(self, most: int = 1 << 20) -> None:
        self._most = most
        self._pieces: list[str] = []
        self._length = 0
        self._on = self._phonetic = False

    def start(self, tag: str, _: Attributes) -> None:
        self._on = tag == "t" and not self._phonetic
        self._phonetic = self._phonetic or tag == "rPh"

    def end(self, tag: str) -> None:
        self._on = False
        if tag == "rPh":
            self._phonetic = False

    def add(self, words: str) -> None:
        if self._on and self._length <= self._most:
            self._pieces.append(words[: self._most + 1 - self._length])
            self._length += len(self._pieces[-1])

    def take(self) -> str:
        if not self._pieces:
            return ""
        words = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(self._pieces))
        self._pieces, self._length = [], 0
        return words


class _Reading:
    """One sheet as it is being read."""

    def __init__(self, book: Book, layout: Layout, limits: Limits, gathered: list[Line]) -> None:
        self._book, self._layout, self._limits, self._gathered = book, layout, limits, gathered
        self._number = self._column = 0
        self._place = ""
        self._hidden = False
        self._formula: str | None = None
        self._cells: list[Cell] = []
        self._cell: Attributes = {}
        self._inline = _Text(limits.cell_characters)
        self._plain = _Text(limits.cell_characters)

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._hidden = attributes.get("hidden") in _TRUE
            self._column, self._place, self._cells = 0, "", []
        elif tag == "c":
            if "r" not in attributes:
                self._column = self._placed() + 1
            self._place = attributes.get("r", "")
            self._cell, self._formula = attributes, None
        elif tag in {"v", "f"}:
            self._plain.take()
            self._plain.start("t", attributes)
        elif tag == "mergeCell" and len(self._layout.merged) < NOTED:
            self._layout.merged += _area(attributes["ref"])
        elif tag == "col" and attributes.get("hidden") in _TRUE and len(self._layout.hidden) < NOTED:
            self._layout.hidden.append((int(attributes["min"]), int(attributes["max"])))
        else:
            self._inline.start(tag, attributes)

    def text(self, words: str) -> None:
        self._plain.add(words)
        self._inline.add(words)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._keep()
        elif tag == "row" and self._cells:
            self._gathered.append(Line(self._number, self._hidden, self._cells))
            self._cells = []
        elif tag == "f":
            self._plain.end(tag)
            self._formula = "=" + self._plain.take()
        else:
            self._plain.end(tag)
            self._inline.end(tag)

    def _placed(self) -> int:
        """The column of the latest cell, from its reference only when it is asked for: most cells may be empty."""
        place = _REFERENCE.fullmatch(self._place)
        return column_number(place[1]) if place else self._column

    def _keep(self) -> None:
        inline, plain = self._inline.take(), self._plain.take()
        if not inline and not plain and self._formula is None:
            return
        self._column, self._place = self._placed(), ""
        kind, style = self._cell.get("t", "n"), int(self._cell.get("s", "0"))
        if len(self._cells) > self._limits.columns:
            return
        if self._formula is not None:
            cell = Cell(self._column, "f", self._formula)
        elif kind == "s" and plain:
            cell = Cell(self._column, "s", self._book.strings[int(plain)])
        elif kind == "inlineStr":
            cell = Cell(self._column, "s", inline)
        elif kind == "n" and plain:
            formats = self._book.formats
            cell = Cell(self._column, "n", plain.strip(), formats[style] if formats else "General")
        else:
            cell = Cell(self._column, "s" if kind == "str" else kind, plain)
        if cell.value:
            self._cells.append(cell)


def column_number(letters: str) -> int:
    """The number, from 1, of the column that a spreadsheet calls *letters*."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _area(name: str) -> list[Area]:
    first, _, last = name.partition(":")
    ends = [_REFERENCE.fullmatch(end) for end in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        return []
    (left, top), (right, bottom) = ends[0].groups(), ends[1].groups()
    return [Area(name, int(top), column_number(left), int(bottom), column_number(right))]
