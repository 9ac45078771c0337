"""
The help of the commands, told in the language of the reader.

Commands are declared without words; `localised` makes them ready to be called, with what ``console.toml`` says of each.
The language is therefore decided before anything on the command line is read. The names of types (``<int>``) stay those
of the parser.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import typer
from typer.core import TyperCommand, TyperGroup

from server import console
from server.options import Language

NAME = "hankinta"
Declared = TypeVar("Declared", bound=Callable[..., Any])


class _Spoken:
    """Help in the language of the reader; mixed into what typer makes of commands and groups."""

    language = Language.EN

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line that shows how it is called."""
        _write_usage(self, ctx, formatter)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help."""
        _translate_frame(self.language)
        super().format_help(ctx, formatter)  # type: ignore[misc] # typer's class comes next in the order of resolution


class Command(_Spoken, TyperCommand):
    """A command whose help is in the language of the reader."""


class Group(_Spoken, TyperGroup):
    """A group of commands whose help is in the language of the reader."""


class Commands(typer.Typer):
    """Commands that belong together, to be declared with `command`; told about in ``console.toml``."""

    def __init__(self) -> None:
        super().__init__(cls=Group, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Declared], Declared]:
        """Declare the function as the command *name*, by default its own."""
        return super().command(name, cls=Command, **settings)


def localised(commands: Commands, language: str) -> Group:
    """
    *commands* ready to be called: their help is in *language*, and so is what they say unless ``--lang`` asks for another.
    """
    group = cast(Group, typer.main.get_command(commands))
    _localise(group, NAME, Language(language))
    return group


def _localise(command: Any, path: str, language: Language) -> None:
    command.language = language
    command.help = console.meaning(path, "about", language)
    command.options_metavar = console.word("some-options", language)
    for parameter in (*command.params, command.get_help_option(typer.Context(command))):
        name = parameter.name if parameter.param_type_name == "argument" else parameter.opts[0].removeprefix("--")
        parameter.help = console.meaning(path, name, language)
        if name == "lang":
            parameter.default = language
    if isinstance(command, Group):
        command.subcommand_metavar = console.word("some-command", language)
        for name, each in command.commands.items():
            _localise(each, f"{path} {name}".removeprefix(f"{NAME} "), language)


def _write_usage(command: Any, context: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(context))
    formatter.write_usage(context.command_path, pieces, console.word("usage", command.language))


def _translate_frame(language: str) -> None:
    # The words around the help are fixed when typer is loaded. Seen in typer 0.29.2; a test of the help in Finnish
    # tells when they have other names.
    from typer import rich_utils  # noqa: PLC0415 - takes a tenth of a second, which only help needs

    rich_utils.ARGUMENTS_PANEL_TITLE = console.word("arguments", language)
    rich_utils.OPTIONS_PANEL_TITLE = console.word("options", language)
    rich_utils.COMMANDS_PANEL_TITLE = console.word("commands", language)
    rich_utils.DEFAULT_STRING = console.word("default", language)
    rich_utils.REQUIRED_LONG_STRING = console.word("required", language)
