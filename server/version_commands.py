"""
The commands ``hankinta versions``, ``pin``, ``unpin`` and ``diff``: what has been published, and what is kept of it.
"""

from typing import Annotated

import typer

from server import console, progress, refusals
from server.manual import Commands
from server.options import Lang, Language
from server.settings import read
from sparql.embedded import EmbeddedStore

app = Commands()


@app.command()
def versions(lang: Lang = Language.EN) -> None:
    """List the versions that are kept, oldest first; the newest is the one served."""
    for version in EmbeddedStore(read().var).versions():
        size = console.counted("triples", version.triples, lang, width=10)
        print(f"{version.number:>6}  {version.time:%Y-%m-%d %H:%M:%S}  {size}  {version.who}: {version.why}")


@app.command()
def pin(number: Annotated[int, typer.Argument(min=1)], lang: Lang = Language.EN) -> None:
    """Keep a version for good, however many newer ones there are."""
    EmbeddedStore(read().var).pin(number)
    print(console.line("pinned", lang, number=str(number)))


@app.command()
def unpin(number: Annotated[int, typer.Argument(min=1)], lang: Lang = Language.EN) -> None:
    """Let a version go when it is older than those that are kept."""
    EmbeddedStore(read().var).unpin(number)
    print(console.line("unpinned", lang, number=str(number)))


@app.command()
def diff(
    old: Annotated[int, typer.Argument(min=1)],
    new: Annotated[int, typer.Argument(min=1)],
    lang: Lang = Language.EN,
) -> None:
    """Print the statements that differ between two versions, graph by graph: + came, - went."""
    with refusals.told(lang), progress.clock("diff"):
        changes = EmbeddedStore(read().var).diff(old, new).changes
    for change in changes:
        console.data("\n".join(change.lines()))
