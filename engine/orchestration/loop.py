"""The agent loop: ask the model, call the tools it asks for, hand over, until something ends it.

One `Loop` runs one episode. It decides nothing about storage: every step and exchange goes to
`emit` as it happens, so that what was done is kept when the episode is cut short.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.clock import Clock, SystemClock
from engine.contracts import (
    AgentSpec,
    Boundary,
    ErrorSpec,
    Json,
    MessageSpec,
    Model,
    ModelRequest,
    ModelResponse,
    StepKind,
    StopReason,
    TeamSpec,
    ToolCall,
    check,
    json_text,
    system,
    tool_result,
    user,
)
from engine.contracts.boundary import not_an_object
from engine.errors import DeadlineExceeded, StoreError, ToolError, WorkbenchError
from engine.orchestration.meter import Meter
from engine.orchestration.result import Result
from engine.orchestration.scribe import Emit, Key, Scribe, Turn
from engine.orchestration.team import ASK, HANDOFF, Nothing, Question, team_tools
from engine.orchestration.transcript import Transcript
from engine.tools import Toolbox


@dataclass(frozen=True, slots=True)
class Parts:
    """What a loop needs from outside: models by name (null: the run's), tools, time, randomness.

    Without `emit` no step is built at all: the loop then costs what its decisions cost.
    """

    model: Callable[[str | None], Model]
    tools: Toolbox
    emit: Emit | None = None
    clock: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)
    seed: int | None = None


@dataclass(slots=True)
class _Line:
    """One conversation: the episode's own, or a worker's inside it."""

    agent: AgentSpec
    transcript: Transcript
    parent_span: str | None


class Loop:
    """Runs a team on one episode; `result` is valid at any time, also after a cancellation."""

    def __init__(self, team: TeamSpec, parts: Parts, key: Key) -> None:
        self._team = team
        self._key = key
        self._parts = parts
        self._scribe = Scribe(key, parts.emit, parts.clock)
        self._meter = Meter(team.limits, parts.clock)
        self._transcript = Transcript()
        self._agents = [team.entry]
        self._index = 0
        self._stop = StopReason.CANCELLED
        self._answer: str | None = None
        self._error: ErrorSpec | None = None
        tools = {a.name: parts.tools.specs(a.tools) + team_tools(team, a) for a in team.agents}
        self._tools = tools

    async def run(self, inputs: Sequence[MessageSpec]) -> Result:
        """Run to an end and say which; only cancellation is raised, and `result` outlives it."""
        line = _Line(self._team.agent(self._team.entry), self._transcript, None)
        try:
            async with asyncio.timeout(self._team.limits.deadline_s):
                given = [check(Boundary.INPUT, MessageSpec, message) for message in inputs]
                self._enter(line, given, "input")
                self._stop = await self._converse(line)
        except TimeoutError:
            self._stop = StopReason.DEADLINE
        except StoreError:  # what cannot be kept must stop the run, not count as the agent's error
            raise
        except Exception as error:  # noqa: BLE001 - one episode's bug must not end the whole run
            self._stop, self._error = StopReason.ERROR, self._spec(error)
        self._answer = _last_text(self._transcript.messages)
        return self.result

    @property
    def result(self) -> Result:
        """What has been done so far; `cancelled` until the loop has come to an end of its own."""
        return Result(
            stop_reason=self._stop,
            answer=self._answer,
            messages=tuple(self._transcript.messages),
            agents=tuple(self._agents),
            steps=self._meter.steps,
            usage=self._meter.usage,
            cost_usd=self._meter.cost_usd,
            state_hash=self._transcript.state_hash,
            error=self._error,
        )

    async def _converse(self, line: _Line) -> StopReason:
        while True:
            if stop := self._meter.reached():
                return stop
            turn = self._begin("model", line)
            try:
                handoff = await self._take(turn, line)
            except BaseException as error:
                turn.error = self._spec(error)
                raise
            finally:
                self._scribe.step(turn, line.parent_span, line.transcript.state_hash)
            if turn.response and not turn.response.message.tool_calls:
                return StopReason.ANSWERED
            if handoff:
                self._hand_over(line, handoff)

    async def _take(self, turn: Turn, line: _Line) -> str | None:
        """One model call and its tool calls; the agent that takes over, if one does."""
        response = await self._ask_model(turn, line)
        turn.response = response
        self._meter.charge(response.usage, response.cost_usd)
        self._add(turn, line, response.message)
        calls = response.message.tool_calls
        if not calls:
            return None
        handoff = next((call for call in calls if self._hands_over(line, call)), None)
        if len(calls) == 1:
            results = [await self._act(turn, line, 1, calls[0], handoff)]
        else:
            results = await asyncio.gather(
                *(self._act(turn, line, at, call, handoff) for at, call in enumerate(calls, 1))
            )
        self._add(turn, line, *map(tool_result, calls, results))
        return handoff.name.removeprefix(HANDOFF) if handoff else None

    async def _ask_model(self, turn: Turn, line: _Line) -> ModelResponse:
        agent = line.agent
        model = self._parts.model(agent.model)
        request = ModelRequest(
            messages=line.transcript.prompt(),
            tools=self._tools[agent.name],
            response_schema=agent.response_schema,
            temperature=agent.temperature,
            max_output_tokens=agent.max_output_tokens,
            seed=self._parts.seed,
        )
        started = self._parts.clock.now()
        try:
            response = await model.complete(request)
        except BaseException as error:
            self._scribe.model(turn, model.name, request, started, self._spec(error))
            raise
        self._scribe.model(turn, model.name, request, started, response)
        return response

    async def _act(
        self, turn: Turn, line: _Line, position: int, call: ToolCall, handoff: ToolCall | None
    ) -> str:
        """Carry out one tool call; a failure becomes text that the model can act on."""
        started = self._parts.clock.now()
        try:
            answer = await self._carry_out(turn, line, call, handoff)
        except WorkbenchError as error:
            failure = self._spec(error)
            self._scribe.tool(turn, position, call, started, failure)
            return f"Error: {failure.message}"
        self._scribe.tool(turn, position, call, started, answer)
        return answer if isinstance(answer, str) else json_text(answer)

    async def _carry_out(
        self, turn: Turn, line: _Line, call: ToolCall, handoff: ToolCall | None
    ) -> Json:
        if call.malformed is not None:
            raise not_an_object(Boundary.TOOL_ARGUMENTS, call.malformed, where=call.name)
        if self._is_handoff(line, call):
            check(Boundary.HANDOFF, Nothing, call.arguments, where=call.name)
            if call is not handoff:
                raise ToolError("only one handoff at a time; the first one was carried out")
            return f"Handed over to {call.name.removeprefix(HANDOFF)}."
        if call.name.removeprefix(ASK) in line.agent.workers:
            return await self._ask_worker(turn, call)
        if call.name not in line.agent.tools:
            raise ToolError(f"{line.agent.name} has no tool named {call.name}")
        limit_s = self._team.limits.tool_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._parts.tools.call(call.name, call.arguments)
        except TimeoutError:
            raise DeadlineExceeded(f"{call.name} gave no answer within {limit_s:g} s") from None

    async def _ask_worker(self, turn: Turn, call: ToolCall) -> str:
        """Let a worker converse on its own; its steps hang below the asking step."""
        asked = check(Boundary.HANDOFF, Question, call.arguments, where=call.name)
        worker = self._team.agent(call.name.removeprefix(ASK))
        self._agents.append(worker.name)
        line = _Line(worker, Transcript(), turn.span)
        self._enter(line, [user(asked.question)], "input")
        stop = await self._converse(line)
        if stop is not StopReason.ANSWERED:
            raise ToolError(f"{worker.name} stopped without an answer: {stop}")
        return _last_text(line.transcript.messages) or ""

    def _is_handoff(self, line: _Line, call: ToolCall) -> bool:
        return call.name.removeprefix(HANDOFF) in line.agent.handoffs

    def _hands_over(self, line: _Line, call: ToolCall) -> bool:
        """Whether the call is a handoff that can be carried out."""
        return self._is_handoff(line, call) and call.malformed is None and not call.arguments

    def _spec(self, error: BaseException) -> ErrorSpec:
        return ErrorSpec.of(error, correlation_id=self._key.episode_id)

    def _hand_over(self, line: _Line, name: str) -> None:
        line.agent = self._team.agent(name)
        self._agents.append(name)
        self._enter(line, [], "handoff")

    def _enter(self, line: _Line, inputs: Sequence[MessageSpec], kind: StepKind) -> None:
        """Put an agent's instructions in force, with what it is given to begin with."""
        turn = self._begin(kind, line)
        self._add(turn, line, system(line.agent.instructions), *inputs)
        self._scribe.step(turn, line.parent_span, line.transcript.state_hash)

    def _begin(self, kind: StepKind, line: _Line) -> Turn:
        turn = Turn(
            index=self._index,
            span=f"{self._parts.rng.getrandbits(64):016x}",
            kind=kind,
            started_at=self._parts.clock.now(),
            agent=line.agent.name,
        )
        self._index += 1
        return turn

    def _add(self, turn: Turn, line: _Line, *messages: MessageSpec) -> None:
        line.transcript.add(*messages)
        turn.messages.extend(messages)


def _last_text(messages: Sequence[MessageSpec]) -> str | None:
    said = (m.content for m in reversed(messages) if m.role == "assistant" and m.content)
    return next(said, None)
