"""The data that implementations are compared on: seeded series of many shapes."""

import random

Series = tuple[list[float], list[float], list[int]]

SHAPES = [
    (2, (1, 1), "value"),
    (30, (1, 1), "passed"),
    (30, (3, 3), "passed"),
    (12, (1, 6), "value"),
    (200, (2, 4), "value"),
]
"""Tasks, fewest and most epochs of one, and whether values are 0 or 1, or anything between."""


def series(tasks: int, epochs: tuple[int, int], kind: str) -> Series:
    """Two runs over the same tasks; a task's epochs are alike."""
    rng = random.Random(f"{tasks} {epochs} {kind}")
    one, other, names = [], [], []
    for task in range(tasks):
        level = rng.random()
        for _ in range(rng.randint(*epochs)):
            for values, more in ((one, 0.0), (other, 0.15)):
                drawn = level + rng.gauss(more, 0.3)
                values.append(float(drawn > 0.5) if kind == "passed" else drawn)
            names.append(task)
    return one, other, names
