"""Scores by family."""

import polars as pl
from bokeh.models.annotations import Whisker

from tests.unit.figures.drawn import data, kinds, says_nothing_yet
from workbench.figures import score_by_family


def test_runs_stand_beside_each_other_in_a_family(board: pl.DataFrame) -> None:
    """Each run has points of its own, at the same family and at another place within it."""
    paper = score_by_family(board)
    first, second = data(paper, 0)["at"], data(paper, 1)["at"]
    assert [family for family, _ in first] == ["all", "policy", "qa"]
    assert {place for _, place in first}.isdisjoint({place for _, place in second})


def test_the_whole_comes_first(board: pl.DataFrame) -> None:
    """`all` leads the axis."""
    assert score_by_family(board).x_range.factors == ["all", "policy", "qa"]


def test_intervals_are_cut_at_the_ends_of_the_scale(board: pl.DataFrame) -> None:
    """A whisker reaches neither below 0 nor above 100 %."""
    drawn = data(score_by_family(board))
    assert drawn["low"] == [0.2, 0.0, 0.45]
    assert drawn["high"] == [0.8, 0.55, 1.0]


def test_every_run_has_whiskers(board: pl.DataFrame) -> None:
    """Intervals are drawn for each run."""
    paper = score_by_family(board)
    assert sum(isinstance(part, Whisker) for part in paper.center) == 2


def test_the_hover_box_gives_exact_values(board: pl.DataFrame) -> None:
    """Score and interval stand in percent with one decimal."""
    drawn = data(score_by_family(board))
    assert drawn["share"] == ["50.0 %", "25.0 %", "75.0 %"]
    assert drawn["interval"][1] == "0.0 % to 55.0 %"


def test_an_interval_that_is_not_defined_is_named_so(board: pl.DataFrame) -> None:
    """One task has no interval, which is not an interval of nothing."""
    alone = board.with_columns(pl.lit(float("nan")).alias("low"))
    assert data(score_by_family(alone))["interval"][0] == "not defined"


def test_runs_alike_are_told_apart_by_id(board: pl.DataFrame) -> None:
    """Two runs of the same agent and model are two series."""
    alike = board.with_columns(pl.lit("default").alias("agent"), pl.lit("small").alias("model"))
    paper = score_by_family(alike)
    assert data(paper, 0)["series"][0] == "default · small (run-a)"
    assert kinds(paper).count("Scatter") == 2


def test_nothing_scored_is_said(board: pl.DataFrame) -> None:
    """A board without scored episodes has no axes to mislead."""
    unscored = board.with_columns(pl.lit(0, pl.Int64).alias("episodes"))
    assert says_nothing_yet(score_by_family(unscored))
