"""
The command ``hankinta``.

Exit codes: 0 done or conforms, 1 the answer is no (violations, no such version), 2 no verdict could be reached.
"""

import datetime as dt
import getpass
import io
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from loaders import entry, template
from loaders.publish import Published, Publisher, Step
from loaders.references import UNKNOWN, Known
from ontology.iris import Iris
from server import asking, console, outcomes, progress, refusals, serving, token_commands, version_commands
from server.manual import NAME, Commands, localised
from server.options import Lang, Language, Why
from server.settings import Settings, locale_language, read
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore

app = Commands()
app.add_typer(version_commands.app)
app.add_typer(token_commands.app, name="token")


class ReportFormat(StrEnum):
    """Forms of a validation report."""

    TEXT = "text"
    TURTLE = "turtle"
    JSON = "json"


class Against(StrEnum):
    """What an entry is judged against."""

    CURRENT = "current"
    NONE = "none"


class Data(StrEnum):
    """What a build is made from."""

    TABLES = "tables"
    NONE = "none"


class TableFormat(StrEnum):
    """Forms of an empty table."""

    XLSX = "xlsx"
    CSV = "csv"


ReportForm = Annotated[ReportFormat, typer.Option("--format")]


@app.callback()
def hankinta(lang: Lang = Language.EN) -> None:
    """Public-procurement policy as linked data: build it, ask it, check new entries, publish them."""


@app.command()
def build(
    data: Annotated[Data, typer.Option()] = Data.TABLES,
    lang: Lang = Language.EN,
) -> None:
    """Build a version from the curated tables, unless nothing they are made from has changed."""
    settings = read()
    with refusals.told(lang), progress.bar("build", lang) as step, _publisher(settings, step) as publisher:
        texts = Path(settings.sources) if settings.sources else None
        outcome = (
            publisher.clear("build without data")
            if data is Data.NONE
            else publisher.build(settings.data, "build", texts)
        )
    outcomes.keep(outcome, settings.var)
    _end(outcomes.told(outcome, lang))


@app.command()
def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    lang: Lang = Language.EN,
) -> None:
    """Serve the newest version over HTTP; builds first if there is none."""
    settings = read()
    if EmbeddedStore(settings.var, keep=settings.keep).current() is None:
        build(lang=lang)
    greeting = console.line("serving", lang, address=f"http://{host}:{port}/")
    serving.run(settings, host, port, workers, greeting)


@app.command()
def query(
    file: Annotated[str, typer.Argument()],
    version: Annotated[int, typer.Option(min=0)] = 0,
    format_: Annotated[str | None, typer.Option("--format")] = None,
    endpoint: Annotated[str | None, typer.Option()] = None,
    lang: Lang = Language.EN,
) -> None:
    """Ask a SPARQL query and print the answer. SERVICE asks the endpoints of HANKINTA_FEDERATION, and no others."""
    settings = read()
    with refusals.told(lang), progress.clock("query"):
        text = sys.stdin.read() if file == "-" else asking.text(Path(file))
        if endpoint:
            answer = asking.ask_endpoint(text, format_, endpoint, settings.deadline)
        else:
            EmbeddedStore(settings.var).snapshot(
                version or None
            ).close()  # says what is wrong when there is no such version
            answer = asking.ask(text, format_, version, settings)
    sys.stdout.buffer.write(answer if answer.endswith(b"\n") else answer + b"\n")


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument()],
    against: Annotated[Against, typer.Option()] = Against.CURRENT,
    format_: ReportForm = ReportFormat.TEXT,
    lang: Lang = Language.EN,
) -> None:
    """Check entries without publishing them: 0 conforms, 1 does not, 2 could not be judged."""
    settings = read()
    iris = Iris(settings.base_iri)
    store = EmbeddedStore(settings.var, keep=settings.keep)
    in_json = format_ is ReportFormat.JSON
    with refusals.told(lang, in_json), progress.bar("validate", lang) as step, _publisher(settings, step) as publisher:
        step("read")
        if against is Against.CURRENT and store.current() is not None:
            with store.snapshot() as current:
                graphs = entry.read(files, iris, Known.of(current.quads(), iris), settings.public_url)
            report = publisher.judge(graphs)
        else:
            report = publisher.judge_alone(entry.read(files, iris, UNKNOWN, settings.public_url))
    match format_:
        case ReportFormat.TEXT:
            sys.stdout.write(report.text(lang))
        case ReportFormat.TURTLE:
            sys.stdout.buffer.write(report.serialize())
        case ReportFormat.JSON:
            console.data(outcomes.as_json(report))
    _end(report.conforms)


