"""What can be evaluated: a team of agents, a baseline, or a Python function."""

import inspect
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from engine.clock import Clock
from engine.contracts import (
    ErrorSpec,
    MessageSpec,
    Model,
    Step,
    StopReason,
    TeamSpec,
    Usage,
    assistant,
    canonical,
    digest,
)
from engine.evals.baselines import Baseline
from engine.evals.outcome import Outcome
from engine.evals.suite import Suite
from engine.evals.task import Task
from engine.orchestration import Emit, Key, Log, Loop, Parts, Result, Transcript
from engine.tools import is_destructive


class Attempt(Protocol):
    """One try at one task."""

    @property
    def result(self) -> Result:
        """What has been done so far; `cancelled` until `run` returned."""
        ...

    async def run(self) -> Result:
        """Go to the end; only cancellation and a failing recorder are raised."""
        ...


class Solver(Protocol):
    """Something that attempts tasks."""

    @property
    def name(self) -> str:
        """What a run calls its agent."""
        ...

    @property
    def model(self) -> str:
        """What a run calls its model; empty where there is none."""
        ...

    @property
    def hash(self) -> str:
        """Digest of all that it is told."""
        ...

    def may_wait(self, task: Task) -> bool:
        """Whether a try at it may come to wait for a person."""
        ...

    def attempt(
        self, task: Task, key: Key, emit: Emit, clock: Clock, log: Log | None = None
    ) -> Attempt:
        """Begin a try, or with a log go on with one; nothing happens before `run`."""
        ...


@dataclass(frozen=True, slots=True)
class TeamSolver:
    """Each family's own team, or one team for all, with a model."""

    suite: Suite
    run_model: Model
    models: Callable[[str], Model]
    seed: int
    team: TeamSpec | None = None

    @property
    def name(self) -> str:
        """The team's name, or `default` for each family's own."""
        return self.team.name if self.team else "default"

    @property
    def model(self) -> str:
        """The run's model."""
        return self.run_model.name

    @property
    def hash(self) -> str:
        """Digest of the teams' specs."""
        teams = (self.team,) if self.team else self.suite.teams
        return digest(canonical([team.model_dump(mode="json") for team in teams]))

    def may_wait(self, task: Task) -> bool:
        """Whether a person may have to decide: by a rule, before a call, or after one in doubt."""
        team = self._team(task)
        return team.may_wait or any(
            is_destructive(self.suite.tools.get(name)) for a in team.agents for name in a.tools
        )

    def attempt(
        self, task: Task, key: Key, emit: Emit, clock: Clock, log: Log | None = None
    ) -> Attempt:
        """An episode of the agent loop."""
        parts = Parts(
            model=self._find,
            tools=self.suite.tools,
            emit=emit,
            clock=clock,
            rng=random.Random(key.episode_id),
            seed=self.seed,
            log=log,
            elapsed_s=log.elapsed_s if log else 0.0,
        )
        return _TeamAttempt(Loop(self._team(task), parts, key), task)

    def _team(self, task: Task) -> TeamSpec:
        return self.team or self.suite.team(task)

    def _find(self, name: str | None) -> Model:
        return self.run_model if name is None else self.models(name)


@dataclass(frozen=True, slots=True)
class _TeamAttempt:
    loop: Loop
    task: Task

    @property
    def result(self) -> Result:
        return self.loop.result

    async def run(self) -> Result:
        return await self.loop.run(self.task.messages)


Answer = Callable[[Task], Outcome | Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class FunctionSolver:
    """Any function from a task to an outcome: a baseline, or the user's own agent."""

    name: str
    answer: Answer
    model: str = ""
    hash: str = ""

    def may_wait(self, task: Task) -> bool:
        """Never: a function asks nobody."""
        del task
        return False

    def attempt(
        self, task: Task, key: Key, emit: Emit, clock: Clock, log: Log | None = None
    ) -> Attempt:
        """One call of the function, written down as an input step and an answer step."""
        del log
        return _FunctionAttempt(self, task, key, emit, clock)


def baseline_solver(name: str, baseline: Baseline, suite: Suite, seed: int) -> FunctionSolver:
    """A baseline; what it draws depends on the seed and the task alone."""

    def answer(task: Task) -> Outcome:
        return baseline(task, suite, random.Random(f"{seed}:{task.id}"))

    return FunctionSolver(name=name, answer=answer, hash=digest(f"{name}:{seed}".encode()))


def user_solver(name: str, function: Callable[[str], str | Awaitable[str]]) -> FunctionSolver:
    """The user's own agent: a plain or async function from the input's text to an answer."""

    async def answer(task: Task) -> Outcome:
        said = function(task.text)
        text = await said if inspect.isawaitable(said) else said
        messages = (*task.messages, assistant(str(text)))
        return Outcome(answer=str(text), messages=messages, agents=(name,))

    source = inspect.getsource(function) if inspect.isfunction(function) else name
    return FunctionSolver(name=name, answer=answer, model="python", hash=digest(source.encode()))


class _FunctionAttempt:
    """Runs the function and writes its messages down as steps."""

    def __init__(
        self, solver: FunctionSolver, task: Task, key: Key, emit: Emit, clock: Clock
    ) -> None:
        self._solver = solver
        self._task = task
        self._key = key
        self._emit = emit
        self._clock = clock
        self._transcript = Transcript()
        self.result = Result(
            stop_reason=StopReason.CANCELLED,
            answer=None,
            messages=task.messages,
            agents=(solver.name,),
            steps=0,
            usage=Usage(),
            cost_usd=0.0 if not solver.model else None,
            state_hash="",
        )

    async def run(self) -> Result:
        started = self._clock.now()
        self._step(0, task_messages := self._task.messages, started)
        try:
            outcome = await self._ask()
        except Exception as error:  # noqa: BLE001 - one task's bug must not end the whole run
            failure = ErrorSpec.of(error)
            self._step(1, (), started, failure)
            self.result = replace(self.result, stop_reason=StopReason.ERROR, error=failure)
            return self.result
        self._step(1, outcome.messages[len(task_messages) :], started)
        self.result = replace(
            self.result,
            stop_reason=outcome.stop_reason,
            answer=outcome.answer,
            messages=outcome.messages,
            agents=outcome.agents,
            steps=1,
            state_hash=self._transcript.state_hash,
        )
        return self.result

    async def _ask(self) -> Outcome:
        said = self._solver.answer(self._task)
        return await said if inspect.isawaitable(said) else said

    def _step(
        self,
        index: int,
        messages: tuple[MessageSpec, ...],
        started: float,
        error: ErrorSpec | None = None,
    ) -> None:
        self._transcript.add(*messages)
        step = Step(
            tenant=self._key.tenant,
            run_id=self._key.run_id,
            episode_id=self._key.episode_id,
            index=index,
            kind="model" if index else "input",
            agent=self._solver.name,
            span_id=digest(f"{self._key.episode_id}:{index}".encode())[:16],
            started_at=started,
            ended_at=self._clock.now(),
            messages=messages,
            state_hash=self._transcript.state_hash,
            error=error,
        )
        self._emit(step)
