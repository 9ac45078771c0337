"""
The commands ``hankinta token create``, ``list`` and ``revoke``: who may write over HTTP.
"""

import datetime as dt
import sys
from typing import Annotated

import typer

from server.settings import read
from server.tokens import Tokens

app = typer.Typer(help="Tokens for writing over HTTP: create, list, revoke.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--name", help="Name of the token, such as that of the person or program.")]


@app.command()
def create(name: Name) -> None:
    """Print a new token, once: only its hash is kept."""
    secret = Tokens(read().var).create(name, dt.datetime.now(dt.UTC))
    sys.stderr.write(
        f'the token "{name}" is the next line; keep it, for it is not shown again. Send it as "Authorization: Bearer ..."\n'
    )
    print(secret)


@app.command("list")
def list_() -> None:
    """List the tokens by name, with the time at which each was created."""
    tokens = Tokens(read().var).all()
    for token in tokens:
        print(f"{token.created}  {token.name}")
    if not tokens:
        sys.stderr.write("there is no token, so nothing can be written over HTTP; hankinta token create makes one\n")


@app.command()
def revoke(name: Name) -> None:
    """Take a token away; the next request with it is refused."""
    Tokens(read().var).revoke(name)
    print(f'the token "{name}" is revoked')
