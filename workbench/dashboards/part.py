"""A place on a page that is drawn anew only when what it shows has changed."""

from collections.abc import Callable
from typing import Any

import polars as pl
from bokeh.plotting import figure

from workbench.dashboards.style import STYLE
from workbench.dashboards.toolkit import Pane, pn


class Part:
    """A pane and the function that draws it."""

    def __init__(self, pane: Any, draw: Callable[..., Any], *, field: str = "object") -> None:
        self.pane = pane
        self._draw = draw
        self._field = field
        self._shown: tuple[Any, ...] | None = None

    def show(self, *values: Any) -> bool:
        """Draw the values unless they stand there already; says whether it drew."""
        if self._shown is not None and all(map(_same, self._shown, values)):
            return False
        self._shown = values
        setattr(self.pane, self._field, self._draw(*values))
        return True


def markup(draw: Callable[..., str]) -> Part:
    """A part of HTML; `draw` escapes what it did not write itself."""
    pane = pn.pane.HTML(sizing_mode="stretch_width", stylesheets=[STYLE], margin=0)
    return Part(pane, draw)


def picture(draw: Callable[..., figure]) -> Part:
    """A part that is a figure."""
    return Part(pn.pane.Bokeh(sizing_mode="stretch_width", margin=(0, 8)), draw)


def card(*panes: Pane, row: bool = False) -> Pane:
    """Panes on a ground of their own, below or beside each other.

    Those beside each other are laid out apart: a row would align the frames of figures, and take
    the room for a legend of several rows out of its neighbour's, whose title then meets its legend.
    """
    kind = pn.Row if row else pn.Column
    shown = [pn.Column(pane, sizing_mode="stretch_width") for pane in panes] if row else panes
    return kind(*shown, sizing_mode="stretch_width", css_classes=["card"], stylesheets=[STYLE])


def heading(text: str) -> Pane:
    """A heading of our own words."""
    part = markup(lambda: f"<h2>{text}</h2>")
    part.show()
    return part.pane


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame):
        return one.equals(other)
    return bool(one == other)
