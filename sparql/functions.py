"""
Functions that a query calls and nobody here has.

Each call of one is an error in its expression, as the standard says: a filter is not passed, a variable is not bound. A name
that was misspelt would make of an answer silently another one, so the answer says which functions these are.

Source: SPARQL 1.1 Query Language sections 17.3 and 17.6.
"""

import re
from collections.abc import Callable
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

Results = QuerySolutions | QueryBoolean | QueryTriples
_UNKNOWN = re.compile(r"The custom function <(.+)> is not supported")  # as pyoxigraph 0.5.13 says
_MOST = 20  # functions; a query with more of them is refused
_LONGEST = 300  # characters of a name


def asked(store: Store, text: str, **given: Any) -> tuple[Results, tuple[str, ...]]:
    """
    What *store* gives for the query *text*, and the IRIs of the functions that are unknown; *given* goes on to `Store.query`.

    Raises:
        RuntimeError: There are more than 20 of them, or one has a very long name; or the engine cannot run the query.
    """
    unknown: dict[NamedNode, Callable[..., Any]] = {}
    while True:
        try:
            results = store.query(text, custom_functions=unknown, **given)
        except RuntimeError as met:
            found = _UNKNOWN.fullmatch(str(met))
            if found is None or len(unknown) == _MOST or len(found[1]) > _LONGEST:
                raise
            unknown[NamedNode(found[1])] = _error
        else:
            return results, tuple(each.value for each in unknown)


def _error(*_: object) -> None:
    """No value, which the engine takes for an error in the expression."""
