"""Judges, people and composites on a kept episode: who gates, who informs, who has no word."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import Calibration, Episode, Rating, StopReason, Usage, assistant
from engine.contracts.message import user
from engine.errors import BadInput
from engine.evals import Outcome, Task, Verdict
from engine.evals.judge import Opinion
from engine.evals.late import Assessment, Assessors, Subject, is_late
from engine.evals.scorers import parse_scorer
from engine.models.scripted import Scripted

RUBRIC = {"name": "r", "criteria": [{"name": "right", "question": "Is it right?"}]}
JUDGE = {"kind": "judge", "rubric": RUBRIC, "model": "m"}
TASK = Task("t", "f", "2 + 2?", "4")
EPISODE = Episode(
    run_id="run-1",
    episode_id="ep-1",
    task_id="t",
    family="f",
    epoch=0,
    agent="a",
    model="m",
    started_at=0.0,
    ended_at=1.0,
    stop_reason=StopReason.ANSWERED,
    steps=1,
    usage=Usage(),
    cost_usd=0.0,
    answer="4",
)
SUBJECT = Subject(EPISODE, Outcome(answer="4", messages=(user("2 + 2?"), assistant("4"))))


def says(verdict: str) -> str:
    word = {"reason": "so", "verdict": verdict, "score": 5, "confidence": 90}
    return json.dumps({"right": word})


def calibration(opinion: Opinion, *, valid: bool) -> Calibration:
    return Calibration(
        calibration_id="cal-1",
        judge=opinion.judge,
        rubric=opinion.rubric,
        rubric_hash=opinion.rubric_hash,
        task_set="s",
        task_set_hash="h",
        labels=60,
        accuracy=0.9,
        kappa=0.8,
        valid=valid,
        reason="" if valid else "labels 5",
        calibrated_at=0.0,
    )


def rating(rater: str, *, passed: bool, at: float = 0.0, criterion: str = "right") -> Rating:
    return Rating(
        run_id="run-1",
        episode_id="ep-1",
        task_id="t",
        rubric="r",
        rubric_hash="h",
        criterion=criterion,
        rater=rater,
        value=float(passed),
        passed=passed,
        rated_at=at,
    )


async def assess(
    scorer: Any,
    *answers: str,
    valid: bool | None = None,
    ratings: tuple[Rating, ...] = (),
    known: tuple[Opinion, ...] = (),
) -> Assessment:
    found = parse_scorer(scorer, Path())
    assert is_late(found)
    assessors = Assessors(
        model=lambda name: Scripted(answers or ["nothing"], name=name, repeat=True),
        calibration=lambda o: None if valid is None else calibration(o, valid=valid),
        ratings=lambda _episode, _rubric: ratings,
        known=lambda _episode: known,
    )
    return await found.assess(TASK, SUBJECT, assessors)


def word(found: Assessment) -> Verdict:
    assert found.verdict is not None
    return found.verdict


@pytest.mark.parametrize(("valid", "gates"), [(None, False), (False, False), (True, True)])
async def test_a_judge_gates_with_a_valid_calibration_alone(
    *, valid: bool | None, gates: bool
) -> None:
    """Without one, or with one that is not valid, its word is advisory, and says so."""
    found = word(await assess(JUDGE, says("fail"), valid=valid))
    assert found.advisory is not gates
    assert found.details["standing"] == ("gates" if gates else "informs")


async def test_a_failed_judgement_is_no_verdict() -> None:
    """It is kept as an opinion with an error, and scores nothing."""
    found = await assess(JUDGE, "no json")
    assert found.verdict is None
    assert found.opinions["judge"].error is not None


async def test_what_was_said_is_not_asked_again() -> None:
    """An opinion of the same judge, rubric and way of asking is taken as it is."""
    before = (await assess(JUDGE, says("pass"))).opinions["judge"]
    found = await assess(JUDGE, says("fail"), known=(before,))
    assert (word(found).passed, dict(found.opinions)) == (True, {})


async def test_another_way_of_asking_is_asked() -> None:
    """With repeats, or with a reference, a judge is another one."""
    before = (await assess(JUDGE, says("pass"))).opinions["judge"]
    found = await assess({**JUDGE, "repeats": 2}, says("fail"), known=(before,))
    assert not word(found).passed


async def test_a_composite_leaves_an_uncalibrated_judge_out() -> None:
    """The judge's no does not count, and the reason and details say that it was left out."""
    parts = {"kind": "composite", "parts": ["exact", JUDGE]}
    found = word(await assess(parts, says("fail")))
    assert (found.passed, found.value, found.advisory) == (True, 1.0, False)
    assert "only inform: judge" in found.reason
    assert found.details["left_out"] == ["judge"]


async def test_a_composite_counts_a_calibrated_judge() -> None:
    """A must of a judge that may gate decides."""
    parts = {"kind": "composite", "parts": ["exact", JUDGE], "must_pass": ["judge"], "threshold": 0}
    found = word(await assess(parts, says("fail"), valid=True))
    assert not found.passed
    assert found.reason.startswith("must pass: judge")


async def test_a_composite_of_judges_informs_where_none_gates() -> None:
    """Where no part may gate, the whole informs by what the parts say."""
    found = word(await assess({"kind": "composite", "parts": [JUDGE]}, says("pass")))
    assert (found.passed, found.advisory) == (True, True)


async def test_a_composite_says_which_part_has_no_word() -> None:
    """A judge that failed is left out by name."""
    found = word(await assess({"kind": "composite", "parts": ["exact", JUDGE]}, "no json"))
    assert "no word: judge" in found.reason


async def test_people_have_no_word_before_they_have_rated() -> None:
    """Too few raters, or some criteria left open, are no verdict."""
    human = {"kind": "human", "rubric": RUBRIC, "raters": 2}
    one = (rating("ann", passed=True), rating("bob", passed=True, criterion="other"))
    assert (await assess(human, ratings=one)).verdict is None


@pytest.mark.parametrize(("gates", "advisory"), [(False, True), (True, False)])
async def test_the_majority_of_people_counts(*, gates: bool, advisory: bool) -> None:
    """The latest word of each rater counts; half is no majority; they gate only if told to."""
    said = (
        rating("ann", passed=False),
        rating("ann", passed=True, at=1.0),
        rating("bob", passed=True, criterion=""),
        rating("cid", passed=False),
    )
    human = {"kind": "human", "rubric": RUBRIC, "gates": gates}
    found = word(await assess(human, ratings=said))
    assert (found.passed, found.value, found.advisory) == (True, 2 / 3, advisory)


@pytest.mark.parametrize(
    "scorer",
    [
        {"kind": "judge"},
        {"kind": "judge", "rubric": RUBRIC, "rubric_file": "r.yaml"},
        {"kind": "judge", "rubric_file": "none.yaml"},
        {"kind": "composite", "parts": ["exact", "exact"]},
        {"kind": "composite", "parts": ["exact"], "must_pass": ["judge"]},
        {"kind": "composite", "parts": ["exact"], "weights": {"exact": 0}},
        {"kind": "composite", "parts": []},
    ],
)
def test_what_cannot_be_put_together_is_refused(scorer: Any) -> None:
    """A scorer that could never score is named when the suite is read."""
    with pytest.raises(BadInput):
        parse_scorer(scorer, Path())
