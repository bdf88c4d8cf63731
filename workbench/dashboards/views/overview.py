"""What the Overview shows beside its figures."""

from typing import Any

import polars as pl
from bokeh.plotting import figure

from workbench.dashboards.markup import render
from workbench.dashboards.views.rows import run_rows
from workbench.figures import spend_by_day, tokens_by_day


def draw_tiles(latest: pl.DataFrame, spend: pl.DataFrame, waiting: int) -> str:
    """The state of things in seven numbers."""
    return render(
        "overview_tiles.html",
        until=latest["started_at"].max(),
        running=latest.filter(pl.col("status") == "running").height,
        waiting=waiting,
        newest=_newest(latest),
        episodes=int(spend["episodes"].sum()),
        cost=float(spend["cost_usd"].sum()),
        unpriced=int(spend["unpriced"].sum()),
        tokens=int(spend["input_tokens"].sum()) + int(spend["output_tokens"].sum()),
    )


def _newest(latest: pl.DataFrame) -> dict[str, Any] | None:
    """The newest scored run; one that asked a model goes before a baseline."""
    scored = latest.filter(pl.col("score").is_not_null())
    first = scored.sort(pl.col("model") == "", maintain_order=True).head(1).to_dicts()
    return first[0] if first else None


def draw_latest(latest: pl.DataFrame) -> str:
    """The latest runs as a table with links."""
    return render("latest.html", runs=run_rows(latest))


def draw_failures(failures: pl.DataFrame) -> str:
    """The latest episodes that ended with an error."""
    return render("failures.html", failures=failures.to_dicts())


def draw_spend(spend: pl.DataFrame) -> figure:
    """Dollars by day; tokens, where all that was done has cost nothing."""
    free = not spend.is_empty() and spend["cost_usd"].sum() == 0
    return tokens_by_day(spend) if free else spend_by_day(spend)
