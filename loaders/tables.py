"""
Tables as people save them: CSV files and XLSX workbooks become rows of text, or problems with file, row and column.

Nothing is guessed: another encoding, another delimiter, formulas and what a spreadsheet turned into dates are refused
with the way out. Row numbers are those that a spreadsheet shows. Size, rows and columns are bounded.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loaders import workbooks
from loaders.columns import Table, matching, tables
from loaders.errors import Problems, choice, close, quoted
from loaders.limits import DEFAULT, Limits

SUFFIXES = (".csv", ".xlsx")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RESAVE = 'save it as "CSV UTF-8 (comma delimited)" or as XLSX'


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row of a table: the text of its cells by column name (absent = empty), and where it stands.

    *spoiled* holds the refused items of its cells by column, once they have been checked.
    """

    table: Table
    file: str
    number: int
    cells: Mapping[str, str]
    spoiled: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """The cell in *column*; empty when nothing is stated."""
        return self.cells.get(column, "")

    def items(self, column: str) -> tuple[str, ...]:
        """The items of the list in *column*, in order."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def where(self, column: str | None = None) -> str:
        """Where the row, or its cell in *column*, stands."""
        return f"{self.file} row {self.number}" + (f", column {column}" if column else "")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Cells of one sheet: *lines* are (row number, cells), *name* tells its table, *file* how problems call it."""

    name: str
    file: str
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
        problems.add(called, f"a file of {size:,} bytes", f"split it into files of at most {limits.file_bytes:,} bytes")
        return ()
    data = path.read_bytes()
    found: list[Row] = []
    for sheet in _sheets(path, data, called, problems, limits):
        found.extend(_rows(sheet, problems))
    return tuple(found)


def _sheets(path: Path, data: bytes, called: str, problems: Problems, limits: Limits) -> Iterator[_Sheet]:
    if data.startswith(workbooks.OLE):
        problems.add(called, "an old or password-protected workbook", "save it without a password as XLSX")
    elif data.startswith(workbooks.ZIP) or path.suffix.lower() == ".xlsx":
        sheets = workbooks.read(data, called, problems, limits)
        single = len(sheets) == 1
        for title, lines in sheets:
            stands = _named(title)
            if stands or single:
                yield _Sheet(
                    stands or path.stem,
                    f"{called} sheet {title}",
                    lines,
                    certain=_named(stands or path.stem) is not None,
                )
            else:
                problems.add(
                    f"{called} sheet {title}",
                    f"a sheet named {quoted(title)}",
                    f"name it after its table, {choice(list(tables()))}{close(title, tables())}",
                )
    else:
        yield _Sheet(
            path.stem, called, list(_csv(data, called, problems, limits)), certain=_named(path.stem) is not None
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
        problems.add(f"{called} line {line}", f"the control character U+{ord(control[0]):04X}", "delete it")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = True
    before = csv.field_size_limit(limits.cell_characters)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > limits.rows:
                problems.add(called, f"more than {limits.rows:,} rows", "split it into several files")
                return
            if header and (not any(cells) or cells[0].startswith("#")):
                continue
            if header:
                header = False
                if _wrongly_delimited(cells, called, number, problems):
                    return
            yield number, cells
    except csv.Error as error:
        problems.add(
            f"{called} line {reader.line_num}",
            f"a broken row ({error})",
            'write quotation marks inside a cell twice ("") and close every quoted cell',
        )
    finally:
        csv.field_size_limit(before)


def _decoded(data: bytes, called: str, problems: Problems) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:64].count(0) > len(data[:64]) // 4:
        problems.add(called, "text in UTF-16", _RESAVE)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        problems.add(
            f"{called} line {line}",
            f'the byte 0x{data[error.start]:02X}, which is no UTF-8 ("{shown}" in Windows-1252)',
            _RESAVE,
        )
        return None


def _wrongly_delimited(header: Sequence[str], called: str, number: int, problems: Problems) -> bool:
    if len([cell for cell in header if cell.strip()]) > 1:
        return False
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if delimiter in header[0]:
            problems.add(
                f"{called} row {number}", f"columns separated by {name}", f"separate them by commas: {_RESAVE}"
            )
            return True
    return False


def _rows(sheet: _Sheet, problems: Problems) -> Iterator[Row]:
    if not sheet.lines:
        if not problems.met:
            problems.add(sheet.file, "no header row", "write the column names in the first row")
        return
    top, written = sheet.lines[0]
    header = [cell.strip().lower() for cell in written]
    table = _table(sheet, [name for name in header if name], problems)
    if table is None or not _header(table, header, f"{sheet.file} row {top}", problems):
        return
    for number, cells in sheet.lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{sheet.file} row {number}"
        if len(cells) < len(header):
            problems.add(where, f"{len(cells)} cells", f"write {len(header)}, one for each column (empty cells too)")
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.add(
                where, f"{len(cells)} cells", f"write {len(header)}; put a cell that holds a comma in quotation marks"
            )
            continue
        stray = [index for index, name in enumerate(header) if not name and cells[index].strip()]
        if stray:
            problems.add(where, quoted(cells[stray[0]]), f"name column {stray[0] + 1} in the header or empty the cell")
            continue
        row = Row(
            table, sheet.file, number, {n: c.strip() for n, c in zip(header, cells, strict=False) if n and c.strip()}
        )
        _on_one_line(row, problems)
        yield row


def _on_one_line(row: Row, problems: Problems) -> None:
    for name, cell in row.cells.items():
        if "\n" in cell or "\r" in cell:
            problems.add(row.where(name), f"a line break in {quoted(cell)}", "write the cell on one line")


def _table(sheet: _Sheet, header: Sequence[str], problems: Problems) -> Table | None:
    if sheet.certain:
        return tables()[_named(sheet.name) or sheet.name]
    fitting = matching(header)
    others = [name for name in tables() if name not in {table.name for table in fitting}]
    if len(fitting) == 1 and not close(sheet.name, others):  # a misspelt name is no other table
        return fitting[0]
    problems.add(
        sheet.file,
        f"the name {quoted(sheet.name)} and a header that fits "
        + (" and ".join(table.name for table in fitting) if fitting else "no table"),
        f"let the name of the file or sheet begin with its table, such as measures-2026: {choice(list(tables()))}"
        + close(sheet.name, tables()),
    )
    return None


def _header(table: Table, header: Sequence[str], where: str, problems: Problems) -> bool:
    before = len(problems)
    for name in dict.fromkeys(header):
        if name and name not in table.columns:
            problems.add(
                where,
                f"the unknown column {quoted(name)}",
                f"write column names of the table {table.name}{close(name, table.columns)}: {', '.join(table.columns)}",
            )
        elif name and header.count(name) > 1:
            problems.add(where, f"the column {quoted(name)} {header.count(name)} times", "keep one of them")
    for column in table.columns.values():
        if column.required and column.name not in header:
            problems.add(where, f"no column {column.name}", f"add it: {column.meaning['en']}")
    return len(problems) == before
