"""
The query that a request asks, noted where it is admitted for whoever logs the request.

A module of its own, below everything that makes answers: what asks and what watches both need it.
"""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Asked:
    """What one request asks: the *text* of its query, None while there is none."""

    text: str | None = None


_present: ContextVar[Asked | None] = ContextVar("asked", default=None)


def begin() -> Asked:
    """The place where the request that begins now will have its query noted."""
    asked = Asked()
    _present.set(asked)
    return asked


def note(text: str) -> None:
    """Note that the request being served asks the query *text*."""
    if asked := _present.get():
        asked.text = text
