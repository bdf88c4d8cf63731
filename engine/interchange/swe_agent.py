"""SWE-agent trajectories (`.traj`, Yang et al. 2024): one episode a file.

The history is the conversation. The trajectory beside it says, an entry for each turn of the agent,
what was run and in which state that left the shell. A file is one JSON document, which is read
whole; no more than one is held. There are no times. Statistics of 0 tokens mean that none were
counted (as in a replayed trajectory): the cost is then unknown.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import orjson
from pydantic import Field

from engine.contracts import ErrorSpec, JsonObject, MessageSpec, Usage, Wire
from engine.contracts.wire import Report
from engine.interchange.chat_messages import ChatCall, ChatMessage, call_of, checked, named, text_of
from engine.interchange.files import content_digest, document
from engine.interchange.reading import Format, Head, Tries
from engine.interchange.writing import Sample, Turn, turns_of

SOURCE = "swe-agent"
_SUBMITTED: Final = "submitted"


class _Message(ChatMessage):
    known: ClassVar[frozenset[str]] = frozenset({"action", "is_demo", "message_type", "tags"})
    agent: str = "agent"
    thought: str | None = None
    tool_calls: tuple[ChatCall, ...] | None = None
    tool_call_ids: tuple[str, ...] | None = None

    def spec(self) -> MessageSpec:
        """The message as one of ours; a tool's answers the first of the calls it names."""
        call_id = self.tool_call_id or next(iter(self.tool_call_ids or ()), None)
        return MessageSpec(
            role="system" if self.role == "developer" else self.role,  # type: ignore[arg-type]
            content=text_of(self.content),
            tool_calls=tuple(map(call_of, self.tool_calls or ())),
            tool_call_id=call_id if self.role == "tool" else None,
        )


class _Entry(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {"observation", "response", "thought", "messages", "query"}
    )
    action: str = ""
    state: str | dict[str, Any] | None = None
    execution_time: float | None = None


class _Stats(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"total_cost"})
    instance_cost: float = Field(default=0.0, ge=0)
    tokens_sent: int = Field(default=0, ge=0)
    tokens_received: int = Field(default=0, ge=0)
    api_calls: int = Field(default=0, ge=0)


class _Info(Wire):
    known: ClassVar[frozenset[str]] = frozenset(
        {"edited_files30", "edited_files50", "edited_files70"}
    )
    exit_status: str | None = None
    submission: str | None = None
    model_stats: _Stats = _Stats()
    swe_agent_version: str | None = None


class _Trajectory(Wire):
    environment: str | None = None
    trajectory: tuple[_Entry, ...] = ()
    history: tuple[_Message, ...] = Field(min_length=1)
    info: _Info = _Info()
    replay_config: dict[str, Any] | str | None = None


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    tries = Tries()
    for file in files:
        found = checked(_Trajectory, document(file), str(file), report)
        yield _sample(found, file, tries)


def _sample(found: _Trajectory, file: Path, tries: Tries) -> Sample:
    stats, info = found.info.model_stats, found.info
    turns = list(_turns(found))
    counted = stats.tokens_sent + stats.tokens_received > 0
    calls = stats.api_calls or sum(turn.kind == "model" for turn in turns)
    task = file.name.removesuffix(".gz").removesuffix(".traj")
    return Sample(
        task_id=task,
        epoch=tries.epoch(task),
        key=content_digest(file),
        family=found.environment or SOURCE,
        turns=turns,
        cost_usd=stats.instance_cost if counted or stats.instance_cost else None,
        usage=Usage(
            input_tokens=stats.tokens_sent, output_tokens=stats.tokens_received, calls=calls
        ),
        error=_error(info.exit_status),
        metadata={"exit_status": info.exit_status, "submission": info.submission},
    )


def _turns(found: _Trajectory) -> Iterator[Turn]:
    messages = [message.spec() for message in found.history]
    speakers = {id(m): s.agent for m, s in zip(messages, found.history, strict=True)}
    model, entries = _model(found.replay_config), iter(_entries(found))
    for kind, said in turns_of(messages):
        spoken = kind == "model"
        agent = speakers[id(said[0])] if spoken else "environment"
        yield Turn(
            kind=kind,
            messages=tuple(named(said)),
            agent=agent if spoken or kind == "human" else "agent",
            model=model or None if spoken else None,
            usage=Usage(calls=int(spoken)),
            cost_usd=None if spoken else 0.0,
            attributes=next(entries, {}) if spoken else {},
        )


def _entries(found: _Trajectory) -> list[JsonObject]:
    """What the trajectory says of each turn; nothing where it is not of the same turns."""
    spoken = sum(message.role == "assistant" for message in found.history)
    if spoken != len(found.trajectory):
        return []
    return [
        {"action": entry.action, "state": _state(entry.state), "run_s": entry.execution_time}
        for entry in found.trajectory
    ]


def _state(state: str | dict[str, Any] | None) -> Any:
    """Older trajectories write it as text."""
    if not isinstance(state, str):
        return state
    try:
        return orjson.loads(state)
    except orjson.JSONDecodeError:
        return state


def _error(status: str | None) -> ErrorSpec | None:
    if status is None or _SUBMITTED in status:
        return None
    return ErrorSpec(code="error", message=f"ended with the exit status {status}")


def _model(config: dict[str, Any] | str | None) -> str:
    """The model by the settings; newer trajectories write these as text."""
    found: Any = _state(config)
    for name in ("agent", "model", "name"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _head(_files: Sequence[Path]) -> Head:
    return Head(agent=SOURCE)


SWE_AGENT = Format(source=SOURCE, suffixes=(".traj", ".traj.gz"), samples=_samples, head=_head)
"""Trajectories of SWE-agent; all files together are one run."""
