"""The replay of bandits, and the coverage of their evaluation."""

from random import Random

import numpy as np

from pipelines.bench.router.bandit_sim import Row, context_of, coverage, replayed


def rows(count: int) -> list[Row]:
    """One tier for each half of the prompts."""
    rng = Random(0)
    signs = [rng.choice((-1.0, 1.0)) for _ in range(count)]
    return [Row(np.array([1.0, sign]), (float(sign < 0), float(sign > 0))) for sign in signs]


def test_a_policy_that_sees_the_difference_comes_near_the_oracle() -> None:
    """Where each tier fails one half, a fixed one earns half, and the policies nearly all."""
    found = replayed(rows(600), seed=0)
    assert found.oracle == 1.0
    assert max(found.fixed) < 0.6
    assert min(found.bandits.values()) > 0.85


def test_a_prompt_is_finite_numbers_of_one_size() -> None:
    """Also an empty one."""
    for prompt in ("", "x", "What is 2 + 2?\nA. 3\nB. 4\nAnswer:" * 50):
        assert np.isfinite(context_of(prompt)).all()
        assert np.abs(context_of(prompt)).max() < 12


def test_intervals_hold_the_value_as_often_as_they_say() -> None:
    """By each of three methods, over simulated logs of a known policy."""
    assert [one.metric.rpartition("_")[2] for one in coverage(40)] == ["ips", "snips", "dr"]
    assert min(one.value or 0.0 for one in coverage(40)) >= 0.85
