"""Frames as HTML tables that people read: no types, no quotes, numbers to the right."""

from datetime import datetime
from html import escape
from typing import Any, Final

import polars as pl

NOTHING: Final = "–"  # noqa: RUF001
_SHORT: Final = 28
"""Characters of a text that is not broken."""
MOST_ROWS: Final = 60
"""Rows shown; a table below says how many there are beyond."""


def html_table(frame: pl.DataFrame) -> str:
    """A frame as a table, its text escaped; nulls are dashes, times UTC to the second."""
    sides = ["r" if kind.is_numeric() else "l" for kind in frame.dtypes]
    head = "".join(_cell("th", side, name) for side, name in zip(sides, frame.columns, strict=True))
    rows = "".join(_row(sides, row) for row in frame.head(MOST_ROWS).iter_rows())
    rest = frame.height - MOST_ROWS
    more = f"<p>and {rest} further rows</p>" if rest > 0 else ""
    return f"{_STYLE}<table class='wb'><tr>{head}</tr>{rows}</table>{more}"


def text_of(value: Any) -> str:
    """A value as a cell shows it."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, float):
        return NOTHING if value != value else f"{value:,.4g}"  # noqa: PLR0124 - nan
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return str(value)


def _row(sides: list[str], row: tuple[Any, ...]) -> str:
    cells = (_cell("td", side, text_of(value)) for side, value in zip(sides, row, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(tag: str, side: str, text: str) -> str:
    short = " s" if len(text) <= _SHORT else ""
    return f"<{tag} class='{side}{short}'>{escape(text)}</{tag}>"


# Carried by each table, so that it looks alike in JupyterLab and in a report.
_STYLE: Final = (
    "<style>table.wb{border-collapse:collapse;font-size:13px;margin:8px 0}"
    "table.wb th{font-weight:600;border-bottom:1px solid #b8bec7}"
    "table.wb td{border-bottom:1px solid #e4e7eb;white-space:pre-wrap;overflow-wrap:anywhere}"
    "table.wb th,table.wb td{padding:3px 10px 3px 0;vertical-align:top}"
    "table.wb .l{text-align:left}table.wb .r{text-align:right;white-space:nowrap}"
    "table.wb .s{white-space:pre}</style>"
)
