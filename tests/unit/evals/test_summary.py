"""Summaries of scored episodes."""

import math
from pathlib import Path

import pytest

from engine.contracts import Score
from engine.evals.summary import Sample, summarize
from engine.interchange import FORMATS, read_recordings


def sample(task: str, epoch: int, family: str = "f", *, passed: bool) -> Sample:
    return Sample(task, family, epoch, float(passed), passed)


def test_no_samples_have_no_summary() -> None:
    """Nothing scored is nothing, not zero."""
    assert summarize([]) == []


def test_families_stand_below_all() -> None:
    """First everything, then each family by name."""
    samples = [sample("a", 0, "y", passed=True), sample("b", 0, "x", passed=False)]
    assert [(s.family, s.passed) for s in summarize(samples)] == [("all", 0.5), ("x", 0), ("y", 1)]


def test_one_task_has_no_standard_error() -> None:
    """One cluster has no spread: the error is undefined, not zero."""
    [summary] = summarize([sample("a", 0, passed=True), sample("a", 1, passed=False)])
    assert math.isnan(summary.error)


def test_no_pass_at_all_still_has_an_interval() -> None:
    """Ten failures do not prove that nothing ever passes."""
    [summary] = summarize([sample(f"t{n}", e, passed=False) for n in range(10) for e in (0, 1)])
    assert summary.low == 0
    assert summary.high == pytest.approx(0.278, abs=1e-3)


@pytest.mark.data("tau-bench")
def test_the_published_figures_of_tau_bench(data_home: Path) -> None:
    """pass^k, pass@k and both standard errors of the 200 recorded episodes."""
    groups = read_recordings(FORMATS["tau-bench"], data_home / "tau-bench", now=0.0)
    facts = [f for group in groups for f in group]
    scores = [f for f in facts if isinstance(f, Score)]
    [summary] = summarize(sample(f.task_id, f.epoch, passed=f.passed) for f in scores)
    assert [round(x, 3) for x in summary.pass_hat] == [0.42, 0.273, 0.22, 0.2]
    assert [round(x, 3) for x in summary.pass_at] == [0.42, 0.567, 0.66, 0.72]
    assert (round(summary.error_naive, 4), round(summary.error, 7)) == (0.035, 0.0522162)