@app.command()
def publish(
    files: Annotated[list[Path], typer.Argument()],
    why: Why = "publish",
    lang: Lang = Language.EN,
) -> None:
    """Publish entries as a new version, each graph in place of what was there under its name."""
    settings = read()
    with refusals.told(lang), progress.bar("publish", lang) as step, _publisher(settings, step) as publisher:
        step("read")
        with publisher.store.snapshot() as current:
            graphs = entry.read(files, publisher.iris, Known.of(current.quads(), publisher.iris), settings.public_url)
            gone = outcomes.gone(current, graphs)
        outcome = publisher.publish(graphs, why)
    if gone and isinstance(outcome, Published):
        sys.stderr.write(f"{console.line('taken-away', lang, things=', '.join(gone))}\n")
    outcomes.keep(outcome, settings.var)
    _end(outcomes.tell(outcome, lang))


@app.command()
def withdraw(
    graph: Annotated[str, typer.Argument()],
    why: Why = "withdraw",
    lang: Lang = Language.EN,
) -> None:
    """Take a published graph away, in a new version."""
    settings = read()
    with refusals.told(lang), progress.bar("withdraw", lang) as step, _publisher(settings, step) as publisher:
        name = graph.removeprefix(f"{settings.base_iri}graph/")
        outcome = publisher.withdraw([publisher.iris.graph(name)], why)
    outcomes.keep(outcome, settings.var)
    _end(outcomes.tell(outcome, lang))


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(min=1)],
    why: Why = "rollback",
    lang: Lang = Language.EN,
) -> None:
    """Publish an older version again, as the newest."""
    with refusals.told(lang), progress.bar("rollback", lang) as step, _publisher(read(), step) as publisher:
        outcome = publisher.rollback(number, why)
    _end(outcomes.told(outcome, lang))


@app.command("template")
def template_(
    table: Annotated[str, typer.Argument()],
    format_: Annotated[TableFormat, typer.Option("--format")] = TableFormat.XLSX,
    lang: Lang = Language.EN,
    out: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Write an empty table with explained headers, to be filled in and published."""
    target = out or Path(f"{table}.{format_.value}")
    with refusals.told(lang):
        template.write(table, format_.value, lang, target)
    print(console.line("wrote", lang, file=str(target)))


@contextmanager
def _publisher(settings: Settings, step: Step) -> Iterator[Publisher]:
    store = EmbeddedStore(settings.var, keep=settings.keep)
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    with Validator() as validator:
        yield Publisher(store, validator, Iris(settings.base_iri), who, step, today=dt.datetime.now(dt.UTC).date())


def _end(published: bool) -> None:
    if not published:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; every foreseen error is one message and an exit code, never a stack trace."""
    language = refusals.asked(sys.argv[1:], locale_language())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # the locale may lack a character of the language
    try:
        status = localised(app, language).main(prog_name=NAME, standalone_mode=False)
    except TyperException as met:
        refusals.misused(met, language)
    except typer.Abort:
        raise SystemExit(1) from None
    except refusals.FORESEEN as met:
        refusals.stop(str(met), language)
    raise SystemExit(status or 0)


if __name__ == "__main__":
    main()
