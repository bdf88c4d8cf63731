"""The Pareto front."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import pareto_front

POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@pytest.mark.parametrize(
    ("points", "front"),
    [
        ([], []),
        ([(1, 1)], [True]),
        ([(1, 1), (2, 2)], [True, True]),
        ([(1, 2), (2, 1)], [True, False]),
        ([(1, 1), (1, 2)], [False, True]),
        ([(1, 1), (2, 1)], [True, False]),
        ([(1, 1), (1, 1)], [True, True]),
    ],
)
def test_what_is_on_the_front(points: list[tuple[float, float]], front: list[bool]) -> None:
    """What nothing beats: cheaper at the same gain, or better at the same cost, is enough."""
    assert pareto_front([c for c, _ in points], [g for _, g in points]) == front


@given(POINTS)
def test_every_point_is_on_the_front_or_beaten_by_it(points: list[tuple[int, int]]) -> None:
    """And along the front more gain costs more."""
    on = pareto_front([c for c, _ in points], [g for _, g in points])
    front = sorted({p for p, is_on in zip(points, on, strict=True) if is_on})
    assert all(any(f[0] <= p[0] and f[1] >= p[1] for f in front) for p in points)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(front))


def test_nan_has_no_place() -> None:
    """It neither beats nor is beaten."""
    with pytest.raises(ValueError, match="nan"):
        pareto_front([math.nan], [1.0])
