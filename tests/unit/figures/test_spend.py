"""Spend and tokens by day."""

import polars as pl
import pytest

from tests.unit.figures.drawn import data, says_nothing_yet
from workbench.figures import spend_by_day, tokens_by_day


def test_models_are_stacked(spend: pl.DataFrame) -> None:
    """The second model of a day stands on the first."""
    paper = spend_by_day(spend)
    assert data(paper, 0)["top"] == pytest.approx([0.5])
    assert data(paper, 1)["bottom"] == pytest.approx([0.5, 0.0])


def test_days_without_work_keep_their_place(spend: pl.DataFrame) -> None:
    """The axis is a calendar, not a list."""
    assert spend_by_day(spend).x_range.factors == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_an_unknown_price_is_not_zero(spend: pl.DataFrame) -> None:
    """Episodes that no bar holds are counted in the title."""
    assert "3 episodes have no known price" in spend_by_day(spend).title.text


def test_work_without_a_model_is_named(spend: pl.DataFrame) -> None:
    """Baselines ask no model."""
    none = spend.with_columns(pl.lit("").alias("model"))
    assert set(data(spend_by_day(none))["series"]) == {"no model"}


def test_tokens_are_those_sent_and_received(spend: pl.DataFrame) -> None:
    """Input and output count together."""
    assert data(tokens_by_day(spend))["amount"] == [110]


def test_a_free_day_has_an_axis(spend: pl.DataFrame) -> None:
    """Bars of height zero stand on an axis that begins at zero and has a length."""
    free = spend.with_columns(pl.lit(0.0).alias("cost_usd"))
    assert (spend_by_day(free).y_range.start, spend_by_day(free).y_range.end) == (0, 1)


def test_nothing_spent_is_said(spend: pl.DataFrame) -> None:
    """An empty store has no days."""
    assert says_nothing_yet(spend_by_day(spend.clear()))
