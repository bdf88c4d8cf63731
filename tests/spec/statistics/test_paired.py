"""Differences of paired runs and their tests equal statsmodels' to 1e-9."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from engine.statistics import (
    McNemar,
    holm,
    mcnemar_corrected,
    mcnemar_exact,
    paired_difference,
    paired_power,
    paired_sample_size,
)
from tests.spec.statistics.tables import SHAPES, series


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_difference(shape: tuple, confidence: float) -> None:
    """Mean, error and interval are those of a regression on a constant, clustered by task."""
    one, other, tasks = series(*shape)
    apart = np.array(other) - np.array(one)
    fit = OLS(apart, np.ones(len(apart))).fit(
        cov_type="cluster", cov_kwds={"groups": tasks, "df_correction": True}, use_t=True
    )
    ours = paired_difference(one, other, tasks, confidence)
    expected = (fit.params[0], fit.bse[0], *fit.conf_int(1 - confidence)[0])
    assert ours[:4] == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("won", "lost"), [(0, 1), (3, 0), (5, 5), (12, 3), (40, 61), (500, 400)])
@pytest.mark.parametrize("ours", [mcnemar_exact, mcnemar_corrected])
def test_mcnemar(won: int, lost: int, ours: Callable[..., McNemar]) -> None:
    """Statistic and p-value, exact and with continuity correction."""
    expected = mcnemar([[7, won], [lost, 9]], exact=ours is mcnemar_exact, correction=True)
    assert ours(won, lost) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


@pytest.mark.parametrize(
    "p_values",
    [[0.3], [0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.9], [0.0, 1.0], [0.02] * 6, [0.2, 0.001, 0.2]],
    ids=str,
)
def test_holm(p_values: list[float]) -> None:
    """Adjusted p-values, in the order given."""
    expected = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(list(expected), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("tasks", "effect"),
    [(2, 0.1), (2, 3.0), (5, 1.0), (12, 0.0), (30, 0.4), (400, 0.02), (400, 0.1), (3000, 0.05)],
)
@pytest.mark.parametrize("alpha", [0.01, 0.05])
def test_power(tasks: int, effect: float, alpha: float) -> None:
    """The power of the paired t test."""
    expected = TTestPower().power(effect, tasks, alpha, alternative="two-sided")
    ours = paired_power(tasks, effect / 2, 0.5, alpha)
    assert ours == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("effect", [0.05, 0.2, -0.3, 0.8])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_sample_size(effect: float, power: float) -> None:
    """The first whole number at or above statsmodels' root."""
    root = TTestPower().solve_power(abs(effect), power=power, alpha=0.05)
    assert paired_sample_size(effect, 1.0, power=power) == math.ceil(root)
