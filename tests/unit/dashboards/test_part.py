"""Parts of a page."""

import polars as pl

from workbench.dashboards.part import Part, card, markup
from workbench.dashboards.toolkit import pn


class Pane:
    """Counts how often it is drawn."""

    def __init__(self) -> None:
        self.drawn: list[object] = []

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "object":
            self.drawn.append(value)


def test_an_equal_table_is_not_drawn_again() -> None:
    """What stands there already stays as it is, with its scroll and selection."""
    pane = Pane()
    part = Part(pane, lambda frame: frame.height)
    assert part.show(pl.DataFrame({"a": [1, None]}))
    assert not part.show(pl.DataFrame({"a": [1, None]}))
    assert pane.drawn == [2]


def test_a_changed_value_is_drawn() -> None:
    """One of several values is enough."""
    pane = Pane()
    part = Part(pane, lambda one, other: f"{one}{other}")
    part.show("a", "b")
    part.show("a", "c")
    assert pane.drawn == ["ab", "ac"]


def test_panes_beside_each_other_are_laid_out_apart() -> None:
    """Of two figures in one row, one would lose room to the legend of the other."""
    beside, below = card(markup(str).pane, markup(str).pane, row=True), card(markup(str).pane)
    assert [len(place) for place in beside] == [1, 1]
    assert not isinstance(below[0], pn.Column)
