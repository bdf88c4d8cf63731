"""`workbench cache`: what the cache of model answers holds, and forgetting it."""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from workbench.bootstrap.caching import OFF, cache_totals, clear_cache
from workbench.cli.output import AsJson, console, print_frame, print_json
from workbench.cli.session import settings_of

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench cache info")

CacheScope = Annotated[
    str,
    typer.Option(
        "--cache",
        metavar="[SCOPE|off]",
        help="Keep model answers under this name, and give them again to equal requests.",
    ),
]
CacheTtl = Annotated[
    float | None, typer.Option("--cache-ttl", help="Give none older than so many seconds.")
]
AcrossEpochs = Annotated[
    bool, typer.Option("--cache-across-epochs", help="Give all epochs the same answers.")
]
OPTIONS = {"cache", "cache_ttl", "cache_across_epochs"}
"""Their names as parameters."""


@app.command(epilog="Example: workbench cache info --json")
def info(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Answers, bytes and hits by scope and model."""
    settings = settings_of(ctx)
    rows = [total.model_dump() for total in cache_totals(settings)]
    if as_json:
        print_json({"max_bytes": settings.cache_bytes, "scopes": rows})
        return
    for row in rows:
        for name in ("oldest_at", "newest_at"):
            row[name] = f"{datetime.fromtimestamp(row[name], UTC):%Y-%m-%d %H:%M}"
    print_frame(pl.DataFrame(rows), as_json=False)
    taken = sum(row["bytes"] for row in rows)
    console.print(f"{taken:,} of {settings.cache_bytes:,} bytes are used.")
    if not rows:
        console.print(f"Nothing is kept: eval keeps answers with --cache SCOPE ({OFF} by default).")


@app.command(epilog="Example: workbench cache clear --scope dev")
def clear(
    ctx: typer.Context,
    scope: Annotated[str | None, typer.Option(help="Only the answers of this scope.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forget the answers that are kept."""
    count = clear_cache(settings_of(ctx), scope)
    if as_json:
        print_json({"forgotten": count})
    else:
        console.print(f"{count} answer{'s' * (count != 1)} forgotten")
