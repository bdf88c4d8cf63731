"""The paired permutation test."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics import mcnemar_exact, permutation_test
from engine.statistics.permutation import EXACT_UP_TO

SMALL = st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), max_size=9)


def _by_hand(pairs: list[tuple[int, int]]) -> float:
    """The share of all signings of tasks that lie as far from 0."""
    sums = [sum(d for t, d in pairs if t == task) for task in {t for t, _ in pairs}]
    drawn = [
        abs(sum(s * d for s, d in zip(signs, sums, strict=True)))
        for signs in product((1, -1), repeat=len(sums))
    ]
    return sum(total >= abs(sum(sums)) for total in drawn) / len(drawn)


@given(SMALL)
def test_counts_every_signing(pairs: list[tuple[int, int]]) -> None:
    """A task's epochs change sign together; tasks without a difference change nothing."""
    found = permutation_test([d for _, d in pairs], [t for t, _ in pairs])
    assert found == pytest.approx((_by_hand(pairs), 0.0, True))


@given(st.integers(0, 10), st.integers(0, 10))
def test_of_single_tries_it_is_mcnemars(won: int, lost: int) -> None:
    """Where each task was passed or not, once by each, both tests are one."""
    found = permutation_test([1] * won + [-1] * lost, range(won + lost))
    assert found.p_value == pytest.approx(mcnemar_exact(won, lost).p_value, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_draws_come_near_the_exact_value(seed: int) -> None:
    """Beyond what can be counted, p lies within four of its own standard errors."""
    found = permutation_test([1] * 40 + [-1] * 22, range(62), seed=seed)
    assert not found.exact
    assert abs(found.p_value - mcnemar_exact(40, 22).p_value) < 4 * found.error


def test_draws_are_seeded() -> None:
    """The same seed gives the same value, another seed another."""
    values = [permutation_test([1] * 40 + [-1] * 22, range(62), seed=n).p_value for n in (0, 0, 1)]
    assert values[0] == values[1] != values[2]


def test_draws_never_say_never() -> None:
    """Chance cannot be ruled out by draws: p is at least one in their number and one."""
    found = permutation_test([1] * 60, range(60), draws=999)
    assert found.p_value == pytest.approx(1 / 1000)


@pytest.mark.parametrize("factor", [0.1, 1 / 3, 1e-9, 1e9])
def test_ties_survive_rounding(factor: float) -> None:
    """Sums that are equal but for rounding count as equal."""
    plain = permutation_test([1, 2, 3, -1, -2], range(5)).p_value
    assert permutation_test([factor * d for d in (1, 2, 3, -1, -2)], range(5)).p_value == plain


def test_the_largest_exact_case_is_exact() -> None:
    """One task more is drawn."""
    assert permutation_test([1] * EXACT_UP_TO, range(EXACT_UP_TO)).p_value == 2 / 2**EXACT_UP_TO
    assert not permutation_test([1] * (EXACT_UP_TO + 1), range(EXACT_UP_TO + 1)).exact


def test_lengths_differ() -> None:
    """A difference without a task is an error."""
    with pytest.raises(ValueError, match="shorter"):
        permutation_test([1.0, 2.0], ["a"])
