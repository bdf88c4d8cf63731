"""Suites, scorers, baselines and the runner."""

from engine.evals.baselines import BASELINES, Baseline
from engine.evals.build import build_suite
from engine.evals.grading import grade
from engine.evals.outcome import Outcome, Verdict
from engine.evals.sources import known_suites, load_suite
from engine.evals.suite import Constant, Family, Suite
from engine.evals.task import Scorer, Task

__all__ = [
    "BASELINES",
    "Baseline",
    "Constant",
    "Family",
    "Outcome",
    "Scorer",
    "Suite",
    "Task",
    "Verdict",
    "build_suite",
    "grade",
    "known_suites",
    "load_suite",
]
