"""Tests that may be looked at after every outcome."""

import numpy as np
import pytest

from engine.statistics.betting import CAUTION, Guess, difference, extremes, growth, stake


def guess(canary: float, control: float, count: int) -> Guess:
    return Guess(np.full(count, canary), np.full(count, control))


@pytest.mark.parametrize("guessed", [(0.0, 0.0), (0.3, 0.2), (1.0, 0.9)])
def test_the_difference_is_right_whatever_is_guessed(guessed: tuple[float, float]) -> None:
    """Its mean over all that may happen is canary less ratio times control."""
    share, ratio, canary, control = 0.1, 1.25, 0.4, 0.3
    harm, treated = np.array([1.0, 0.0, 1.0, 0.0]), np.array([True, True, False, False])
    chance = np.array([share * canary, share * (1 - canary)])
    other = np.array([(1 - share) * control, (1 - share) * (1 - control)])
    values = difference(harm, treated, np.full(4, share), guess(*guessed, 4), ratio)
    assert np.concatenate([chance, other]) @ values == pytest.approx(canary - ratio * control)


def test_the_extremes_are_reached_and_never_passed() -> None:
    """By outcomes of 0 and of 1 in either arm."""
    share, ratio = np.full(4, 0.05), 1.5
    harm, treated = np.array([1.0, 0.0, 1.0, 0.0]), np.array([True, True, False, False])
    values = difference(harm, treated, share, guess(0.2, 0.6, 4), ratio)
    low, high = extremes(share, guess(0.2, 0.6, 4), ratio)
    assert (values.min(), values.max()) == pytest.approx((low[0], high[0]))


def test_the_worst_outcome_takes_a_part_of_the_wealth() -> None:
    """However much speaks for a large stake."""
    found = stake(1_000, 900.0, 900.0, np.array([0.01, 2.0, 50.0]))
    assert (found * [0.01, 2.0, 50.0] <= CAUTION + 1e-12).all()
    assert growth(found[2:], np.array([-50.0]))[0] == pytest.approx(np.log(1 - CAUTION))


@pytest.mark.parametrize(("count", "total", "squares"), [(0, 0, 0), (9, -4, 5), (9, 0, 0)])
def test_nothing_is_staked_on_nothing(count: int, total: float, squares: float) -> None:
    """Before the first outcome, and where those before speak against it."""
    assert stake(count, total, squares, 1.0) == 0.0


def test_wealth_does_not_grow_where_the_hypothesis_holds() -> None:
    """Of 2,000 who look after each outcome at most one in twenty ever has twenty times as much."""
    rng, runs = np.random.default_rng(0), 2_000
    bets, log_e, peak = np.zeros((3, runs)), np.zeros(runs), np.zeros(runs)
    for _ in range(400):
        values = (rng.random(runs) < 0.2) - 0.2
        log_e += growth(stake(bets[0], bets[1], bets[2], 0.2), values)
        bets += np.stack([np.ones(runs), values, values**2])
        peak = np.maximum(peak, log_e)
    assert 0.0 < (peak >= np.log(20)).mean() <= 0.05
