"""Sortable tables with links, for long lists."""

from typing import Any, Final

import polars as pl
from bokeh.models.widgets.tables import HTMLTemplateFormatter, NumberFormatter, StringFormatter

from workbench.dashboards.part import Part
from workbench.dashboards.toolkit import pn
from workbench.dashboards.words import NOTHING

ROWS: Final = 20
"""Rows on one page of a table: what fits under the filters on a laptop's screen."""
_CSS: Final = """
:host .tabulator { font-size: 12.5px; border: 1px solid #dfe3e8; }
:host .tabulator-row .tabulator-cell { padding: 4px 8px; }
:host .tabulator-row .tabulator-cell a { color: #0a5a96; text-decoration: none; }
:host .tabulator .tabulator-header .tabulator-col .tabulator-col-content { padding: 4px 8px; }
"""
_WHOLE: Final = NumberFormatter(format="0,0", nan_format=NOTHING, text_align="right")
_NUMBERS: Final = {
    "score": NumberFormatter(format="0.0 %", nan_format=NOTHING, text_align="right"),
    "cost_usd": NumberFormatter(format="$0.0000", nan_format="unknown", text_align="right"),
    "duration_s": NumberFormatter(format="0.0", nan_format=NOTHING, text_align="right"),
    **dict.fromkeys(("tokens", "failures", "steps", "epoch"), _WHOLE),
}


def listing(titles: dict[str, str], *, page: str, selectable: bool = False, **options: Any) -> Part:
    """A table of a frame with these columns; the first one's ids link to `page`.

    Cells are text: what looks like markup is shown as it is.
    """
    empty = pl.DataFrame(schema=dict.fromkeys(titles, pl.String)).to_pandas()
    first = next(iter(titles))
    table = pn.widgets.Tabulator(
        empty,
        titles=titles,
        formatters={name: _formatter(name) for name in titles} | {first: _link(page)},
        show_index=False,
        disabled=True,
        selectable="checkbox" if selectable else False,
        pagination="local",
        page_size=ROWS,
        theme="simple",
        layout="fit_data_stretch",
        sizing_mode="stretch_width",
        stylesheets=[_CSS],
        margin=(0, 0, 8, 0),
        **options,
    )
    return Part(table, lambda frame: frame.to_pandas(), field="value")


def _formatter(name: str) -> Any:
    return _NUMBERS.get(name, StringFormatter())


def _link(page: str) -> HTMLTemplateFormatter:
    return HTMLTemplateFormatter(
        template=f'<a href="{page}?id=<%= encodeURIComponent(value) %>"><%- value %></a>'
    )
