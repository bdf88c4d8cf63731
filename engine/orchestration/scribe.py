"""Writes down what the loop does, as steps and exchanges."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.contracts import (
    ErrorSpec,
    Exchange,
    Fact,
    Json,
    JsonObject,
    MessageSpec,
    ModelRequest,
    ModelResponse,
    Step,
    StepKind,
    ToolCall,
    Usage,
    canonical,
    digest,
)
from engine.models.exchange import Memo, request_json, response_json

Emit = Callable[[Fact], None]


@dataclass(frozen=True, slots=True)
class Key:
    """Whose episode it is."""

    run_id: str
    episode_id: str
    tenant: str = "local"


@dataclass(slots=True)
class Turn:
    """One model call with its tool calls, as far as it has come."""

    index: int
    span: str
    kind: StepKind
    started_at: float
    agent: str
    place: str = ""
    messages: list[MessageSpec] = field(default_factory=list)
    response: ModelResponse | None = None
    error: ErrorSpec | None = None
    handoff: str | None = None
    attributes: JsonObject = field(default_factory=dict)


class Scribe:
    """Builds the facts of one episode; without `emit` it builds none, at no cost."""

    __slots__ = ("_clock", "_emit", "_memo", "key")

    def __init__(self, key: Key, emit: Emit | None, clock: Clock) -> None:
        self.key = key
        self._emit = emit
        self._clock = clock
        self._memo: Memo = {}

    def error(self, error: BaseException) -> ErrorSpec:
        """The error as data, with the episode it belongs to."""
        return ErrorSpec.of(error, correlation_id=self.key.episode_id)

    def step(self, turn: Turn, parent_span: str | None, state_hash: str) -> None:
        """Record a turn that has come to its end, or as far as it got."""
        if self._emit is None:
            return
        response = turn.response
        step = Step(
            tenant=self.key.tenant,
            run_id=self.key.run_id,
            episode_id=self.key.episode_id,
            index=turn.index,
            kind=turn.kind,
            agent=turn.agent,
            span_id=turn.span,
            parent_span_id=parent_span,
            started_at=turn.started_at,
            ended_at=self._clock.now(),
            messages=tuple(turn.messages),
            model=response.model if response else None,
            usage=response.usage if response else Usage(),
            cost_usd=response.cost_usd if response else 0.0,
            state_hash=state_hash,
            error=turn.error,
            attributes=turn.attributes,
        )
        self._emit(step)

    def model(
        self,
        turn: Turn,
        name: str,
        request: ModelRequest,
        started: float,
        outcome: ModelResponse | ErrorSpec,
    ) -> None:
        """Record a model call with its answer or its error."""
        if self._emit is None:
            return
        answer = outcome if isinstance(outcome, ErrorSpec) else response_json(outcome)
        self._exchange(turn, 0, (name, request_json(request, self._memo)), started, answer)

    def tool(
        self, turn: Turn, position: int, call: ToolCall, started: float, outcome: Json | ErrorSpec
    ) -> None:
        """Record a tool call with its result or its error."""
        if self._emit is None:
            return
        body: JsonObject = {"name": call.name, "arguments": call.arguments}
        self._exchange(turn, position, (call.name, body), started, outcome)

    def _exchange(
        self,
        turn: Turn,
        position: int,
        asked: tuple[str, JsonObject],
        started: float,
        outcome: Json | ErrorSpec,
    ) -> None:
        name, request = asked
        answer, error = (None, outcome) if isinstance(outcome, ErrorSpec) else (outcome, None)
        exchange = Exchange(
            tenant=self.key.tenant,
            run_id=self.key.run_id,
            episode_id=self.key.episode_id,
            step_index=turn.index,
            position=position,
            kind="tool" if position else "model",
            name=name,
            request=request,
            request_hash=digest(canonical(request)),
            response=answer,
            error=error,
            started_at=started,
            ended_at=self._clock.now(),
        )
        if self._emit:
            self._emit(exchange)
