"""A budget is asked before a call and never passes its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import Limits, Rule, Spend
from engine.orchestration.guard import LocalBudget


def test_open_calls_count() -> None:
    """What is set aside for one call is not there for another."""
    budget = LocalBudget(Limits(max_tokens=100))
    assert [budget.reserve(Spend(60)) for _ in range(2)] == [None, Rule.TOKEN_BUDGET]


def test_settled() -> None:
    """A call that used less than its worst case gives the rest back."""
    budget = LocalBudget(Limits(max_tokens=100))
    budget.reserve(Spend(60))
    budget.settle(Spend(60), Spend(10))
    assert budget.left().tokens == 90


def test_refused_sets_nothing_aside() -> None:
    """A call that is refused leaves the budget as it was."""
    budget = LocalBudget(Limits(max_tokens=100))
    budget.reserve(Spend(101))
    assert budget.left().tokens == 100


def test_cost() -> None:
    """A cost limit is kept like the tokens'."""
    budget = LocalBudget(Limits(max_cost_usd=1.0))
    assert [budget.reserve(Spend(1, 0.6)) for _ in range(2)] == [None, Rule.COST_BUDGET]


def test_no_cost_limit() -> None:
    """A cost limit of 0 is none."""
    budget = LocalBudget(Limits(max_cost_usd=0.0))
    assert (budget.reserve(Spend(1, 1e6)), budget.left().cost_usd) == (None, None)


def test_unknown_price() -> None:
    """A call without a known price is let through while the cost limit is not used up."""
    budget = LocalBudget(Limits(max_cost_usd=1.0))
    before = budget.reserve(Spend(1, None))
    budget.settle(Spend(1, None), Spend(1, 1.0))
    assert (before, budget.reserve(Spend(1, None))) == (None, Rule.COST_BUDGET)


@pytest.mark.parametrize(
    ("actual", "used"),
    [(Spend(50, 0.1), (0.5, Rule.TOKEN_BUDGET)), (Spend(50, 0.9), (0.9, Rule.COST_BUDGET))],
)
def test_used(actual: Spend, used: tuple[float, Rule]) -> None:
    """The share used is that of the scarcer limit."""
    budget = LocalBudget(Limits(max_tokens=100, max_cost_usd=1.0))
    budget.reserve(actual)
    budget.settle(actual, actual)
    assert budget.used() == used


def test_grant() -> None:
    """What is granted is the limit once more."""
    budget = LocalBudget(Limits(max_tokens=100))
    budget.grant(Rule.TOKEN_BUDGET)
    assert (budget.reserve(Spend(200)), budget.left().tokens) == (None, 0)


@given(st.lists(st.tuples(st.integers(0, 80), st.floats(0, 1)), max_size=40))
def test_never_passed(calls: list[tuple[int, float]]) -> None:
    """Calls that use no more than their worst case never pass the limit together."""
    budget, spent = LocalBudget(Limits(max_tokens=200)), 0
    for worst, share in calls:
        if budget.reserve(Spend(worst)) is None:
            budget.settle(Spend(worst), Spend(int(worst * share)))
            spent += int(worst * share)
    assert spent <= 200
    assert budget.left().tokens == 200 - spent
