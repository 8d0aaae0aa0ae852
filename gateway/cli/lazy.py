"""A group of commands that loads a command's module when the command is used, and not before."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from gateway.cli.table import COMMANDS, Entry


class LazyGroup(TyperGroup):
    """Lists every command from the table alone; only the one that is run is imported."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: _listed(name, entry) for name, entry in COMMANDS.items()}

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the signature of the base
        """The list, one section for each kind of work."""
        for panel in dict.fromkeys(entry.panel for entry in COMMANDS.values()):
            rows = [(name, entry.help) for name, entry in COMMANDS.items() if entry.panel == panel]
            with formatter.section(panel):
                formatter.write_dl(rows)

    def resolve_command(self, ctx: Any, args: Any) -> Any:
        """The real command in place of its line in the list."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load_command(name, COMMANDS) if name in COMMANDS else listed, rest


def load_command(name: str, table: Mapping[str, Entry]) -> Any:
    """Imports one command. A command whose module is not there is told as a usage error."""
    entry = table[name]
    module, _, attribute = entry.target.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise typer.TyperException(f"the command {name!r} is not part of this installation") from error
    if isinstance(found, typer.Typer):
        command = get_command(found)
        command.name = name
    else:
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name)(found)
        command = get_command(single)
    command.epilog = command.epilog or f"Example: {entry.example}"
    return command


def _listed(name: str, entry: Entry) -> TyperCommand:
    return TyperCommand(name, help=entry.help, rich_help_panel=entry.panel, callback=_nothing, params=[])


def _nothing(*_: Sequence[str]) -> None:
    """A listed command is never run itself."""
