"""Clients are told apart by their network, so that one of them cannot take everybody's place."""

import pytest

from server.clients import key_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8::1", "2001:db8::ffff:2"),
        ("2001:db8:0:0:1::", "2001:0db8:0:0:2::"),
        ("proxy.sock", "proxy.sock"),
    ],
)
def test_one_client_has_one_key(one: str, other: str) -> None:
    """However an address is written, and whichever of its subnet a subscriber uses, the key is the same."""

    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.7", "192.0.2.8"), ("2001:db8::1", "2001:db8:0:1::1"), ("", "::1")]
)
def test_two_clients_have_two_keys(one: str, other: str) -> None:
    """Different networks have different keys, and none of them is the key of nobody."""

    assert key_of(one) != key_of(other)
    assert 0 not in {key_of(one), key_of(other)}
