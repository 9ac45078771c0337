"""
Tables as people save them: CSV files and XLSX workbooks become rows of text, or problems with file, row and column.

Nothing is guessed: another encoding, another delimiter, formulas and what a spreadsheet turned into dates are refused
with the way out. Row numbers are those that a spreadsheet shows. Size, rows and columns are bounded.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from loaders import workbooks
from loaders.columns import Table, matching, tables
from loaders.errors import Problems
from loaders.limits import DEFAULT, Limits
from loaders.sentences import Choice, Fact, Listed, Quoted, Sentence, Where, near, sentence

SUFFIXES = (".csv", ".xlsx")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESAVE = sentence("resave")
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row of a table: the text of its cells by column name (absent = empty), and where it stands.

    *number* is the one that a spreadsheet shows. *spoiled* holds the refused items of its cells by column, once they
    have been checked.
    """

    table: Table
    file: str
    number: int
    cells: Mapping[str, str]
    spoiled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sheet: str = ""

    def text(self, column: str) -> str:
        """The cell in *column*; empty when nothing is stated."""
        return self.cells.get(column, "")

    def items(self, column: str) -> tuple[str, ...]:
        """The items of the list in *column*, in order."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def where(self, column: str = "") -> Where:
        """Where the row, or its cell in *column*, stands."""
        return Where(self.file, self.sheet, self.number, column)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Cells of one sheet: *lines* are (row number, cells), *name* tells its table, *where* how problems call it."""

    name: str
    where: Where
    lines: Sequence[tuple[int, Sequence[str]]]
    certain: bool


def read(path: Path, problems: Problems, name: str | None = None, limits: Limits = DEFAULT) -> tuple[Row, ...]:
    """
    The rows of all tables of the file at *path*, in its order; every problem goes to *problems*.

    *name* is how problems call the file. A CSV file, or the only sheet of a workbook, is the table that its file name
    names (``measures.csv``, ``measures-2026.csv``), else the only one that its header fits.
    """
    called = name or path.name
    size = path.stat().st_size
    if size > limits.file_bytes:
        problems.add(Where(called), sentence("file-large", bytes=size, limit=limits.file_bytes))
        return ()
    data = path.read_bytes()
    found: list[Row] = []
    for sheet in _sheets(path, data, called, problems, limits):
        found.extend(_rows(sheet, problems))
    return tuple(found)


def _sheets(path: Path, data: bytes, called: str, problems: Problems, limits: Limits) -> Iterator[_Sheet]:
    if data.startswith(workbooks.OLE):
        locked = workbooks.ENCRYPTED in data
        problems.add(Where(called), sentence("workbook-password") if locked else sentence("workbook-old"))
    elif data.startswith(workbooks.ZIP) or path.suffix.lower() == ".xlsx":
        sheets = workbooks.read(data, called, problems, limits)
        single = len(sheets) == 1
        for title, lines in sheets:
            stands = _named(title)
            if stands or single:
                yield _Sheet(
                    stands or path.stem,
                    Where(called, title),
                    lines,
                    certain=_named(stands or path.stem) is not None,
                )
            else:
                choice = Choice(tuple(tables()))
                said = sentence("sheet-name", name=Quoted(title), choice=choice, near=near(title, tables()))
                problems.add(Where(called, title), said)
    else:
        yield _Sheet(
            path.stem, Where(called), list(_csv(data, called, problems, limits)), certain=_named(path.stem) is not None
        )


def _named(title: str) -> str | None:
    """The table that a sheet or file is named after."""
    folded = title.strip().casefold()
    for name in tables():
        if folded == name or re.match(rf"{name}[^a-z]", folded):
            return name
    return None


def _csv(data: bytes, called: str, problems: Problems, limits: Limits) -> Iterator[tuple[int, Sequence[str]]]:
    text = _decoded(data, called, problems)
    if text is None:
        return
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        problems.add(Where(called, line=line), sentence("control", code=f"U+{ord(control[0]):04X}"))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = True
    before = csv.field_size_limit(limits.cell_characters)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > limits.rows:
                problems.add(Where(called), sentence("rows-many", limit=limits.rows))
                return
            if header and (not any(cells) or cells[0].startswith("#")):
                continue
            if header:
                header = False
                if _wrongly_delimited(cells, Where(called, row=number), problems):
                    return
            yield number, cells
    except csv.Error as error:
        problems.add(Where(called, line=reader.line_num), _broken(str(error), limits))
    finally:
        csv.field_size_limit(before)


