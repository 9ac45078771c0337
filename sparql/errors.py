"""
What can go wrong when data is kept or asked, as opposed to an answer that is merely "no".

::

    StoreError
    |-- NoVersion        nothing has been published yet
    |-- UnknownVersion   that number was never published, or was swept
    |-- StoreBusy        another publisher kept the lock past the deadline
    |-- StoreFull        the disk (or a quota on it) took no more bytes; nothing was published
    |-- StoreDamaged     a file of a version cannot be read
    |-- DraftClosed      a draft was used after it was committed or abandoned
    `-- SnapshotClosed   a snapshot was used after it was closed

    QueryError
    |-- QueryRefused       the query would reach out of this machine
    |-- QueryTooLong       the query has more characters than are accepted
    |-- QuerySyntaxError   the query is not SPARQL that the engine runs; the message gives line and column where it can
    |   `-- mistakes.Mistake  the same, explained to the person who wrote it
    |-- UpdateFailed       an operation of an update cannot be done, such as dropping a graph that is not there
    |-- UnsupportedMediaType  the body of a request is nothing that holds a query
    |-- NotAcceptable      no format of ours fits what the client accepts
    |-- QueryTimeout       the deadline passed; the worker was killed
    |-- Overloaded         no worker came free in time; try again later
    |-- TooManyAtOnce      one client has as many queries at work as one may have
    |-- ServiceFailed      an endpoint that a query names did not answer as it should
    |-- AnswerTooLarge     the answer, or the work for it, passed a limit
    `-- WorkerLost         the worker ended before its answer did
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self


class StoreError(Exception):
    """The store could not do what was asked; the version served before is still served."""


class NoVersion(StoreError):
    """Nothing has been published yet."""

    def __init__(self, root: Path) -> None:
        super().__init__(f'no version has been published in "{root}"; run "hankinta build"')


class UnknownVersion(StoreError):
    """The version *number* was never published, or retention has swept it."""

    def __init__(self, number: int) -> None:
        super().__init__(f'there is no version {number}; "hankinta versions" lists those that are kept')
        self.number = number


class StoreBusy(StoreError):
    """Another publisher held the lock for all of *seconds*; *holder* is a phrase that says who."""

    def __init__(self, holder: str, seconds: float) -> None:
        super().__init__(
            f"{holder} is publishing, and had not finished after {seconds:g} seconds; nothing was published, try again"
        )
        self.holder = holder


class StoreFull(StoreError):
    """The disk took no more bytes; *met* is what the system said."""

    def __init__(self, met: str) -> None:
        super().__init__(
            f"the disk is full: {met}; nothing was published and nothing is lost, free some space and publish again"
        )


class StoreDamaged(StoreError):
    """The file *path* of a version does not hold what it should; *met* says what was found."""

    def __init__(self, path: Path, met: str) -> None:
        super().__init__(f'"{path}" cannot be read: {met}; roll back to another version or restore it from a backup')


class DraftClosed(StoreError):
    """A draft was used after it had been committed or abandoned."""

    def __init__(self) -> None:
        super().__init__("this draft was committed or abandoned already; open another one")


class SnapshotClosed(StoreError):
    """A snapshot was used after it had been closed."""

    def __init__(self) -> None:
        super().__init__("this snapshot is closed; open another one")


class QueryError(Exception):
    """The query has no answer; the message is meant for the person who asked."""


class QueryRefused(QueryError):
    """The query would reach out of this machine."""


class QueryTooLong(QueryError):
    """The query has more characters than are accepted."""


class QuerySyntaxError(QueryError):
    """The query is not SPARQL that the engine runs."""


class UpdateFailed(QueryError):
    """An operation of an update cannot be done; nothing of the update was."""


class UnsupportedMediaType(QueryError):
    """
    The body of a request is nothing that holds a query; *accepted* are the media types that it can have, none when it is
    encoded in a way that is not accepted.
    """

    def __init__(self, message: str, accepted: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.accepted = tuple(accepted)


class NotAcceptable(QueryError):
    """No format of ours fits what the client accepts; *offered* are the media types that the answer can have."""

    def __init__(self, message: str, offered: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.offered = tuple(offered)


class QueryTimeout(QueryError):
    """The deadline passed before the answer was complete, and the worker was killed."""

    @classmethod
    def after(cls, deadline: float) -> Self:
        """The query had *deadline*, in seconds."""
        return cls(
            f"the query was not done at its deadline of {deadline:g} seconds, and was stopped; narrow it, or ask for more "
            "time with timeout= where that was less than the service allows"
        )


class Overloaded(QueryError):
    """Every worker was busy for longer than a query may wait."""

    retry_after = 2  # seconds


class TooManyAtOnce(QueryError):
    """One client has as many queries at work or waiting as one client may have."""


class ServiceFailed(QueryError):
    """Another endpoint, which the query asks by SERVICE, may not be asked or did not answer as it should."""


class AnswerTooLarge(QueryError):
    """The answer passed the limit on bytes or solutions, or the work for it the limit on memory."""


class WorkerLost(QueryError):
    """The worker process ended before its answer did."""
