"""The statistics of the public tau-bench recordings: 50 airline tasks in 4 trials."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.statistics import clustered_standard_error, pass_at_k, pass_hat_k, standard_error

pytestmark = pytest.mark.data("tau-bench")


@pytest.fixture
def rewards(data_home: Path) -> list[tuple[int, float]]:
    """Task and reward of each episode."""
    text = gzip.decompress((data_home / "tau-bench" / "gpt-4o-airline.json.gz").read_bytes())
    return [(row["task_id"], row["reward"]) for row in json.loads(text)]


def _counts(rewards: list[tuple[int, float]]) -> list[tuple[int, int]]:
    trials = [[reward for task, reward in rewards if task == t] for t in {t for t, _ in rewards}]
    return [(round(sum(rows)), len(rows)) for rows in trials]


def test_errors(rewards: list[tuple[int, float]]) -> None:
    """Clustered by task the error is half as large again as the naive one."""
    tasks, values = zip(*rewards, strict=True)
    assert standard_error(values) == pytest.approx(0.0350, abs=5e-5)
    assert clustered_standard_error(values, tasks) == pytest.approx(0.0522162, abs=5e-8)


@pytest.mark.parametrize(
    ("measure", "expected", "tolerance"),
    [
        (pass_hat_k, [0.420, 0.273, 0.220, 0.200], 5e-4),
        (pass_at_k, [0.42, 0.567, 0.66, 0.72], 5e-4),
    ],
)
def test_pass_k(
    rewards: list[tuple[int, float]],
    measure: Callable[..., float],
    expected: list[float],
    tolerance: float,
) -> None:
    """pass^1..4 and pass@1..4 are the published ones."""
    found = [measure(_counts(rewards), k) for k in range(1, 5)]
    assert found == pytest.approx(expected, abs=tolerance)
