"""Scores against cost and latency."""

import polars as pl
import pytest
from bokeh.models.annotations import Whisker

from tests.unit.figures.drawn import data, kinds, says, says_nothing_yet
from workbench.bootstrap.curves import TRADEOFF
from workbench.figures import score_against_cost, score_against_latency


def _row(model: str, passed: float, cost: float | None, *, front: bool | None) -> dict[str, object]:
    ends = {"cost_low": None if cost is None else cost / 2, "cost_high": cost and cost * 2}
    about = {"run_id": f"run-{model}", "agent": "default", "model": model, "tasks": 4}
    return dict.fromkeys(TRADEOFF) | {
        **about,
        **ends,
        "episodes": 8,
        "passed": passed,
        "low": passed - 0.1,
        "high": passed + 0.1,
        "cost_usd": cost,
        "on_cost_front": front,
    }


@pytest.fixture
def points() -> pl.DataFrame:
    """Two runs on the front, one that they beat, and one of unknown cost."""
    rows = [
        _row("large", 0.8, 0.04, front=True),
        _row("dear", 0.6, 0.05, front=False),
        _row("free", 0.5, None, front=None),
        _row("small", 0.4, 0.01, front=True),
    ]
    return pl.DataFrame(rows, schema=TRADEOFF)


def test_the_front_is_drawn_as_steps(points: pl.DataFrame) -> None:
    """From the cheapest run on it up to the best, and on to the edge."""
    paper = score_against_cost(points)
    front = data(paper)
    assert kinds(paper)[0] == "Step"
    assert list(front["y"]) == [0.4, 0.8, 0.8]
    assert list(front["x"])[:2] == [0.01, 0.04]


def test_an_unknown_cost_is_left_out_and_said(points: pl.DataFrame) -> None:
    """It has no mark, and the title counts it."""
    paper = score_against_cost(points)
    assert [data(paper, place)["run_id"][0] for place in (1, 2, 3)] == [
        "run-large",
        "run-dear",
        "run-small",
    ]
    assert "(1 of unknown cost left out)" in paper.title.text


def test_both_intervals_are_drawn(points: pl.DataFrame) -> None:
    """Of the score upright and of the cost across, for each of the three."""
    bars = [part for part in score_against_cost(points).center if isinstance(part, Whisker)]
    assert [bar.dimension for bar in bars].count("width") == 3
    assert [bar.dimension for bar in bars].count("height") == 3


def test_where_nothing_is_known_it_says_so(points: pl.DataFrame) -> None:
    """No latency is known here; without a run there is nothing yet."""
    assert says(score_against_latency(points)) == ["no run has a known latency"]
    assert says_nothing_yet(score_against_cost(pl.DataFrame(schema=TRADEOFF)))
