"""How far a distribution has moved."""

import math

import numpy as np
import pytest

from engine.statistics.psi import histogram, population_stability, psi_noise, quantile_edges


def test_the_same_distribution_has_not_moved() -> None:
    """In shares, whatever the counts."""
    assert population_stability([10, 20, 70], [10, 20, 70]) == 0.0
    assert population_stability([100, 200, 700], [1000, 2000, 7000]) == pytest.approx(0, abs=1e-4)


def test_it_is_the_sum_of_the_definition() -> None:
    """(a - e) ln(a / e) over the bins, and symmetric."""
    expected = (0.8 - 0.5) * math.log(0.8 / 0.5) + (0.2 - 0.5) * math.log(0.2 / 0.5)
    found = population_stability([5e6, 5e6], [8e6, 2e6])
    assert found == pytest.approx(expected, rel=1e-5)
    assert found == pytest.approx(population_stability([8e6, 2e6], [5e6, 5e6]))


def test_an_empty_bin_is_finite_and_nothing_is_unknown() -> None:
    """Half an outcome stands in an empty bin; a histogram of nothing has no index."""
    assert 1 < population_stability([0, 100], [100, 0]) < 20
    assert math.isnan(population_stability([0, 0], [1, 2]))
    with pytest.raises(ValueError, match="2 bins beside 3"):
        population_stability([1, 2], [1, 2, 3])


def test_chance_alone_is_as_the_formula_says() -> None:
    """Mean and deviation of the index over samples of one distribution."""
    rng = np.random.default_rng(0)
    drawn = rng.multinomial([[2_000], [500]] * 600, [0.1] * 10).reshape(600, 2, 10)
    found = [population_stability(one, other) for one, other in drawn.tolist()]
    mean, deviation = psi_noise(10, 2_000, 500)
    assert (np.mean(found), np.std(found)) == pytest.approx((mean, deviation), rel=0.1)


def test_what_was_never_seen_has_a_bin_of_its_own() -> None:
    """Below the least and above the greatest; also where all values were the same."""
    edges = quantile_edges([3.0] * 10)
    assert histogram([2.0, 3.0, 3.0, 4.0], edges) == (1, 2, 1)
    many = quantile_edges(list(range(100)))
    assert histogram(list(range(100)), many) == (0, *[10] * 10, 0)
    assert histogram([-1, 100], many) == (1, *[0] * 10, 1)
