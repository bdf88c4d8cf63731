"""The paper every figure is drawn on: size, grid, fonts, tools."""

from typing import Any, Final

from bokeh.models import HoverTool, Range1d
from bokeh.models.annotations import Title
from bokeh.plotting import figure

HEIGHT: Final = 280
_LEGEND_LETTERS: Final = 88
"""What fits over a figure on half a page."""
_KEY_LETTERS: Final = 7
"""What the key and the space of an entry take."""
_LEGEND_ROW: Final = 24
"""Pixels that a further row of the legend takes: they are added, not taken from the plot."""
_INK: Final = "#333B46"
_FAINT: Final = "#E4E7EB"


def canvas(title: str, *, x: str, y: str, height: int = HEIGHT, **options: Any) -> figure:
    """An empty figure with a title and labelled axes (units in the labels), as wide as its place.

    `options` go to Bokeh's figure, such as `x_range` or `x_axis_type`.
    """
    tools = {"tools": "xpan,xbox_zoom,reset,save", "active_drag": None}
    labels = {"x_axis_label": x, "y_axis_label": y}
    return _paper(title, height, {"toolbar_location": "right", **tools, **labels, **options})


def nothing(title: str, *, height: int = HEIGHT, why: str = "nothing yet") -> figure:
    """A figure that says there is nothing to show, and why."""
    around = {"x_range": Range1d(start=-1, end=1), "y_range": Range1d(start=-1, end=1)}
    paper = _paper(title, height, {"toolbar_location": None, **around})
    paper.axis.visible = False
    paper.grid.visible = False
    paper.text(
        [0],
        [0],
        text=[why],
        text_align="center",
        text_baseline="middle",
        text_color="#6B7380",
        text_font_size="13px",
    )
    return paper


def hover(paper: figure, *rows: tuple[str, str], **options: Any) -> None:
    """Show name and exact value of what the pointer is on; `options` go to Bokeh's hover tool."""
    paper.add_tools(HoverTool(tooltips=list(rows), visible=False, **options))


def legend_above(paper: figure) -> None:
    """Put the legend over the plot, in a row that hides no data; a click hides a series."""
    legend = paper.legend[0]
    labels = [getattr(item, "label", None) for item in legend.items]
    longest = max(len(str(getattr(label, "value", ""))) for label in labels)
    columns = max(1, min(4, len(labels), _LEGEND_LETTERS // (longest + _KEY_LETTERS)))
    paper.height = (paper.height or HEIGHT) + _LEGEND_ROW * (-(-len(labels) // columns) - 1)
    legend.update(
        orientation="horizontal",
        click_policy="hide",
        border_line_color=None,
        background_fill_alpha=0,
        label_text_font_size="11px",
        label_text_color=_INK,
        padding=0,
        spacing=10,
        ncols=columns,
        location="left",
        margin=5,
        glyph_height=18,
        glyph_width=18,
    )
    paper.add_layout(legend, "above")


def _paper(title: str, height: int, options: dict[str, Any]) -> figure:
    heading = Title(text=title, text_font_size="13px", text_color=_INK)
    paper = figure(height=height, sizing_mode="stretch_width", title=heading, **options)
    paper.toolbar.logo = None
    paper.toolbar.autohide = True
    paper.outline_line_color = None
    paper.grid.grid_line_color = _FAINT
    paper.axis.axis_line_color = "#B8BEC7"
    paper.axis.major_tick_line_color = "#B8BEC7"
    paper.axis.minor_tick_line_color = None
    paper.axis.major_label_text_color = _INK
    paper.axis.major_label_text_font_size = "11px"
    paper.axis.axis_label_text_color = _INK
    paper.axis.axis_label_text_font_size = "11px"
    paper.axis.axis_label_text_font_style = "normal"
    return paper
