"""Two runs over the same samples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evals.contrast import Contrast, Pair, contrast
from engine.statistics import mcnemar_exact, paired_sample_size

PAIRS = st.lists(
    st.builds(
        Pair,
        task_id=st.sampled_from("abcdef"),
        family=st.just("one"),
        a=st.booleans(),
        b=st.booleans(),
    ),
    min_size=1,
    max_size=20,
)


def once(won: int, lost: int, tied: int, family: str = "qa") -> list[Pair]:
    """Tasks tried once by each run."""
    verdicts = [(False, True)] * won + [(True, False)] * lost + [(True, True)] * tied
    return [Pair(f"{family}-{n}", family, *ab) for n, ab in enumerate(verdicts)]


def whole(pairs: list[Pair], **given: float) -> Contrast:
    """The contrast of all tasks."""
    return contrast(pairs, **given)[0]


def test_one_epoch_is_mcnemars() -> None:
    """A task is a pair, and the p-value that of the tasks won and lost."""
    found = whole(once(9, 2, 5))
    assert (found.test, found.p_value) == ("McNemar, exact", mcnemar_exact(9, 2).p_value)
    assert (found.won, found.lost, found.tied, found.tasks) == (9, 2, 5, 16)


def test_more_epochs_turn_together() -> None:
    """Three tasks won in all of four epochs are three pieces of evidence, not twelve."""
    found = whole([Pair(task, "qa", a=False, b=True) for task in "abc" for _ in range(4)])
    assert (found.test, found.p_value) == ("permutation, exact", 2 / 2**3)


@given(PAIRS)
def test_swapping_the_runs_turns_the_signs(pairs: list[Pair]) -> None:
    """Neither run is favoured: the difference changes its sign, the p-value does not change."""
    back = whole([Pair(p.task_id, p.family, a=p.b, b=p.a) for p in pairs])
    there = whole(pairs)
    assert (back.difference, back.won) == pytest.approx((-there.difference, there.lost))
    assert (back.p_value, back.error) == pytest.approx((there.p_value, there.error), nan_ok=True)


@given(PAIRS)
def test_the_interval_stays_within_the_scale(pairs: list[Pair]) -> None:
    """No difference of shares is beyond 100 points either way."""
    found = whole(pairs)
    assert math.isnan(found.low) or -1 <= found.low <= found.difference <= found.high <= 1


def test_families_are_corrected_for_their_number() -> None:
    """Each family's p-value by Holm; the whole is one test and stays as it is."""
    all_, *parts = contrast([*once(6, 0, 0, "a"), *once(6, 0, 3, "b"), *once(1, 1, 4, "c")])
    assert all_.p_holm is None
    assert [part.p_holm for part in parts] == pytest.approx([3 / 32, 3 / 32, 1.0])
    assert [part.differs for part in parts] == [False] * 3
    assert min(part.p_value for part in parts) < 0.05


def test_one_family_is_the_whole() -> None:
    """It is not told twice."""
    assert [found.family for found in contrast(once(3, 1, 2))] == ["all"]


@pytest.mark.parametrize("wanted", [None, 0.05, 0.2])
def test_tasks_needed(wanted: float | None) -> None:
    """Those that show the difference asked for, else the observed one, at the spread seen here."""
    found = whole(once(9, 5, 30), difference=wanted)
    deviation = found.error * math.sqrt(found.tasks)
    assert found.needed == paired_sample_size(wanted or found.difference, deviation)


@pytest.mark.parametrize("pairs", [once(4, 0, 0), once(0, 0, 4), once(1, 0, 0)])
def test_no_spread_tells_no_number(pairs: list[Pair]) -> None:
    """Where tasks all differ alike there is neither an interval nor a number of tasks."""
    found = whole(pairs)
    assert math.isnan(found.low)
    assert found.needed is None


def test_nothing_in_common() -> None:
    """No pairs have no contrast."""
    assert contrast([]) == []


@pytest.mark.parametrize("alpha", [0.0, 0.8, 5.0])
def test_alpha(alpha: float) -> None:
    """A share of false alarms, and below the power."""
    with pytest.raises(ValueError, match="alpha"):
        contrast(once(1, 1, 1), alpha=alpha)
