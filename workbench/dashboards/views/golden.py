"""What the Golden page shows."""

import polars as pl

from workbench.dashboards.markup import render

STATES = ("draft", "reviewed", "golden", "retired")


def draw_golden_tiles(tasks: pl.DataFrame) -> str:
    """How many tasks are in each state."""
    counts = {state: tasks.filter(state=state).height for state in STATES}
    return render("golden_tiles.html", counts=counts)


def draw_golden_tasks(tasks: pl.DataFrame) -> str:
    """Each task with who answers for it, who reviewed it and why it was changed."""
    return render("golden_tasks.html", rows=tasks.to_dicts())
