"""
What every route needs, made once when the application starts and handed on; nothing here changes afterwards.
"""

import asyncio
import re
from dataclasses import dataclass

from pyoxigraph import NamedNode
from starlette.requests import Request

from ontology.iris import IRIError, Iris
from ontology.namespaces import CONCEPT, DEF, SHAPE
from server import asked, clients
from server.cache import Cache
from server.federating import Federation
from server.settings import Settings
from server.words import Words
from server.writer import Writer
from sparql.asker import Answer, Express
from sparql.formats import Format
from sparql.guard import Admitted, admit
from sparql.versions import Versions
from sparql.wire import Request as WorkerRequest

_NAMESPACES = {"def": DEF, "shape": SHAPE, "concept": CONCEPT}  # by the first part of a path
_LOCAL = re.compile(r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*")
_OWN_BYTES, _OWN_ROWS = 1 << 24, 10_000  # no question of our own has an answer a tenth as long
_LONG = 20_000  # characters; the guard reads fewer in a few milliseconds


@dataclass(frozen=True, slots=True)
class Context:
    """
    The *settings*, the *versions* on disk, the way to the query pool, the IRI policy, the words of the pages, the way to
    change the data, the *cache* of answers, and the way to other endpoints.
    """

    settings: Settings
    versions: Versions
    asker: Express
    iris: Iris
    words: Words
    writer: Writer
    cache: Cache
    federation: Federation

    async def ask(
        self,
        admitted: Admitted,
        format_: Format,
        version: int,
        *,
        substitutions: dict[str, str] | None = None,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
        deadline: float | None = None,
        compact: bool = True,
        own: bool = False,
    ) -> Answer:
        """
        The answer to a query in *format_*, over *version*.

        *deadline* is in seconds; the setting bounds it. JSON-LD is *compact* while it is small, see `sparql.compaction`. An
        *own* question of the service is asked over all graphs, and its answer has bounds of its own, whatever the settings
        say. Raises what `Asker.ask` raises.
        """
        request = WorkerRequest(
            admitted.text,
            format_.name,
            self.settings.endpoint,
            _OWN_BYTES if own else self.settings.answer_bytes,
            substitutions or {},
            default_graphs,
            named_graphs,
            admitted.names_dataset,
            own or self.settings.union_default_graph,
            _OWN_ROWS if own else self.settings.answer_rows,
            compact,
        )
        longest = self.settings.deadline
        return await self.asker.ask(request, version, min(deadline or longest, longest), clients.current())

    async def dump(self, graph: str, format_: Format, version: int) -> Answer:
        """The statements of the graph whose key is *graph* in *format_*, over *version*. Raises what `Asker.ask` raises."""
        settings = self.settings
        request = WorkerRequest("", format_.name, settings.base_iri, settings.answer_bytes, graph=graph)
        return await self.asker.ask(request, version, settings.deadline, clients.current())

    async def admit(self, text: str) -> Admitted:
        """The query once the guard has read it; a long one is read beside the event loop. Raises as `sparql.guard.admit`."""
        asked.note(text)
        text = await self.federation.resolved(text)
        return admit(text) if len(text) < _LONG else await asyncio.to_thread(admit, text)

    def thing(self, path: str) -> NamedNode:
        """
        The IRI that a path of ours names: ``id/…`` under the base, ``def``, ``shape`` and ``concept`` in fixed namespaces.

        Raises:
            IRIError: No IRI is made of such a path.
        """
        space, slash, local = path.partition("/")
        if space not in _NAMESPACES:
            return self.iris.entity(path.removeprefix("id/"))
        if slash and not _LOCAL.fullmatch(local):
            raise IRIError(f'"{path}" is not accepted; write letters, digits, hyphens and slashes')
        return NamedNode(_NAMESPACES[space] + local if slash else _NAMESPACES[space].removesuffix("/"))

    def local(self, iri: str) -> str | None:
        """The path on this host of the document about *iri*; None when it is not ours."""
        things = self.settings.base_iri + "id/"
        if iri.startswith(things) and len(iri) > len(things):
            return "/doc/" + iri.removeprefix(things)
        for space, namespace in _NAMESPACES.items():
            if f"{iri}/" == namespace or iri.startswith(namespace):
                return f"/{space}/{iri.removeprefix(namespace)}" if iri.startswith(namespace) else f"/{space}"
        return None

    def iris_text(self, iri: str) -> str:
        """How an IRI is shown in a table: the path of a thing of ours, a CURIE, what follows our base, or the IRI itself."""
        base = self.settings.base_iri
        shown = self.words.label(iri, "")
        return iri.removeprefix(base).removeprefix("id/") if iri.startswith(base) and shown == iri else shown


def of(request: Request) -> Context:
    """The context of the application that serves *request*."""
    context: Context = request.scope["app"].context
    return context
