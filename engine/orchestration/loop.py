"""The agent loop: ask the model, call the tools it asks for, hand over, until something ends it.

One `Loop` runs one episode. It decides nothing about storage: every step and exchange goes to
`emit` as it happens, so that what was done is kept when the episode is cut short. A guard sees
each step before and after it. Given the log of an episode that was parked, a loop comes back to
where that one was, and goes on from there.
"""

import asyncio
from collections.abc import Iterable, Sequence

from engine.contracts import (
    Boundary,
    Decision,
    ErrorSpec,
    GuardVerdict,
    JsonObject,
    MessageSpec,
    ModelResponse,
    Rule,
    StepKind,
    StopReason,
    TeamSpec,
    ToolCall,
    Wait,
    check,
    system,
    tool_result,
    user,
)
from engine.errors import StoreError, ToolError
from engine.models.exchange import response_from_json, response_json
from engine.orchestration import watch
from engine.orchestration.calls import Calls, first_handoff
from engine.orchestration.guard import CONTINUE
from engine.orchestration.ladder import Ladder
from engine.orchestration.line import Line
from engine.orchestration.log import Log, Parked, Stopped
from engine.orchestration.meter import Meter
from engine.orchestration.parts import Parts
from engine.orchestration.result import Result
from engine.orchestration.scribe import Key, Turn
from engine.orchestration.steering import Steering
from engine.orchestration.team import ASK, HANDOFF, Question
from engine.orchestration.transcript import Transcript
from engine.orchestration.watch import Plan


