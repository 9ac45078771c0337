"""
Answers kept in memory, bounded in bytes, because a version never changes and neither does what it answers.

An answer is kept under the digest of everything that it depends on. Above that, a *recent* answer is kept under the raw
request, with its headers ready to be sent again. Equal questions that come while one of them is being answered wait for
that answer. What is used least recently goes first.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from sparql.asker import Answer

Ask = Callable[[], Awaitable[Answer]]
Headers = tuple[tuple[bytes, bytes], ...]
_SHARE = 16  # the largest answer that is kept is this part of the whole
_OVERHEAD = 500  # bytes that one item takes beside its content
_OF_CONTENT = (b"content-type:", b"content-length:")  # what a 304 has none of


@dataclass(slots=True)
class Body:
    """
    A whole answer: its *content_type* and *data*, and the *unknown* functions that its query calls. *kept* until the cache
    lets it go, which it *costs* so many bytes.
    """

    content_type: str
    data: bytes
    unknown: tuple[str, ...] = ()
    kept: bool = True
    costs: int = 0


@dataclass(slots=True)
class Recent:
    """
    A response ready to be sent again while the versions are in the same *state*: its *head*, which is the lines of its
    headers, its *body*, the *etag* by which a client knows it, and the *path* and the text of the *query* that it answers.
    The cache, which it *costs* so many bytes, holds a great many, so each consists of few objects.

    *logged* is what the log says of it each time, by method and whether the client knew it; None before it was given again.
    """

    state: Hashable
    etag: bytes
    head: bytes
    body: Body
    path: str
    query: str
    costs: int = 0
    logged: dict[tuple[str, bool], bytes] | None = None
    _unmodified: bytes = b""

    def lines(self, known: bool) -> bytes:
        """The lines of the headers, or those of a 304 when the client has *known* the answer."""
        if not known:
            return self.head
        if not self._unmodified:
            kept = (line for line in self.head.splitlines(keepends=True) if not line.startswith(_OF_CONTENT))
            self._unmodified = b"".join(kept)
        return self._unmodified

    def headers(self, known: bool) -> Headers:
        """The same as ASGI has them."""
        return tuple(
            (name, value) for name, _, value in (line.partition(b": ") for line in self.lines(known).splitlines())
        )


@dataclass(slots=True)
class Stream:
    """An answer too large to be kept: its *content_type*, the *parts* that have come, and the *rest* of *answer*."""

    answer: Answer
    parts: list[bytes]
    rest: AsyncIterator[bytes]

    async def body(self) -> AsyncIterator[bytes]:
        """The whole body, in parts; raises when it breaks off."""
        try:
            while self.parts:
                yield self.parts.pop(0)
            async for part in self.rest:
                yield part
        finally:
            self.answer.close()


@dataclass(slots=True)
class _Flight:
    """A question under way, and how many wait for its answer; a stream among them is *claimed* by one."""

    task: "asyncio.Task[Body | Stream]"
    waiting: int = 0
    claimed: bool = False

    def leave(self) -> None:
        """One fewer waits; when nobody does, the question is dropped."""
        self.waiting -= 1
        if self.waiting:
            return
        self.task.cancel()
        if not self.claimed:
            self.task.add_done_callback(_let_go)


def _let_go(task: "asyncio.Task[Body | Stream]") -> None:
    """Let go of what came of a question that nobody waits for any more."""
    if not task.cancelled() and not task.exception() and isinstance(result := task.result(), Stream):
        result.answer.close()


@dataclass(slots=True)
class Cache:
    """
    The answers kept in at most *capacity* bytes; 0 keeps none.

    *size* is what they take now; *hits* and *misses* count questions, *joined* those that waited for an equal one.
    """

    capacity: int
    size: int = 0
    hits: int = 0
    misses: int = 0
    joined: int = 0
    _items: OrderedDict[Hashable, Body | Recent] = field(default_factory=OrderedDict)
    _flights: dict[Hashable, _Flight] = field(default_factory=dict)

    @property
    def largest(self) -> int:
        """The size of the largest answer that is kept, in bytes."""
        return self.capacity // _SHARE

    def recent(self, request: Hashable, state: Hashable) -> Recent | None:
        """The response that was given to the same *request* while the versions were in the same *state*."""
        found = self._items.get(request)
        if found is None:
            return None
        if not isinstance(found, Recent) or found.state != state or not found.body.kept:
            self._drop(request)
            return None
        self._items.move_to_end(request)
        self.hits += 1
        return found

    def remember(self, request: Hashable, found: Recent, length: int) -> None:
        """Keep the response to *request*, whose raw form has *length* bytes, as long as its body is kept."""
        if found.body.kept:
            self._keep(request, found, length + 2 * len(found.head))

    async def answer(self, key: Hashable, deadline: Hashable, ask: Ask) -> Body | Stream:
        """
        The answer that is kept under *key*, else that of *ask*, which is asked once for all who wait with equal *deadline*.

        A stream is given to one of them; the others ask for themselves. Raises what *ask* raises; nothing of that is kept.
        """
        found = self._items.get(key)
        if isinstance(found, Body):
            self._items.move_to_end(key)
            self.hits += 1
            return found
        # Nobody can wait in one event loop for what happens in another.
        name = (asyncio.get_running_loop(), key, deadline)
        flight = self._flights.get(name)
        if flight is None:
            self.misses += 1
            flight = self._flights[name] = _Flight(asyncio.ensure_future(self._asked(key, ask)))
        else:
            self.joined += 1
        flight.waiting += 1
        try:
            result = await asyncio.shield(flight.task)
            if isinstance(result, Body):
                return result
            first, flight.claimed = not flight.claimed, True
            if first:
                return result
        finally:
            # Whoever comes from here on finds the answer in the cache, or asks anew.
            if self._flights.get(name) is flight and (flight.task.done() or flight.waiting == 1):
                del self._flights[name]
            flight.leave()
        return await self._asked(key, ask)

    async def _asked(self, key: Hashable, ask: Ask) -> Body | Stream:
        answer = await ask()
        try:
            data = answer.whole
            if data is None:
                parts, size, rest = [], 0, answer.body()
                async for part in rest:
                    parts.append(part)
                    size += len(part)
                    if size > self.largest:
                        return Stream(answer, parts, rest)
                data = b"".join(parts)
        except BaseException:
            answer.close()
            raise
        answer.close()
        body = Body(answer.content_type, data, answer.unknown)
        self._keep(key, body, len(data))
        return body

    def _keep(self, key: Hashable, item: Body | Recent, length: int) -> None:
        self._drop(key)
        cost = length + _OVERHEAD
        if length > self.largest or cost > self.capacity:
            if isinstance(item, Body):
                item.kept = False
            return
        self._items[key], item.costs = item, cost
        self.size += cost
        while self.size > self.capacity:
            self._drop(next(iter(self._items)))

    def _drop(self, key: Hashable) -> None:
        item = self._items.pop(key, None)
        if item is not None:
            self.size -= item.costs
            if isinstance(item, Body):
                item.kept = False
