"""
Workbooks made for tests, and what is read of them.
"""

import openpyxl

from loaders import tables
from loaders.errors import Problems
from loaders.limits import DEFAULT


def workbook(title, *lines):
    """A workbook with one sheet that has a title and these lines."""
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    return book


def read(path, content, limits=DEFAULT):
    """What a table at *path* gives whose content is text, bytes or a workbook: its rows, and the problems as text."""
    match content:
        case openpyxl.Workbook():
            content.save(path)
        case str():
            path.write_bytes(content.encode())
        case _:
            path.write_bytes(content)
    problems = Problems()
    rows = tables.read(path, problems, limits=limits)
    return rows, [str(problem) for problem in problems.met]
