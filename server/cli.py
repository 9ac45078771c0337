"""
The command ``hankinta``.

Exit codes: 0 done or conforms, 1 the answer is no (violations, no such version), 2 no verdict could be reached.
"""

import datetime as dt
import getpass
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
from server import asking, outcomes, progress, refusals, serving, token_commands
from server.settings import Settings, read
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore

app = typer.Typer(
    help="Public-procurement policy as linked data: build it, ask it, check new entries, publish them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(token_commands.app, name="token")


class Language(StrEnum):
    """Languages of reports and templates."""

    FI = "fi"
    SV = "sv"
    EN = "en"


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


Lang = Annotated[Language, typer.Option("--lang", help="Language of the words for people.")]
Why = Annotated[str, typer.Option(help="Why, in a sentence; kept with the version.")]
ReportForm = Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")]


@app.command()
def build(
    data: Annotated[
        Data, typer.Option(help="The curated tables, or nothing at all: an empty version for data of your own.")
    ] = Data.TABLES,
    lang: Lang = Language.EN,
) -> None:
    """Build a version from the curated tables, unless nothing they are made from has changed."""
    settings = read()
    with refusals.told(lang.value), progress.bar("build") as step, _publisher(settings, step) as publisher:
        texts = Path(settings.sources) if settings.sources else None
        outcome = (
            publisher.clear("build without data")
            if data is Data.NONE
            else publisher.build(settings.data, "build", texts)
        )
    outcomes.keep(outcome, settings.var)
    _end(outcomes.told(outcome, lang.value))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65_535)] = 8000,
    workers: Annotated[
        int, typer.Option(help="Web processes; all share one pool of query workers.", min=1, max=64)
    ] = 1,
    lang: Lang = Language.EN,
) -> None:
    """Serve the newest version over HTTP; builds first if there is none."""
    settings = read()
    if EmbeddedStore(settings.var, keep=settings.keep).current() is None:
        build(lang=lang)
    serving.run(settings, host, port, workers)


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="A file with a SPARQL query, or - for standard input.")],
    version: Annotated[int, typer.Option(help="Number of the version to ask; 0 is the newest.", min=0)] = 0,
    format_: Annotated[str | None, typer.Option("--format", help="csv, tsv, json, xml; ttl, jsonld, nt, rdf.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Ask this SPARQL endpoint instead.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Ask a SPARQL query and print the answer. SERVICE asks the endpoints of HANKINTA_FEDERATION, and no others."""
    settings = read()
    with refusals.told(lang.value), progress.clock("query"):
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
    files: Annotated[list[Path], typer.Argument(help="RDF files or tables (CSV, XLSX).")],
    against: Annotated[
        Against, typer.Option(help="Judge it as part of the current version, or by itself.")
    ] = Against.CURRENT,
    format_: ReportForm = ReportFormat.TEXT,
    lang: Lang = Language.EN,
) -> None:
    """Check entries without publishing them: 0 conforms, 1 does not, 2 could not be judged."""
    settings = read()
    iris = Iris(settings.base_iri)
    store = EmbeddedStore(settings.var, keep=settings.keep)
    in_json = format_ is ReportFormat.JSON
    with refusals.told(lang.value, in_json), progress.bar("validate") as step, _publisher(settings, step) as publisher:
        step("read")
        if against is Against.CURRENT and store.current() is not None:
            with store.snapshot() as current:
                graphs = entry.read(files, iris, Known.of(current.quads(), iris), settings.public_url)
            report = publisher.judge(graphs)
        else:
            report = publisher.judge_alone(entry.read(files, iris, UNKNOWN, settings.public_url))
    match format_:
        case ReportFormat.TEXT:
            sys.stdout.write(report.text(lang.value))
        case ReportFormat.TURTLE:
            sys.stdout.buffer.write(report.serialize())
        case ReportFormat.JSON:
            print(outcomes.as_json(report))
    _end(report.conforms)


@app.command()
def publish(
    files: Annotated[list[Path], typer.Argument(help="RDF files or tables.")],
    why: Why = "publish",
    lang: Lang = Language.EN,
) -> None:
    """Publish entries as a new version, each graph in place of what was there under its name."""
    settings = read()
    with refusals.told(lang.value), progress.bar("publish") as step, _publisher(settings, step) as publisher:
        step("read")
        with publisher.store.snapshot() as current:
            graphs = entry.read(files, publisher.iris, Known.of(current.quads(), publisher.iris), settings.public_url)
            gone = outcomes.gone(current, graphs)
        outcome = publisher.publish(graphs, why)
    if gone and isinstance(outcome, Published):
        sys.stderr.write(f"taken away with what was under the same name: {', '.join(gone)}; rollback brings it back\n")
    outcomes.keep(outcome, settings.var)
    _end(outcomes.tell(outcome, lang.value))


@app.command()
def withdraw(
    graph: Annotated[str, typer.Argument(help="Name of the graph, such as entry/my-file.")],
    why: Why = "withdraw",
    lang: Lang = Language.EN,
) -> None:
    """Take a published graph away, in a new version."""
    settings = read()
    with refusals.told(lang.value), progress.bar("withdraw") as step, _publisher(settings, step) as publisher:
        name = graph.removeprefix(f"{settings.base_iri}graph/")
        outcome = publisher.withdraw([publisher.iris.graph(name)], why)
    outcomes.keep(outcome, settings.var)
    _end(outcomes.tell(outcome, lang.value))


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(help="The version to return to.", min=1)],
    why: Why = "rollback",
    lang: Lang = Language.EN,
) -> None:
    """Publish an older version again, as the newest."""
    with refusals.told(lang.value), progress.bar("rollback") as step, _publisher(read(), step) as publisher:
        outcome = publisher.rollback(number, why)
    _end(outcomes.told(outcome, lang.value))


