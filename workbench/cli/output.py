"""How commands print: a table for people, JSON for programs."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
import polars as pl
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

Formats = Mapping[str, Callable[[Any], str]]
"""How cells are written, by column."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

# A table that goes to a file or a pipe need not fit a terminal.
_WIDE = 160

# What models, tools and users wrote is shown as it is: [brackets] and :words: mean nothing here.
_PLAIN: Final[dict[str, bool]] = {"markup": False, "emoji": False, "highlight": False}

console = Console(width=None if sys.stdout.isatty() else _WIDE, **_PLAIN)  # type: ignore[arg-type]
progress_console = Console(stderr=True, **_PLAIN)  # type: ignore[arg-type]

# Names that are copied into the next command are never broken over lines.
_WHOLE: Final = frozenset(
    {"run", "run id", "episode id", "episode a", "episode b", "task id", "escalation id"}
    | {"tool", "saga id", "entry id"}
)

# What a cell says where there is nothing to say.
NOTHING = "–"  # noqa: RUF001


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")


def print_frame(
    frame: pl.DataFrame,
    *,
    as_json: bool,
    title: str = "",
    formats: Formats | None = None,
) -> None:
    """A frame as a table, or as a JSON list of objects."""
    if as_json:
        print_json(frame.to_dicts())
        return
    rows = [
        [_cell(name, row[name], formats or {}) for name in frame.columns]
        for row in frame.to_dicts()
    ]
    numeric = {name for name, kind in frame.schema.items() if kind.is_numeric()}
    print_table(
        [name.replace("_", " ") for name in frame.columns], rows, title=title, right=numeric
    )


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    right: Sequence[str] | set[str] = (),
) -> None:
    """A table; columns named in `right` are set flush right."""
    table = Table(
        title=title or None,
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1),
    )
    aligned = {name.replace("_", " ") for name in right}
    for name in columns:
        justify: Any = "right" if name in aligned else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name in _WHOLE)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def share(value: float | None) -> str:
    """A share as a percentage with one decimal."""
    return NOTHING if value is None else f"{100 * value:.1f} %"


def usd(value: float | None) -> str:
    """A price in US dollars; an unknown one is not zero."""
    return "unknown" if value is None else f"${value:.4f}"


def seconds(value: float | None) -> str:
    """A duration."""
    return NOTHING if value is None else f"{value:.1f} s"


def moment(value: datetime | None) -> str:
    """A time, to the second."""
    return NOTHING if value is None else f"{value:%Y-%m-%d %H:%M:%S}"


def _cell(name: str, value: Any, formats: Formats) -> str:
    if name in formats:
        return formats[name](value)
    if value is None:
        return NOTHING
    return f"{value:.6g}" if isinstance(value, float) else str(value)
