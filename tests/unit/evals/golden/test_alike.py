"""Texts that are nearly the same are found, all of them and no others."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evals.golden.alike import alike, resemblance, shingles

TEXTS = st.lists(st.text("abc ", max_size=24), max_size=10)


@given(TEXTS, st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_the_filter_loses_no_pair(texts: list[str], least: float) -> None:
    """It finds what comparing each with each finds."""
    plain = {
        (one, other): resemblance(shingles(texts[one]), shingles(texts[other]))
        for one, other in combinations(range(len(texts)), 2)
    }
    found = {(one, other): value for one, other, value in alike(texts, least)}
    assert found == {pair: value for pair, value in plain.items() if value >= least}


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("The red fox ran", "the  RED fox ran", 1.0),
        ("a b c d", "a b c e", 1 / 3),
        ("a b", "a c", 0.0),
        ("", "", 1.0),
    ],
)
def test_resemblance_is_of_runs_of_three_words(one: str, other: str, value: float) -> None:
    """Case and blanks aside."""
    assert resemblance(shingles(one), shingles(other)) == value
