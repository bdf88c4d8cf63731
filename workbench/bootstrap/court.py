"""The tasks of a run that is there already, and who may judge its answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.contracts import canonical, digest
from engine.errors import BadInput
from engine.evals import Suite
from engine.evals.build import tasks_hash
from engine.evals.judge import read_rubric
from engine.evals.scorers.judge import JudgeScorer
from engine.evals.task import Task
from engine.models.catalog import Catalog
from workbench.bootstrap.judging import Court, every_scorer, named_judge
from workbench.bootstrap.request import Bench
from workbench.bootstrap.suite_files import suite_to_judge
from workbench.store.queries import facts
from workbench.store.queries.run import asked


@dataclass(frozen=True, slots=True)
class Hearing:
    """A run with who judges it, and its tasks where its suite is here."""

    court: Court
    suite: Suite | None
    tasks: dict[str, Task]
    """By id; none of a run that was recorded elsewhere."""


@asynccontextmanager
async def hearings(
    bench: Bench, run_ids: Sequence[str], judge: str = ""
) -> AsyncIterator[list[Hearing]]:
    """Each run ready to be judged; models are closed in the end.

    Raises `BadInput` where a run's tasks have been put in other words since.
    """
    async with Catalog(bench.settings.endpoints, unknown=bench.unknown) as catalog:
        yield [_hearing(bench, catalog, run_id, judge) for run_id in run_ids]


def _hearing(bench: Bench, catalog: Catalog, run_id: str, judge: str) -> Hearing:
    run = facts.run(bench.store.lake, run_id)
    suite = suite_to_judge(run, bench.store.lake)
    judge = judge or named_judge(run)
    said = asked(bench.store.lake, run_id)
    if suite is None:
        words = digest(canonical(said.to_dicts()))
        return Hearing(Court(bench, catalog, run, words, judge), None, {})
    tasks = {task.id: task for task in suite.tasks}
    court = Court(bench, catalog, run, tasks_hash(suite), judge)
    for subject in court.subjects():
        task = tasks.get(subject.episode.task_id)
        if task is None or subject.outcome.messages[: len(task.messages)] != task.messages:
            raise BadInput(
                f"the task {subject.episode.task_id} has been put in other words since {run_id}",
                hint="evaluate the suite as it is now, and judge that run",
            )
    return Hearing(court, suite, tasks)


def find_scorer(
    rubric: str | None,
    suite: Suite | None,
    *,
    model: str = "",
    repeats: int | None = None,
    reference: bool | None = None,
) -> JudgeScorer:
    """A judge by a rubric's file, or one that a suite has, by its label or its rubric's name.

    Without a name the suite's only one. What is given besides goes before what the suite says.
    Raises `BadInput` where there is no such judge, or more than one.
    """
    if rubric is not None and Path(rubric).is_file():
        found = read_rubric(Path(rubric))
        scorer = JudgeScorer(name=found.name, rubric=found, reference=found.reference)
    else:
        scorer = _only(rubric, judge_scorers(suite))
    given = {"model": model or None, "repeats": repeats, "reference": reference}
    return scorer.model_copy(update={k: v for k, v in given.items() if v is not None})


def judge_scorers(suite: Suite | None) -> list[JudgeScorer]:
    """The judges of a suite, those within composites too; each once."""
    found = every_scorer(suite) if suite else ()
    every = [scorer for scorer in found if isinstance(scorer, JudgeScorer)]
    return list({(scorer.label, scorer.rubric.hash): scorer for scorer in every}.values())


def _only(name: str | None, scorers: Sequence[JudgeScorer]) -> JudgeScorer:
    named = [s for s in scorers if name in {None, s.label}]
    named = named or [s for s in scorers if name == s.rubric.name]
    if len(named) == 1:
        return named[0]
    known = ", ".join(scorer.label for scorer in scorers) or "none"
    said = f"no judge {name!r}" if name else "which judge is not said"
    hint = f"--rubric FILE.yaml, or one of the suite's judges: {known}"
    raise BadInput(said if not named or name is None else f"{name!r} names several", hint=hint)
