"""Kept episodes put before judges and people: after a run, or whenever one likes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.clock import SystemClock
from engine.contracts import (
    Calibration,
    Episode,
    MessageSpec,
    Model,
    Rating,
    Recorder,
    Run,
    Score,
    Step,
)
from engine.errors import BadInput
from engine.evals import Outcome, Suite, Verdict
from engine.evals.assess import Case, assess_all, opinion_of
from engine.evals.judge import Opinion
from engine.evals.late import Assessment, Assessors, Late, Subject, is_late
from engine.evals.scorers.composite import Composite
from engine.evals.task import Scorer, Task
from engine.models.catalog import LARGE, SMALL, Catalog
from workbench.bootstrap.request import Bench
from workbench.store.queries import judging as queries

JUDGE: Final = "judge"
"""Where a run's settings hold the judge that was named for it."""
_AT_ONCE: Final = 64
"""Episodes whose steps are read at a time."""
_REMOTE: Final = 4
"""Answers judged at once by a model that takes several calls at a time."""


@dataclass(frozen=True, slots=True)
class Court:
    """Who judges the episodes of one run."""

    bench: Bench
    catalog: Catalog
    run: Run
    tasks_hash: str
    """Of the whole suite's tasks: calibrations hold for them alone."""
    judge: str = ""
    """The model where a scorer names none; empty: as the settings say."""

    def model(self, name: str) -> Model:
        """A judge by name; raises `BadInput` where none is named, `NotFound` for an unknown one."""
        wanted = name or self.judge or self.bench.settings.judge
        if not wanted:
            hint = "--judge MODEL, WORKBENCH_JUDGE, or model in the scorer"
            raise BadInput("a scorer asks a judge, and no model is named", hint=hint)
        return self.catalog.get(wanted)

    def check(self, scorers: Sequence[Late]) -> None:
        """Raise as `model` does where one of the judges cannot be asked."""
        for scorer in scorers:
            for name in scorer.judges():
                self.model(name)

    async def judge_missing(self, suite: Suite, recorder: Recorder) -> None:
        """Ask for the scores that the run's episodes lack."""
        recorder.flush()
        cases = [case for case in self._cases(suite) if _lacking(case)]
        await self.assess([_only_lacking(case) for case in cases], recorder)

    async def judge_again(self, suite: Suite, recorder: Recorder) -> int:
        """Score anew with today's ratings and calibrations; what judges said is not asked again.

        Gives the number of episodes looked at.
        """
        cases = list(self._cases(suite))
        await self.assess(cases, recorder)
        return len(cases)

    async def judge_with(
        self,
        scorer: Late,
        tasks: Mapping[str, Task],
        recorder: Recorder,
        only: Collection[str] | None = None,
    ) -> int:
        """Have a scorer of one's own speak of every episode, or of some; gives their number."""
        self.check([scorer])
        before = self._before()
        cases = [
            Case(
                tasks.get(subject.episode.task_id) or asked(subject),
                subject,
                [scorer],
                before.get(subject.episode.episode_id, {}),
            )
            for subject in self.subjects()
            if only is None or subject.episode.episode_id in only
        ]
        await self.assess(cases, recorder)
        return len(cases)

    async def assess(self, cases: Sequence[Case], recorder: Recorder) -> None:
        """Put the cases before their scorers; raises as `assess_all` does."""
        if not cases:
            return
        self.check([scorer for case in cases for scorer in case.scorers])
        listener = self.bench.listener
        listener.judging(self.run, len(cases))
        await assess_all(
            cases,
            self.assessors(),
            recorder,
            SystemClock(),
            concurrency=self._concurrency(cases),
            on_assessed=lambda _case, facts: listener.judged(facts),
        )

    def assessors(self) -> Assessors:
        """Models of the catalog, and what the store knows."""
        lake, run_id = self.bench.store.lake, self.run.run_id
        known: defaultdict[str, list[Opinion]] = defaultdict(list)
        for fact in queries.judgements(lake, run_id):
            known[fact.episode_id].append(opinion_of(fact))
        ratings: defaultdict[tuple[str, str], list[Rating]] = defaultdict(list)
        for rating in queries.ratings(lake, run_id):
            ratings[rating.episode_id, rating.rubric_hash].append(rating)
        calibrations = queries.calibrations(lake)
        return Assessors(
            model=self.model,
            calibration=lambda said: standing(
                calibrations, (said.judge, said.rubric_hash, said.method), self.tasks_hash
            ),
            ratings=lambda episode_id, rubric: ratings.get((episode_id, rubric), []),
            known=lambda episode_id: known.get(episode_id, ()),
            seed=self.run.seed,
        )

    def subjects(self) -> Iterator[Subject]:
        """The run's episodes that can be judged, a few read at a time."""
        lake = self.bench.store.lake
        episodes = queries.ended(lake, self.run.run_id)
        for first in range(0, len(episodes), _AT_ONCE):
            some = episodes[first : first + _AT_ONCE]
            said: defaultdict[str, list[MessageSpec]] = defaultdict(list)
            for step in queries.own_steps(lake, [episode.episode_id for episode in some]):
                said[step.episode_id] += _spoken(step)
            for episode in some:
                yield Subject(episode, _outcome(episode, said[episode.episode_id]))

    def _cases(self, suite: Suite) -> Iterator[Case]:
        tasks = {task.id: task for task in suite.tasks}
        before = self._before()
        for subject in self.subjects():
            task = tasks.get(subject.episode.task_id)
            late = [scorer for scorer in suite.scorers(task) if is_late(scorer)] if task else []
            if task is not None and late:
                yield Case(task, subject, late, before.get(subject.episode.episode_id, {}))

    def _before(self) -> Mapping[str, Mapping[str, Score]]:
        """The latest scores, by episode and scorer."""
        found: defaultdict[str, dict[str, Score]] = defaultdict(dict)
        for score in queries.scores(self.bench.store.lake, self.run.run_id):
            found[score.episode_id][score.scorer] = score
        return found

    def _concurrency(self, cases: Sequence[Case]) -> int:
        names = {name for case in cases for scorer in case.scorers for name in scorer.judges()}
        embedded = {self.model(name).name for name in names} & {SMALL, LARGE}
        return 1 if embedded else _REMOTE


