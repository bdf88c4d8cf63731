"""The clustered standard error."""

import math
import random

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from engine.statistics import clustered_standard_error, standard_error


def _statsmodels(values: list[float], clusters: list[int]) -> float:
    """OLS on a constant; its correction G/(G-1) * (n-1)/(n-k) is G/(G-1) with k = 1."""
    model = OLS(values, np.ones(len(values)))
    return float(model.fit(cov_type="cluster", cov_kwds={"groups": clusters}).bse[0])


@pytest.mark.parametrize(
    ("groups", "sizes"), [(2, (1, 1)), (5, (1, 9)), (40, (4, 4)), (100, (1, 3)), (3, (200, 300))]
)
@pytest.mark.parametrize("seed", range(3))
def test_equals_statsmodels(groups: int, sizes: tuple[int, int], seed: int) -> None:
    """It is the cluster-robust error of a regression on a constant, groups of unequal size too."""
    rng = random.Random(f"{groups}:{seed}")
    clusters = [group for group in range(groups) for _ in range(rng.randint(*sizes))]
    values = [rng.gauss(group % 7, 1) for group in clusters]
    ours = clustered_standard_error(values, clusters)
    assert ours == pytest.approx(_statsmodels(values, clusters), rel=1e-9)


def test_clusters_of_one() -> None:
    """With one value a cluster it is the plain standard error."""
    values = [0.0, 1.0, 1.0, 0.5]
    assert clustered_standard_error(values, "abcd") == pytest.approx(standard_error(values))


def test_one_cluster() -> None:
    """A single cluster has no standard error."""
    assert math.isnan(clustered_standard_error([0.0, 1.0], "aa"))


def test_no_values() -> None:
    """No values have no standard error."""
    assert math.isnan(clustered_standard_error([], []))


def test_lengths_differ() -> None:
    """A value without a cluster is an error."""
    with pytest.raises(ValueError, match="shorter"):
        clustered_standard_error([1.0, 2.0], ["a"])
