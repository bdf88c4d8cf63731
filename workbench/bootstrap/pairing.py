"""The answers of two runs to the same tasks, shown to a judge side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.clock import SystemClock
from engine.contracts import Json, Judgement, Model, Recorder
from engine.contracts.model import total_cost
from engine.errors import BadInput
from engine.evals.judge import PairOpinion, Rubric, judge_pair
from engine.evals.late import Subject
from engine.evals.scorers.judge import exhibit
from engine.statistics import Estimate, cluster_bootstrap, mean, permutation_test
from workbench.bootstrap.court import Hearing
from workbench.bootstrap.judging import asked, standing
from workbench.bootstrap.standing import stands
from workbench.store.queries import judging


@dataclass(frozen=True, slots=True)
class Paired:
    """One task in one epoch as both runs did it, and what the judge says."""

    task_id: str
    epoch: int
    episode_a: str
    episode_b: str
    opinion: PairOpinion


@dataclass(frozen=True, slots=True)
class Pairing:
    """Run b against run a by a judge that saw both answers in both orders."""

    a: str
    b: str
    judge: str
    rubric: str
    method: str
    pairs: int
    won: int
    """By b."""
    lost: int
    tied: int
    inconsistent: float
    """Share of the pairs on which the orders disagree: they are ties."""
    first_shown: float
    """Share of words for what was shown first: 1/2 without a position bias."""
    failed: int
    rate: Estimate
    """Share won by b, ties one half, with its interval over tasks."""
    p_value: float
    """Permutation test by task."""
    standing: str
    """Whether the judge may gate, and why."""
    calls: int
    tokens: int
    cost_usd: float | None


def matched(a: Hearing, b: Hearing) -> list[tuple[Subject, Subject]]:
    """The answers of both runs by task and epoch; raises `BadInput` where none match."""
    if a.court.tasks_hash != b.court.tasks_hash:
        raise BadInput("the two runs are not of the same tasks", hint="see workbench compare")
    left = {(s.episode.task_id, s.episode.epoch): s for s in a.court.subjects()}
    right = {(s.episode.task_id, s.episode.epoch): s for s in b.court.subjects()}
    found = [(left[key], right[key]) for key in left if key in right]
    if not found:
        raise BadInput("the two runs share no sample")
    return found


async def judge_pairs(
    a: Hearing,
    b: Hearing,
    rubric: Rubric,
    model: Model,
    recorder: Recorder,
    *,
    on_judged: Callable[[], None] = lambda: None,
) -> Pairing:
    """Show each pair in both orders, and keep what the judge says under the second run."""
    done: list[Paired] = []
    for one, other in matched(a, b):
        task = a.tasks.get(one.episode.task_id) or asked(one)
        reference = task.target if rubric.reference else None
        shown = [exhibit(rubric, task, subject.outcome, reference) for subject in (one, other)]
        opinion = await judge_pair(
            model,
            rubric,
            task.text,
            (shown[0].answer, shown[1].answer),
            reference=shown[0].reference,
            seed=b.court.run.seed,
        )
        recorder.add(_judgement(one, other, opinion))
        episode = other.episode
        ids = (one.episode.episode_id, episode.episode_id)
        done.append(Paired(episode.task_id, episode.epoch, *ids, opinion))
        on_judged()
    recorder.flush()
    return _pairing(a, b, done)


def _judgement(one: Subject, other: Subject, opinion: PairOpinion) -> Judgement:
    """What is kept: the value is 1 where the second run's answer wins."""
    episode = other.episode
    value = {0: 0.5, 1: 0.0, 2: 1.0}[opinion.winner]
    details: dict[str, Json] = {
        "method": opinion.method,
        "pair": {
            "other": one.episode.episode_id,
            "winner": opinion.winner,
            "as_shown": opinion.as_shown,
            "swapped": opinion.swapped,
        },
    }
    if opinion.error is not None:
        details["error"] = opinion.error.model_dump(mode="json", exclude_none=True)
    return Judgement(
        tenant=episode.tenant,
        run_id=episode.run_id,
        episode_id=episode.episode_id,
        task_id=episode.task_id,
        scorer=f"{opinion.rubric}, paired",
        judge=opinion.judge,
        rubric=opinion.rubric,
        rubric_hash=opinion.rubric_hash,
        value=value,
        passed=value == 1,
        confidence=opinion.confidence,
        agreement=float(opinion.consistent),
        repeats=2,
        reason=opinion.reason,
        details=details,
        usage=opinion.usage,
        cost_usd=opinion.cost_usd,
        judged_at=SystemClock().now(),
    )


def _pairing(a: Hearing, b: Hearing, done: list[Paired]) -> Pairing:
    judged = [pair for pair in done if pair.opinion.error is None]
    if not judged:
        raise BadInput(f"no judgement of any of {len(done)} pairs: {done[0].opinion.reason}")
    opinions = [pair.opinion for pair in judged]
    tasks = [pair.task_id for pair in judged]
    gains = [{0: 0.0, 1: -0.5, 2: 0.5}[opinion.winner] for opinion in opinions]
    first = opinions[0]
    every = [pair.opinion for pair in done]
    found = standing(
        judging.calibrations(b.court.bench.store.lake),
        (first.judge, first.rubric_hash, first.method),
        b.court.tasks_hash,
    )
    return Pairing(
        a=a.court.run.run_id,
        b=b.court.run.run_id,
        judge=first.judge,
        rubric=first.rubric,
        method=first.method,
        pairs=len(judged),
        won=gains.count(0.5),
        lost=gains.count(-0.5),
        tied=gains.count(0.0),
        inconsistent=mean([float(not opinion.consistent) for opinion in opinions]),
        first_shown=mean([opinion.first_shown for opinion in opinions]),
        failed=len(done) - len(judged),
        rate=cluster_bootstrap(mean, [0.5 + gain for gain in gains], tasks),
        p_value=permutation_test(gains, tasks).p_value,
        standing=stands(found),
        calls=sum(opinion.usage.calls for opinion in every),
        tokens=sum(opinion.usage.total_tokens for opinion in every),
        cost_usd=total_cost(opinion.cost_usd for opinion in every),
    )