def _decoded(data: bytes, called: str, problems: Problems) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:64].count(0) > len(data[:64]) // 4:
        problems.add(Where(called), sentence("utf16", resave=_RESAVE))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        byte = f"0x{data[error.start]:02X}"
        problems.add(
            Where(called, line=line), sentence("not-utf8-table", byte=byte, shown=Quoted(shown), resave=_RESAVE)
        )
        return None


def _broken(error: str, limits: Limits) -> Sentence:
    """What the csv module's *error* says, in our words."""
    if "field limit" in error:
        return sentence("cell-long", limit=limits.cell_characters)
    return sentence("csv-unclosed") if "end of data" in error else sentence("csv-quote")


def _wrongly_delimited(header: Sequence[str], where: Where, problems: Problems) -> bool:
    if len([cell for cell in header if cell.strip()]) > 1:
        return False
    for delimiter, name in _DELIMITERS.items():
        if delimiter in header[0]:
            problems.add(where, sentence("separators", separator=sentence(name), resave=_RESAVE))
            return True
    return False


def _rows(sheet: _Sheet, problems: Problems) -> Iterator[Row]:
    if not sheet.lines:
        if not problems.met:
            problems.add(sheet.where, sentence("header-none"))
        return
    top, written = sheet.lines[0]
    header = [cell.strip().lower() for cell in written]
    table = _table(sheet, [name for name in header if name], problems)
    if table is None or not _header(table, header, replace(sheet.where, row=top), problems):
        return
    for number, cells in sheet.lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        where = replace(sheet.where, row=number)
        if len(cells) < len(header):
            problems.add(where, sentence("cells-few", count=len(cells), wanted=len(header)))
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.add(where, sentence("cells-many", count=len(cells), wanted=len(header)))
            continue
        stray = [index for index, name in enumerate(header) if not name and cells[index].strip()]
        if stray:
            problems.add(where, sentence("cell-stray", value=Quoted(cells[stray[0]]), number=stray[0] + 1))
            continue
        row = Row(
            table,
            sheet.where.file,
            number,
            {n: c.strip() for n, c in zip(header, cells, strict=False) if n and c.strip()},
            sheet=sheet.where.sheet,
        )
        _on_one_line(row, problems)
        yield row


def _on_one_line(row: Row, problems: Problems) -> None:
    for name, cell in row.cells.items():
        if "\n" in cell or "\r" in cell:
            problems.add(row.where(name), sentence("line-break", value=Quoted(cell)))


def _table(sheet: _Sheet, header: Sequence[str], problems: Problems) -> Table | None:
    if sheet.certain:
        return tables()[_named(sheet.name) or sheet.name]
    fitting = matching(header)
    others = [name for name in tables() if name not in {table.name for table in fitting}]
    if len(fitting) == 1 and not near(sheet.name, others):  # a misspelt name is no other table
        return fitting[0]
    fits: Fact = Listed(tuple(table.name for table in fitting), "and") if fitting else sentence("no-table")
    problems.add(
        sheet.where,
        sentence(
            "table-unknown",
            name=Quoted(sheet.name),
            fitting=fits,
            choice=Choice(tuple(tables())),
            near=near(sheet.name, tables()),
        ),
    )
    return None


def _header(table: Table, header: Sequence[str], where: Where, problems: Problems) -> bool:
    before = len(problems)
    for name in dict.fromkeys(header):
        if name and name not in table.columns:
            problems.add(
                where,
                sentence(
                    "column-unknown",
                    name=Quoted(name),
                    table=table.name,
                    near=near(name, table.columns),
                    columns=", ".join(table.columns),
                ),
            )
        elif name and header.count(name) > 1:
            problems.add(where, sentence("column-twice", name=Quoted(name), count=header.count(name)))
    for column in table.columns.values():
        if column.required and column.name not in header:
            problems.add(where, sentence("column-missing", name=column.name, meaning=column.means))
    return len(problems) == before
