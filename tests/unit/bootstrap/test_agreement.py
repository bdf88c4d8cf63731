"""How far raters agree."""

from typing import Any

import polars as pl
import pytest

from engine.contracts import Rating
from engine.statistics import cohens_kappa, krippendorffs_alpha
from workbench.bootstrap.agreement import agreement

ANN = "yyynnyynyy"
BOB = "yynnnyyyyn"


def said(**raters: str) -> pl.DataFrame:
    """Ratings of the answers 0, 1, … by each rater: y, n, or a blank for none."""
    rows: list[dict[str, Any]] = [
        {
            "run_id": "run-a",
            "episode_id": f"ep-{place}",
            "task_id": f"task-{place}",
            "rubric": "overall",
            "rubric_hash": "0" * 32,
            "criterion": "good",
            "rater": rater,
            "value": float(mark == "y"),
            "passed": mark == "y",
            "rated_at": 0.0,
        }
        for rater, marks in raters.items()
        for place, mark in enumerate(marks)
        if mark != " "
    ]
    return pl.DataFrame([Rating(**row).model_dump() for row in rows])


def test_two_raters_have_kappa_with_its_interval() -> None:
    """Over the answers that both rated, with the share agreed beside it."""
    [row] = agreement(said(ann=ANN + "y", bob=BOB)).pairs.to_dicts()
    expected = cohens_kappa(ANN, BOB)
    assert (row["one"], row["other"], row["answers"], row["agreed"]) == ("ann", "bob", 10, 0.7)
    assert row["kappa"] == pytest.approx(expected.value)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_all_raters_have_alpha() -> None:
    """Of answers with two ratings or more, whoever gave them."""
    [row] = agreement(said(ann="yyn n", bob="yny ", cy="   nn")).criteria.to_dicts()
    units = [["y", "y"], ["y", "n"], ["n", "y"], ["n", "n"]]
    assert (row["raters"], row["answers"]) == (3, 4)
    assert row["alpha"] == pytest.approx(krippendorffs_alpha(units).value)


def test_disagreements_name_who_said_what() -> None:
    """Answers on which all agree, or that one alone rated, are left out."""
    found = agreement(said(ann="yyn", bob="yn"))
    [row] = found.disagreements.to_dicts()
    assert row["episode_id"] == "ep-1"
    assert [(one["rater"], one["passed"]) for one in row["said"]] == [("ann", True), ("bob", False)]


@pytest.mark.parametrize(("ann", "bob"), [("yyy", "yyy"), ("yn", "yn"), ("y", "n")])
def test_few_answers_have_no_interval(ann: str, bob: str) -> None:
    """None is better than one without width: perfect agreement on two answers proves little."""
    [row] = agreement(said(ann=ann, bob=bob)).pairs.to_dicts()
    assert (row["low"], row["high"]) == (None, None)


def test_one_rater_agrees_with_nobody() -> None:
    """There is nothing to report."""
    found = agreement(said(ann=ANN))
    assert found.pairs.is_empty()
    assert found.criteria.is_empty()
    assert found.disagreements.is_empty()
