"""Tables as the store gives them, small enough to check by eye."""

from datetime import date, datetime

import polars as pl
import pytest

from workbench.bootstrap.results import SCOREBOARD


def _row(run_id: str, agent: str, model: str, family: str, passed: float) -> dict[str, object]:
    nothing = dict.fromkeys(SCOREBOARD)
    return nothing | {
        "run_id": run_id,
        "agent": agent,
        "model": model,
        "family": family,
        "tasks": 4,
        "episodes": 8,
        "passed": passed,
        "low": passed - 0.3,
        "high": passed + 0.3,
        "pass_hat": [passed, passed**2],
        "pass_at": [passed, 1 - (1 - passed) ** 2],
    }


@pytest.fixture
def board() -> pl.DataFrame:
    """A run and a baseline in two families and as a whole."""
    runs = (("run-a", "default", "small"), ("run-b", "constant", ""))
    rows = [
        _row(*run, family, share)
        for run in runs
        for family, share in (("all", 0.5), ("policy", 0.25), ("qa", 0.75))
    ]
    return pl.DataFrame(rows, schema=SCOREBOARD)


@pytest.fixture
def spend() -> pl.DataFrame:
    """Two models on the first day, one on the third."""
    return pl.DataFrame(
        {
            "day": [date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 3)],
            "model": ["large", "small", "small"],
            "episodes": [2, 4, 4],
            "cost_usd": [0.5, 0.25, 0.25],
            "unpriced": [0, 0, 3],
            "input_tokens": [100, 200, 300],
            "output_tokens": [10, 20, 30],
        }
    )


@pytest.fixture
def trend() -> pl.DataFrame:
    """Three runs of one agent, one of another."""
    return pl.DataFrame(
        {
            "run_id": ["r1", "r2", "r3", "r4"],
            "started_at": [datetime(2026, 1, day) for day in (1, 2, 3, 4)],  # noqa: DTZ001
            "suite": ["helpdesk"] * 4,
            "agent": ["default", "default", "constant", "default"],
            "model": ["small", "small", "", "small"],
            "tasks": [8] * 4,
            "score": [0.1, 0.2, 0.3, 0.4],
            "scored": [8] * 4,
        }
    )


@pytest.fixture
def episodes() -> pl.DataFrame:
    """Three timed episodes, one of unknown cost; and a recorded one, which has no times."""
    return pl.DataFrame(
        {
            "stop_reason": ["answered", "answered", "error", "recorded"],
            "duration_s": [1.0, 2.0, 9.0, 0.0],
            "cost_usd": [0.01, 0.03, None, None],
        }
    )
