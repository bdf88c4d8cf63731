"""Recorded tau-bench episodes (Yao et al. 2024) as a run: messages, tool calls, rewards.

The recordings carry neither times nor the agent's token counts: every fact has the time of the
import, tokens are 0 and the cost is unknown. The cost they do carry is the simulated user's and
stands in the episode's metadata.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import orjson
from pydantic import Field

from engine.clock import ManualClock
from engine.contracts import (
    Boundary,
    Episode,
    Exchange,
    Fact,
    JsonObject,
    MessageSpec,
    Provenance,
    Run,
    RunEnd,
    Score,
    Step,
    StepKind,
    StopReason,
    ToolCall,
    UnknownFields,
    Usage,
    Wire,
    canonical,
    check,
    digest,
    drop_unknown,
)
from engine.errors import BadInput, NotFound
from engine.orchestration import Transcript

SOURCE = "tau-bench"


class _Function(Wire):
    name: str
    arguments: str


class _Call(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"type", "index"})
    id: str
    function: _Function


class _Message(Wire):
    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    tool_calls: tuple[_Call, ...] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class _Recording(Wire):
    task_id: int | str
    trial: int = Field(ge=0)
    reward: float = Field(ge=0, le=1)
    traj: tuple[_Message, ...] = Field(min_length=1)
    info: dict[str, Any] = Field(default_factory=dict)


def read_tau_bench(path: Path, *, now: float, tenant: str = "local") -> Iterator[tuple[Fact, ...]]:
    """The facts of a recording file (`.json` or `.json.gz`), or of the one file in a folder.

    First the run, then one group an episode, last the run's end with the fields that nobody knows.
    The run's id is made of the
    file's content, so that reading it again gives the same run. Raises `BadInput` naming the
    episode and field at fault, `NotFound` where there is no such file.
    """
    file = _file(path)
    data = _bytes(file)
    unknown = UnknownFields(ManualClock(now))
    recordings = _parse(file, data, unknown)
    model = file.name.removesuffix(".gz").removesuffix(".json")
    run = Run(
        tenant=tenant,
        run_id=f"run-{SOURCE}-{digest(data)[:8]}",
        name=f"{SOURCE} {model}",
        suite=SOURCE,
        agent="recorded",
        model=model,
        epochs=max(recording.trial for recording in recordings) + 1,
        planned=len(recordings),
        seed=0,
        started_at=now,
        source=SOURCE,
        provenance=Provenance(suite_hash=digest(data)),
    )
    yield (run,)
    for recording in recordings:
        yield tuple(_Reader(run, recording, now).facts())
    end = RunEnd(tenant=tenant, run_id=run.run_id, status="finished", ended_at=now)
    yield (*unknown.take(run.run_id, tenant), end)


class _Reader:
    """Turns one recording into facts."""

    def __init__(self, run: Run, recording: _Recording, now: float) -> None:
        self._run = run
        self._recording = recording
        self._now = now
        key = f"{run.run_id}:{recording.task_id}:{recording.trial}"
        self._episode_id = f"ep-{digest(key.encode())[:20]}"
        self._transcript = Transcript()

    def facts(self) -> Iterator[Fact]:
        """Steps with their exchanges in order, then the episode and its score."""
        turns = list(_turns([_message(m) for m in self._recording.traj]))
        for index, (kind, messages) in enumerate(turns):
            self._transcript.add(*messages)
            yield self._step(index, kind, messages)
            yield from self._exchanges(index, messages)
        yield self._episode(sum(kind == "model" for kind, _ in turns))
        yield self._score()

    def _step(self, index: int, kind: StepKind, messages: Sequence[MessageSpec]) -> Step:
        said = kind == "model"
        return Step(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            index=index,
            kind=kind,
            agent="user" if kind == "human" else "agent",
            span_id=digest(f"{self._episode_id}:{index}".encode())[:16],
            started_at=self._now,
            ended_at=self._now,
            messages=tuple(messages),
            model=self._run.model if said else None,
            usage=Usage(calls=int(said)),
            cost_usd=None if said else 0.0,
            state_hash=self._transcript.state_hash,
        )

    def _exchanges(self, index: int, messages: Sequence[MessageSpec]) -> Iterator[Exchange]:
        results = {m.tool_call_id: m.content for m in messages if m.role == "tool"}
        for position, call in enumerate(messages[0].tool_calls, 1):
            request: JsonObject = {"name": call.name, "arguments": call.arguments}
            yield Exchange(
                tenant=self._run.tenant,
                run_id=self._run.run_id,
                episode_id=self._episode_id,
                step_index=index,
                position=position,
                kind="tool",
                name=call.name,
                request=request,
                request_hash=digest(canonical(request)),
                response=results.get(call.id),
                started_at=self._now,
                ended_at=self._now,
            )

    def _episode(self, calls: int) -> Episode:
        said = (m.content for m in reversed(self._transcript.messages) if m.role == "assistant")
        user_cost = self._recording.info.get("user_cost")
        return Episode(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            task_id=str(self._recording.task_id),
            family=SOURCE,
            epoch=self._recording.trial,
            agent=self._run.agent,
            model=self._run.model,
            started_at=self._now,
            ended_at=self._now,
            stop_reason=StopReason.RECORDED,
            steps=calls,
            usage=Usage(calls=calls),
            cost_usd=None,
            answer=next((text for text in said if text), None),
            state_hash=self._transcript.state_hash,
            metadata={"user_cost_usd": user_cost, "times": "unknown"},
        )

    def _score(self) -> Score:
        reward = self._recording.reward
        return Score(
            tenant=self._run.tenant,
            run_id=self._run.run_id,
            episode_id=self._episode_id,
            task_id=str(self._recording.task_id),
            family=SOURCE,
            epoch=self._recording.trial,
            scorer="reward",
            value=reward,
            passed=reward == 1.0,
            scored_at=self._now,
        )


def _turns(messages: Sequence[MessageSpec]) -> Iterator[tuple[StepKind, list[MessageSpec]]]:
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


def _message(wire: _Message) -> MessageSpec:
    return MessageSpec(
        role=wire.role,
        content=wire.content or "",
        tool_calls=tuple(_call(call) for call in wire.tool_calls or ()),
        tool_call_id=wire.tool_call_id,
        name=wire.name,
    )


def _call(wire: _Call) -> ToolCall:
    try:
        arguments = json.loads(wire.function.arguments)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        sent = wire.function.arguments
        return ToolCall(id=wire.id, name=wire.function.name, arguments={}, malformed=sent)
    return ToolCall(id=wire.id, name=wire.function.name, arguments=arguments)


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    found = sorted([*path.glob("*.json"), *path.glob("*.json.gz")])
    if len(found) == 1:
        return found[0]
    names = ", ".join(file.name for file in found) or "none"
    raise NotFound(f"one recording file expected; found: {names}", where=str(path))


def _bytes(file: Path) -> bytes:
    data = file.read_bytes()
    try:
        return gzip.decompress(data) if file.suffix == ".gz" else data
    except (OSError, EOFError) as error:
        raise BadInput(f"is not readable as gzip: {error}", where=str(file)) from None


def _parse(file: Path, data: bytes, unknown: UnknownFields) -> list[_Recording]:
    try:
        items = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error}", where=str(file)) from None
    if not isinstance(items, list) or not items:
        raise BadInput("is no list of episodes", where=str(file))
    return [_recording(file, number, item, unknown) for number, item in enumerate(items)]


def _recording(file: Path, number: int, item: object, unknown: UnknownFields) -> _Recording:
    where = f"{file}: episode {number}"
    recording = check(Boundary.IMPORT, _Recording, item, where=where, correlation_id=where)
    drop_unknown(recording, unknown.reporter(SOURCE))
    return recording
