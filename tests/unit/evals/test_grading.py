"""All scorers of a task on one outcome."""

import pytest

from engine.contracts import AgentSpec, TeamSpec
from engine.evals import Family, Outcome, Suite, Task, Verdict, build_suite, grade
from engine.evals.scorers import Custom, Exact
from engine.evals.scorers.custom import Judgement

TEAM = TeamSpec(name="t", entry="a", agents=(AgentSpec(name="a", instructions="x"),))
TASK = Task("1", "f", "q", "yes")


def _suite(*scorers: Custom | Exact) -> Suite:
    family = Family("f", "t", scorers)
    return build_suite("s", families=[family], teams=[TEAM], tasks=[TASK])


def test_every_scorer() -> None:
    """There is a verdict for each scorer, by its label."""
    suite = _suite(Exact(), Exact(name="strict", ignore_case=False))
    verdicts = grade(suite, TASK, Outcome(answer="YES"))
    assert {label: v.passed for label, v in verdicts.items()} == {"exact": True, "strict": False}


def test_scorer_that_raises() -> None:
    """A scorer's own failure is a failed verdict marked with the error; the others go on."""

    def broken(_task: Task, _outcome: Outcome) -> bool:
        raise ZeroDivisionError("by zero")

    verdicts = grade(_suite(Custom(broken), Exact()), TASK, Outcome(answer="yes"))
    verdict = verdicts["broken"]
    assert (verdict.value, verdict.reason) == (
        0,
        "scorer broken failed: ZeroDivisionError: by zero",
    )
    assert verdict.error
    assert verdicts["exact"].passed


@pytest.mark.parametrize(("judged", "value"), [(True, 1), (False, 0), (0.4, 0.4), (1, 1)])
def test_custom(judged: Judgement, value: float) -> None:
    """A function may judge by a truth or by a value, which passes at 1."""
    custom = Custom(lambda _task, _outcome: judged, "own")
    verdict = grade(_suite(custom), TASK, Outcome(answer="x"))["own"]
    assert (verdict.value, verdict.passed) == (value, value == 1)


def test_custom_verdict() -> None:
    """A function's own verdict is taken as it is."""
    given = Verdict(value=0.9, passed=True, reason="nearly")
    custom = Custom(lambda _task, _outcome: given, "own")
    assert grade(_suite(custom), TASK, Outcome())["own"] == given


def test_value_out_of_range() -> None:
    """A value beyond 1 is the scorer's failure, not a score."""
    custom = Custom(lambda _task, _outcome: 7, "own")
    assert grade(_suite(custom), TASK, Outcome())["own"].error
