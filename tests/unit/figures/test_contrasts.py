"""Differences of two runs by family."""

import math

import polars as pl
import pytest
from bokeh.models.annotations import Whisker

from tests.unit.figures.drawn import data, says_nothing_yet
from workbench.bootstrap.comparison import FAMILIES
from workbench.figures import differences_by_family


def _row(family: str, difference: float, low: float, *, differs: bool) -> dict[str, object]:
    counts = {"tasks": 8, "pairs": 8, "won": 3, "lost": 1, "tied": 4, "differs": differs}
    interval = {"difference": difference, "low": low, "high": 2 * difference - low}
    return dict.fromkeys(FAMILIES) | {"family": family} | counts | interval


@pytest.fixture
def families() -> pl.DataFrame:
    """The whole differs; of two families one is worse, and one's interval is not defined."""
    rows = [
        _row("all", 0.25, 0.05, differs=True),
        _row("policy", -0.125, -0.4, differs=False),
        _row("qa", 0.5, math.nan, differs=False),
    ]
    return pl.DataFrame(rows, schema=FAMILIES)


def test_points_are_percentage_points(families: pl.DataFrame) -> None:
    """Difference and interval alike; what is not defined is named so."""
    drawn = data(differences_by_family(families))
    assert list(drawn["difference"]) == [25.0, -12.5, 50.0]
    assert list(drawn["low"])[:2] == [5.0, -40.0]
    assert drawn["interval"] == ["+5.0 to +45.0", "-40.0 to +15.0", "not defined"]


def test_the_whole_is_on_top(families: pl.DataFrame) -> None:
    """Families follow below it."""
    assert differences_by_family(families).y_range.factors == ["qa", "policy", "all"]


def test_what_chance_does_not_explain_is_filled(families: pl.DataFrame) -> None:
    """The others are hollow; better and worse differ in colour."""
    drawn = data(differences_by_family(families))
    better, worse = drawn["colour"][0], drawn["colour"][1]
    assert better != worse
    assert drawn["fill"] == [better, "white", "white"]


def test_intervals_are_drawn(families: pl.DataFrame) -> None:
    """As whiskers along the axis of differences."""
    [whisker] = [p for p in differences_by_family(families).center if isinstance(p, Whisker)]
    assert whisker.dimension == "width"


def test_every_end_has_room(families: pl.DataFrame) -> None:
    """The axis goes from the lowest end that is defined to the highest."""
    axis = differences_by_family(families).x_range
    assert axis.start < -40
    assert axis.end > 50


def test_no_family_is_said(families: pl.DataFrame) -> None:
    """There is nothing to compare."""
    assert says_nothing_yet(differences_by_family(families.clear()))
