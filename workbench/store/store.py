"""The store as people and pages use it: frames out, labels in, recorders for the rest."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from uuid import uuid4

import polars as pl

from engine.clock import Clock, SystemClock
from engine.contracts import Escalations, Label
from engine.errors import StoreError
from workbench.settings import Settings
from workbench.store.append import append_fact
from workbench.store.ask import ask
from workbench.store.buffer import FlushPolicy
from workbench.store.escalations import SqliteEscalations
from workbench.store.lake import AsOf, Lake
from workbench.store.location import Location
from workbench.store.maintain import MaintenancePolicy, MaintenanceReport, maintain
from workbench.store.queries import episodes, facts, runs, storage
from workbench.store.queries.resolve import resolve_episode, resolve_run
from workbench.store.record import BatchRecorder, Flushed
from workbench.store.waitlist import waitlist
from workbench.store.waits import MemoryEscalations


class Store:
    """Everything recorded, as Polars frames; each method reads the latest state anew.

    A run or an episode is named by its id, a unique prefix of it, or `last` for the newest run;
    `NotFound` says which are near.
    """

    def __init__(self, lake: Lake, *, author: str = "", clock: Clock | None = None) -> None:
        self.lake = lake
        place = lake.location
        self._state = SqliteEscalations(place.state_file) if place else MemoryEscalations()
        self._author = author
        self._clock = clock or SystemClock()

    @classmethod
    def open(cls, settings: Settings, *, clock: Clock | None = None) -> Self:
        """The store the settings name, made or upgraded where needed; raises `StoreError`."""
        return cls(Lake.open(Location.of(settings)), author=settings.author, clock=clock)

    @classmethod
    def memory(cls, *, author: str = "", clock: Clock | None = None) -> Self:
        """A store in this process alone, gone when it ends."""
        return cls(Lake.memory(), author=author, clock=clock)

    def as_of(self, moment: AsOf) -> Self:
        """The store as it was at a snapshot or a time; it takes nothing new.

        Raises `NotFound` where no snapshot of then is kept.
        """
        return type(self)(Lake.open(self._location, as_of=moment), clock=self._clock)

    @contextmanager
    def at_one_moment(self) -> Iterator[Self]:
        """The store for several questions that are all answered as of the same snapshot."""
        with self.lake.at_one_moment() as lake:
            yield type(self)(lake, author=self._author, clock=self._clock)

    def recorder(
        self,
        policy: FlushPolicy | None = None,
        *,
        on_flush: Callable[[Flushed], None] | None = None,
    ) -> BatchRecorder:
        """What takes facts and commits them in batches; close it, or use it in a `with`."""
        return BatchRecorder(self.lake, policy, clock=self._clock, on_flush=on_flush)

    def runs(
        self,
        limit: int = 1_000,
        *,
        tenant: str | None = None,
        search: str | None = None,
        tag: str | None = None,
    ) -> pl.DataFrame:
        """The latest runs; columns as `queries.runs.latest`."""
        return runs.latest(self.lake, limit, tenant=tenant, search=search, tag=tag)

    def episodes(self, run: str | None = None) -> pl.DataFrame:
        """A run's episodes, or all; columns as the table, of a run with duration_s and passed."""
        if run is not None:
            return episodes.of_run(self.lake, resolve_run(self.lake, run))
        return self.lake.frame("FROM episodes ORDER BY started_at, episode_id")

    def steps(self, run: str | None = None, episode: str | None = None) -> pl.DataFrame:
        """Steps of a run or an episode, or all, in order; messages are JSON text."""
        return self._rows("steps", run, episode, '"index"')

    def exchanges(self, run: str | None = None, episode: str | None = None) -> pl.DataFrame:
        """What was asked of models and tools and came back, in order, as JSON text."""
        return self._rows("exchanges", run, episode, 'step_index, "position"')

    def scores(self, run: str | None = None, episode: str | None = None) -> pl.DataFrame:
        """What scorers said, oldest first."""
        return self._rows("scores", run, episode, "scored_at, scorer")

    def labels(self, run: str | None = None, episode: str | None = None) -> pl.DataFrame:
        """Tags and notes put on and taken away, oldest first."""
        return self._rows("labels", run, episode, "labelled_at")

    @property
    def waits(self) -> Escalations:
        """The episodes that wait for a person, to act on."""
        return self._state

    def escalations(self, run: str | None = None) -> pl.DataFrame:
        """What waits or has waited for a person, oldest first; columns as `waitlist.COLUMNS`."""
        return waitlist(self.waits, None if run is None else resolve_run(self.lake, run))

    def search(self, text: str, *, run: str | None = None, limit: int = 50) -> pl.DataFrame:
        """Steps that hold the text; columns as `queries.episodes.search`."""
        run_id = None if run is None else resolve_run(self.lake, run)
        return episodes.search(self.lake, text, run_id=run_id, limit=limit)

    def tag(self, target: str, text: str) -> None:
        """Put a tag on a run or an episode."""
        self._label(target, "tag", text)

    def untag(self, target: str, text: str) -> None:
        """Take a tag away."""
        self._label(target, "tag", text, removed=True)

    def note(self, target: str, text: str) -> None:
        """Put a note on a run or an episode."""
        self._label(target, "note", text)

    def sql(self, text: str, params: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        """What one query of the user's answers; raises `BadInput` for a bad one or a write.

        Tables: runs, run_ends, episodes, steps, exchanges, scores, labels, audits,
        unknown_fields, task_versions, golden_tasks, judgements, ratings, calibrations,
        routing_decisions, canary_changes.
        """
        return ask(self.lake, text, params)

    def info(self) -> pl.DataFrame:
        """What each table holds and takes; columns as `queries.storage.tables`."""
        return storage.tables(self.lake)

    def maintain(self, policy: MaintenancePolicy | None = None) -> MaintenanceReport:
        """Move, merge, expire and vacuum while others go on; see `maintain.py`."""
        return maintain(self.lake, self._clock, policy)

    def close(self) -> None:
        """Let go of the store; its recorders are to be closed before."""
        self._state.close()
        self.lake.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _location(self) -> Location:
        if self.lake.location is None:
            raise StoreError("a store in memory keeps no past")
        return self.lake.location

    def _rows(self, table: str, run: str | None, episode: str | None, order: str) -> pl.DataFrame:
        given = {
            "run": None if run is None else resolve_run(self.lake, run),
            "episode": None if episode is None else resolve_episode(self.lake, episode),
        }
        sql = f"""
            FROM {table}
            WHERE ($run IS NULL OR run_id = $run) AND ($episode IS NULL OR episode_id = $episode)
            ORDER BY run_id, episode_id, {order}
        """  # our own names
        return self.lake.frame(sql, given)

    def _label(
        self, target: str, kind: Literal["tag", "note"], text: str, *, removed: bool = False
    ) -> None:
        tenant, run_id, episode_id = self._target(target)
        label = Label.parse(
            {
                "tenant": tenant,
                "run_id": run_id,
                "episode_id": episode_id,
                "kind": kind,
                "text": text.strip(),
                "removed": removed,
                "author": self._author,
                "labelled_at": self._clock.now(),
            },
            where=kind,
        )
        append_fact(self.lake, label, f"label-{uuid4().hex}")

    def _target(self, target: str) -> tuple[str, str, str | None]:
        """Tenant, run and episode that a label goes to."""
        if not target.startswith("ep-"):
            run = facts.run(self.lake, resolve_run(self.lake, target))
            return run.tenant, run.run_id, None
        episode = facts.episode(self.lake, resolve_episode(self.lake, target))
        return episode.tenant, episode.run_id, episode.episode_id


def open_store(home: Path | str | None = None) -> Store:
    """The store in folder `home`, or where `WORKBENCH_HOME` says, or in `.workbench`."""
    return Store.open(Settings.load(home=None if home is None else Path(home)))
