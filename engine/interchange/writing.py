"""Messages of an episode recorded elsewhere, written as steps, exchanges and their episode.

An importer says what the messages were and what is known beside them; ids, state hashes and the
order of facts are the same for all. Equal input gives equal facts.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine.contracts import (
    Episode,
    ErrorSpec,
    Exchange,
    Fact,
    Json,
    JsonObject,
    MessageSpec,
    Run,
    Score,
    Step,
    StepKind,
    StopReason,
    Usage,
    canonical,
    digest,
)
from engine.orchestration import Transcript

NO_TIMES: Final[JsonObject] = {"times": "unknown"}
"""Metadata of episodes whose recording has no times: their facts have that of the import."""

_NONE: Final = Usage()


@dataclass(frozen=True, slots=True)
class Turn:
    """One step as it was recorded: messages that belong together, and what is known of them.

    `times` are those of begin and end; null: unknown. `results` are what tools gave, by call id,
    where that is more than the text of the tool's message; `errors` why a call failed.
    """

    kind: StepKind
    messages: tuple[MessageSpec, ...]
    agent: str = "agent"
    model: str | None = None
    usage: Usage = _NONE
    cost_usd: float | None = 0.0
    times: tuple[float, float] | None = None
    results: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, ErrorSpec] = field(default_factory=dict)
    attributes: JsonObject = field(default_factory=dict)
    request: JsonObject | None = None
    """What the model was asked, where that is recorded."""
    response: Json = None
    error: ErrorSpec | None = None
    """What its model call failed with."""
    recorded: Collection[str] | None = None
    """Ids of the calls whose exchange is known; null: every call's."""
    call_times: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When a call began and ended, by its id; under no id the model's. Others have `times`."""


class Told(NamedTuple):
    """What a scorer says of an episode, as it was recorded."""

    scorer: str
    value: float
    """From 0 to 1."""
    passed: bool
    reason: str = ""
    advisory: bool = False
    """Whether it only informs."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One episode as it was recorded."""

    task_id: str
    turns: Sequence[Turn]
    family: str
    epoch: int = 0
    key: str = ""  # tells it from other episodes of its run; empty: task and epoch do
    stop_reason: StopReason = StopReason.RECORDED
    cost_usd: float | None = None
    usage: Usage | None = None  # null: the sum over the turns
    error: ErrorSpec | None = None
    metadata: JsonObject = field(default_factory=dict)
    scores: Sequence[Told] = ()


def episode_facts(run: Run, sample: Sample, *, now: float) -> Iterator[Fact]:
    """Steps with their exchanges in order, then the episode and its scores."""
    return _Writer(run, sample, now).facts()


def turns_of(messages: Sequence[MessageSpec]) -> Iterator[tuple[StepKind, list[MessageSpec]]]:
    """Group messages into steps: what came before the agent spoke, then turn by turn."""
    first = next((n for n, m in enumerate(messages) if m.role == "assistant"), len(messages))
    if first:
        yield "input", list(messages[:first])
    group: list[MessageSpec] = []
    for message in messages[first:]:
        if message.role != "tool" and group:
            yield _kind(group), group
            group = []
        group.append(message)
    if group:
        yield _kind(group), group


def _kind(group: Sequence[MessageSpec]) -> StepKind:
    return "model" if group[0].role == "assistant" else "human"


def _filled(spans: Sequence[tuple[float, float] | None], now: float) -> list[tuple[float, float]]:
    """Times of each turn: an unknown one has that of the end before it, or of what comes first."""
    at = next((span[0] for span in spans if span), now)
    found = []
    for span in spans:
        found.append(span or (at, at))
        at = found[-1][1]
    return found


