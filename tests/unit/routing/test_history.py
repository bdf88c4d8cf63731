"""What went before counts as much as there is of it."""

import pytest

from engine.contracts import FamilyHistory, RouteAsk
from engine.routing.decision import Router
from engine.routing.history import History, failure_rate, shifted
from tests.spec.routing.asked import asked, router


def row(trials, failures, expected=None, tier="small"):
    return FamilyHistory(
        tenant="acme",
        task_family="refunds",
        tier=tier,
        trials=trials,
        failures=failures,
        expected_failures=expected,
    )


def test_few_trials_hardly_move_the_rate():
    """The prior weighs as much as 20 trials."""
    assert failure_rate(None, 0.3) == 0.3
    assert failure_rate(row(1, 1), 0.3) == pytest.approx(7 / 21)
    assert failure_rate(row(2000, 2000), 0.3) > 0.99


@pytest.mark.parametrize(
    ("trials", "failures", "expected", "moves"),
    [(100, 30, 30.0, 0), (100, 60, 30.0, -1), (100, 10, 30.0, 1), (0, 0, None, 0)],
)
def test_only_what_was_not_foreseen_moves_a_probability(trials, failures, expected, moves):
    """More failures than foreseen lower it, fewer raise it, as many leave it."""
    found = shifted(0.6, row(trials, failures, expected), 0.3)
    assert (found > 0.6 + 1e-9) - (found < 0.6 - 1e-9) == moves


def test_histories_of_one_family_are_added_up():
    """Where a part was not foreseen, nothing is said of what was."""
    found = History([row(10, 2, 1.0), row(5, 3, 2.0), row(9, 9, tier="large")])
    together = found.of("acme", "refunds", "small")
    assert together == row(15, 5, 3.0)
    found.add(row(1, 0))
    assert found.of("acme", "refunds", "small") == row(16, 5)
    assert found.of("bolt", "refunds", "small") is None


def test_a_family_that_fails_goes_elsewhere():
    """For its own tenant alone; the rate is among the features."""
    spec = router({"small": 0.85, "large": 0.95}, quality_target=0.8)
    ask = asked().model_copy(update={"task_family": "refunds"})
    history = History([row(200, 150)])
    found = Router(spec).decide(ask, history=history)
    assert (found.tier, Router(spec).decide(ask).tier) == ("large", "small")
    assert found.features["historical_failure_rate.small"] > 0.6
    other = RouteAsk(request=ask.request, tenant="bolt", task_family="refunds")
    assert Router(spec).decide(other, history=history).tier == "small"
