"""What a command needs before it can begin: settings, logs, the store."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from workbench.bootstrap.logs import configure_logs
from workbench.settings import Settings
from workbench.store import Store


def settings_of(ctx: typer.Context) -> Settings:
    """The settings, with the home folder that the command line gives."""
    home = ctx.find_root().obj
    settings = Settings.load(home=home if isinstance(home, Path) else None)
    configure_logs(settings)
    return settings


@contextmanager
def opened(ctx: typer.Context) -> Iterator[Store]:
    """The store, closed at the end of the block."""
    store = Store.open(settings_of(ctx))
    try:
        yield store
    finally:
        store.close()


def pairs(items: list[str]) -> dict[str, str]:
    """`a=b` options as a mapping; exits with 2 where one is not of that form."""
    for item in items:
        if not re.fullmatch(r"[^=]+=[^=]+", item):
            raise typer.BadParameter(f"{item!r} is not of the form name=column")
    return dict(item.split("=") for item in items)
