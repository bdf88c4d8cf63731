"""Runs whose answers are judged when their samples are done."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import Calibration, Json, Rating
from engine.errors import BadInput
from engine.evals.judge import Rubric
from workbench.bootstrap import Bench, Request, evaluate, resume
from workbench.bootstrap.calibration import Bound, Sheet, add_run, keep, of_run
from workbench.bootstrap.court import find_scorer, hearings
from workbench.bootstrap.results import samples, scoreboard
from workbench.bootstrap.standing import judged, judges
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.append import append_fact

RUBRIC = {"name": "tone", "criteria": [{"name": "polite", "question": "Is it polite?"}]}
SCORERS: list[Json] = ["exact", {"kind": "judge", "name": "tone", "rubric": RUBRIC}]
YES = {"polite": {"reason": "so", "verdict": "pass", "score": 4, "confidence": 90}}
NO = {"polite": {"reason": "no", "verdict": "fail", "score": 1, "confidence": 70}}


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    tasks = [{"input": f"say {at}", "target": f"say {at}"} for at in range(4)]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    return Bench(Settings(home=tmp_path), store)


def judge(folder: Path, *answers: Any, name: str = "judge") -> str:
    """A judge that says this in turn, and begins again."""
    entries = [{"content": json.dumps(a) if isinstance(a, dict) else a} for a in answers]
    (folder / f"{name}.json").write_text(json.dumps(entries))
    return f"scripted:{folder / name}.json"


def run(bench: Bench, judge: str, scorers: list[Json] | None = None, limit: int = 4) -> str:
    request = Request(
        str(bench.settings.home / "t.jsonl"),
        agents=("echo",),
        scorers=scorers or SCORERS,
        judge=judge,
        limit=limit,
    )
    return asyncio.run(evaluate(request, bench))[0]


def calibrated(bench: Bench, run_id: str, judge: str, *, valid: bool = True) -> None:
    """Keep a calibration of the judge for the run's rubric and tasks."""

    async def work() -> None:
        async with hearings(bench, [run_id], judge) as every:
            scorer = find_scorer("tone", every[0].suite)
            fact = Calibration(
                calibration_id="cal-1",
                judge=judge,
                rubric="tone",
                rubric_hash=scorer.rubric.hash,
                task_set="t",
                task_set_hash=of_run(every).task_set_hash,
                labels=60,
                accuracy=0.9,
                kappa=0.71,
                valid=valid,
                reason="" if valid else "labels 5",
                figures={"method": scorer.asking(0).method},
                calibrated_at=1e9,
            )
            append_fact(bench.store.lake, fact, "cal-1")

    asyncio.run(work())


def rescore(bench: Bench, run_id: str) -> None:
    async def work() -> None:
        async with hearings(bench, [run_id]) as (hearing,):
            assert hearing.suite is not None
            with bench.store.recorder() as recorder:
                await hearing.court.judge_again(hearing.suite, recorder)

    asyncio.run(work())


def passed(bench: Bench, run_id: str) -> float:
    return float(scoreboard(bench.store, [run_id])["passed"][0])


def test_an_uncalibrated_judge_decides_nothing(bench: Bench, tmp_path: Path) -> None:
    """Its no is kept and shown, and every sample passes all the same."""
    run_id = run(bench, judge(tmp_path, NO))
    scores = bench.store.scores(run_id).filter(scorer="tone")
    assert scores["advisory"].all()
    assert (scores.height, passed(bench, run_id)) == (4, 1.0)
    assert "informs (no calibration" in judged(bench.store, run_id)[0]


def test_a_calibrated_judge_gates(bench: Bench, tmp_path: Path) -> None:
    """The same judge, rubric, way of asking and tasks: its no counts, and the run says why."""
    name = judge(tmp_path, NO)
    calibrated(bench, run(bench, name), name)
    run_id = run(bench, name, limit=3)
    assert passed(bench, run_id) == 0.0
    assert "gates (calibrated 2001-09-09, kappa 0.71" in judged(bench.store, run_id)[0]


def test_a_calibration_that_is_not_valid_does_not_gate(bench: Bench, tmp_path: Path) -> None:
    """It is named, with what stands against it."""
    name = judge(tmp_path, NO)
    calibrated(bench, run(bench, name), name, valid=False)
    assert passed(bench, run(bench, name)) == 1.0


@pytest.mark.parametrize("change", [{"repeats": 3}, {"rubric": {**RUBRIC, "threshold": 0.9}}])
def test_a_calibration_holds_for_its_own_way_of_asking(
    bench: Bench, tmp_path: Path, change: dict[str, Json]
) -> None:
    """Another rubric, or another way of asking, is not calibrated by it."""
    name = judge(tmp_path, NO)
    calibrated(bench, run(bench, name), name)
    other: Json = {"kind": "judge", "name": "tone", "rubric": RUBRIC, **change}
    assert passed(bench, run(bench, name, ["exact", other])) == 1.0


