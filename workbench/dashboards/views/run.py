"""What the Run page shows beside its figures."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench.dashboards.markup import render
from workbench.dashboards.views.rows import is_timed, run_rows
from workbench.dashboards.words import utc


def own_board(board: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The run's own rows of a scoreboard that holds its baselines too."""
    return board.filter(pl.col("run_id") == run_id)


def draw_head(run: dict[str, Any]) -> str:
    """What was run, how far it has come, where it comes from."""
    row = run_rows(pl.DataFrame([run]))[0]
    return render("run_head.html", run=row, taken_in=None if is_timed(run) else run["started_at"])


def draw_run_tiles(run: dict[str, Any], own: pl.DataFrame, waiting: int) -> str:
    """Score, errors, cost, tokens and latency of the whole run."""
    whole = own.filter(pl.col("family") == "all").to_dicts()
    return render("run_tiles.html", run=run, whole=whole[0] if whole else None, waiting=waiting)


def draw_board(own: pl.DataFrame) -> str:
    """Scores by family with interval and both standard errors."""
    return render("board.html", rows=own.to_dicts())


def draw_judges(judges: pl.DataFrame) -> str:
    """Who judged the answers, whether that gates or informs, and what it took."""
    return render("judges.html", rows=judges.to_dicts())


def draw_repeats(own: pl.DataFrame) -> str:
    """pass^k and pass@k by family, where tasks were run more than once."""
    rows = own.filter(pl.col("pass_hat").list.len() > 1).to_dicts()
    most = max((len(row["pass_hat"]) for row in rows), default=0)
    return render("repeats.html", rows=rows, ks=range(1, most + 1))


def draw_flaky(flaky: pl.DataFrame) -> str:
    """Tasks that sometimes pass, with an episode of either kind to read."""
    return render("flaky.html", rows=flaky.to_dicts())


def draw_provenance(provenance: dict[str, Any]) -> str:
    """What the run was made with, so that it can be made again."""
    started = utc(datetime.fromtimestamp(provenance["started_at"], UTC))
    return render("provenance.html", rows=(provenance | {"started_at": started}).items())
