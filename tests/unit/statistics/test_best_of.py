"""The chance of each of several uncertain values to be the highest."""

from statistics import NormalDist

import numpy as np
import pytest

from engine.statistics.best_of import chances_to_be_best


def chances(*values: tuple[float, float, float]) -> np.ndarray:
    found = np.array(values)
    return chances_to_be_best(found[:, 0], found[:, 1], found[:, 2])


@pytest.mark.parametrize("gap", [-2.0, -0.3, 0.0, 0.7, 3.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 40.0])
def test_two_normal_values_are_as_the_closed_form_says(gap: float, scale: float) -> None:
    """Student's t with many degrees of freedom is normal; so is the difference of two."""
    found = chances((gap * scale, scale, 1e7), (0.0, scale / 3, 1e7))
    exact = NormalDist(0, (1 + 1 / 9) ** 0.5).cdf(gap)
    assert found[0] == pytest.approx(exact, abs=0.002)


def test_equal_values_have_equal_chances() -> None:
    """And all chances add to 1."""
    found = chances(*[(0.4, 0.2, 5.0)] * 4)
    assert found == pytest.approx([0.25] * 4)


def test_a_value_that_is_far_narrower_is_not_missed() -> None:
    """The grid follows each of them."""
    found = chances((0.0, 1e-6, 9.0), (0.0, 1.0, 9.0))
    assert found == pytest.approx([0.5, 0.5], abs=0.002)


def test_several_heavy_tailed_values_are_as_sampled() -> None:
    """Within the error of a million draws."""
    rng, values = np.random.default_rng(0), [(0.0, 1.0, 3.0), (0.5, 0.2, 4.0), (0.3, 2.0, 30.0)]
    drawn = [m + s * rng.standard_t(f, 1_000_000) for m, s, f in values]
    sampled = np.bincount(np.argmax(drawn, axis=0), minlength=3) / 1e6
    assert chances(*values) == pytest.approx(sampled, abs=0.003)