@app.command()
def versions() -> None:
    """List the versions that are kept, oldest first; the newest is the one served."""
    for version in EmbeddedStore(read().var).versions():
        print(
            f"{version.number:>6}  {version.time:%Y-%m-%d %H:%M:%S}  {version.triples:>10,} triples  {version.who}: {version.why}"
        )


@app.command()
def pin(number: Annotated[int, typer.Argument(help="The version to keep.", min=1)]) -> None:
    """Keep a version for good, however many newer ones there are."""
    EmbeddedStore(read().var).pin(number)
    print(f"version {number} is kept")


@app.command()
def unpin(number: Annotated[int, typer.Argument(help="The version to leave to the retention again.", min=1)]) -> None:
    """Let a version go when it is older than those that are kept."""
    EmbeddedStore(read().var).unpin(number)
    print(f"version {number} is kept only while it is one of the newest")


@app.command()
def diff(
    old: Annotated[int, typer.Argument(help="The version to start from.", min=1)],
    new: Annotated[int, typer.Argument(help="The version to compare with it.", min=1)],
    lang: Lang = Language.EN,
) -> None:
    """Print the statements that differ between two versions, graph by graph: + came, - went."""
    with refusals.told(lang.value), progress.clock("diff"):
        changes = EmbeddedStore(read().var).diff(old, new).changes
    for change in changes:
        print("\n".join(change.lines()))


@app.command("template")
def template_(
    table: Annotated[str, typer.Argument(help="Name of the table, such as measures.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="Spreadsheet or CSV.")] = TableFormat.XLSX,
    lang: Lang = Language.EN,
    out: Annotated[Path | None, typer.Option(help="File to write; by default named after the table.")] = None,
) -> None:
    """Write an empty table with explained headers, to be filled in and published."""
    target = out or Path(f"{table}.{format_.value}")
    with refusals.told(lang.value):
        template.write(table, format_.value, lang.value, target)
    print(f"wrote {target}")


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
    language = refusals.asked(sys.argv[1:])
    try:
        status = app(prog_name="hankinta", standalone_mode=False)
    except TyperException as met:
        refusals.misused(met, language)
    except typer.Abort:
        raise SystemExit(1) from None
    except refusals.FORESEEN as met:
        refusals.stop(str(met), language)
    raise SystemExit(status or 0)


if __name__ == "__main__":
    main()
