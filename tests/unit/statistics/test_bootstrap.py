"""Intervals by resampling clusters."""

import math

import pytest

from engine.statistics import cluster_bootstrap, clustered_standard_error, mean


def test_the_interval_of_a_mean_is_about_that_of_its_clustered_error() -> None:
    """For many clusters it lies two clustered standard errors to either side."""
    clusters = [at // 3 for at in range(600)]
    values = [math.sin(cluster) for cluster in clusters]
    found = cluster_bootstrap(mean, values, clusters)
    error = clustered_standard_error(values, clusters)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.1)


def test_a_seed_draws_the_same() -> None:
    """The same seed has the same interval, another one a slightly different one."""
    values = [math.sin(at) for at in range(40)]
    one, same = (cluster_bootstrap(mean, values, range(40), seed=1) for _ in range(2))
    assert one == same
    assert one != cluster_bootstrap(mean, values, range(40), seed=2)


def test_one_cluster_has_no_interval() -> None:
    """There is nothing to resample."""
    found = cluster_bootstrap(mean, [1.0, 2.0], ["a", "a"])
    assert found.value == 1.5
    assert math.isnan(found.low)


def test_undefined_resamples_do_not_count() -> None:
    """A statistic that some draws leave undefined has an interval of the others."""
    found = cluster_bootstrap(lambda v: mean(v) if len({*v}) > 1 else math.nan, [0.0, 1.0], [0, 1])
    assert (found.low, found.high) == (0.5, 0.5)


def test_lengths_have_to_agree() -> None:
    """Every item has its cluster."""
    with pytest.raises(ValueError, match="zip"):
        cluster_bootstrap(mean, [1.0], [])
