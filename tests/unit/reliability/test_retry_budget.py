"""Retries as a share of calls."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import ManualClock
from engine.contracts import RetryBudgetPolicy, RetryPolicy
from engine.reliability.retry import Retry
from engine.reliability.retry_budget import RetryBudget


def test_a_new_budget_has_its_burst():
    """And then nothing, until calls are made."""
    budget = RetryBudget(RetryBudgetPolicy(share=0.1, burst=3))
    assert [budget.withdraw() for _ in range(4)] == [True, True, True, False]
    assert (budget.tokens, budget.refused) == (0, 1)


def test_ten_calls_pay_for_one_retry():
    """At a share of a tenth, to the last digit."""
    budget = RetryBudget(RetryBudgetPolicy(share=0.1, burst=1))
    budget.withdraw()
    for _ in range(9):
        budget.deposit()
    before = budget.withdraw()
    budget.deposit()
    assert (before, budget.withdraw()) == (False, True)


@given(st.lists(st.booleans(), max_size=300), st.floats(0, 1), st.integers(0, 20))
def test_retries_are_never_more_than_the_share(acts, share, burst):
    """Whatever the order of calls and retries."""
    budget = RetryBudget(RetryBudgetPolicy(share=share, burst=burst))
    calls = retries = 0
    for is_call in acts:
        if is_call:
            budget.deposit()
            calls += 1
        else:
            retries += budget.withdraw()
    assert retries <= burst + share * calls + 1e-6


def test_an_outage_is_not_multiplied():
    """A thousand calls that fail make eleven hundred attempts, not four thousand."""
    budget, clock, made = RetryBudget(RetryBudgetPolicy(share=0.1, burst=1)), ManualClock(), []
    retry = Retry(
        RetryPolicy(attempts=4, total_s=1e9),
        clock=clock,
        rng=random.Random(0),
        pause=clock.advance,
        retryable=KeyError,
        budget=budget,
    )

    def down():
        made.append(1)
        raise KeyError

    for _ in range(1000):
        with pytest.raises(KeyError):
            retry.call(down)
    assert 1_090 <= len(made) <= 1_101
