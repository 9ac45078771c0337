"""
The descriptions of the service and of its data: made once for each version, kept for the versions last asked about.

The counting is done by query workers; whoever comes while a description is made waits for that one. What could not be
counted in time is left out, and counted again for whoever comes later.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from server import content
from server.context import Context
from server.memento import Moment
from sparql import census, compaction, description, documents, examples
from sparql.census import Census
from sparql.errors import QueryError, QueryTimeout
from sparql.formats import Format, Kind, named
from sparql.guard import admit
from sparql.queries import find, saved
from sparql.store import Version

Made = TypeVar("Made")
log = logging.getLogger("hankinta.descriptions")
_KEPT = 8  # versions
_PATIENCE = 1 / 3  # share of the deadline that the service description waits for the counts
_AGAIN = 60.0  # seconds after which what could not be counted is tried again
_JSON = named("json", Kind.SOLUTIONS)

Builder = Callable[[description.Service, Census, Context], list[Triple]]
BUILDERS: dict[str, Builder] = {
    "service": lambda service, counted, here: description.statements(service, counted, here.iris),
    "dataset": lambda service, counted, here: description.dataset(service, counted, here.iris),
}
"""What is described, by name, and how."""


@dataclass(frozen=True, slots=True)
class Written:
    """A description as sent: its *content_type*, its *body*, and the *etag* of just these bytes."""

    content_type: str
    body: bytes
    etag: str


class Descriptions:
    """The descriptions that one web process has made, by version. Belongs to one event loop."""

    def __init__(self) -> None:
        self._versions: OrderedDict[Moment, dict[tuple[str, ...], asyncio.Task[Any]]] = OrderedDict()

    async def written(self, here: Context, version: Moment, name: str, format_: Format) -> Written:
        """
        The description *name* of *version* in *format_*; *name* is a key of `BUILDERS`.

        That of the service waits for the counts for a part of the deadline, and goes without them then. Raises what `Versions.record`
        does, and for the dataset what asking a worker raises; the next one who asks begins anew.
        """
        counted = await self._census(here, version, patient=name != "service")
        key = name, format_.name, *counted.missing
        return await self._once(version, key, lambda: _written(here, counted, name, format_))

    async def _census(self, here: Context, version: Moment, *, patient: bool) -> Census:
        record = here.versions.record(version.number)
        try:
            async with asyncio.timeout(None if patient else _PATIENCE * here.settings.deadline):
                return await self._once(version, (), lambda: self._counted(here, version, record))
        except (QueryError, TimeoutError) as met:
            if patient:
                raise
            log.warning("version %d is described without its counts: %s", version.number, met or "they take long")
            return Census(record, missing=census.QUESTIONS)

    async def _counted(self, here: Context, moment: Moment, record: Version) -> Census:
        loop = asyncio.get_running_loop()
        end = loop.time() + here.settings.deadline

        async def ask(text: str, substitutions: Mapping[str, str]) -> bytes:
            if (left := end - loop.time()) <= 0:
                raise QueryTimeout("no time was left for this part of the census")
            answer = await here.ask(
                admit(text), _JSON, moment.number, substitutions=dict(substitutions), deadline=left, own=True
            )
            return await answer.read()

        counted = await census.take(ask, record, here.iris)
        if counted.missing:
            log.warning("version %d could not be counted whole: %s", moment.number, ", ".join(counted.missing))
            loop.call_later(_AGAIN, self._versions.get(moment, {}).pop, (), None)
        return counted

    async def _once(self, version: Moment, key: tuple[str, ...], make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        made = self._versions.setdefault(version, {})
        self._versions.move_to_end(version)
        while len(self._versions) > _KEPT:
            self._versions.popitem(last=False)
        task = made.get(key)
        if task is None:
            task = made[key] = asyncio.create_task(make())
            task.add_done_callback(lambda done: made.pop(key) if done.cancelled() or done.exception() else None)
        # One who leaves does not stop what others wait for.
        result: Made = await asyncio.shield(task)
        return result


def service(here: Context) -> description.Service:
    """The service as its settings make it."""
    settings = here.settings
    return description.Service(
        endpoint=endpoint(here),
        update=NamedNode(f"{settings.public_url}/update"),
        store=NamedNode(f"{settings.public_url}/store"),
        input_formats=frozenset(content.FORMATS.values()),
        union_default_graph=settings.union_default_graph,
        federated=bool(settings.endpoints),
        seconds=settings.deadline,
        memory=settings.query_memory,
        answer_bytes=settings.answer_bytes,
        answer_rows=settings.answer_rows,
        concurrent=settings.query_workers,
        queued=settings.queries_waiting,
    )


def endpoint(here: Context) -> NamedNode:
    """The address at which the service is asked; clients take its description for one of this address only."""
    return NamedNode(f"{here.settings.public_url}/sparql")


def write(triples: list[Triple], format_: Format) -> Written:
    """*triples* in *format_*, a format of graphs: the same bytes for the same statements in the same order."""
    if format_.writer != RdfFormat.JSON_LD:
        return tagged(format_.content_type, documents.written(triples, cast(RdfFormat, format_.writer)))
    expanded = serialize(triples, format=RdfFormat.JSON_LD) or b""
    try:
        return tagged(compaction.content_type(compaction.COMPACTED), compaction.compacted(expanded))
    except compaction.Incompressible:
        return tagged(compaction.content_type(compaction.EXPANDED), expanded)


def tagged(content_type: str, body: bytes) -> Written:
    """*body* with the tag that its bytes have."""
    return Written(content_type, body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


def example_queries(here: Context, slug: str = "") -> list[Triple]:
    """
    All saved queries as examples, or the one called *slug*.

    Raises:
        UnknownQuery: There is no such query.
    """
    chosen = [find(slug)] if slug else list(saved().values())
    return examples.statements(chosen, here.iris, endpoint(here))


async def _written(here: Context, counted: Census, name: str, format_: Format) -> Written:
    return await asyncio.to_thread(write, BUILDERS[name](service(here), counted, here), format_)
