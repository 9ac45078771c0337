"""Clients are told apart by their network, so that one of them cannot take everybody's place."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from server.clients import Named, current, key_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8::1", "2001:db8::ffff:2"),
        ("2001:db8:0:0:1::", "2001:0db8:0:0:2::"),
        ("2001:db8:0:0:7fff::", "2001:db8:0:0:8000::"),
        ("proxy.sock", "proxy.sock"),
    ],
)
def test_one_client_has_one_key(one: str, other: str) -> None:
    """However an address is written, and whichever of its subnet a subscriber uses, the key is the same."""

    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.7", "192.0.2.8"), ("2001:db8::1", "2001:db8:0:1::1"), ("", "::1"), ("a", "b")]
)
def test_two_clients_have_two_keys(one: str, other: str) -> None:
    """Different networks have different keys, and none of them is the key of nobody."""

    assert key_of(one) != key_of(other)
    assert 0 not in {key_of(one), key_of(other)}


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        ({"type": "http", "client": ("192.0.2.7", 40_000)}, key_of("192.0.2.7")),
        ({"type": "http", "client": None}, 0),
        ({"type": "http"}, 0),
        ({"type": "lifespan"}, 0),
    ],
    ids=["an address", "an unknown address", "no address", "no request"],
)
def test_client_of_a_request_is_its_address(scope: Scope, key: int) -> None:
    """While a request is served, its client is known by the address and not by the port; without one it is nobody."""
    met = []

    async def answered(_: Scope, __: Receive, ___: Send) -> None:
        met.append(current())

    async def receive() -> dict[str, object]:
        raise AssertionError

    async def send(_: object) -> None: ...

    asyncio.run(Named(answered)(scope, receive, send))

    assert [key] == met
