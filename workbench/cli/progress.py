"""A progress bar a run: done of planned, passed so far, rate and time to go."""

from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from engine.contracts import Episode, Fact, Judgement, Run, Score
from engine.evals import Suite
from workbench.bootstrap import Listener
from workbench.cli.output import progress_console


class _Rate(ProgressColumn):
    """Episodes a second over the last while."""

    def render(self, task: Task) -> Text:
        speed = task.speed or 0.0
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.0f}/min")


class Bars(Listener):
    """Shows runs as they go; `runs` lists the ids of those begun, `errors` counts codes by run."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.runs: list[str] = []
        self._task: TaskID | None = None
        self.episodes: Counter[str] = Counter()
        self.errors: dict[str, Counter[str]] = {}
        self._tally = {"passed": 0, "errors": 0}
        self._unjudged = 0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=progress_console,
            disable=quiet,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave the bars as they are."""
        if self._task is not None:
            self._progress.stop()

    def left_out(self, suite: Suite) -> None:
        """A line for people."""
        said = f"left out for their state: {suite.said_left_out} of {suite.name}; see --state"
        progress_console.print(said)

    def started(self, run: Run, missing: int) -> None:
        """A bar of its own for this run."""
        self._progress.start()
        self.runs.append(run.run_id)
        self._tally = {"passed": 0, "errors": 0}
        self._task = self._progress.add_task(run.name, total=missing, note="")

    def judging(self, run: Run, cases: int) -> None:
        """A bar for the judges of this run."""
        self._progress.start()
        if run.run_id not in self.runs:
            self.runs.append(run.run_id)
        self._unjudged = 0
        self._task = self._progress.add_task(f"judging {run.name}", total=cases, note="")

    def judged(self, facts: Sequence[Fact]) -> None:
        """One further episode that was judged, with how often no judgement came about."""
        if self._task is None:
            return
        failed = [f for f in facts if isinstance(f, Judgement) and "error" in f.details]
        self._unjudged += len(failed)
        note = f"{self._unjudged} without a judgement" if self._unjudged else ""
        self._progress.update(self._task, advance=1, note=note)

    def advance(self, what: str, done: int, total: int) -> None:
        """So many of all are done of something that is no run."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(what, total=total, note="")
        self._progress.update(self._task, completed=done)

    def ended(self, episode: Episode, scores: tuple[Score, ...]) -> None:
        """One further episode, with what has passed so far."""
        self.episodes[episode.run_id] += 1
        if episode.error:
            self.errors.setdefault(episode.run_id, Counter())[episode.error.code] += 1
        if self._task is None:
            return
        gating = [score for score in scores if not score.advisory]
        self._tally["passed"] += bool(gating) and all(score.passed for score in gating)
        self._tally["errors"] += episode.error is not None
        failed = f", {self._tally['errors']} errors" if self._tally["errors"] else ""
        note = f"{self._tally['passed']} passed{failed}"
        self._progress.update(self._task, advance=1, note=note)