class Loop:
    """Runs a team on one episode; `result` is valid at any time, also after a cancellation."""

    def __init__(self, team: TeamSpec, parts: Parts, key: Key) -> None:
        self._team = team
        self._parts = parts
        self._log = parts.log if parts.log is not None or not team.may_wait else Log()
        self._scribe = parts.scribe(key, parts.emit, parts.clock)
        self._calls = Calls(team, parts, self._scribe, self._log, self._ask_worker, self._decided)
        self._steering = Steering(team, parts, self._log, self._say)
        self._meter = Meter()
        self._transcript = Transcript()
        self._agents = [team.entry]
        self._index = self._log.steps if self._log else 0
        limit_s = team.limits.deadline_s - parts.elapsed_s
        # One that may be granted anew is looked at between steps: a call cut short could not go on.
        self._limit_s = None if Rule.DEADLINE in team.guard.escalate else limit_s
        self._deadline: asyncio.Timeout | None = None
        self._stop = StopReason.CANCELLED
        self._error: ErrorSpec | None = None
        self._wait: Wait | None = None

    async def run(
        self, inputs: Sequence[MessageSpec], replies: Iterable[str | None] = ()
    ) -> Result:
        """Run to an end and say which; only cancellation is raised, and `result` outlives it.

        `replies` are what a person says in turn, each after an answer; null: nothing, and the agent
        goes on all the same.
        """
        line = Line(self._team.agent(self._team.entry), self._transcript, None)
        try:
            async with asyncio.timeout(self._limit_s) as self._deadline:
                given = [check(Boundary.INPUT, MessageSpec, message) for message in inputs]
                self._enter(line, given, "input")
                self._stop = await self._talk(line, replies)
        except TimeoutError:
            self._stop = StopReason.DEADLINE
            self._steering.overdue(line)
        except Parked as parked:
            self._stop, self._wait = StopReason.PARKED, parked.wait
        except Stopped:
            self._stop = StopReason.STOPPED
        except StoreError:  # what cannot be kept must stop the run, not count as the agent's error
            raise
        except Exception as error:  # noqa: BLE001 - one episode's bug must not end the whole run
            self._stop, self._error = StopReason.ERROR, self._scribe.error(error)
        return self.result

    @property
    def result(self) -> Result:
        """What has been done so far; `cancelled` until the loop has come to an end of its own."""
        return Result(
            stop_reason=self._stop,
            answer=self._transcript.last_text,
            messages=tuple(self._transcript.messages),
            agents=tuple(self._agents),
            steps=self._meter.steps,
            usage=self._meter.usage,
            cost_usd=self._meter.cost_usd,
            state_hash=self._transcript.state_hash,
            error=self._error,
            wait=self._wait,
            log=self._log.entries if self._log and self._wait else {},
            elapsed_s=self._steering.elapsed_s,
            used=self._steering.used,
            rung=self._steering.deepest,
        )

    async def _talk(self, line: Line, replies: Iterable[str | None]) -> StopReason:
        """Converse, and again after each reply, until something but an answer ends it."""
        stop = await self._converse(line)
        for said in replies:
            if stop is not StopReason.ANSWERED:
                break
            if said is not None:
                self._say(line, said, {}, "human")
            stop = await self._converse(line)
        return stop

    async def _converse(self, line: Line) -> StopReason:
        while True:
            place = line.next_place()
            plan = self._steering.plan(line, place)
            if isinstance(plan, StopReason):
                return plan
            turn = self._begin("model", line, place)
            verdict = await self._recorded(turn, line, plan)
            if turn.response and not turn.response.message.tool_calls:
                return StopReason.ANSWERED
            if stop := self._steering.heed(verdict, line, f"{place}:after"):
                return stop
            if turn.handoff:
                self._hand_over(line, turn.handoff)

    async def _recorded(self, turn: Turn, line: Line, plan: Plan) -> GuardVerdict:
        """`_take`, written down however it ends, unless it goes on later."""
        try:
            verdict = await self._take(turn, line, plan)
        except BaseException as error:
            if self._goes_on(error):
                raise
            turn.error = None if isinstance(error, Stopped) else self._scribe.error(error)
            self._scribe.step(turn, line.parent_span, line.transcript.state_hash)
            raise
        self._scribe.step(turn, line.parent_span, line.transcript.state_hash)
        return verdict

    async def _take(self, turn: Turn, line: Line, plan: Plan) -> GuardVerdict:
        """One model call and its tool calls, and what the guard says of them."""
        response = turn.response = await self._ask_model(turn, plan)
        turn.attributes = watch.answered(response)
        self._meter.charge(response.usage, response.cost_usd)
        self._steering.guard.settle(plan.worst, watch.spent(response))
        self._add(turn, line, response.message)
        line.count(response.usage)
        calls = response.message.tool_calls
        if not calls:
            return CONTINUE
        called = await self._calls.carry_out(turn, line, calls)
        results = (tool_result(c, done.text) for c, done in zip(calls, called, strict=True))
        self._add(turn, line, *results)
        handoff = first_handoff(line, calls)
        turn.handoff = handoff.name.removeprefix(HANDOFF) if handoff else None
        seen = watch.observed(line, response, called, turn.handoff)
        verdict = self._steering.judge(turn.index, seen, turn.place)
        turn.attributes["progress"] = self._steering.guard.progressed
        return verdict

    async def _ask_model(self, turn: Turn, plan: Plan) -> ModelResponse:
        key = f"{turn.place}:model"
        started = self._parts.clock.now()
        try:
            if self._log and key in self._log.entries:
                response = response_from_json(self._log.entries[key], key)
            else:
                response = await plan.model.complete(plan.request)
        except BaseException as error:
            if not self._goes_on(error):
                failure = self._scribe.error(error)
                self._scribe.model(turn, plan.model.name, plan.request, started, failure)
            raise
        if self._log:
            self._log.once(key, lambda: response_json(response))
        self._scribe.model(turn, plan.model.name, plan.request, started, response)
        return response

    async def _ask_worker(self, turn: Turn, place: str, call: ToolCall) -> str:
        """Let a worker converse on its own; its steps hang below the asking step."""
        asked = check(Boundary.HANDOFF, Question, call.arguments, where=call.name)
        worker = self._team.agent(call.name.removeprefix(ASK))
        self._agents.append(worker.name)
        line = Line(worker, Transcript(), turn.span, f"{place}/")
        self._enter(line, [user(asked.question)], "input")
        stop = await self._converse(line)
        if stop is not StopReason.ANSWERED:
            raise ToolError(f"{worker.name} stopped without an answer: {stop}")
        return line.transcript.last_text or ""

    def _goes_on(self, error: BaseException) -> bool:
        """Whether a turn that ends so is not over: it is written down when it has gone on."""
        if isinstance(error, Parked):
            return True
        if self._log is None or not self._log.durable:
            return False
        expired = self._deadline is not None and self._deadline.expired()
        return isinstance(error, asyncio.CancelledError) and not expired

    def _hand_over(self, line: Line, name: str) -> None:
        line.agent = self._team.agent(name)
        line.ladder = Ladder(line.agent.ladder)
        self._agents.append(name)
        self._enter(line, [], "handoff")

    def _enter(self, line: Line, inputs: Sequence[MessageSpec], kind: StepKind) -> None:
        """Put an agent's instructions in force, with what it is given to begin with."""
        turn = self._begin(kind, line)
        told = line.agent.instructions or line.transcript.system  # those of another are replaced
        head = [system(line.agent.instructions)] if told else []
        self._add(turn, line, *head, *inputs)
        self._scribe.step(turn, line.parent_span, line.transcript.state_hash)

    def _say(self, line: Line, text: str, about: JsonObject, kind: StepKind = "guard") -> None:
        """A step that is no model call: what the guard or a person said, and did."""
        turn = self._begin(kind, line)
        turn.attributes = about
        self._add(turn, line, *([user(text)] if text else []))
        self._scribe.step(turn, line.parent_span, line.transcript.state_hash)

    def _decided(self, asking: Turn, line: Line, key: str, decision: Decision) -> None:
        """What a person said to a call; it stands below the step that asked."""
        turn = self._begin("human", line, key=f"{key}#")
        turn.attributes = decision.model_dump(mode="json")
        self._scribe.step(turn, asking.span, line.transcript.state_hash)

    def _begin(self, kind: StepKind, line: Line, place: str = "", key: str = "") -> Turn:
        index, span = self._index, f"{self._parts.rng.getrandbits(64):016x}"
        if self._log:
            index, span = self._log.numbered(key or line.next_key(), index, span)
        self._index = max(self._index, index + 1)
        started = self._parts.clock.now()
        return Turn(index, span, kind, started, line.agent.name, place)

    def _add(self, turn: Turn, line: Line, *messages: MessageSpec) -> None:
        line.add(messages)
        turn.messages.extend(messages)
