"""A command group that imports a command's file only when that command is called."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from workbench.cli.commands import COMMANDS


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is to be found: a module with a Typer `app`, and what it is for."""

    module: str
    help: str


@cache
def commands() -> dict[str, Command]:
    """Every command by name: our own, then those of installed packages."""
    found = {name: Command(*entry) for name, entry in COMMANDS.items()}
    for point in sorted(entry_points(group="workbench.commands"), key=lambda p: p.name):
        found |= {name: Command(*entry) for name, entry in point.load().items()}
    return found


class LazyGroup(TyperGroup):
    """Lists commands by name and help line alone; loads the one that is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of a user's path."""
        del ctx
        return list(commands())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Enough of the command to be listed."""
        del ctx
        entry = commands().get(cmd_name)
        return entry and TyperCommand(name=cmd_name, help=entry.help, short_help=entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself."""
        name, stub, rest = super().resolve_command(ctx, args)
        if name is None or stub is None:
            return name, stub, rest
        command = typer.main.get_command(import_module(commands()[name].module).app)
        command.name = name
        return name, command, rest
