"""An outage, second by second."""

import polars as pl
import pytest

from tests.unit.figures.drawn import data, says_nothing_yet
from workbench.figures import attempts_by_second, well_by_second

TABLE = pl.DataFrame(
    [("no retry", 0, 9, 3, 1), ("no retry", 1, 8, 0, 0), ("retry", 0, 30, 0, 4)],
    schema=["arm", "second", "attempts", "well", "failed"],
    orient="row",
)
OUTAGE = (20.0, 50.0)


def test_each_arm_has_its_line() -> None:
    """With its attempts by second."""
    paper = attempts_by_second(TABLE, OUTAGE)
    assert [data(paper, place)["attempts"] for place in (0, 1)] == [[9, 8], [30]]


def test_calls_that_end_are_shared_out() -> None:
    """A second in which none ends has no point."""
    paper = well_by_second(TABLE, OUTAGE)
    assert [data(paper, place)["share"] for place in (0, 1)] == [[0.75], [0.0]]


@pytest.mark.parametrize("draw", [attempts_by_second, well_by_second])
def test_both_say_that_they_are_simulated(draw) -> None:
    """Nobody takes them for a measurement; without rows they say so."""
    assert "simulated" in draw(TABLE, OUTAGE).title.text
    assert says_nothing_yet(draw(TABLE.clear(), OUTAGE))
