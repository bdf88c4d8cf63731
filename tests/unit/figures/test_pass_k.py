"""Curves of pass^k and pass@k."""

import polars as pl
import pytest

from tests.unit.figures.drawn import data, says_nothing_yet
from workbench.figures import pass_curves


def test_curves_run_from_one_try_to_all(board: pl.DataFrame) -> None:
    """Tries are counted from 1; the value is the whole run's."""
    drawn = data(pass_curves(board))
    assert drawn["k"] == [1, 2]
    assert drawn["value"] == pytest.approx([0.5, 0.25])


def test_runs_of_one_epoch_have_no_curve(board: pl.DataFrame) -> None:
    """One try shows nothing about several."""
    once = board.with_columns(pl.col("pass_hat").list.head(1))
    assert says_nothing_yet(pass_curves(once))
