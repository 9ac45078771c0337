"""
The commands ``hankinta token create``, ``list`` and ``revoke``: who may write over HTTP.
"""

import datetime as dt
import sys
from typing import Annotated

import typer

from server import console
from server.manual import Commands
from server.options import Lang, Language
from server.settings import read
from server.tokens import Tokens

app = Commands()

Name = Annotated[str, typer.Option("--name")]


@app.callback()
def token(lang: Lang = Language.EN) -> None:
    """Tokens for writing over HTTP: create, list, revoke."""


@app.command()
def create(name: Name, lang: Lang = Language.EN) -> None:
    """Print a new token, once: only its hash is kept."""
    secret = Tokens(read().var).create(name, dt.datetime.now(dt.UTC))
    sys.stderr.write(f"{console.line('token-created', lang, name=name)}\n")
    print(secret)


@app.command("list")
def list_(lang: Lang = Language.EN) -> None:
    """List the tokens by name, with the time at which each was created."""
    tokens = Tokens(read().var).all()
    for each in tokens:
        print(f"{each.created}  {each.name}")
    if not tokens:
        sys.stderr.write(f"{console.line('no-token', lang)}\n")


@app.command()
def revoke(name: Name, lang: Lang = Language.EN) -> None:
    """Take a token away; the next request with it is refused."""
    Tokens(read().var).revoke(name)
    print(console.line("token-revoked", lang, name=name))
