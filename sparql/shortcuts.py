"""
Queries that only count, answered from what is known of a version.

Nothing is answered here: in the place of its one triple pattern the query gets the numbers as ``VALUES``, and in the place
of each ``COUNT`` their ``SUM``; grouping, order, limits, names and formats stay the engine's.
"""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from sparql.aggregates import TYPE, Aggregate, Count, Pattern, Unknown, read, require
from sparql.counts import Counts
from sparql.wire import Request

_MOST = 10_000  # rows; a longer table is no faster to read than the data
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def resolved(request: Request, counts: Counts | None) -> str:
    """
    The query of *request*, or one that gives the same answer from *counts*, those of the version that is asked.

    Without counts, and over anything but the union of all graphs, it is the query itself.
    """
    union = request.union and not (request.default_graphs or request.named_graphs or request.names_dataset)
    if counts is None or not union or request.substitutions:
        return request.query
    return rewritten(request.query, counts) or request.query


def rewritten(text: str, counts: Counts) -> str | None:
    """
    A query that gives from *counts* what the query *text* gives over the union of all graphs; None if the data must be asked.
    """
    try:
        query = read(text)
        _check(query)
        return "".join(_written(text, query, counts))
    except Unknown:
        return None


def _check(query: Aggregate) -> None:
    """Return when *query* asks nothing of its pattern but what is known."""
    key, variables = query.pattern.key, query.pattern.variables
    counting = bool(query.counts or query.group)
    plain = {key} if key and (query.group or not counting) else set()
    given = (*query.plain, *query.names)
    require(len(variables) == len(set(variables)) and len(given) == len(set(given)) > 0)
    require(query.group in {None, key} and not {*query.names} & {*variables})
    require({*query.plain} <= plain and {*query.order} <= {*plain, *query.names})
    require(counting or query.distinct)
    for count in query.counts:
        require(count.variable is None or count.variable in variables)
        if count.distinct and (count.variable is None or count.variable != key):
            _check_distinct(query, count)


def _check_distinct(query: Aggregate, count: Count) -> None:
    """Return when it is known how many different values the variable of *count* has."""
    pattern = query.pattern
    if pattern.predicate == TYPE:
        require(count.variable == pattern.subject)
        require(pattern.key is None or query.group is not None)  # an entity of two classes is one entity
    else:
        require(pattern.key is not None and count.variable is not None and not _keyed(query))


def _keyed(query: Aggregate) -> bool:
    """Whether the numbers are wanted for each property or class."""
    key = query.pattern.key
    counted = any(count.distinct and count.variable == key for count in query.counts)
    return key is not None and bool(query.group or query.plain or counted)


def _written(text: str, query: Aggregate, counts: Counts) -> Iterator[str]:
    """The parts of the rewritten query."""
    pattern, used = query.pattern, set(re.findall(r"[?$](\w+)", text))
    triples, subjects, objects = columns = [_unused(name, used) for name in ("triples", "subjects", "objects")]
    parts = {pattern.start: (pattern.end, _values(query, counts, " ".join(columns)))}
    for count in query.counts:
        if count.distinct and count.variable == pattern.key:
            continue  # the table has each of them once
        column = triples if not count.distinct else subjects if count.variable == pattern.subject else objects
        parts[count.start] = count.end, f"SUM({column})"
    place = 0
    for start in sorted(parts):
        yield text[place:start]
        place, part = parts[start]
        yield part
    yield text[place:]


def _values(query: Aggregate, counts: Counts, columns: str) -> str:
    """The numbers in place of the pattern; 0 in a column that nothing is asked of."""
    if _keyed(query):
        rows = list(_table(query.pattern, counts))
        require(len(rows) <= _MOST)
        return f"{{ VALUES ({query.pattern.key} {columns}) {{ {' '.join(rows)} }} }}"
    triples, subjects, objects = _numbers(query.pattern, counts)
    return f"{{ VALUES ({columns}) {{ ({triples} {subjects} {objects}) }} }}"


def _table(pattern: Pattern, counts: Counts) -> Iterator[str]:
    if pattern.predicate != TYPE:
        for name, triples in counts.properties.items():
            yield f"(<{_stable(name.value)}> {triples} 0 0)"
        return
    for each, members in counts.classes.items():
        if not isinstance(each, NamedNode):
            raise Unknown  # a blank node cannot be named
        yield f"(<{_stable(each.value)}> {members.triples} {members.entities} 0)"


def _numbers(pattern: Pattern, counts: Counts) -> tuple[int, int, int]:
    """How many triples match *pattern*; and with how many subjects and objects, where that is known."""
    if pattern.predicate.startswith("?"):
        return counts.triples, counts.subjects, counts.objects
    if pattern.object.startswith("?"):
        return counts.properties.get(_named(pattern.predicate), 0), 0, 0
    members = counts.classes.get(_named(pattern.object))
    return (members.triples, members.entities, 0) if members else (0, 0, 0)


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(_stable(iri))
    except ValueError:
        raise Unknown from None  # the engine says what is wrong with it


def _stable(iri: str) -> str:
    """*iri*, when it is the same after it has been resolved against a base. Source: RFC 3986 section 5.2.4."""
    require(_ABSOLUTE.match(iri) is not None and "/." not in iri)
    return iri


def _unused(name: str, used: set[str]) -> str:
    while name in used:
        name += "_"
    return f"?{name}"
