"""
Write tokens: shown once, kept as hashes, gone when revoked.
"""

import datetime as dt
import json
import stat
import threading
from pathlib import Path

import pytest

from server.tokens import FILE, TokenError, Tokens

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    """The tokens of an empty folder."""
    return Tokens(tmp_path / "var")


def test_token_opens_for_its_name_alone(tokens: Tokens) -> None:
    """A token is known by the name it was made under; another string, and a part of it, are not."""
    secret = tokens.create("harvester", NOW)
    other = tokens.create("editor", NOW)

    assert "harvester" == tokens.holder(secret)
    assert "editor" == tokens.holder(other)
    assert [None, None, None] == [tokens.holder(each) for each in ("", secret[:-1], secret + "x")]


def test_only_the_hash_is_kept(tokens: Tokens) -> None:
    """The file holds no token, and nobody but its owner may read it."""
    secret = tokens.create("harvester", NOW)
    path = tokens.folder / FILE
    text = path.read_text(encoding="utf-8")

    assert secret not in text
    assert secret.removeprefix("hvk_") not in text
    assert ["created", "name", "sha256"] == sorted(json.loads(text)["tokens"][0])
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_leftover_of_a_dead_process_opens_nothing(tokens: Tokens) -> None:
    """A half-written file that others may read, left by a process that died, does not lend its mode to the next one."""
    tokens.folder.mkdir()
    left = tokens.folder / f"{FILE}.new"
    left.write_text("half", encoding="utf-8")
    left.chmod(0o644)
    tokens.create("harvester", NOW)

    assert 0o600 == stat.S_IMODE((tokens.folder / FILE).stat().st_mode)
    assert not left.exists()


def test_names_are_unique(tokens: Tokens) -> None:
    """A second token of one name is refused, and the first goes on."""
    secret = tokens.create("harvester", NOW)
    with pytest.raises(TokenError, match='there is a token "harvester" already'):
        tokens.create("harvester", NOW)

    assert "harvester" == tokens.holder(secret)
    assert 1 == len(tokens.all())


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a\n", "x" * 65, "å"])
def test_name_is_a_plain_word(tokens: Tokens, name: str) -> None:
    """A name that could be misread in a list is refused, with what is accepted."""
    with pytest.raises(TokenError, match="is not accepted; write"):
        tokens.create(name, NOW)

    assert [] == tokens.all()


def test_revoked_token_opens_nothing(tokens: Tokens) -> None:
    """A revoked token is nobody's, the others stay, and its name is free again."""
    secret, other = tokens.create("harvester", NOW), tokens.create("editor", NOW)
    tokens.revoke("harvester")

    assert [None, "editor"] == [tokens.holder(secret), tokens.holder(other)]
    assert secret != tokens.create("harvester", NOW)
    with pytest.raises(TokenError, match='no token "nobody"; the tokens are: editor, harvester'):
        tokens.revoke("nobody")


def test_unreadable_file_opens_nothing(tokens: Tokens) -> None:
    """A damaged file is an error that says what to do, never an open door."""
    secret = tokens.create("harvester", NOW)
    (tokens.folder / FILE).write_text('{"tokens": [{}]}', encoding="utf-8")
    with pytest.raises(TokenError, match="cannot be read"):
        tokens.holder(secret)


def test_tokens_made_at_once_are_all_kept(tokens: Tokens) -> None:
    """Tokens created at the same moment do not overwrite each other."""
    threads = [threading.Thread(target=tokens.create, args=(f"n{number}", NOW)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {f"n{number}" for number in range(8)} == {token.name for token in tokens.all()}
