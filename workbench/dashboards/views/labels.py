"""What tags and notes look like."""

import polars as pl

from workbench.dashboards.markup import render


def draw_labels(standing: pl.DataFrame, history: pl.DataFrame) -> str:
    """Tags and notes as they stand, and the trail of who did what and when."""
    rows = standing.to_dicts()
    return render(
        "labels.html",
        tags=[row for row in rows if row["kind"] == "tag"],
        notes=[row for row in rows if row["kind"] == "note"],
        history=history.to_dicts(),
    )


def draw_said(message: str, author: str | None = None, bad: bool = False) -> str:  # noqa: FBT001, FBT002 - what a part shows
    """What became of the last press of a button, and whose name it bears; null: nobody's."""
    return render("said.html", message=message, author=author, bad=bad)
