"""Agreement of raters at its edges; its values stand in tests/spec/statistics."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import cohens_kappa, krippendorffs_alpha

RATINGS = st.lists(st.sampled_from("abc"), min_size=2, max_size=20)


@given(RATINGS)
def test_equal_ratings_agree_wholly(ratings: list[str]) -> None:
    """Kappa and alpha are 1, or undefined where there is but one category."""
    units = [(rating, rating) for rating in ratings]
    values = (cohens_kappa(ratings, ratings).value, krippendorffs_alpha(units, resamples=0).value)
    wanted = math.nan if len(set(ratings)) == 1 else 1.0
    assert values == pytest.approx((wanted, wanted), nan_ok=True)


def test_kappa_of_nothing() -> None:
    """No items have no kappa."""
    assert all(map(math.isnan, cohens_kappa([], [])))


def test_kappa_of_lengths_that_differ() -> None:
    """A rating without its counterpart is an error."""
    with pytest.raises(ValueError, match="shorter"):
        cohens_kappa("ab", "a")


def test_alpha_leaves_out_what_was_rated_once() -> None:
    """A unit with one rating can neither agree nor disagree."""
    units = [("a", "b", None), ("a", "a", "a"), ("b", "b", None)]
    more = [*units, ("c", None, None), (None, None, None)]
    assert krippendorffs_alpha(units) == krippendorffs_alpha(more)


@pytest.mark.parametrize("units", [[], [("a", None)], [("a", "a"), ("a", "a")]], ids=str)
def test_alpha_of_nothing_to_tell_apart(units: list[tuple[str | None, ...]]) -> None:
    """Without pairs, or with one category, it is undefined and has no interval."""
    assert all(map(math.isnan, krippendorffs_alpha(units)))


def test_the_interval_of_alpha_is_seeded_and_holds_it() -> None:
    """The same seed gives the same ends; another seed others."""
    units = [("a", "a"), ("b", "b"), ("a", "b"), ("c", "c"), ("c", "b"), ("a", "a")] * 5
    first, same, other = (krippendorffs_alpha(units, seed=seed) for seed in (0, 0, 1))
    assert first == same != other
    assert first.low < first.value < first.high
