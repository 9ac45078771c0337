"""
Tables as people save them: CSV files and XLSX workbooks become rows of text, or problems with file, row and column.

Nothing is guessed: what a reader of CSV or XLSX cannot be sure of is refused with the way out, here and in
`loaders.delimited` and `loaders.workbooks`. Row numbers are those that a spreadsheet shows. Everything is bounded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from loaders import delimited, workbooks
from loaders.columns import Table, matching, tables
from loaders.errors import Problems
from loaders.limits import DEFAULT, Limits
from loaders.lines import Line
from loaders.sentences import Choice, Fact, Listed, Quoted, Where, near, sentence

SUFFIXES = (".csv", ".xlsx")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACE = re.compile(r"[^\S\n\r]")
_TITLES = 20
"""How many rows above a header are looked at."""
_NUMBERS = {"decimal", "confidence", "integer"}


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
    lines: Sequence[Line]
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
            path.stem,
            Where(called),
            list(delimited.read(data, called, problems, limits)),
            certain=_named(path.stem) is not None,
        )


def _named(title: str) -> str | None:
    """The table that a sheet or file is named after."""
    folded = title.strip().casefold()
    for name in tables():
        if folded == name or re.match(rf"{name}[^a-z]", folded):
            return name
    return None


def _rows(sheet: _Sheet, problems: Problems) -> Iterator[Row]:
    if not sheet.lines:
        if not problems.met:
            problems.add(sheet.where, sentence("header-none"))
        return
    top, written = sheet.lines[0].number, sheet.lines[0].cells
    if _late(sheet, problems):
        return
    header = [_SPACE.sub(" ", cell).strip().lower() for cell in written]
    table = _table(sheet, [name for name in header if name], problems)
    if table is None or not _header(table, header, replace(sheet.where, row=top), problems):
        return
    for line in sheet.lines[1:]:
        number, cells = line.number, line.cells
        if not line.refused and not any(cell.strip() for cell in cells):
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
            {n: _SPACE.sub(" ", c).strip() for n, c in zip(header, cells, strict=False) if n and c.strip()},
            sheet=sheet.where.sheet,
        )
        strange = _as_typed(row, {header[index] for index in line.fractions if index < len(header)}, problems)
        strange |= {header[index] for index in line.refused if index < len(header) and header[index]}
        if strange:
            kept = {name: cell for name, cell in row.cells.items() if name not in strange}
            row = replace(row, cells=kept, spoiled=dict.fromkeys(strange, frozenset()))
        yield row


def _late(sheet: _Sheet, problems: Problems) -> bool:
    """Whether rows without a single name of a column stand above the header."""
    known = {name for table in tables().values() for name in table.columns}
    named = [
        {cell.strip().lower() for cell in line.cells if cell.strip()} & known for line in sheet.lines[: _TITLES + 1]
    ]
    late = [line.number for line, names in zip(sheet.lines, named, strict=False) if len(names) > 1]
    if named[0] or not late:
        return False
    first = next(cell for cell in sheet.lines[0].cells if cell.strip())
    said = sentence("header-late", value=Quoted(first), row=late[0])
    problems.add(replace(sheet.where, row=sheet.lines[0].number), said)
    return True


def _as_typed(row: Row, fractions: Set[str], problems: Problems) -> set[str]:
    """Note cells that hold what nobody sees or typed: line breaks, invisible characters, shortened numbers. Gives them."""
    noted = set()
    for name, cell in row.cells.items():
        strange = _INVISIBLE.search(cell) or _CONTROL.search(cell)
        if "\n" in cell or "\r" in cell:
            problems.add(row.where(name), sentence("line-break", value=Quoted(cell)))
        elif strange:
            code = f"U+{ord(strange[0]):04X}"
            problems.add(row.where(name), sentence("invisible", code=code, value=Quoted(cell)))
        elif name in fractions and row.table.columns[name].kind not in _NUMBERS:
            problems.add(row.where(name), sentence("cell-fraction", value=Quoted(cell)))
        else:
            continue
        noted.add(name)
    return noted


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
    strangers = []
    for name in dict.fromkeys(header):
        if name and name not in table.columns:
            if similar := near(name, table.columns):
                said = sentence("column-unknown", name=Quoted(name), table=table.name, near=similar)
                problems.add(where, said)
            else:
                strangers.append(name)
        elif name and header.count(name) > 1:
            problems.add(where, sentence("column-twice", name=Quoted(name), count=header.count(name)))
    if strangers:
        names, columns = Quoted(", ".join(strangers)), ", ".join(table.columns)
        problems.add(where, sentence("columns-unknown", names=names, table=table.name, columns=columns))
    for column in table.columns.values():
        if column.required and column.name not in header:
            problems.add(where, sentence("column-missing", name=column.name, meaning=column.means))
    return len(problems) == before
