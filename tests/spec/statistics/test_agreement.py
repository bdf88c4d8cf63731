"""Agreement of raters equals statsmodels' kappa, and alpha as its author reckons it by hand."""

import random

import pytest
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_kappa

from engine.statistics import cohens_kappa, krippendorffs_alpha

TABLES = [
    [[20, 5], [10, 15]],
    [[0, 7], [6, 0]],
    [[9, 0, 1], [2, 30, 4], [0, 3, 8]],
    [[5, 0, 0], [3, 0, 1], [0, 0, 2]],
    [[1, 2, 3, 4], [4, 3, 2, 1], [0, 0, 9, 0], [1, 0, 0, 7]],
]

# Raters, and alpha as worked out by hand in sections A to C of Krippendorff, "Computing
# Krippendorff's alpha-reliability" (2011), where it is printed as .095, .692 and .743; `.` is
# missing: 1 - (n - 1) * unequal pairs / (n^2 - sum of each category's number squared).
PUBLISHED = [
    (("0100000010", "1110010000"), 1 - 19 * 8 / (400 - 14**2 - 6**2)),
    (("aabbdcccedda", "babbbccceddd"), 1 - 23 * 6 / (576 - 4**2 - 6**2 - 6**2 - 6**2 - 2**2)),
    (
        ("123321412...", "1233224125.3", ".3332342251.", "12332441251."),
        1 - 39 * 8 / (1600 - 9**2 - 13**2 - 10**2 - 5**2 - 3**2),
    ),
]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_kappa(table: list[list[int]]) -> None:
    """Value, error and interval, also where a category was never chosen by one rater."""
    pairs = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
    random.Random(0).shuffle(pairs)
    expected = statsmodels_kappa(table)
    ours = cohens_kappa(*zip(*pairs, strict=True))
    wanted = (expected.kappa, expected.std_kappa, expected.kappa_low, expected.kappa_upp)
    assert ours == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("raters", "expected"), PUBLISHED, ids=["A", "B", "C"])
def test_alpha(raters: tuple[str, ...], expected: float) -> None:
    """Alpha of the published examples, of two raters and of four with missing ratings."""
    units = [[None if c == "." else c for c in unit] for unit in zip(*raters, strict=True)]
    assert krippendorffs_alpha(units, resamples=0).value == pytest.approx(expected, rel=1e-9)
