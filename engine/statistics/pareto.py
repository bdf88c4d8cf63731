"""The Pareto front: what nothing else beats in both respects."""

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], gains: Sequence[float]) -> list[bool]:
    """Whether each point is on the front: no other costs as little and gains as much, one better.

    Equal points are on it together. Raises ValueError where the lengths differ or a value is nan.
    """
    points = list(zip(costs, gains, strict=True))
    if any(value != value for point in points for value in point):  # noqa: PLR0124 - nan
        raise ValueError("a point of the front cannot be nan")
    return [not any(_beats(other, point) for other in points) for point in points]


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one != other and one[0] <= other[0] and one[1] >= other[1]
