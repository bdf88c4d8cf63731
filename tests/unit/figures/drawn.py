"""What a figure holds."""

from typing import Any

from bokeh.models import GlyphRenderer, HoverTool, Text
from bokeh.plotting import figure


def data(paper: figure, place: int = 0) -> dict[str, Any]:
    """The columns behind one of its glyphs."""
    return dict(_glyphs(paper)[place].data_source.data)


def kinds(paper: figure) -> list[str]:
    """Its glyphs by kind."""
    return [type(renderer.glyph).__name__ for renderer in _glyphs(paper)]


def says_nothing_yet(paper: figure) -> bool:
    """Whether it says that there is nothing to show."""
    return says(paper) == ["nothing yet"]


def says(paper: figure) -> list[str]:
    """The texts it shows in place of data."""
    texts = [r for r in _glyphs(paper) if isinstance(r.glyph, Text)]
    return [text for r in texts for text in r.data_source.data["text"]]


def hover_names(paper: figure) -> list[str]:
    """What its hover box names."""
    return [name for name, _ in next(t for t in paper.tools if isinstance(t, HoverTool)).tooltips]


def _glyphs(paper: figure) -> list[GlyphRenderer]:
    return [renderer for renderer in paper.renderers if isinstance(renderer, GlyphRenderer)]
