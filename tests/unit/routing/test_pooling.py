"""Which tenants get a trial of their own."""

from engine.contracts import CanaryPolicy
from engine.routing.pooling import pools

POLICY = CanaryPolicy(promote_min=200, max_s=10 * 86_400)  # needs 200 conversations a day


def test_large_tenants_are_alone_and_small_ones_pooled() -> None:
    """No more of them than are needed; the rest joins the last pool."""
    found = pools({"a": 200, "b": 150, "c": 120, "d": 90, "e": 80, "f": 50, "g": 1}, POLICY)
    assert found == [("a",), ("b", "c"), ("d", "e", "f", "g")]


def test_few_small_tenants_are_one_pool() -> None:
    """Though it may be too small for a verdict."""
    assert pools({"a": 1, "b": 2}, POLICY) == [("b", "a")]
    assert pools({}, POLICY) == []


def test_a_pool_has_a_limit() -> None:
    """A hundred tenants, each with counts of its own."""
    found = pools({f"t{n:03}": 0.1 for n in range(250)}, POLICY)
    assert [len(pool) for pool in found] == [100, 100, 50]
