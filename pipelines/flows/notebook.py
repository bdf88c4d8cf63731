"""How notebooks show things: figures in place, frames as tables, conclusions as sentences."""

import polars as pl
from bokeh.io import output_notebook
from bokeh.resources import Resources
from IPython.core.getipython import get_ipython
from IPython.display import Markdown, display

from pipelines.flows.frames import html_table


def begin() -> None:
    """Draw figures in place, with nothing loaded from outside, and show frames as tables."""
    output_notebook(Resources(mode="inline", components=["bokeh"]), hide_banner=True)
    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        shell.display_formatter.formatters["text/html"].for_type(pl.DataFrame, html_table)


def say(text: str) -> None:
    """Show a sentence; Markdown."""
    display(Markdown(text))  # type: ignore[no-untyped-call]
