"""Figures of one run: endings, latency, cost; and of one episode: tokens."""

import polars as pl
import pytest

from tests.unit.figures.drawn import data, hover_names, kinds, says, says_nothing_yet
from workbench.figures import (
    cost_distribution,
    latency_distribution,
    stop_reasons,
    tokens_by_step,
)

ENDINGS = pl.DataFrame({"stop_reason": ["answered", "error"], "episodes": [3, 1]})
STEPS = pl.DataFrame(
    {
        "index": [0, 1, 2],
        "agent": ["desk"] * 3,
        "kind": ["input", "model", "model"],
        "model": [None, "small", "small"],
        "input_tokens": [0, 100, 150],
        "cached_tokens": [0, 0, 100],
        "output_tokens": [0, 20, 30],
    }
)


def test_endings_have_their_share() -> None:
    """Counts come with the part of all episodes that they are."""
    assert data(stop_reasons(ENDINGS))["share"] == ["75.0 %", "25.0 %"]


def test_an_error_has_another_colour_than_an_answer() -> None:
    """What went wrong is seen without reading."""
    answered, error = data(stop_reasons(ENDINGS))["colour"]
    assert answered != error


def test_recorded_episodes_have_no_latency(episodes: pl.DataFrame) -> None:
    """The zero between an import's two equal times is no duration."""
    assert sum(data(latency_distribution(episodes))["episodes"]) == 3


def test_every_episode_is_in_a_bin(episodes: pl.DataFrame) -> None:
    """The longest one too; bins hold their lower end and the last one both."""
    drawn = data(latency_distribution(episodes))
    assert (drawn["left"][0], drawn["right"][-1]) == pytest.approx((1.0, 9.0))


def test_equal_values_make_one_bin(episodes: pl.DataFrame) -> None:
    """A spread of zero is no division by zero."""
    same = episodes.with_columns(pl.lit(0.5).alias("cost_usd"))
    assert data(cost_distribution(same))["range"] == ["$0.5000"]


def test_a_free_run_has_no_bar_of_nothing(episodes: pl.DataFrame) -> None:
    """A spread of zero dollars is said in words."""
    free = episodes.with_columns(pl.lit(0.0).alias("cost_usd"))
    assert says(cost_distribution(free)) == ["every episode was free"]


def test_unknown_costs_are_counted(episodes: pl.DataFrame) -> None:
    """They are no bar at zero."""
    paper = cost_distribution(episodes)
    assert sum(data(paper)["episodes"]) == 2
    assert "2 unknown" in paper.title.text


def test_what_a_recording_lacks_is_said(episodes: pl.DataFrame) -> None:
    """Neither times nor costs that were never kept are still to come."""
    recorded = episodes.tail(1)
    assert says(latency_distribution(recorded)) == ["the recording kept no times"]
    assert says(cost_distribution(recorded)) == ["no cost is known"]
    uncounted = STEPS.with_columns(
        pl.lit(0).alias("input_tokens"), pl.lit(0).alias("output_tokens")
    )
    assert says(tokens_by_step(uncounted)) == ["no tokens were counted"]


def test_tokens_are_those_of_model_calls() -> None:
    """Input that came from a cache is shown apart from what was read anew."""
    drawn = data(tokens_by_step(STEPS))
    assert drawn["step"] == [1, 2]
    assert drawn["fresh"] == [100, 50]


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (stop_reasons, ENDINGS),
        (tokens_by_step, STEPS),
        (latency_distribution, pl.DataFrame({"stop_reason": [""], "duration_s": [0.0]})),
        (cost_distribution, pl.DataFrame({"cost_usd": [0.0]})),
    ],
)
def test_an_empty_table_is_said(draw, table: pl.DataFrame) -> None:
    """Every figure stands with no data at all."""
    assert says_nothing_yet(draw(table.clear()))


def test_axes_are_labelled_with_units(episodes: pl.DataFrame) -> None:
    """Nobody has to guess what a number is."""
    paper = latency_distribution(episodes)
    assert (paper.xaxis[0].axis_label, paper.yaxis[0].axis_label) == ("seconds", "episodes")
    assert hover_names(paper) == ["seconds", "episodes"]
    assert kinds(paper) == ["Quad"]
