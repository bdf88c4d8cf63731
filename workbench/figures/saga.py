"""A saga as a picture: its steps in a row, what was done above, what was undone below."""

from itertools import pairwise

import polars as pl
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from workbench.figures.canvas import canvas, hover, nothing
from workbench.figures.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION

_TITLE = "Steps of the saga"
_COLOURS = {
    "pending": "#C9CDD3",
    "running": SKY,
    "done": GREEN,
    "failed": VERMILLION,
    "unknown": ORANGE,
    "compensating": BLUE,
    "compensated": PURPLE,
    "parked": ORANGE,
    "given_up": GREY,
}
"""Orange waits for a person."""


def saga_steps(steps: pl.DataFrame, *, height: int = 240) -> figure:
    """Boxes of steps, joined in the order in which they are made; a second row undoes them.

    `steps` has the columns of `workbench.store.saga_table.STEPS`, of one saga.
    """
    if steps.is_empty():
        return nothing(_TITLE, height=height)
    count = steps.height
    paper = canvas(
        _TITLE, x="", y="", height=height, x_range=(-0.6, count - 0.4), y_range=(-0.6, 1.6)
    )
    paper.axis.visible = False
    paper.grid.visible = False
    rows = [_box(step, undo=False) for step in steps.to_dicts()]
    rows += [_box(step, undo=True) for step in steps.to_dicts() if step["compensable"]]
    _arrows(paper, steps["compensable"].to_list())
    source = ColumnDataSource({name: [row[name] for row in rows] for name in rows[0]})
    paper.rect("x", "y", 0.78, 0.5, fill_color="colour", line_color="line", source=source)
    paper.text(
        "x",
        "y",
        text="said",
        text_color="ink",
        source=source,
        text_align="center",
        text_baseline="middle",
        text_font_size="11px",
    )
    hover(paper, ("step", "@step"), ("state", "@state"), ("failed", "@attempts"), ("", "@error"))
    return paper


def _box(step: dict[str, object], *, undo: bool) -> dict[str, object]:
    """A step, or what undoes it: of that the state is told once it has come to it."""
    undoing = bool(step["undoing"])
    state = str(step["state"])
    if undo != undoing:
        state = "pending" if undo else "done" if undoing else state
    name = f"undo {step['step']}" if undo else str(step["step"])
    waits = undo and not undoing
    return {
        "x": step["index"],
        "y": 0 if undo else 1,
        "step": name,
        "state": "not undone" if waits else state,
        "said": name if waits else f"{name}\n{state.replace('_', ' ')}",
        "colour": _COLOURS[state],
        "line": GREY,
        "ink": "#333B46" if state in {"pending", "running", "unknown", "parked"} else "#FFFFFF",
        "attempts": step["attempts"],
        "error": step["error"] or "",
    }


def _arrows(paper: figure, compensable: list[bool]) -> None:
    """Lines between neighbours: forward above, backward below."""
    for index in range(len(compensable) - 1):
        paper.line([index + 0.39, index + 0.61], [1, 1], line_color=GREY, line_width=2)
    undone = [index for index, has in enumerate(compensable) if has]
    for left, right in pairwise(undone):
        paper.line([left + 0.39, right - 0.39], [0, 0], line_color=GREY, line_dash="dashed")
