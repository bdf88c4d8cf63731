"""pass@k and pass^k."""

import math
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import pass_at_k, pass_hat_k

COUNTS = st.integers(1, 7).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(1, n))
)


def _share(passed: int, trials: int, k: int, rule: Callable[..., bool]) -> float:
    """The share of all draws of k trials that the rule holds for."""
    draws = list(combinations([True] * passed + [False] * (trials - passed), k))
    return sum(map(rule, draws)) / len(draws)


@given(COUNTS)
def test_pass_at_k(counts: tuple[int, int, int]) -> None:
    """pass@k is the share of draws without replacement in which any trial passed."""
    passed, trials, k = counts
    assert pass_at_k([(passed, trials)], k) == pytest.approx(_share(*counts, any))


@given(COUNTS)
def test_pass_hat_k(counts: tuple[int, int, int]) -> None:
    """pass^k is the share of draws without replacement in which all trials passed."""
    passed, trials, k = counts
    assert pass_hat_k([(passed, trials)], k) == pytest.approx(_share(*counts, all))


def test_mean_over_tasks() -> None:
    """Each task weighs the same, whatever its number of trials."""
    assert pass_hat_k([(4, 4), (0, 2)], 2) == 0.5


@pytest.mark.parametrize("measure", [pass_at_k, pass_hat_k])
@pytest.mark.parametrize(("counts", "k"), [((1, 2), 3), ((1, 2), 0), ((3, 2), 1)])
def test_impossible(measure: Callable[..., float], counts: tuple[int, int], k: int) -> None:
    """More draws than trials, none, or more passes than trials are an error."""
    with pytest.raises(ValueError, match=r"passed"):
        measure([counts], k)


@pytest.mark.parametrize("measure", [pass_at_k, pass_hat_k])
def test_no_tasks(measure: Callable[..., float]) -> None:
    """No tasks have no chance."""
    assert math.isnan(measure([], 1))
