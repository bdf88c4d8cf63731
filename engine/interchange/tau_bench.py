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
    Fact,
    MessageSpec,
    Provenance,
    Run,
    RunEnd,
    StepKind,
    ToolCall,
    UnknownFields,
    Usage,
    Wire,
    check,
    digest,
    drop_unknown,
)
from engine.errors import BadInput, NotFound
from engine.interchange.writing import Sample, Turn, episode_facts, turns_of

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
        yield tuple(episode_facts(run, _sample(run, recording), now=now))
    end = RunEnd(tenant=tenant, run_id=run.run_id, status="finished", ended_at=now)
    yield (*unknown.take(run.run_id, tenant), end)


def _sample(run: Run, recording: _Recording) -> Sample:
    reward = recording.reward
    turns = turns_of([_message(m) for m in recording.traj])
    return Sample(
        task_id=str(recording.task_id),
        family=SOURCE,
        epoch=recording.trial,
        turns=[_turn(run, kind, messages) for kind, messages in turns],
        metadata={"user_cost_usd": recording.info.get("user_cost")},
        scores=[("reward", reward, reward == 1.0, "")],
    )


def _turn(run: Run, kind: StepKind, messages: Sequence[MessageSpec]) -> Turn:
    said = kind == "model"
    return Turn(
        kind=kind,
        messages=tuple(messages),
        agent="user" if kind == "human" else "agent",
        model=run.model if said else None,
        usage=Usage(calls=int(said)),
        cost_usd=None if said else 0.0,
    )


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
