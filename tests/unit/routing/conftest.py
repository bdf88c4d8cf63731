"""Rows whose difficulty can be told from the text."""

import numpy as np
import pytest

from engine.contracts import RoutedRow
from engine.routing.training import train


class Letters:
    """An embedder of four dimensions: how often the first letters occur."""

    name = "letters-4"

    def __call__(self, texts):
        counts = np.array([[text.count(letter) for letter in "abcd"] for text in texts], float)
        norms = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(norms > 0, norms, 1.0)


def made(count, seed=0):
    """The small model fails where there are many numbers, the large one now and then."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        numbers = int(rng.integers(0, 8))
        text = " ".join(["abcd"[rng.integers(4)] * 3, *(["12"] * numbers)])
        small = float(rng.random() < 0.95 - 0.12 * numbers)
        outcomes = {"small": small, "large": float(rng.random() < 0.9)}
        rows.append(RoutedRow(prompt=text, outcomes=outcomes))
    return rows


@pytest.fixture(scope="session")
def rows():
    return made(200)


@pytest.fixture(scope="session")
def trained(rows):
    return train(rows, Letters(), data="made up", trained_at=1.0)
