"""One trial of the crash suite: a saga of four bookings, led on by processes that are killed."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import redis

from engine.clock import ManualClock
from engine.contracts import IdempotencyKeys, Journal, Json, Saga, SagaDecision, Sagas
from engine.errors import CallInFlight, ToolRefused
from engine.tools.evidence import Probed
from engine.tools.keyed import Held, KeyedCalls
from engine.tools.saga import parked_at
from engine.tools.saga_spec import Act, Patience, SagaSpec, Step
from engine.tools.saga_worker import SagaWorker
from tests.integration.durable import effects
from workbench.store.journal import SqlJournal
from workbench.store.keys import SqliteKeys
from workbench.store.keys_redis import RedisKeys
from workbench.store.sagas import SqlSagas

STEPS = ("hotel", "flight", "letter", "car")
KEPT = "letter"  # the step that nothing undoes
WRITES = {"take", "finish", "begin", "mark", "add", "claim", "save"}


@dataclass(frozen=True)
class Trial:
    """Where state lies, what goes wrong, and when each process is killed."""

    name: str
    home: str
    journal: str = "sqlite"  # or the URL of a Postgres
    keys: str = "sqlite"  # or the URL of a Redis
    fsync: str = "fast"
    port: int | None = None  # of a tool server; null: the tools write themselves
    fails: str | None = None  # the step that is refused
    undo_fails: int = 0  # times that undoing the flight fails before it succeeds
    probe: bool = True  # whether tools can say what they have done
    kills: tuple[int, ...] = ()  # the n-th moment, by process
    kills_s: tuple[float, ...] = ()  # or after so many seconds

    @property
    def done(self) -> Path:
        """The file of effects."""
        return Path(self.home) / "effects"


class Moments:
    """Counts moments before and after whatever is kept or done; dies at the n-th."""

    def __init__(self, last: int | None) -> None:
        self.count = 0
        self._last = last

    def __call__(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, port: Any) -> Any:
        """The port, with a moment before and after each change."""
        return _Around(port, self)


class _Around:
    def __init__(self, port: Any, moment: Moments) -> None:
        self._port = port
        self._moment = moment

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name not in WRITES:
            return found

        def write(*args: Any, **kwargs: Any) -> Any:
            self._moment()
            answer = found(*args, **kwargs)
            self._moment()
            return answer

        return write


class World:
    """One process of a trial: stores, tools, and a worker."""

    def __init__(self, trial: Trial, life: int, last: int | None) -> None:
        self.trial = trial
        self.moment = Moments(last)
        self.clock = ManualClock(1e9 + life * 1e5)  # every lease of the process before is over
        self.sagas, self.journal, self.keys = stores(trial)
        around = self.moment.around
        calls = KeyedCalls(around(self.keys), around(self.journal), clock=self.clock)
        spec = SagaSpec(trial.name, tuple(self._step(name) for name in STEPS))
        self.worker = SagaWorker(
            around(self.sagas), calls, [spec], clock=self.clock, rng=Random(life)
        )

    async def live(self) -> Saga:
        """Lead the saga to its end; a person looks at what is parked and says what is so."""
        self.worker.submit(self.trial.name, {}, saga_id=self.trial.name)
        while True:
            await self.worker.drain()
            saga = self.sagas.get(self.trial.name)
            move = parked_at(saga)
            if move is None:
                return saga
            happened = self._key(saga, move.index, undo=move.undo) in self._keys_done()
            action = "happened" if happened else "not_happened"
            self.worker.decide(saga.saga_id, SagaDecision.model_validate({"action": action}))

    def _step(self, name: str) -> Step:
        probe = self._probed if self.trial.probe else None
        patience = Patience(limit_s=20.0)
        undo = Act(f"undo {name}", self._tool, probe=probe, patience=patience)
        act = Act(name, self._tool, probe=probe, patience=patience)
        return Step(name, act, None if name == KEPT else undo)

    async def _tool(self, held: Held) -> Json:
        self._goes_wrong(held.key.tool)
        self.moment()
        answer: Json = f"{held.key.tool} done"
        if self.trial.port is None:
            effects.append(self.trial.done, held.key.key, held.key.tool)
        else:
            home = str(self.trial.done)
            effects.asked(self.trial.port, "POST", home, held.key.key, held.key.tool)
        self.moment()
        return answer

    def _goes_wrong(self, tool: str) -> None:
        if tool == self.trial.fails:
            raise ToolRefused("sold out")
        tries = Path(self.trial.home) / "tries"
        if tool == "undo flight" and len(effects.read(tries)) < self.trial.undo_fails:
            effects.append(tries, "", tool)
            raise CallInFlight("try later")

    async def _probed(self, held: Held) -> Probed:
        if self.trial.port is None:
            return Probed(held.key.key in self._keys_done(), f"{held.key.tool} done")
        done = effects.asked(self.trial.port, "GET", str(self.trial.done), held.key.key)
        return Probed(bool(done), f"{held.key.tool} done")

    def _keys_done(self) -> set[str]:
        return {key for key, _ in effects.read(self.trial.done)}

    def _key(self, saga: Saga, index: int, *, undo: bool) -> str:
        step = saga.steps[index]
        return f"{saga.saga_id}/{step.name}" + (f"/undo-{step.round}" if undo else "")


def stores(trial: Trial) -> tuple[Sagas, Journal, IdempotencyKeys]:
    """Each kind of state where the trial has it."""
    home = Path(trial.home)
    keys: IdempotencyKeys = SqliteKeys(home / "keys.sqlite", "fast")
    if trial.keys != "sqlite":
        keys = RedisKeys(redis.Redis.from_url(trial.keys), prefix=trial.name)
    fsync: Any = trial.fsync
    if trial.journal == "sqlite":
        sagas = SqlSagas.sqlite(home / "sagas.sqlite")
        return sagas, SqlJournal.sqlite(home / "journal.sqlite", fsync), keys
    return SqlSagas.postgres(trial.journal), SqlJournal.postgres(trial.journal, fsync), keys


def run(trial: Trial) -> dict[str, Any]:
    """Lead the trial through its kills to its end; gives what became of it."""
    Path(trial.home).mkdir(parents=True)
    lives: list[tuple[int | None, float | None]] = [(n, None) for n in trial.kills]
    lives += [(None, seconds) for seconds in trial.kills_s] + [(None, None)]
    killed = 0
    for life, (last, seconds) in enumerate(lives):
        status = _forked(lambda life=life, last=last: _live(trial, life, last), seconds)
        killed += os.WIFSIGNALED(status)
        assert os.WIFSIGNALED(status) or status == 0, f"a process of {trial.name} failed"
    found: dict[str, Any] = json.loads((Path(trial.home) / "end").read_text())
    return found | {"killed": killed, "effects": effects.read(trial.done), "trial": asdict(trial)}


def _forked(work: Callable[[], None], seconds: float | None) -> int:
    """Do it in a process of its own, killed after so many seconds; its exit status."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _live(trial: Trial, life: int, last: int | None) -> None:
    world = World(trial, life, last)
    saga = asyncio.run(world.live())
    doubts = [e for e in world.journal.in_doubt(1e12, 10_000) if e.scope == trial.name]
    unknown = [k for k in world.keys.doubtful(1e12, 10_000) if k.key.startswith(trial.name)]
    end = {"state": saga.state, "steps": [step.state for step in saga.steps]}
    end |= {"in_doubt": len(doubts) + len(unknown), "moments": world.moment.count}
    (Path(trial.home) / "end").write_text(json.dumps(end))
