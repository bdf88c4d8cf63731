"""Scores by epoch, and tasks by how often they pass."""

import polars as pl

from tests.unit.figures.drawn import data, says, says_nothing_yet
from workbench.bootstrap.stability import EPOCHS, OUTCOMES
from workbench.figures import score_by_epoch, task_outcomes


def test_each_epoch_has_a_point_with_its_interval() -> None:
    """In words in the hover box too."""
    rows = [[0, 6, 4, 0.5, 0.25, 0.75], [1, 6, 3, 0.25, 0.125, 0.5]]
    drawn = data(score_by_epoch(pl.DataFrame(rows, schema=EPOCHS, orient="row")))
    assert list(drawn["share"]) == [0.5, 0.25]
    assert drawn["interval"] == ["25.0 % to 75.0 %", "12.5 % to 50.0 %"]


def test_outcomes_are_told_apart_by_name_and_colour() -> None:
    """Always, sometimes, never, each a bar."""
    rows = [[name, 1, 0.25, 0.1, 0.5] for name in ("always", "sometimes", "never")]
    drawn = data(task_outcomes(pl.DataFrame(rows, schema=OUTCOMES, orient="row")))
    assert list(drawn["outcome"]) == ["always", "sometimes", "never"]
    assert len(set(drawn["colour"])) == 3


def test_without_repeats_there_are_no_outcomes() -> None:
    """That is said in place of a figure."""
    assert says(task_outcomes(pl.DataFrame(schema=OUTCOMES))) == ["no task was tried twice"]
    assert says_nothing_yet(score_by_epoch(pl.DataFrame(schema=EPOCHS)))
