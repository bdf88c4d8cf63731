"""What the Runs page shows beside its table."""

from typing import Final

import polars as pl

from workbench.bootstrap.comparison import Comparison
from workbench.bootstrap.points import conclusion, effort_table, families_apart, remarks
from workbench.dashboards.markup import render
from workbench.dashboards.numbers.runs import Several

_OUTCOMES: Final = ("won", "lost")


def draw_count(runs: int) -> str:
    """How many runs fit the filters."""
    return render("count.html", runs=runs)


def draw_hint(selected: tuple[str, ...]) -> str:
    """What can be done with the selection."""
    return render("hint.html", selected=selected)


def draw_side_by_side(runs: pl.DataFrame, board: pl.DataFrame, differences: pl.DataFrame) -> str:
    """Two runs' scores by family side by side, and where their configurations differ."""
    ids = board["run_id"].unique(maintain_order=True).to_list()
    by_id = {row["run_id"]: row for row in runs.to_dicts()}
    cells = {(row["run_id"], row["family"]): row for row in board.to_dicts()}
    families = board["family"].unique(maintain_order=True).to_list()
    return render(
        "side_by_side.html",
        runs=[by_id[run_id] for run_id in ids],
        families=[(family, [cells.get((run_id, family)) for run_id in ids]) for family in families],
        differences=differences.to_dicts(),
    )


def draw_several(several: Several | None) -> str:
    """What to know of the figures of several runs, or why there are none."""
    taken = several.tradeoff if several else None
    return render("several.html", refused=several.refused if several else "", taken=taken)


def draw_paired(comparison: Comparison | None, refused: str) -> str:
    """The second run against the first: table by family, conclusion, tasks won and lost, effort.

    Where the two cannot be compared it says why.
    """
    if comparison is None:
        return render("refused.html", why=refused)
    tasks = comparison.tasks
    outcomes = [(name, tasks.filter(pl.col("outcome") == name).to_dicts()) for name in _OUTCOMES]
    return render(
        "paired.html",
        found=comparison,
        families=comparison.families.to_dicts(),
        texts=[conclusion(comparison), families_apart(comparison), *remarks(comparison)],
        outcomes=outcomes,
        effort=effort_table(comparison).rows(),
    )
