"""Episodes recorded elsewhere, taken into the store."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from engine.clock import SystemClock
from engine.contracts import Episode, Fact, Run
from engine.errors import NotFound
from engine.interchange import FORMATS, Format, Intake, intakes
from workbench.store import Store
from workbench.store.liveness import run_lock
from workbench.store.queries.runs import state


@dataclass(frozen=True, slots=True)
class Imported:
    """The run that recordings have become."""

    run_id: str
    episodes: int
    new: int
    """Episodes that the store did not have; 0: nothing has changed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `done` of `total` episodes; null: they are not counted yet."""

    source: str
    done: int
    total: int | None = None


OnProgress = Callable[[Progress], None]


def import_recordings(
    store: Store,
    paths: Path | str | Sequence[Path | str],
    *,
    format: str,  # noqa: A002 - what a user calls it
    suite: str = "",
    tenant: str = "local",
    on_progress: OnProgress = lambda _progress: None,
) -> list[Imported]:
    """Take in recordings of one of `engine.interchange.FORMATS`: files, or folders of them.

    Importing the same again changes nothing. All is checked before anything is written, so a
    recording at fault leaves no trace. An episode is in the store whole or not at all; where
    the import is cut short, the next one goes on from there.

    `suite` is what the runs' suite is called; empty: as the recording says, or by its format.

    Raises `BadInput` naming file, sample and field at fault, `NotFound` where there is no file.
    """
    given = [paths] if isinstance(paths, Path | str) else paths
    found = intakes(_format(format), [Path(p) for p in given], tenant=tenant, suite=suite)
    now = SystemClock().now()
    runs = [(one, _surveyed(one, now, on_progress)) for one in found]
    return [_taken(store, one, run, now, on_progress) for one, run in runs]


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise NotFound(f"no format {name!r}", hint=f"known: {', '.join(FORMATS)}")
    return FORMATS[name]


class _Counter:
    """Tells of each episode."""

    def __init__(self, source: str, total: int | None, on_progress: OnProgress) -> None:
        self._source = source
        self._total = total
        self._tell = on_progress
        self._done = 0

    def __call__(self) -> None:
        """One further episode."""
        self._done += 1
        self._tell(Progress(self._source, self._done, self._total))


def _surveyed(intake: Intake, now: float, on_progress: OnProgress) -> Run:
    return intake.run(now, _Counter(intake.source, None, on_progress))


def _taken(store: Store, intake: Intake, run: Run, now: float, on_progress: OnProgress) -> Imported:
    with _turn(store, run.run_id):
        return _added(store, intake, run, now, on_progress)


@contextmanager
def _turn(store: Store, run_id: str) -> Iterator[None]:
    """Wait for another process of this machine that imports the same; the lock ends with it."""
    location = store.lake.location
    if location is None:
        yield
        return
    path = run_lock(location.home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield


def _added(store: Store, intake: Intake, run: Run, now: float, on_progress: OnProgress) -> Imported:
    before = state(store.lake, run.run_id)
    if before.ended:
        return Imported(run.run_id, run.planned, 0)
    new = 0
    with store.recorder() as recorder:
        if not before.begun:
            recorder.add(run)
        counter = _Counter(intake.source, run.planned, on_progress)
        for group in intake.groups(run, now, counter):
            if _episode(group) not in before.episodes:
                recorder.add(*group)
                new += any(isinstance(fact, Episode) for fact in group)
    return Imported(run.run_id, run.planned, new)


def _episode(group: Sequence[Fact]) -> str | None:
    return next((fact.episode_id for fact in group if isinstance(fact, Episode)), None)
