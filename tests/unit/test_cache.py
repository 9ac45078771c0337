"""The cache of answers: bounded in bytes, one question at a time for all who ask it, and no errors kept."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cache import Body, Cache, Recent, Stream
from sparql.errors import QueryTimeout

KEY = "digest"


class _Answer:
    """An answer of the pool in parts of given sizes, which knows whether somebody let go of it."""

    content_type = "text/csv"
    unknown = ()

    def __init__(self, *sizes: int, fails: bool = False) -> None:
        self._sizes, self._fails, self.closed = sizes, fails, False
        self.whole = b"x" * sizes[0] if len(sizes) == 1 else None

    async def body(self) -> AsyncIterator[bytes]:
        for size in self._sizes:
            await asyncio.sleep(0)
            yield b"x" * size
        if self._fails:
            raise QueryTimeout("late")

    def close(self) -> None:
        self.closed = True


class _Pool:
    """A pool that gives the same answers in turn, counts questions, and answers when it is told to."""

    def __init__(self, *answers: _Answer | Exception) -> None:
        self._answers, self.asked, self.may_answer = list(answers), 0, asyncio.Event()
        self.may_answer.set()

    async def __call__(self) -> Any:
        self.asked += 1
        answer = self._answers.pop(0)
        await self.may_answer.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(play: Coroutine[Any, Any, None]) -> None:
    """Run a scene to its end, within seconds."""
    asyncio.run(asyncio.wait_for(play, 10))


def test_answer_is_asked_for_once() -> None:
    """The second time a question is asked, the first answer is given again."""

    async def play() -> None:
        cache, pool = Cache(100_000), _Pool(_Answer(10, 20))
        first, second = await cache.answer(KEY, None, pool), await cache.answer(KEY, None, pool)
        assert isinstance(first, Body)
        assert first is second
        assert b"x" * 30 == first.data
        assert (1, 1, 1) == (pool.asked, cache.misses, cache.hits)

    run(play())


def test_equal_questions_share_one_flight() -> None:
    """Equal questions that come while one is being answered wait for that answer; other deadlines do not."""

    async def play() -> None:
        cache, pool = Cache(100_000), _Pool(_Answer(5), _Answer(6))
        pool.may_answer.clear()
        asking = [asyncio.ensure_future(cache.answer(KEY, None, pool)) for _ in range(9)]
        other = asyncio.ensure_future(cache.answer(KEY, 1.0, pool))
        await asyncio.sleep(0)
        pool.may_answer.set()
        bodies = await asyncio.gather(*asking)
        assert 1 == len({id(body) for body in bodies})
        assert isinstance(await other, Body)
        assert (2, 8) == (pool.asked, cache.joined)

    run(play())


def test_who_leaves_takes_nobody_along() -> None:
    """When the first who asked goes away, those who wait with it get the answer; when all go, the question is dropped."""

    async def play() -> None:
        cache, pool = Cache(100_000), _Pool(_Answer(5), _Answer(6))
        pool.may_answer.clear()
        first, second = (asyncio.ensure_future(cache.answer(KEY, None, pool)) for _ in "ab")
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        pool.may_answer.set()
        body = await second
        assert isinstance(body, Body)
        assert 5 == len(body.data)

        pool.may_answer.clear()
        ours = asyncio.all_tasks()
        alone = asyncio.ensure_future(cache.answer("other", None, pool))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        alone.cancel()
        await asyncio.sleep(0.01)
        assert asyncio.all_tasks() == ours

    run(play())


def test_errors_are_told_to_all_and_not_kept() -> None:
    """An error goes to everybody who waits, and the next one who asks is answered anew."""

    async def play() -> None:
        cache, pool = Cache(100_000), _Pool(QueryTimeout("late"), _Answer(5))
        pool.may_answer.clear()
        asking = [asyncio.ensure_future(cache.answer(KEY, None, pool)) for _ in range(3)]
        await asyncio.sleep(0)
        pool.may_answer.set()
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert [QueryTimeout] * 3 == [type(each) for each in outcomes]
        assert isinstance(await cache.answer(KEY, None, pool), Body)

    run(play())


def test_answer_that_breaks_off_is_not_kept() -> None:
    """An answer that ends before it is whole is an error, let go of, and not kept."""

    async def play() -> None:
        broken = _Answer(5, 5, fails=True)
        cache, pool = Cache(100_000), _Pool(broken, _Answer(7))
        with pytest.raises(QueryTimeout):
            await cache.answer(KEY, None, pool)
        assert broken.closed
        assert (0, 0) == (cache.size, cache.hits)

    run(play())


def test_large_answer_is_streamed_to_each() -> None:
    """An answer beyond a sixteenth of the cache is streamed whole to one, and asked for again by the others."""

    async def play() -> None:
        answers = [_Answer(600, 600, 600) for _ in "abc"]
        cache, pool = Cache(16_000), _Pool(*answers)
        pool.may_answer.clear()
        asking = [asyncio.ensure_future(cache.answer(KEY, None, pool)) for _ in "abc"]
        await asyncio.sleep(0)
        pool.may_answer.set()
        for found in await asyncio.gather(*asking):
            assert isinstance(found, Stream)
            assert 1800 == len(b"".join([part async for part in found.body()]))
        assert all(each.closed for each in answers)
        assert 0 == cache.size

    run(play())


def test_large_answer_that_nobody_takes_is_let_go() -> None:
    """When everybody has gone before a large answer begins, its worker is let go."""

    async def play() -> None:
        answer = _Answer(600, 600, 600)
        cache, pool = Cache(16_000), _Pool(answer)
        pool.may_answer.clear()
        asking = asyncio.ensure_future(cache.answer(KEY, None, pool))
        await asyncio.sleep(0)
        pool.may_answer.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.sleep(0.01)
        assert answer.closed

    run(play())


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 900)), max_size=60))
def test_size_stays_within_the_capacity(questions: list[tuple[int, int]]) -> None:
    """Whatever is asked, the cache takes no more than its capacity and knows what it takes."""

    async def play() -> None:
        cache = Cache(8_000)
        for key, size in questions:
            await cache.answer(key, None, _Pool(_Answer(size)))
            assert 0 <= cache.size <= cache.capacity
            assert cache.size == sum(item.costs for item in cache._items.values())

    run(play())


def test_what_was_used_last_stays_longest() -> None:
    """The answer that was used least recently goes first."""

    async def play() -> None:
        cache = Cache(8_000)
        for key in "abcdefghij":
            await cache.answer(key, None, _Pool(_Answer(400)))
            await cache.answer("a", None, _Pool(_Answer(400)))
        misses = cache.misses
        await cache.answer("a", None, _Pool())
        assert misses == cache.misses
        await cache.answer("b", None, _Pool(_Answer(400)))
        assert misses + 1 == cache.misses

    run(play())


def test_recent_response_ends_with_its_body_and_its_versions() -> None:
    """A response is given again only while its body is kept and the versions are the same."""
    cache, body = Cache(8_000), Body("text/csv", b"x")
    recent = Recent("state", b"etag", b"a: b\r\n", body, "/sparql", "ASK {}")
    cache.remember("request", recent, 10)

    assert recent is cache.recent("request", "state")
    assert cache.recent("request", "newer") is None
    assert cache.recent("request", "state") is None
    cache.remember("request", recent, 10)
    body.kept = False
    assert cache.recent("request", "state") is None


def test_cache_of_no_bytes_keeps_nothing() -> None:
    """With a capacity of 0, every question is asked."""

    async def play() -> None:
        cache, pool = Cache(0), _Pool(_Answer(5), _Answer(5))
        await cache.answer(KEY, None, pool)
        await cache.answer(KEY, None, pool)
        assert (2, 0) == (pool.asked, cache.size)

    run(play())
