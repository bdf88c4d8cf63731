"""Before a policy is adopted."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.contracts import LoggedChoice, Reward
from engine.routing.bandit import Thompson
from engine.routing.joining import Joined, join, learn
from engine.routing.off_policy import Terms, adopt, evaluate

ARMS = ("large", "small")


class Always:
    """Chooses one arm."""

    def __init__(self, arm: str) -> None:
        self._arm = arm

    def probabilities(self, _context: Any, arms: Sequence[str]) -> np.ndarray:
        return np.array([float(arm == self._arm) for arm in arms])


def logged(count: int = 1_500, better: float = 0.2, seed: int = 0) -> Joined:
    """Half and half; `small` passes more often by `better`."""
    rng = Random(seed)
    rows = []
    for number in range(count):
        arm, second = rng.choice(ARMS), rng.uniform(-1, 1)
        passes = 0.5 + 0.2 * second + better * (arm == "small")
        rows.append((choice(number, arm, second), float(rng.random() < passes)))
    return Joined(rows, waiting=0)


def choice(number: int, arm: str = "small", second: float = 0.0, at: float = 0.0) -> LoggedChoice:
    return LoggedChoice(
        decision_id=f"d{number}",
        arm=arm,
        arms=ARMS,
        propensity=0.5,
        context=(1.0, second),
        chosen_at=at,
    )


def test_a_policy_that_is_better_is_adopted_and_a_worse_one_is_not() -> None:
    """Each of the methods puts it near the truth."""
    verdict = adopt(logged(), Always("small"))
    assert verdict.verdict == "adopt"
    assert [one.low < 0.7 < one.high for one in verdict.estimates] == [True] * 3
    assert verdict.gain == pytest.approx(0.1, abs=0.05)
    assert adopt(logged(), Always("large")).verdict == "keep"


def test_a_policy_that_is_no_better_is_not_adopted() -> None:
    """Nor one whose gain is not sure, or less than asked for."""
    assert adopt(logged(better=0.0), Always("small")).verdict == "undecided"
    assert adopt(logged(), Always("small"), Terms(least_gain=0.2)).verdict == "keep"


def test_a_thin_log_decides_nothing() -> None:
    """Too few effective rows, or too many rewards that never came."""
    assert "effective rows, 200 are needed" in adopt(logged(300), Always("small")).reason
    full = logged()
    verdict = adopt(Joined(full.rows, waiting=0, missed={"small": 900}), Always("small"))
    assert (verdict.verdict, verdict.missed) == ("undecided", 900)
    assert "38% of the choices have no reward" in verdict.reason


def test_nothing_at_all_decides_nothing() -> None:
    """Without a row every figure is unknown."""
    verdict = adopt(Joined([], waiting=0), Always("small"))
    assert (verdict.verdict, verdict.gain, verdict.logged) == ("undecided", None, None)


def test_a_policy_learns_from_the_log_of_another() -> None:
    """And is judged on rows that it has not learnt from."""
    policy = Thompson(2)
    learn(policy, logged().rows)
    assert policy.probabilities(np.array([1.0, 0.0]), ARMS)[1] > 0.95
    assert adopt(logged(seed=1), policy).verdict == "adopt"


def test_no_row_is_predicted_by_a_model_that_has_seen_it() -> None:
    """Of rows that have nothing in common a model knows nothing, and the log alone decides."""
    rows = []
    for number in range(12):
        own = tuple(float(at == number) for at in range(12))
        rows.append((choice(number).model_copy(update={"context": own}), number / 12))
    found = evaluate(rows, Always("small")).estimates
    assert found["dr"] == pytest.approx(found["ips"])


def test_choices_meet_their_first_reward() -> None:
    """Those without one are waited for, then missed; rewards of none, and further ones, counted."""
    choices = [choice(0), choice(1, "large"), choice(2, "large", at=50.0), choice(3, "small")]
    given = [("d0", 0.2, 9.0), ("d0", 0.9, 3.0), ("d9", 1.0, 1.0)]
    rewards = [Reward(decision_id=one, value=value, given_at=at) for one, value, at in given]
    found = join(choices, rewards, now=100.0, wait_s=60.0)
    assert [(one.decision_id, value) for one, value in found.rows] == [("d0", 0.9)]
    assert found.missed == {"large": 1, "small": 1}
    assert (found.waiting, found.unknown, found.repeated) == (1, 1, 1)
