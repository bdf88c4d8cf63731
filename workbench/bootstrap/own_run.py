"""Runs whose episodes a program of its own leads: the workbench records, and calls nothing."""

import random
import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from engine.clock import Clock, SystemClock
from engine.contracts import (
    ErrorSpec,
    Fact,
    Label,
    Recorder,
    Run,
    RunEnd,
    RunStatus,
)
from engine.contracts.ids import run_id
from engine.errors import BadInput, NotFound
from engine.evals import Suite
from engine.evals.sources import load_suite
from engine.models.overheard import masked
from workbench.bootstrap.alone import alone
from workbench.bootstrap.own_ending import interrupted
from workbench.bootstrap.places import suite_folders
from workbench.bootstrap.provenance import provenance
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.buffer import FlushPolicy
from workbench.store.queries.facts import run as recorded_run
from workbench.store.queries.resolve import resolve_run

SOURCE: Final = "record"
"""The `source` of such a run."""
NO_SUITE: Final = "recorded"
_DURABLE_S: Final = 0.1
"""A step is durable so long after it was made, at the latest; `flush` makes it so at once."""


class OwnRun:
    """Takes episodes of one program, in any number of threads and tasks.

    Its end says `failed` where the block raised, `cancelled` where it was interrupted; a process
    that is killed leaves it `interrupted`, with every step that was durable.
    """

    def __init__(
        self,
        name: str = "",
        *,
        suite: str = NO_SUITE,
        agent: str = "own",
        model: str = "",
        tasks: int = 0,
        tenant: str = "local",
        tags: Sequence[str] = (),
        reopen: str = "",
        home: str | Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings = Settings.load(home=None if home is None else Path(home))
        self._given = (name, suite, agent, model, tasks, tenant)
        self._tags = tags
        self._reopen = reopen
        self._clock = clock or SystemClock()
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._recorder: Recorder | None = None
        self._run: Run | None = None
        self._begun = False
        self.secrets: set[str] = set()
        """Keys that were heard; no error that is recorded shows them."""
        self.suite: Suite | None = None
        """The suite of that name, where there is one."""

    @property
    def run(self) -> Run:
        """The run as it is recorded; raises `BadInput` before the block."""
        if self._run is None:
            raise BadInput("the run is not open", hint="with wb.record_run(...) as run: ...")
        return self._run

    @property
    def run_id(self) -> str:
        """Its id."""
        return self.run.run_id

    @property
    def clock(self) -> Clock:
        """What tells the time to its episodes."""
        return self._clock

    def add(self, model: str, facts: Iterable[Fact]) -> None:
        """Record facts; the run itself goes before its first one, which tells its model."""
        recorder = self._open_recorder()
        with self._lock:
            self._begin(model)
            recorder.add(*facts)

    def flush(self) -> None:
        """Return when all that was added is durable; raises `StoreError`."""
        self._open_recorder().flush()

    def _begin(self, model: str) -> None:
        if self._begun:
            return
        self._begun = True
        run = self._run = self.run.model_copy(update={"model": self.run.model or model})
        tags = [
            Label(
                tenant=run.tenant,
                run_id=run.run_id,
                kind="tag",
                text=tag,
                author=self._settings.author,
                labelled_at=run.started_at,
            )
            for tag in self._tags
        ]
        self._open_recorder().add(run, *tags)

    def _open_recorder(self) -> Recorder:
        if self._recorder is None:
            raise BadInput("the run is not open", hint="with wb.record_run(...) as run: ...")
        return self._recorder

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            store = stack.enter_context(Store.open(self._settings))
            self._run = self._found(store) if self._reopen else self._new()
            self.suite = _suite(self._run.suite)
            stack.enter_context(alone(self._settings.home, self._run.run_id))
            self._recorder = stack.enter_context(store.recorder(FlushPolicy(max_age_s=_DURABLE_S)))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            end = RunEnd(
                tenant=self.run.tenant,
                run_id=self.run_id,
                status=_status(error),
                ended_at=self._clock.now(),
                error=None if error is None else masked(ErrorSpec.of(error), self.secrets),
            )
            self.add("", [end])
        self._recorder = None

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)

    def _found(self, store: Store) -> Run:
        run = recorded_run(store.lake, resolve_run(store.lake, self._reopen))
        if run.source != SOURCE:
            raise BadInput(
                f"{run.run_id} is no run of a program's own: its source is {run.source}",
                hint="leave run= out, or give one that wb.record_run made",
            )
        self._begun = True
        return run

    def _new(self) -> Run:
        name, suite, agent, model, tasks, tenant = self._given
        found, now = _suite(suite), self._clock.now()
        return Run.parse(
            {
                "tenant": tenant,
                "run_id": run_id(now, random.Random()),
                "name": name or f"{suite} {agent}",
                "suite": found.name if found else suite,
                "agent": agent,
                "model": model,
                "epochs": 1,
                "planned": tasks,
                "seed": 0,
                "started_at": now,
                "source": SOURCE,
                "provenance": provenance(
                    suite_hash=found.hash if found else "",
                    agent_hash="",
                    settings={"suite": suite} if found else {},
                ).model_dump(mode="json"),
            },
            where="the run",
        )

    def __repr__(self) -> str:
        return f"OwnRun({self._run.run_id if self._run else 'not open'})"


def _suite(name: str) -> Suite | None:
    """The suite of that name; a name that none has is a label and nothing more."""
    try:
        return load_suite(name, suite_folders())
    except NotFound:
        return None


def _status(error: BaseException | None) -> RunStatus:
    if error is None:
        return "finished"
    return "cancelled" if interrupted(error) else "failed"
