"""Every scorer of a task on one outcome; a scorer that fails is said to have failed."""

from collections.abc import Mapping

from engine.contracts import ErrorSpec
from engine.evals.late import is_late
from engine.evals.outcome import Outcome, Verdict
from engine.evals.suite import Suite
from engine.evals.task import Scorer, Task


def grade(suite: Suite, task: Task, outcome: Outcome) -> Mapping[str, Verdict]:
    """Verdicts by scorer label, in the order of the scorers. Never raises for a scorer's sake.

    Scorers that ask models or people are left out: they are asked when the episode is kept.
    """
    prompt = (scorer for scorer in suite.scorers(task) if not is_late(scorer))
    return {scorer.label: verdict_of(scorer, task, outcome) for scorer in prompt}


def verdict_of(scorer: Scorer, task: Task, outcome: Outcome) -> Verdict:
    """A scorer's word; where it fails, a verdict that says so."""
    try:
        return scorer.score(task, outcome)
    except Exception as error:  # noqa: BLE001 - a scorer's fault is data, not the run's end
        spec = ErrorSpec.of(error)
        reason = f"scorer {scorer.label} failed: {spec.code}: {spec.message}"
        return Verdict(value=0.0, passed=False, reason=reason, error=spec)
