"""Kept episodes put before the scorers that ask models or people, and what they say kept."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.clock import Clock
from engine.contracts import Fact, Json, Judgement, Recorder, Score
from engine.errors import ModelRefused, ModelUnreachable, RunFailed
from engine.evals.judge.opinion import Opinion
from engine.evals.late import Assessors, Late, Subject
from engine.evals.outcome import Verdict
from engine.evals.task import Task

FAILURES_LIMIT: Final = 3
"""A judge that cannot be asked so often in a row is down: each further sample would only fail."""
_DOWN: Final = frozenset({ModelUnreachable.code, ModelRefused.code})


@dataclass(frozen=True, slots=True)
class Case:
    """An episode with the scorers that are to speak of it."""

    task: Task
    subject: Subject
    scorers: Sequence[Late]
    before: Mapping[str, Score]
    """The latest scores by label: one that comes out the same is not kept again."""


OnAssessed = Callable[[Case, Sequence[Fact]], None]


async def assess_all(
    cases: Sequence[Case],
    assessors: Assessors,
    recorder: Recorder,
    clock: Clock,
    *,
    concurrency: int = 1,
    on_assessed: OnAssessed = lambda _case, _facts: None,
) -> None:
    """Assess every case, and keep what comes of one all at once or not at all.

    Raises `RunFailed` where a judge cannot be reached; what was said before is kept.
    """
    left: Iterator[Case] = iter(cases)
    failures: list[str] = []

    async def work() -> None:
        for case in left:
            facts = await assess(case, assessors, clock)
            if facts:
                recorder.add(*facts)
            on_assessed(case, facts)
            _watch(facts, failures)

    workers = [asyncio.create_task(work()) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        recorder.flush()


async def assess(case: Case, assessors: Assessors, clock: Clock) -> list[Fact]:
    """The judgements and scores that are new."""
    facts: list[Fact] = []
    for scorer in case.scorers:
        found = await scorer.assess(case.task, case.subject, assessors)
        now = clock.now()
        for label, opinion in found.opinions.items():
            facts.append(judgement(case.subject, label, opinion, assessors, now))
        if found.verdict is not None:
            score = _score(case.subject, scorer.label, found.verdict, now)
            if _says_new(score, case.before.get(scorer.label)):
                facts.append(score)
    return facts


def judgement(
    subject: Subject, label: str, opinion: Opinion, assessors: Assessors, now: float
) -> Judgement:
    """An opinion as it is kept."""
    episode = subject.episode
    calibration = assessors.calibration(opinion)
    details: dict[str, Json] = {
        "method": opinion.method,
        "criteria": [word.model_dump(mode="json") for word in opinion.criteria],
    }
    if opinion.error is not None:
        details["error"] = opinion.error.model_dump(mode="json", exclude_none=True)
    return Judgement(
        tenant=episode.tenant,
        run_id=episode.run_id,
        episode_id=episode.episode_id,
        task_id=episode.task_id,
        scorer=label,
        **{name: getattr(opinion, name) for name in _SHARED},
        details=details,
        calibration_id=calibration.calibration_id if calibration and calibration.valid else "",
        judged_at=now,
    )


_SHARED: Final = (
    *("judge", "rubric", "rubric_hash", "value", "passed", "confidence"),
    *("agreement", "repeats", "reason", "usage", "cost_usd"),
)


def opinion_of(kept: Judgement) -> Opinion:
    """The opinion that was kept."""
    said: dict[str, Any] = {name: getattr(kept, name) for name in _SHARED}
    said["usage"] = kept.usage.model_dump()
    known = {name: kept.details[name] for name in ("criteria", "error") if name in kept.details}
    return Opinion.parse({**said, **known, "method": kept.details.get("method", "")})


def _score(subject: Subject, label: str, verdict: Verdict, now: float) -> Score:
    episode = subject.episode
    return Score(
        **{name: getattr(episode, name) for name in _OF_EPISODE},
        scorer=label,
        value=verdict.value,
        passed=verdict.passed,
        reason=verdict.reason,
        scored_at=now,
        advisory=verdict.advisory,
        details=verdict.details,
    )


_OF_EPISODE: Final = ("tenant", "run_id", "episode_id", "task_id", "family", "epoch")


def _says_new(score: Score, before: Score | None) -> bool:
    ignored = {"scored_at": 0.0}
    if before is None:
        return True
    return score.model_copy(update=ignored) != before.model_copy(update=ignored)


def _watch(facts: Sequence[Fact], failures: list[str]) -> None:
    """Give up on a judge that is down."""
    for fact in facts:
        if not isinstance(fact, Judgement):
            continue
        error: Any = fact.details.get("error")
        if error is None or error["code"] not in _DOWN:
            failures.clear()
            continue
        failures.append(f"{error['code']}: {error['message']}")
    if len(failures) >= FAILURES_LIMIT:
        said = f"the judge cannot be asked, {len(failures)} times in a row: {failures[-1]}"
        run_id = facts[0].run_id
        raise RunFailed(said, hint=f"once that is mended: workbench eval --resume {run_id}")
