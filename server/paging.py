"""
Pages of an answer: which rows a client asks for, and how the answer says which they are and where the others are.

Paging is asked for, never imposed: an answer without ``limit`` or ``offset`` is whole. Source: RFC 8288 (Web Linking);
RFC 9651 (Structured Field Values) for the header ``Hankinta-Page``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from server.problems import BadParameter

LARGEST = 10_000
"""The most rows that one page has."""
FARTHEST = 1_000_000_000
"""The last row that a page may begin with."""


@dataclass(frozen=True, slots=True)
class Paging:
    """At most *limit* rows, from number *offset* on, counted from 0."""

    offset: int
    limit: int

    def neighbours(self, rows: int, *, more: bool) -> dict[str, "Paging"]:
        """
        The pages around this one, which has that many *rows*, by link relation; ``next`` only when there are *more* rows.

        ``prev`` ends where this page begins, so no row is on both.
        """
        around = {"first": Paging(0, self.limit)}
        if self.offset:
            before = min(self.offset, self.limit)
            around["prev"] = Paging(self.offset - before, before)
        if more:
            around["next"] = Paging(self.offset + rows, self.limit)
        return around


def asked(parameters: Mapping[str, str]) -> Paging | None:
    """
    The page that *parameters* ask for; None when they ask for the whole answer. An empty value counts as absent.

    Raises:
        BadParameter: One is no whole number, or out of bounds.
    """
    if not parameters.get("limit") and not parameters.get("offset"):
        return None
    limit = _number("limit", parameters.get("limit") or str(LARGEST), 1, LARGEST)
    return Paging(_number("offset", parameters.get("offset") or "0", 0, FARTHEST), limit)


def _number(name: str, value: str, least: int, most: int) -> int:
    if value.isascii() and value.isdigit() and len(value) <= len(str(most)) and least <= int(value) <= most:
        return int(value)
    raise BadParameter(f'parameter "{name}": "{value}"; write a whole number from {least} to {most:,}')


def headers(page: Paging, rows: int, address: str, others: list[tuple[str, str]], *, more: bool) -> dict[str, str]:
    """
    The headers of *page*: ``Hankinta-Page`` tells what it is, ``Link`` leads to the pages around it.

    *address* is absolute, *others* are the other parameters of the request.
    """
    linked = page.neighbours(rows, more=more)
    links = [
        f'<{address}?{urlencode([*others, ("limit", each.limit), ("offset", each.offset)])}>; rel="{relation}"'
        for relation, each in linked.items()
    ]
    told = f"offset={page.offset}, limit={page.limit}, rows={rows}, more={'?1' if more else '?0'}"
    return {"Link": ", ".join(links), "Hankinta-Page": told}
