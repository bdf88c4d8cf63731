"""What another policy would have earned."""

import math

import numpy as np
import pytest

from engine.statistics.off_policy import doubly_robust, ips, snips, weights_of


def test_the_policy_that_wrote_the_log_earns_what_it_earned() -> None:
    """By every method, whatever the model says."""
    rewards, ones = np.array([0.0, 1.0, 1.0, 0.5]), np.ones(4)
    guess = np.array([0.3, 0.1, 0.9, 0.2])
    for found in (
        ips(ones, rewards),
        snips(ones, rewards),
        doubly_robust(ones, rewards, guess, guess),
    ):
        assert found.value == pytest.approx(rewards.mean())
        assert found.low < found.value < found.high


def test_by_hand() -> None:
    """Two rows, one of which the policy would never have chosen."""
    weights, rewards = np.array([2.0, 0.0]), np.array([0.6, 1.0])
    assert ips(weights, rewards).value == pytest.approx(0.6)
    assert snips(weights, rewards).value == pytest.approx(0.6)
    found = doubly_robust(weights, rewards, np.array([0.5, 0.2]), np.array([0.5, 0.4]))
    assert found.value == pytest.approx((0.5 + 2 * 0.1 + 0.4) / 2)


def test_self_normalised_is_the_same_for_weights_of_any_size() -> None:
    """Its interval too."""
    weights, rewards = np.array([1.0, 3.0, 0.5, 2.0]), np.array([0.1, 0.9, 0.4, 0.6])
    assert snips(10 * weights, rewards) == pytest.approx(snips(weights, rewards))
    assert ips(10 * weights, rewards).value == pytest.approx(10 * ips(weights, rewards).value)


def test_a_model_that_is_right_leaves_no_scatter() -> None:
    """Of the doubly robust estimate, though the weights are far apart."""
    rewards = np.array([0.2, 0.8, 0.2, 0.8])
    found = doubly_robust(np.array([9.0, 0.1, 3.0, 0.0]), rewards, rewards, np.full(4, 0.5))
    assert found == pytest.approx((0.5, 0.5, 0.5))


def test_how_much_rests_on_few_rows() -> None:
    """Equal weights count all rows, one weight alone counts one."""
    assert weights_of(np.full(10, 0.3), np.full(10, 0.6))[1] == pytest.approx((10, 0.5))
    assert weights_of(np.array([1.0, 0, 0]), np.full(3, 0.5))[1] == pytest.approx((1, 2))


def test_nothing_is_unknown() -> None:
    """No row, no weight: no value."""
    nothing = np.array([])
    assert math.isnan(ips(nothing, nothing).value)
    assert math.isnan(snips(np.zeros(3), np.ones(3)).value)