def test_other_tasks_are_not_calibrated_for(bench: Bench, tmp_path: Path) -> None:
    """A suite whose tasks changed needs a calibration of its own."""
    name = judge(tmp_path, NO)
    calibrated(bench, run(bench, name), name)
    (tmp_path / "t.jsonl").write_text(json.dumps({"input": "say", "target": "say"}))
    assert passed(bench, run(bench, name, limit=1)) == 1.0


def test_judging_is_paid_for_by_itself(bench: Bench, tmp_path: Path) -> None:
    """Calls of judges stand beside the run, not in what its agent took."""
    run_id = run(bench, judge(tmp_path, YES))
    row = judges(bench.store, run_id).to_dicts()[0]
    assert (row["answers"], row["calls"], row["cost_usd"]) == (4, 4, 0.0)
    assert bench.store.episodes(run_id)["calls"].sum() == 0


def test_a_failed_judgement_is_counted_and_asked_for_again(bench: Bench, tmp_path: Path) -> None:
    """It is no score; resuming asks for what is lacking, and for nothing else."""
    run_id = run(bench, judge(tmp_path, YES, "no", "no"))
    row = judges(bench.store, run_id).to_dicts()[0]
    assert row["failed"] > 0
    assert row["answers"] + row["failed"] == 4
    judge(tmp_path, YES)
    asyncio.run(resume(run_id, bench))
    scores = bench.store.scores(run_id).filter(scorer="tone")
    assert sorted(scores["task_id"]) == sorted({*scores["task_id"]})
    assert scores.height == 4


def test_a_run_without_a_named_judge_is_refused_at_once(bench: Bench) -> None:
    """Nothing is stored where a scorer's judge cannot be asked."""
    with pytest.raises(BadInput, match="no model is named"):
        run(bench, "")
    assert bench.store.runs().is_empty()


def test_rescoring_asks_no_judge_again(bench: Bench, tmp_path: Path) -> None:
    """A run that was judged before its calibration gates after it, for nothing."""
    name = judge(tmp_path, NO)
    run_id = run(bench, name)
    calibrated(bench, run_id, name)
    rescore(bench, run_id)
    assert passed(bench, run_id) == 0.0
    assert judges(bench.store, run_id)["calls"].to_list() == [4]


def test_rescoring_twice_says_nothing_new(bench: Bench, tmp_path: Path) -> None:
    """A score that comes out the same is not kept again."""
    run_id = run(bench, judge(tmp_path, YES))
    rescore(bench, run_id)
    assert bench.store.scores(run_id).height == 8


def rate(bench: Bench, run_id: str, *words: bool) -> None:
    rows = bench.store.episodes(run_id).to_dicts()
    with bench.store.recorder() as recorder:
        for row, word in zip(rows, words, strict=False):
            recorder.add(
                Rating(
                    run_id=run_id,
                    episode_id=row["episode_id"],
                    task_id=row["task_id"],
                    rubric="tone",
                    rubric_hash=Rubric.parse(json.dumps(RUBRIC)).hash,
                    criterion="polite",
                    rater="ann",
                    value=float(word),
                    passed=word,
                    rated_at=0.0,
                )
            )


def test_people_score_a_run_once_they_have_rated_it(bench: Bench, tmp_path: Path) -> None:
    """A human scorer has no word until then."""
    human: Json = {"kind": "human", "rubric": RUBRIC, "gates": True}
    run_id = run(bench, judge(tmp_path, YES), ["exact", human])
    assert bench.store.scores(run_id)["scorer"].unique().to_list() == ["exact"]
    rate(bench, run_id, True, False)
    rescore(bench, run_id)
    assert sorted(s.passed for s in samples(bench.store, run_id)) == [False, True, True, True]


def test_a_judge_is_calibrated_on_what_people_rated(bench: Bench, tmp_path: Path) -> None:
    """Only rated answers count; what the judge has said of them is not asked again."""
    name = judge(tmp_path, YES, NO)
    run_id = run(bench, name)
    rate(bench, run_id, True, True, False)

    async def work() -> Calibration:
        async with hearings(bench, [run_id], name) as every:
            scorer = find_scorer("tone", every[0].suite)
            sheet = Sheet("answer", scorer.asking(0).method)
            with bench.store.recorder() as recorder:
                await add_run(sheet, every[0].court, scorer, every[0].tasks, recorder)
            return keep(bench.store, sheet, name, scorer.rubric, of_run(every))

    fact = asyncio.run(work())
    assert (fact.labels, fact.valid) == (3, False)
    assert "min_labels" in fact.reason
    assert judges(bench.store, run_id)["calls"].to_list() == [4]


def test_nothing_rated_calibrates_nothing(bench: Bench) -> None:
    """A calibration on no label is refused, with what to do."""
    rubric = Rubric.parse(json.dumps(RUBRIC))
    with pytest.raises(BadInput, match="nothing that people have rated"):
        keep(bench.store, Sheet("answer", "m"), "j", rubric, Bound("t", "h"))
