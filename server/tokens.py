"""
Write tokens: who may change the published data, known by hashes alone.

A token is 256 random bits, so nobody can guess it and a plain SHA-256 of it is safe to keep: slow hashes and salts are
for passwords, which people choose. The file holds names, hashes and dates; it is replaced whole, with mode 600.

Source: RFC 6750 (bearer tokens); NIST SP 800-63B section 5.1.4.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sparql.lock import held

FILE = "tokens.json"
_PREFIX = "hvk_"  # so that scanners for leaked secrets, and people, know one when they see it
_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?")
_PATIENCE = 10.0  # seconds that one change of the file waits for another


class TokenError(ValueError):
    """What was asked of the tokens cannot be done; the message says why, and what can."""


@dataclass(frozen=True, slots=True)
class Token:
    """The record of one token: its *name*, the *sha256* of it in hexadecimal digits, when it was *created* (UTC)."""

    name: str
    sha256: str
    created: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that may write to the versions in *folder*."""

    folder: Path

    def all(self) -> list[Token]:
        """
        The records, in order of creation; none when no token was ever made.

        Raises:
            TokenError: The file cannot be read.
        """
        path = self.folder / FILE
        try:
            return [Token(**fields) for fields in json.loads(path.read_text(encoding="utf-8"))["tokens"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as met:
            raise TokenError(f'"{path}" cannot be read: {met}; remove it and create the tokens again') from met

    def create(self, name: str, now: datetime) -> str:
        """
        A new token called *name*; this is the one time that it can be seen.

        Raises:
            TokenError: The name is taken, or is none.
        """
        if not _NAME.fullmatch(name):
            raise TokenError(
                f'the name "{name}" is not accepted; write up to 64 letters a-z, digits, and . _ @ - between them'
            )
        secret = _PREFIX + secrets.token_urlsafe(_BYTES)
        with self._changing() as tokens:
            if any(token.name == name for token in tokens):
                raise TokenError(f'there is a token "{name}" already; choose another name, or revoke that one first')
            tokens.append(Token(name, _hash(secret), now.isoformat(timespec="seconds")))
        return secret

    def revoke(self, name: str) -> None:
        """
        Take away the token called *name*, at once.

        Raises:
            TokenError: There is none of that name.
        """
        with self._changing() as tokens:
            kept = [token for token in tokens if token.name != name]
            if len(kept) == len(tokens):
                known = ", ".join(token.name for token in tokens) or "none"
                raise TokenError(f'there is no token "{name}"; the tokens are: {known}')
            tokens[:] = kept

    def holder(self, secret: str) -> str | None:
        """The name of the token that *secret* is; None when it is none. Takes as long whichever it is."""
        met, found = _hash(secret), None
        for token in self.all():
            if hmac.compare_digest(token.sha256.encode(), met.encode()):
                found = token.name
        return found

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        """The records, written back when the block ends well."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with held(self.folder / "tokens-changing.lock", "somebody who changes the tokens", _PATIENCE):
            tokens = self.all()
            yield tokens
            self._write(tokens)

    def _write(self, tokens: list[Token]) -> None:
        beside = self.folder / f"{FILE}.new"
        with suppress(FileNotFoundError):
            beside.unlink()  # left by somebody who was cut off; its mode may be another
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump({"tokens": [asdict(token) for token in tokens]}, out, indent=2)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self.folder / FILE)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
