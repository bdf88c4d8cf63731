"""Differences of pairs, their tests, and how many tasks they need."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import (
    holm,
    mcnemar_corrected,
    mcnemar_exact,
    paired_difference,
    paired_power,
    paired_sample_size,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_the_difference_is_the_second_less_the_first() -> None:
    """What the second does better counts above 0."""
    assert paired_difference([0, 0, 1], [1, 1, 1], "abc").mean == pytest.approx(2 / 3)


def test_equal_differences_have_no_interval() -> None:
    """Nothing is known of how they spread, which is not an interval of no width."""
    found = paired_difference([0, 1, 0], [0, 1, 0], "abc")
    assert (found.mean, found.error) == (0.0, 0.0)
    assert all(map(math.isnan, (found.low, found.high)))


def test_one_task_has_no_error() -> None:
    """However often it was tried."""
    found = paired_difference([0, 1, 0], [1, 1, 0], "aaa")
    assert math.isnan(found.error)
    assert (found.tasks, found.pairs) == (1, 3)


@pytest.mark.parametrize("test", [mcnemar_exact, mcnemar_corrected])
def test_no_differing_pair_is_no_sign_of_a_difference(test: object) -> None:
    """Its p-value is 1."""
    assert test(0, 0) == (0.0, 1.0)  # type: ignore[operator]


def test_negative_counts_are_refused() -> None:
    """They are named."""
    with pytest.raises(ValueError, match="-1 won and 3 lost"):
        mcnemar_exact(-1, 3)


@given(P_VALUES)
def test_holm_raises_and_keeps_the_order(p_values: list[float]) -> None:
    """No p-value gets smaller, none above 1, and a smaller one stays the smaller."""
    adjusted = holm(p_values)
    assert all(p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
    ranked = [a for _, a in sorted(zip(p_values, adjusted, strict=True))]
    assert ranked == sorted(ranked)


@pytest.mark.parametrize("p_value", [-0.1, 1.1, math.nan])
def test_holm_of_no_p_value(p_value: float) -> None:
    """What is not between 0 and 1 is an error."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p_value])


@given(st.floats(0.01, 3), st.floats(0.1, 0.99))
def test_the_sample_is_the_smallest_that_does(effect: float, power: float) -> None:
    """With it the power is reached, with one task fewer it is not."""
    tasks = paired_sample_size(effect, 1.0, power=power)
    assert tasks is not None
    assert paired_power(tasks, effect, 1.0) >= power
    assert tasks == 2 or paired_power(tasks - 1, effect, 1.0) < power


@pytest.mark.parametrize("difference", [0.0, 1e-9])
def test_no_difference_needs_no_number(difference: float) -> None:
    """Nothing, or next to nothing, cannot be seen."""
    assert paired_sample_size(difference, 1.0) is None


@pytest.mark.parametrize(("deviation", "power"), [(0.0, 0.8), (1.0, 1.0), (1.0, 0.01)])
def test_a_sample_size_needs_sense(deviation: float, power: float) -> None:
    """No deviation, or a power that chance alone has or none can reach, is an error."""
    with pytest.raises(ValueError, match="power"):
        paired_sample_size(0.1, deviation, power=power)
