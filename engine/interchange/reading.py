"""Recordings of any format as a run: found, checked, and given an episode at a time.

Everything is read twice. The first time it is checked and counted, so that a file at fault is
refused before a fact of it is known; the second time it becomes facts. Neither holds more than
one sample at once; what a format must read whole, its module says.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.clock import ManualClock
from engine.contracts import (
    ErrorSpec,
    Fact,
    JsonObject,
    Provenance,
    Run,
    RunEnd,
    RunStatus,
    UnknownFields,
    digest,
)
from engine.contracts.wire import Report, ignore
from engine.errors import BadInput
from engine.interchange.files import files_of, unlike
from engine.interchange.writing import Sample, Turn, episode_facts

RECORDED: Final = "recorded"
"""The agent of a run whose recording names none."""
SEVERAL: Final = "several"
"""The model of a run in which more than one answered."""
_NAMES_KEPT: Final = 2
OnSample = Callable[[], None]


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Head:
    """What a recording says of itself as a whole; empty and null: nothing."""

    suite: str = ""
    agent: str = ""
    model: str = ""
    times: tuple[float, float] | None = None
    status: RunStatus = "finished"
    error: ErrorSpec | None = None
    git_commit: str | None = None
    packages: dict[str, str] = field(default_factory=dict)
    settings: JsonObject = field(default_factory=dict)


def no_head(_files: Sequence[Path]) -> Head:
    """The head of a format that has none."""
    return Head()


@dataclass(frozen=True, slots=True)
class Format:
    """How recordings of one kind are read.

    `samples` reads files one sample at a time, reports what it does not know by JSON pointer, and
    raises `BadInput` naming file, sample and field.
    """

    source: str
    suffixes: tuple[str, ...]
    samples: Callable[[Sequence[Path], Report], Iterator[Sample]]
    head: Callable[[Sequence[Path]], Head] = no_head
    each: bool = False
    """Whether a file is a run of its own; else all files together are one."""


@dataclass(slots=True)
class Survey:
    """What was counted while everything was checked."""

    episodes: int = 0
    epochs: int = 1
    models: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    began: float = float("inf")
    ended: float = 0.0

    def take(self, sample: Sample) -> None:
        """Count a sample."""
        self.episodes += 1
        self.epochs = max(self.epochs, sample.epoch + 1)
        for turn in sample.turns:
            if turn.model and len(self.models) < _NAMES_KEPT:
                self.models.add(turn.model)
            if turn.kind == "model" and len(self.agents) < _NAMES_KEPT:
                self.agents.add(turn.agent)
            if turn.times:
                self.began = min(self.began, turn.times[0])
                self.ended = max(self.ended, turn.times[1])

    @property
    def model(self) -> str:
        """The one model that answered; empty: none is named."""
        return SEVERAL if len(self.models) > 1 else next(iter(self.models), "")

    @property
    def agent(self) -> str:
        """The one agent that spoke, where recordings name it."""
        named = self.agents - {Turn(kind="model", messages=()).agent}
        return next(iter(named)) if len(self.agents) == 1 and named else RECORDED


class Intake:
    """The recordings that become one run.

    Its id is made of the content, and of tenant and suite where these are given: reading the same
    again gives the same run.
    """

    def __init__(
        self,
        form: Format,
        files: Sequence[Path],
        digests: Sequence[str],
        *,
        tenant: str = "local",
        suite: str = "",
    ) -> None:
        self.files = files
        self.source = form.source
        self._form = form
        self._tenant = tenant
        self._suite = suite
        self._survey = Survey()
        told = [text for text in (suite, tenant if tenant != "local" else "") if text]
        whole = [*sorted(digests), *told]
        self._digest = whole[0] if len(whole) == 1 else digest("\n".join(whole).encode())

    def run(self, now: float, on_sample: OnSample = _nothing) -> Run:
        """Check everything, and say what run it makes; raises `BadInput` at the first fault."""
        survey = self._survey = Survey()
        for sample in self._form.samples(self.files, ignore):
            survey.take(sample)
            on_sample()
        if not survey.episodes:
            raise BadInput("holds no episode", where=", ".join(map(str, self.files[:3])))
        return self._run(self._form.head(self.files), survey, now)

    def groups(
        self, run: Run, now: float, on_sample: OnSample = _nothing
    ) -> Iterator[tuple[Fact, ...]]:
        """The facts of what `run` gave: a group an episode, last the run's end.

        With it come the fields that nobody knows.
        """
        unknown = UnknownFields(ManualClock(now))
        for sample in self._form.samples(self.files, unknown.reporter(self.source)):
            yield tuple(episode_facts(run, sample, now=now))
            on_sample()
        head = self._form.head(self.files)
        ended = head.times[1] if head.times else self._survey.ended or now
        end = RunEnd(
            tenant=run.tenant,
            run_id=run.run_id,
            status=head.status,
            ended_at=ended,
            error=head.error,
        )
        yield (*unknown.take(run.run_id, run.tenant), end)

    def _run(self, head: Head, survey: Survey, now: float) -> Run:
        name = self.files[0].name.split(".")[0] if len(self.files) == 1 else ""
        model = head.model or survey.model
        suite = self._suite or head.suite or self.source
        began = head.times[0] if head.times else survey.began
        return Run(
            tenant=self._tenant,
            run_id=f"run-{self.source}-{self._digest[:12]}",
            name=" ".join(filter(None, (suite, name or model))),
            suite=suite,
            agent=head.agent or survey.agent,
            model=model,
            epochs=survey.epochs,
            planned=survey.episodes,
            seed=0,
            started_at=now if began == float("inf") else began,
            source=self.source,
            provenance=Provenance(
                suite_hash=self._digest,
                git_commit=head.git_commit,
                packages=head.packages,
                settings=head.settings,
            ),
        )


class Tries:
    """Numbers the tries of a task where a recording does not: 0, 1 and so on as they come."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def epoch(self, task: str) -> int:
        """The epoch of the next try of a task."""
        self._seen[task] += 1
        return self._seen[task] - 1


def intakes(
    form: Format, paths: Sequence[Path], *, tenant: str = "local", suite: str = ""
) -> list[Intake]:
    """The runs that recordings make; a file that is there twice counts once.

    Raises `NotFound` where there is no file of that kind, `BadInput` where one cannot be read.
    """
    files = unlike(files_of(paths, form.suffixes))
    told = {"tenant": tenant, "suite": suite}
    if form.each:
        return [Intake(form, [file], [content], **told) for content, file in files.items()]
    return [Intake(form, list(files.values()), list(files), **told)]


def read_recordings(
    form: Format, path: Path, *, now: float, tenant: str = "local"
) -> Iterator[tuple[Fact, ...]]:
    """The facts of a file, or of a folder of them: each run, its episodes, its end.

    Raises `BadInput` naming file, sample and field before a fact of that run is given, `NotFound`
    where there is no such file.
    """
    for intake in intakes(form, [path], tenant=tenant):
        run = intake.run(now)
        yield (run,)
        yield from intake.groups(run, now)
