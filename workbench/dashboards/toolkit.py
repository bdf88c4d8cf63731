"""Panel, whose own annotations are partial: it counts as untyped here."""

from typing import Any

import panel

pn: Any = panel

Pane = Any
"""Something that Panel can lay out."""
Template = Any
"""A whole page."""
