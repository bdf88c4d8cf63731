"""A progress bar a run: done of planned, passed so far, rate and time to go."""

from collections import Counter
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

from engine.contracts import Episode, Run, Score
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
        if self.runs:
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

    def ended(self, episode: Episode, scores: tuple[Score, ...]) -> None:
        """One further episode, with what has passed so far."""
        self.episodes[episode.run_id] += 1
        if episode.error:
            self.errors.setdefault(episode.run_id, Counter())[episode.error.code] += 1
        if self._task is None:
            return
        self._tally["passed"] += bool(scores) and all(score.passed for score in scores)
        self._tally["errors"] += episode.error is not None
        failed = f", {self._tally['errors']} errors" if self._tally["errors"] else ""
        note = f"{self._tally['passed']} passed{failed}"
        self._progress.update(self._task, advance=1, note=note)
