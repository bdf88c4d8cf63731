"""Judges put beside people: on a run that people have rated, or on a file of labels."""

import math
import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.clock import SystemClock
from engine.contracts import Calibration, Json, Model, Rating, Recorder, digest
from engine.errors import BadInput
from engine.evals.calibrating import Figures, Labelled, figures, why_not
from engine.evals.calibrating.labelled import Kind
from engine.evals.files import read_bytes
from engine.evals.judge import Asking, Exhibit, Judge, Opinion, PairOpinion, Rubric, judge_pair
from engine.evals.judge.pairwise import pair_method
from engine.evals.late import Subject
from engine.evals.scorers.human import by_rater
from engine.evals.scorers.judge import JudgeScorer
from engine.evals.task import Task
from workbench.bootstrap.court import Hearing
from workbench.bootstrap.judging import Court, Unscored
from workbench.bootstrap.labels import Entry, LabelledAnswer, LabelledPair, read_labels
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.queries import judging

_SAID: Final = {True: "pass", False: "fail"}
OnJudged = Callable[[int, int], None]


def quiet(_done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Sheet:
    """What is known so far: labelled items, failures, and what asking took."""

    kind: Kind
    method: str
    items: list[Labelled] = field(default_factory=list)
    failed: int = 0
    split: int = 0
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0

    def spend(self, opinion: Opinion | PairOpinion) -> None:
        """Count what an opinion took."""
        self.calls += opinion.usage.calls
        self.tokens += opinion.usage.total_tokens
        known = self.cost_usd is not None and opinion.cost_usd is not None
        self.cost_usd = (self.cost_usd or 0) + (opinion.cost_usd or 0) if known else None

    def figures(self, seed: int = 0) -> Figures:
        """All figures of it."""
        return figures(
            self.items,
            kind=self.kind,
            method=self.method,
            failed=self.failed,
            split=self.split,
            seed=seed,
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """What a calibration is bound to beside the judge and the rubric."""

    task_set: str
    task_set_hash: str
    run_id: str = ""


async def add_run(
    sheet: Sheet, court: Court, scorer: JudgeScorer, tasks: Mapping[str, Task], recorder: Recorder
) -> None:
    """Add all answers of a run that people have rated by the scorer's rubric, judged as well.

    What the judge has said before is not asked again.
    """
    said = judging.ratings(court.bench.store.lake, court.run.run_id, scorer.rubric.hash)
    rated: defaultdict[str, list[Rating]] = defaultdict(list)
    for rating in said:
        rated[rating.episode_id].append(rating)
    await court.judge_with(Unscored(scorer), tasks, recorder, only=rated)
    recorder.flush()
    judge = Judge(court.model(scorer.model), scorer.rubric, scorer.asking(court.run.seed))
    known = court.assessors().known
    for subject in court.subjects():
        episode_id = subject.episode.episode_id
        if episode_id in rated:
            word = next((o for o in known(episode_id) if judge.has_said(o)), None)
            _take_rated(sheet, subject, rated[episode_id], word, scorer.rubric)


def _take_rated(
    sheet: Sheet,
    subject: Subject,
    ratings: Sequence[Rating],
    opinion: Opinion | None,
    rubric: Rubric,
) -> None:
    words = [passed for passed, _ in by_rater(ratings, rubric).values()]
    ayes = sum(words)
    if 2 * ayes == len(words):  # nobody has rated all of it, or they are evenly split
        sheet.split += 1
        return
    if opinion is None:
        sheet.failed += 1
        return
    sheet.spend(opinion)
    episode = subject.episode
    sheet.items.append(
        Labelled(
            item=episode.episode_id,
            task=episode.task_id,
            truth=_SAID[2 * ayes > len(words)],
            said=_SAID[opinion.passed],
            confidence=opinion.confidence,
            length=math.log1p(len(episode.answer or "")),
            reason=opinion.reason,
            raters=tuple(_SAID[word] for word in words),
            agreement=opinion.agreement,
        )
    )


async def sheet_of_file(
    path: Path,
    model: Model,
    rubric: Rubric,
    asking: Asking,
    *,
    limit: int | None = None,
    on_judged: OnJudged = quiet,
) -> Sheet:
    """The labels of a file beside what the judge says of each; see `sheet_of`."""
    entries = read_labels(path)
    return await sheet_of(entries, model, rubric, asking, limit=limit, on_judged=on_judged)


async def sheet_of(
    entries: Sequence[Entry],
    model: Model,
    rubric: Rubric,
    asking: Asking,
    *,
    limit: int | None = None,
    on_judged: OnJudged = quiet,
) -> Sheet:
    """Labels, all of answers or all of pairs, beside what the judge says; `limit` draws some."""
    if limit is not None and limit < len(entries):
        chosen = sorted(random.Random(asking.seed).sample(range(len(entries)), limit))
        entries = [entries[place] for place in chosen]
    pairs = isinstance(entries[0], LabelledPair)
    method = pair_method(reference=asking.reference) if pairs else asking.method
    sheet = Sheet("pair" if pairs else "answer", method)
    judge = Judge(model, rubric, asking)
    for place, entry in enumerate(entries, start=1):
        reference = entry.reference if asking.reference else None
        if isinstance(entry, LabelledPair):
            outputs = (entry.output_1, entry.output_2)
            said = await judge_pair(
                model, rubric, entry.input, outputs, reference=reference, seed=asking.seed
            )
            _take_pair(sheet, entry, said)
        else:
            opinion = await judge.judge(Exhibit(entry.input, entry.answer, reference))
            _take_answer(sheet, entry, opinion)
        on_judged(place, len(entries))
    return sheet


def _take_pair(sheet: Sheet, entry: LabelledPair, said: PairOpinion) -> None:
    sheet.spend(said)
    if said.error is not None:
        sheet.failed += 1
        return
    one, other = len(entry.output_1), len(entry.output_2)
    sheet.items.append(
        Labelled(
            item=entry.id,
            task=entry.task,
            truth=str(entry.label),
            said=str(said.winner or "tie"),
            confidence=said.confidence,
            length=math.log1p(one) - math.log1p(other),
            reason=said.reason,
            first_shown=said.first_shown,
            consistent=said.consistent,
        )
    )


def _take_answer(sheet: Sheet, entry: LabelledAnswer, opinion: Opinion) -> None:
    sheet.spend(opinion)
    if opinion.error is not None:
        sheet.failed += 1
        return
    sheet.items.append(
        Labelled(
            item=entry.id,
            task=entry.task,
            truth=_SAID[entry.passed],
            said=_SAID[opinion.passed],
            confidence=opinion.confidence,
            length=math.log1p(len(entry.answer)),
            reason=opinion.reason,
            raters=tuple(_SAID[word] for word in entry.raters.values()),
            agreement=opinion.agreement,
        )
    )


def keep(store: Store, sheet: Sheet, judge: str, rubric: Rubric, bound: Bound) -> Calibration:
    """Reckon the figures, and keep them as a calibration; gives it."""
    if not sheet.items:
        raise BadInput(
            f"nothing that people have rated by rubric {rubric.name} has a judgement: "
            f"{sheet.failed} without one, {sheet.split} without a majority of people",
            hint="rate answers first; a rubric that was changed is another one",
        )
    found = sheet.figures()
    reason = why_not(found)
    effort: dict[str, Json] = {
        "calls": sheet.calls,
        "tokens": sheet.tokens,
        "cost_usd": sheet.cost_usd,
    }
    fact = Calibration(
        run_id=bound.run_id,
        calibration_id=f"cal-{secrets.token_hex(6)}",
        judge=judge,
        rubric=rubric.name,
        rubric_hash=rubric.hash,
        task_set=bound.task_set,
        task_set_hash=bound.task_set_hash,
        labels=found.labels,
        accuracy=found.accuracy.value or 0.0,
        kappa=found.kappa.value,
        valid=not reason,
        reason=reason,
        figures={**found.model_dump(mode="json"), "effort": effort},
        calibrated_at=SystemClock().now(),
    )
    append_fact(store.lake, fact, fact.calibration_id)
    return fact


def figures_of(fact: Calibration) -> Figures:
    """What a calibration reports; raises `BadInput` where it was kept in another form."""
    return Figures.parse({k: v for k, v in fact.figures.items() if k != "effort"}, "figures")


def of_file(path: Path) -> Bound:
    """A calibration that holds for the answers of this file alone."""
    return Bound(path.name, digest(read_bytes(path)))


def of_run(every: Sequence[Hearing]) -> Bound:
    """A calibration that holds for the tasks of these runs; `BadInput` where they differ."""
    first = every[0].court
    if len({hearing.court.tasks_hash for hearing in every}) > 1:
        raise BadInput("the runs are not of the same tasks", hint="calibrate on each suite apart")
    return Bound(first.run.suite, first.tasks_hash, first.run.run_id if len(every) == 1 else "")
