"""What the Runs page shows beside its table."""

import polars as pl

from workbench.dashboards.markup import render


def draw_count(runs: int) -> str:
    """How many runs fit the filters."""
    return render("count.html", runs=runs)


def draw_hint(selected: tuple[str, ...]) -> str:
    """What can be done with the selection."""
    return render("hint.html", selected=selected)


def draw_comparison(runs: pl.DataFrame, board: pl.DataFrame, differences: pl.DataFrame) -> str:
    """Two runs' scores by family side by side, and where their configurations differ."""
    ids = board["run_id"].unique(maintain_order=True).to_list()
    by_id = {row["run_id"]: row for row in runs.to_dicts()}
    cells = {(row["run_id"], row["family"]): row for row in board.to_dicts()}
    families = board["family"].unique(maintain_order=True).to_list()
    return render(
        "comparison.html",
        runs=[by_id[run_id] for run_id in ids],
        families=[(family, [cells.get((run_id, family)) for run_id in ids]) for family in families],
        differences=differences.to_dicts(),
    )
