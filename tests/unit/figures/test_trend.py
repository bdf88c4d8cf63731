"""Scores over time."""

import polars as pl

from tests.unit.figures.drawn import data, kinds, says_nothing_yet
from workbench.figures import score_trend


def test_each_suite_agent_and_model_is_a_line(trend: pl.DataFrame) -> None:
    """Runs of one configuration are joined, others are not."""
    paper = score_trend(trend)
    assert kinds(paper).count("Line") == 2
    assert data(paper)["run_id"] == ["r1", "r2", "r4"]


def test_runs_over_fewer_tasks_stand_apart(trend: pl.DataFrame) -> None:
    """A short run is not joined with the long ones, and is no line of its own."""
    short = trend.with_columns(pl.Series("tasks", [8, 8, 8, 2]))
    paper = score_trend(short)
    assert kinds(paper).count("Line") == 2
    assert data(paper)["run_id"] == ["r1", "r2"]


def test_times_are_said_in_utc(trend: pl.DataFrame) -> None:
    """The hover box names the zone."""
    assert data(score_trend(trend))["when"][0] == "2026-01-01 00:00:00 UTC"


def test_no_run_is_said(trend: pl.DataFrame) -> None:
    """An empty store has no trend."""
    assert says_nothing_yet(score_trend(trend.clear()))
