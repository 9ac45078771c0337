"""
The census of a version: what is counted in it, once, for the descriptions that clients plan by.

Each question is one query of the folder ``census``, asked over the union of all graphs, so that whoever counts with the
same query over ``/sparql`` gets the same numbers. Nothing here asks by itself: a query callable is given.

Source: Describing Linked Datasets with the VoID Vocabulary, section 4.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import cast

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolution, QuerySolutions, parse_query_results

from ontology.iris import Iris
from ontology.namespaces import PROJECT
from sparql.errors import AnswerTooLarge, QueryTimeout
from sparql.store import Version

Ask = Callable[[str, Mapping[str, str]], Awaitable[bytes]]
"""Text of a query, substitutions in N-Triples syntax -> the solutions in the JSON format."""
QUESTIONS = (
    "catalogue",
    "links",
    "properties",
    "classes",
    "class-partitions",
    "totals",
    "property-partitions",
    "entities",
)
"""The questions, files of the folder ``census``, in the order in which they are put."""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """
    How many *entities* are of a class. *first* is the one whose IRI sorts first, *space* what the IRIs of all begin with;
    both are None where an entity is a blank node, *space* also where the IRIs have no more in common than a scheme.
    """

    name: NamedNode
    entities: int
    first: NamedNode | None
    space: str | None


@dataclass(frozen=True, slots=True)
class PropertyCount:
    """How many *triples* have a property, with how many different *subjects* and *objects*."""

    name: NamedNode
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How many *triples* link things of ours by *predicate* to IRIs that begin with *space*."""

    predicate: NamedNode
    space: str
    triples: int


@dataclass(frozen=True, slots=True)
class Census:
    """
    What was counted in *version*. *entities* are the subjects under the base IRI, *classes* and *properties* those in use.

    The partitions are ordered by size, and at most 1,000 of a kind; *catalogue* holds what the catalogue says of itself.
    What is not known is None or empty; *missing* names the questions that had no answer.
    """

    version: Version
    subjects: int | None = None
    objects: int | None = None
    entities: int | None = None
    classes: int | None = None
    properties: int | None = None
    class_counts: tuple[ClassCount, ...] = ()
    property_counts: tuple[PropertyCount, ...] = ()
    link_counts: tuple[LinkCount, ...] = ()
    catalogue: tuple[tuple[NamedNode, NamedNode | Literal], ...] = ()
    missing: tuple[str, ...] = ()


async def take(ask: Ask, version: Version, iris: Iris) -> Census:
    """
    The census of *version*; *ask* answers queries over the union of its graphs.

    The questions are put one after the other, so that a census never holds more than one worker, and those that take longest
    come last. One that takes too long or too much has no answer, and the census goes on. Raises what else *ask* raises.
    """
    missing: list[str] = []

    async def rows(name: str, **bound: NamedNode | Literal) -> list[QuerySolution]:
        """The solutions of the question *name*, in its order; none when it is missing."""
        try:
            body = await ask(query(name), {key: str(value) for key, value in bound.items()})
        except (QueryTimeout, AnswerTooLarge):
            missing.append(name)
            return []
        return list(cast(QuerySolutions, parse_query_results(body, QueryResultsFormat.JSON)))

    base = Literal(iris.base)
    catalogue = await rows("catalogue", catalogue=iris.catalogue())
    links = await rows("links", base=base, project=Literal(PROJECT))
    properties = _first(await rows("properties"))
    classes = _first(await rows("classes"))
    class_partitions = await rows("class-partitions")
    totals = _first(await rows("totals"))
    property_partitions = await rows("property-partitions")
    entities = await rows("entities", base=base)
    return Census(
        version,
        _total(totals, "subjects"),
        _total(totals, "objects"),
        None if "entities" in missing else sum(_number(row, "entities") for row in entities),
        _total(classes, "classes"),
        _total(properties, "properties"),
        tuple(_class_count(row) for row in class_partitions),
        tuple(
            PropertyCount(row["name"], _number(row, "triples"), _number(row, "subjects"), _number(row, "objects"))
            for row in property_partitions
        ),
        tuple(LinkCount(row["predicate"], row["space"].value, _number(row, "triples")) for row in links),
        tuple((row["property"], row["value"]) for row in catalogue),
        tuple(missing),
    )


@cache
def query(name: str) -> str:
    """The text of the question *name*, a file of the folder ``census``."""
    return (files("sparql") / "census" / f"{name}.rq").read_text(encoding="utf-8")


def _first(rows: list[QuerySolution]) -> QuerySolution | None:
    return rows[0] if rows else None


def _total(row: QuerySolution | None, name: str) -> int | None:
    return None if row is None else _number(row, name)


def _number(row: QuerySolution, name: str) -> int:
    return int(row[name].value)


def _class_count(row: QuerySolution) -> ClassCount:
    first, last = row["first"], row["last"]
    if first is None or last is None:
        return ClassCount(row["name"], _number(row, "entities"), None, None)
    # Of sorted strings, the first and the last share what all share.
    pairs = zip(first.value, last.value, strict=False)
    shared = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    space = re.match(r"[a-z]+://[^/]+/(?:.*[/#])?", shared)
    return ClassCount(row["name"], _number(row, "entities"), NamedNode(first.value), space[0] if space else None)
