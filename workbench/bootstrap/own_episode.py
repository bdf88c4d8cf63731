"""One episode that a program of its own leads, as it is recorded."""

import random
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from engine.contracts import (
    Boundary,
    Fact,
    JsonObject,
    MessageSpec,
    Score,
    StepKind,
    StopReason,
    ToolCall,
    Usage,
    assistant,
    check,
)
from engine.contracts.ids import episode_id
from engine.errors import BadInput
from engine.evals.task import Task
from engine.interchange import Chronicle
from engine.models.list_prices import listed
from engine.models.overhear import Heard, Listener
from engine.models.overheard import masked, spoken
from engine.models.prices import Prices
from engine.orchestration import Key
from workbench.bootstrap.hearing import Ear, bound, listen
from workbench.bootstrap.own_ending import Told, ended, stop_reason
from workbench.bootstrap.own_run import OwnRun
from workbench.bootstrap.own_told import error_spec, json_of, message_of, model_call

P = ParamSpec("P")
T = TypeVar("T")

_PRICES: Final = Prices(listed=listed)


class OwnEpisode:
    """Records what happens in its block; an error in it is kept, and goes on.

    Exchanges of recorded HTTP clients come by themselves, in this thread or task and in tasks begun
    in the block; a function that is run in another thread is passed through `bound`. The rest is
    told: `step`, `tool`, `answer`, `score`. Everything told before a process is killed is durable
    a tenth of a second later.
    """

    def __init__(
        self,
        run: OwnRun,
        task: str,
        *,
        family: str,
        epoch: int,
        agent: str,
        metadata: JsonObject,
        alone: bool = False,
    ) -> None:
        self._run = run
        self._alone = alone
        self._given = (task, family, epoch, agent)
        self._metadata = metadata
        self._before: Listener | None = None
        self._told: Told | None = None
        self._ended = False
        self._answer: str | None = None
        self._last = 0.0
        self.listener = Ear(self.hear)

    @property
    def told(self) -> Told:
        """What is known of it from the start; raises `BadInput` before the block."""
        if self._told is None:
            raise BadInput("the episode has not begun", hint="with wb.record_episode(...)")
        return self._told

    @property
    def episode_id(self) -> str:
        """Its id."""
        return self.told.episode_id

    @property
    def run_id(self) -> str:
        """Its run's id."""
        return self._run.run_id

    @property
    def task(self) -> Task | None:
        """The task that it tries, where its suite is known."""
        return self.told.task

    def step(
        self,
        *messages: MessageSpec | Mapping[str, Any] | str,
        kind: StepKind | None = None,
        agent: str = "",
        model: str = "",
        usage: Usage | Mapping[str, int] | None = None,
        cost_usd: float | None = None,
        attributes: JsonObject | None = None,
    ) -> None:
        """Record messages as one step; a text alone is said by the agent.

        Messages may be in the chat protocol's form. `model`, `usage` and `cost_usd` are of the
        model call that made it; without a cost that of the public price list is taken, and it is
        unknown where that has none. It took the time since whatever was recorded before.

        Raises `BadInput` where a message is none, or the episode has ended.
        """
        chronicle, now = self._open(), self._run.clock.now()
        said = [message_of(message) for message in messages]
        used = check(Boundary.INPUT, Usage, usage or {}, strict=False)
        response = model_call(said, model, used, cost_usd, _PRICES)
        chronicle.step(
            said,
            kind=kind,
            agent=agent,
            times=(self._last, now),
            response=response,
            attributes=json_of(attributes or {}),
        )
        self._last = now

    def tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        result: Any = None,
        *,
        error: BaseException | str | None = None,
        call_id: str = "",
        agent: str = "",
        started_at: float | None = None,
    ) -> None:
        """Record a tool call and what came of it: its result, or its error.

        It belongs to the model's call of that id, or of that name and these arguments; where there
        is none the program called it by itself. `started_at` is in seconds since the Unix epoch;
        without it the call began when whatever was recorded before ended.
        """
        chronicle, now = self._open(), self._run.clock.now()
        given = {"id": call_id, "name": name, "arguments": json_of(dict(arguments or {}))}
        call = check(Boundary.INPUT, ToolCall, given, where="the tool call", strict=False)
        outcome = json_of(result)
        if error is not None:
            outcome = masked(error_spec(error), self._run.secrets)
        began = self._last if started_at is None else started_at
        chronicle.tool(call, outcome, (began, now), agent)
        self._last = now

    def answer(self, text: str) -> None:
        """What the episode came to, where that is not what was said last.

        Where nothing is said until its end that is a step of its own.
        """
        self._open()
        self._answer = text

    def score(
        self, scorer: str, value: float, *, passed: bool | None = None, reason: str = ""
    ) -> None:
        """Score the episode, 0 to 1; it has passed from one half on unless `passed` says."""
        told = self.told
        given = {
            **told.names(),
            "epoch": told.epoch,
            "scorer": scorer,
            "value": float(value),
            "passed": value >= 0.5 if passed is None else passed,  # noqa: PLR2004 - one half
            "reason": reason,
            "scored_at": self._run.clock.now(),
        }
        self._run.add("", [check(Boundary.INPUT, Score, given, where="the score", strict=False)])

    def flush(self) -> None:
        """Return when all that was recorded so far is durable; raises `StoreError`."""
        self._run.flush()

    def bound(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function as one that records into this episode in whatever thread it runs."""
        return bound(self.listener, function)

    def hear(self, heard: Heard) -> None:
        """Record an exchange of an HTTP client; raises `BadInput` where it cannot be read."""
        self._run.secrets.update(heard.secrets)
        if not self._ended:
            self.told.chronicle.heard(spoken(heard, _PRICES))
            self._last = max(self._last, heard.ended_at)

    def _open(self) -> Chronicle:
        if self._ended:
            raise BadInput(f"{self.episode_id} has ended: nothing more happens in it")
        return self.told.chronicle

    def _emit(self, fact: Fact) -> None:
        self._run.add(self.told.chronicle.totals.model, [fact])

    def _begin(self) -> None:
        task_id, family, epoch, agent = self._given
        suite, run = self._run.suite, self._run.run
        task = suite.task(task_id) if suite else None
        now = self._last = self._run.clock.now()
        name = episode_id(now, random.Random())
        key = Key(run.run_id, name, run.tenant)
        who = agent or run.agent
        self._told = Told(
            key,
            Chronicle(key, self._emit, who, random.Random()),
            task_id=task_id,
            family=task.family if task else family or run.suite,
            epoch=epoch,
            agent=who,
            started_at=now,
            task=task,
        )

    def __enter__(self) -> Self:
        if self._alone:
            self._run.__enter__()
        try:
            self._begin()
        except BaseException as error:
            if self._alone:
                self._run.__exit__(type(error), error, error.__traceback__)
            raise
        self._before = listen(self.listener)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        listen(self._before)
        try:
            self._end(error)
        finally:
            if self._alone:
                self._run.__exit__(kind, error, trace)

    def _end(self, error: BaseException | None) -> None:
        self.listener.cut()
        told, now = self.told, self._run.clock.now()
        if self._answer is not None:
            if told.chronicle.totals.answer is None:
                self.step(assistant(self._answer))
            told.chronicle.totals.answer = self._answer
        self._ended = True
        told.chronicle.close(now)
        about = {**self._metadata, **self.listener.about()}
        stop, spec = stop_reason(error), None
        if error is not None and stop is StopReason.ERROR:
            spec = masked(error_spec(error), self._run.secrets)
        facts = ended(told, self._run.suite, stop, spec, about, now=now, model=self._run.run.model)
        self._run.add(told.chronicle.totals.model, facts)
        if self.listener.fault is not None and error is None:
            raise self.listener.fault

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)

    def __repr__(self) -> str:
        state = "ended" if self._ended else "open" if self._told else "not begun"
        return f"OwnEpisode({self._given[0]!r}, {state})"
