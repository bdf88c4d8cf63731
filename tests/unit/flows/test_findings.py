"""Conclusions follow from the numbers."""

from typing import Any

import polars as pl
import pytest

from pipelines.flows.findings import (
    endurance,
    longer,
    pass_k,
    repeats,
    uncertainty,
    verdict,
    weakest,
)
from workbench.bootstrap.results import SCOREBOARD


def board(*rows: dict[str, Any]) -> pl.DataFrame:
    """A scoreboard with these rows."""
    usual = {
        "run_id": "run-1",
        "agent": "default",
        "model": "small",
        "family": "all",
        "tasks": 10,
        "episodes": 20,
        "errors": 0,
        "passed": 0.5,
        "low": 0.3,
        "high": 0.7,
        "error": 0.1,
        "error_naive": 0.05,
        "pass_hat": [0.5, 0.4],
        "pass_at": [0.5, 0.6],
    }
    return pl.DataFrame([{**usual, **row} for row in rows], schema=SCOREBOARD)


def other(**changes: Any) -> dict[str, Any]:
    return {"run_id": "run-2", "agent": "echo", "model": "", **changes}


@pytest.mark.parametrize(
    ("share", "place"), [(0.2, "below"), (0.31, "inside"), (0.7, "inside"), (0.8, "above")]
)
def test_a_run_is_placed_beside_the_best_of_the_others(share: float, place: str) -> None:
    """The best of the others lies below, inside or above the first one's interval."""
    worse = other(run_id="run-3", agent="random", passed=0.1)
    said = verdict(board({}, worse, other(passed=share)))
    assert said.startswith("**default with small** passes 50.0 % of 10 tasks")
    assert f"**echo**, passes {100 * share:.1f} %, {place} that interval" in said


def test_a_run_alone_is_not_compared() -> None:
    """Without another run the verdict says that none stands beside it."""
    assert "No other run" in verdict(board({}))


def test_a_run_without_scores_says_so() -> None:
    """A run that was cancelled at once has no verdict, and is none to compare with."""
    bare = dict.fromkeys(("passed", "low", "high", "error", "error_naive"))
    bare |= {"tasks": 0, "episodes": 0, "pass_hat": None, "pass_at": None}
    said = {finding(board(bare)) for finding in (verdict, uncertainty, endurance)}
    assert said == {"None of its episodes is scored yet."}
    assert pass_k(board(bare)).is_empty()
    assert "No other run" in verdict(board({}, other(**bare)))


def test_worst_and_best_family_are_named() -> None:
    """Families of other runs do not count."""
    rows = [{"family": name, "passed": share} for name, share in (("a", 0.9), ("b", 0.2))]
    said = weakest(board({}, *rows, other(family="c", passed=0.0)))
    assert "worst in **b** (20.0 %" in said
    assert "best in **a** (90.0 %" in said


def test_a_family_in_which_another_run_does_better_is_named() -> None:
    """A baseline that beats the model in one family is not passed over in silence."""
    rows = [{"family": name, "passed": share} for name, share in (("a", 0.9), ("b", 0.2))]
    said = weakest(board({}, *rows, other(family="b", passed=0.6)))
    assert said.endswith("passes more: 60.0 %.")
    assert said.count("passes more") == 1


def test_clustering_widens_the_error() -> None:
    """The factor between the two standard errors is shown."""
    assert "**0.1000000**, 2.00 times as wide" in uncertainty(board({}))


def test_passing_once_and_always_drift_apart() -> None:
    """The last k counts; a single try says nothing of it."""
    assert "60.0 % pass in at least one of 2 tries, 40.0 % in every one" in endurance(board({}))
    assert "tried once" in endurance(board({"pass_hat": [0.5], "pass_at": [0.5]}))


def test_pass_k_is_a_row_for_each_k() -> None:
    """Both curves of the first run, k from 1."""
    assert pass_k(board({})).rows() == [(1, 0.5, 0.5), (2, 0.4, 0.6)]


@pytest.mark.parametrize(
    ("steps", "word"), [((8, 12), "longer than"), ((8, 8), "as long as"), ((12, 8), "shorter than")]
)
def test_lengths_are_compared(steps: tuple[int, int], word: str) -> None:
    """Median steps of failing episodes beside those of passing ones."""
    frame = pl.DataFrame({"outcome": ["passed", "failed"], "median steps": steps})
    assert f"**{word}**" in longer(frame)


def test_one_outcome_is_not_compared() -> None:
    """Where every episode failed there is nothing to compare."""
    frame = pl.DataFrame({"outcome": ["failed"], "median steps": [4.0]})
    assert longer(frame).startswith("All episodes failed")


def test_calls_that_differ_are_named() -> None:
    """The tools whose repeated calls gave other outputs are listed."""
    frame = pl.DataFrame({"tool": ["see", "book"], "repeated": [3, 2], "same": [3, 1]})
    assert repeats(frame) == (
        "Of 5 calls that were repeated, **4** gave the same output each time. "
        "The others are calls of `book`."
    )