class _Writer:
    """Turns one recorded episode into facts."""

    def __init__(self, run: Run, sample: Sample, now: float) -> None:
        self._run = run
        self._sample = sample
        self._now = now
        key = sample.key or f"{sample.task_id}:{sample.epoch}"
        self._episode_id = f"ep-{digest(f'{run.run_id}:{key}'.encode())[:20]}"
        self._transcript = Transcript()
        self._speaker = next((t.agent for t in sample.turns if t.kind == "model"), "agent")
        self._spans = _filled([turn.times for turn in sample.turns], now)

    def facts(self) -> Iterator[Fact]:
        for index, turn in enumerate(self._sample.turns):
            self._transcript.add(*turn.messages)
            yield self._step(index, turn)
            yield from self._exchanges(index, turn)
        yield self._episode()
        yield from self._scores()

    def _step(self, index: int, turn: Turn) -> Step:
        started, ended = self._spans[index]
        return Step(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            index=index,
            kind=turn.kind,
            agent=self._speaker if turn.kind == "input" else turn.agent,
            span_id=digest(f"{self._episode_id}:{index}".encode())[:16],
            started_at=started,
            ended_at=ended,
            messages=turn.messages,
            model=turn.model,
            usage=turn.usage,
            cost_usd=turn.cost_usd,
            state_hash=self._transcript.state_hash,
            error=turn.error,
            attributes=turn.attributes,
        )

    def _exchanges(self, index: int, turn: Turn) -> Iterator[Exchange]:
        if turn.request is not None:
            asked = (turn.model or "", turn.request)
            yield self._exchange(index, 0, turn, asked, turn.error or turn.response)
        results = {m.tool_call_id: m.content for m in turn.messages if m.role == "tool"}
        calls = [call for message in turn.messages for call in message.tool_calls]
        for position, call in enumerate(calls, 1):
            if turn.recorded is not None and call.id not in turn.recorded:
                continue
            request: JsonObject = {"name": call.name, "arguments": call.arguments}
            answer = turn.results.get(call.id, results.get(call.id))
            outcome = turn.errors.get(call.id, answer)
            yield self._exchange(
                index, position, turn, (call.name, request), outcome, call_id=call.id
            )

    def _exchange(
        self,
        index: int,
        position: int,
        turn: Turn,
        asked: tuple[str, JsonObject],
        outcome: Json | ErrorSpec,
        *,
        call_id: str = "",
    ) -> Exchange:
        started, ended = turn.call_times.get(call_id) or self._spans[index]
        name, request = asked
        answer, error = (None, outcome) if isinstance(outcome, ErrorSpec) else (outcome, None)
        return Exchange(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            step_index=index,
            position=position,
            kind="tool" if position else "model",
            name=name,
            request=request,
            request_hash=digest(canonical(request)),
            response=answer,
            error=error,
            started_at=started,
            ended_at=ended,
        )

    def _episode(self) -> Episode:
        sample, turns = self._sample, self._sample.turns
        times = self._spans or [(self._now, self._now)]
        unknown = {} if any(turn.times for turn in turns) else NO_TIMES
        return Episode(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            task_id=sample.task_id,
            family=sample.family,
            epoch=sample.epoch,
            agent=self._run.agent,
            model=self._run.model,
            started_at=min(began for began, _ in times),
            ended_at=max(ended for _, ended in times),
            stop_reason=sample.stop_reason,
            steps=sum(turn.kind == "model" for turn in turns),
            usage=sum((t.usage for t in turns), Usage()) if sample.usage is None else sample.usage,
            cost_usd=sample.cost_usd,
            answer=self._transcript.last_text,
            state_hash=self._transcript.state_hash,
            error=sample.error,
            metadata=sample.metadata | unknown,
        )

    def _scores(self) -> Iterator[Score]:
        for told in self._sample.scores:
            yield Score(
                tenant=self._run.tenant,
                run_id=self._run.run_id,
                episode_id=self._episode_id,
                task_id=self._sample.task_id,
                family=self._sample.family,
                epoch=self._sample.epoch,
                **told._asdict(),
                scored_at=self._now,
            )
