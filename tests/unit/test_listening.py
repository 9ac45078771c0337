"""Where the service listens, and what it calls itself then."""

import os
import socket

import pytest

from server import settings
from server.serving import PortError, _listener


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names no public address, and is as before afterwards."""
    monkeypatch.setenv("HANKINTA_PUBLIC_URL", "")


def test_a_taken_port_is_told_with_the_way_out() -> None:
    """A port that somebody listens on is named, with the option that chooses another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError) as met:
            _listener("127.0.0.1", port)

    assert f"port {port} of 127.0.0.1 is in use" in str(met.value)
    assert "--port" in str(met.value)


def test_an_address_of_nobody_is_told() -> None:
    """An address that this machine does not have is an error that names it."""
    with pytest.raises(PortError, match=r"port 0 of 192\.0\.2\.1 cannot be listened on"):
        _listener("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("data.example", "data.example")],  # noqa: S104 - a name
)
def test_links_name_the_port_that_is_served(host: str, shown: str) -> None:
    """Without a setting, links and contexts lead to the port on which the service listens."""
    settings.announce(host, 8080)

    assert (
        f"http://{shown}:8080" == settings.read({"HANKINTA_PUBLIC_URL": os.environ["HANKINTA_PUBLIC_URL"]}).public_url
    )


def test_the_setting_names_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy, the address that the operator has set stays, whatever port is listened on."""
    monkeypatch.setenv("HANKINTA_PUBLIC_URL", "https://data.example")
    settings.announce("127.0.0.1", 8080)

    assert "https://data.example" == os.environ["HANKINTA_PUBLIC_URL"]