@dataclass(frozen=True, slots=True)
class Unscored:
    """A scorer whose judges are heard, and which gives no score."""

    scorer: Late

    @property
    def label(self) -> str:
        """That of the scorer."""
        return self.scorer.label

    @property
    def late(self) -> bool:
        """As the scorer is."""
        return self.scorer.late

    def judges(self) -> Sequence[str]:
        """Those of the scorer."""
        return self.scorer.judges()

    def check(self, task: Task) -> None:
        """As the scorer does."""
        self.scorer.check(task)

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """As the scorer does."""
        return self.scorer.score(task, outcome)

    async def assess(self, task: Task, subject: Subject, assessors: Assessors) -> Assessment:
        """What its judges say, alone."""
        found = await self.scorer.assess(task, subject, assessors)
        return Assessment(None, found.opinions)


def standing(
    calibrations: Sequence[Calibration], asked_as: tuple[str, str, str], tasks_hash: str
) -> Calibration | None:
    """The latest calibration of this judge, rubric hash and way of asking, for these tasks."""
    for fact in calibrations:
        known = (fact.judge, fact.rubric_hash, fact.figures.get("method"))
        if known == asked_as and fact.task_set_hash == tasks_hash:
            return fact
    return None


def late_scorers(suite: Suite) -> list[Late]:
    """The scorers of a suite that ask models or people."""
    return [scorer for scorer in _scorers(suite) if is_late(scorer)]


def every_scorer(suite: Suite) -> Iterator[Scorer]:
    """The scorers of a suite's tasks and families, and those within composites."""
    for scorer in _scorers(suite):
        yield from _within(scorer)


def _within(scorer: Scorer) -> Iterator[Scorer]:
    yield scorer
    if isinstance(scorer, Composite):
        for part in scorer.parts:
            yield from _within(part.scorer)


def _scorers(suite: Suite) -> list[Scorer]:
    own = [scorer for task in suite.tasks for scorer in task.scorers]
    return [*own, *(scorer for family in suite.families for scorer in family.scorers)]


def named_judge(run: Run) -> str:
    """The judge that was named for a run; empty where none was."""
    return str(run.provenance.settings.get(JUDGE, ""))


def asked(subject: Subject) -> Task:
    """The task of an episode whose suite is not here: what was asked, and no target."""
    messages = subject.outcome.messages
    first = next((at for at, message in enumerate(messages) if message.role != "user"), None)
    episode = subject.episode
    return Task(episode.task_id, episode.family, messages[:first] or messages[:1], None)


def _lacking(case: Case) -> bool:
    return any(scorer.label not in case.before for scorer in case.scorers)


def _only_lacking(case: Case) -> Case:
    scorers = [scorer for scorer in case.scorers if scorer.label not in case.before]
    return Case(case.task, case.subject, scorers, case.before)


def _spoken(step: Step) -> list[MessageSpec]:
    return [message for message in step.messages if message.role != "system"]


def _outcome(episode: Episode, messages: Sequence[MessageSpec]) -> Outcome:
    agents: Any = episode.metadata.get("agents") or [episode.agent]
    return Outcome(
        answer=episode.answer,
        messages=tuple(messages),
        stop_reason=episode.stop_reason,
        agents=tuple(agents),
    )
