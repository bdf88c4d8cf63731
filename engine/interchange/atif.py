"""Trajectories in the Agent Trajectory Interchange Format (ATIF v1.0 to v1.7): an episode a file.

A step of the agent is a model call with the tool calls it asked for and what these gave. Where an
observation answers no call it is what the agent was shown next, as by a user. A file is one JSON
document, which is read whole; no more than one is held.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from engine.contracts import JsonObject, MessageSpec, Usage, Wire
from engine.contracts.wire import Report
from engine.errors import BadInput
from engine.interchange.chat_messages import Content, checked, text_of, tool_call
from engine.interchange.files import content_digest, document
from engine.interchange.reading import Format, Tries
from engine.interchange.times import seconds_of
from engine.interchange.writing import Sample, Turn

SOURCE = "atif"
_VERSIONS: Final = re.compile(r"ATIF-v1\.[0-7]")


class _Call(Wire):
    tool_call_id: str
    function_name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class _Result(Wire):
    source_call_id: str | None = None
    content: Content = None
    subagent_trajectory_ref: tuple[dict[str, Any], ...] | None = None


class _Observation(Wire):
    results: tuple[_Result, ...] = ()


class _Metrics(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"prompt_token_ids", "completion_token_ids"})
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    cost_usd: float | None = Field(default=None, ge=0)
    extra: dict[str, Any] | None = None


class _Totals(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"total_steps"})
    total_prompt_tokens: int | None = Field(default=None, ge=0)
    total_completion_tokens: int | None = Field(default=None, ge=0)
    total_cached_tokens: int | None = Field(default=None, ge=0)
    total_cost_usd: float | None = Field(default=None, ge=0)
    extra: dict[str, Any] | None = None


class _Step(Wire):
    step_id: int
    source: Literal["system", "user", "agent"]
    message: Content = None
    timestamp: str | None = None
    model_name: str | None = None
    reasoning_content: str | None = None
    reasoning_effort: str | float | None = None
    tool_calls: tuple[_Call, ...] | None = None
    observation: _Observation | None = None
    metrics: _Metrics | None = None
    is_copied_context: bool | None = None
    extra: dict[str, Any] | None = None


class _Agent(Wire):
    name: str
    version: str
    model_name: str | None = None
    tool_definitions: tuple[dict[str, Any], ...] | None = None
    extra: dict[str, Any] | None = None


class _Trajectory(Wire):
    schema_version: str
    session_id: str
    agent: _Agent
    steps: tuple[_Step, ...] = Field(min_length=1)
    notes: str | None = None
    final_metrics: _Totals | None = None
    continued_trajectory_ref: str | None = None
    extra: dict[str, Any] | None = None


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    tries = Tries()
    for file in files:
        found = checked(_Trajectory, document(file), str(file), report)
        if not _VERSIONS.fullmatch(found.schema_version):
            said = "is of a version of ATIF that is not read here: v1.0 to v1.7 are"
            raise BadInput(said, where=f"{file}: schema_version")
        yield _sample(found, file, tries)


def _sample(found: _Trajectory, file: Path, tries: Tries) -> Sample:
    turns = list(_turns(found, str(file)))
    totals = found.final_metrics or _Totals()
    task = file.name.removesuffix(".gz").removesuffix(".json")
    return Sample(
        task_id=task,
        epoch=tries.epoch(task),
        key=content_digest(file),
        family=found.agent.name,
        turns=turns,
        cost_usd=_cost(found, totals),
        usage=_usage(turns, totals),
        metadata={
            "session_id": found.session_id,
            "agent_version": found.agent.version,
            "continued_in": found.continued_trajectory_ref,
            "notes": found.notes,
            "tools": list(found.agent.tool_definitions or ()),
        },
    )


def _usage(turns: Sequence[Turn], totals: _Totals) -> Usage:
    """The totals where they are given: they hold the tokens of sub-agents too."""
    own = sum((turn.usage for turn in turns), Usage())
    given = {
        "input_tokens": totals.total_prompt_tokens,
        "output_tokens": totals.total_completion_tokens,
        "cached_tokens": totals.total_cached_tokens,
    }
    return own.model_copy(update={name: n for name, n in given.items() if n is not None})


def _cost(found: _Trajectory, totals: _Totals) -> float | None:
    if totals.total_cost_usd is not None:
        return totals.total_cost_usd
    costs = [_spent(step) for step in found.steps if step.source == "agent"]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _spent(step: _Step) -> float | None:
    """What a step cost; what was copied from another trajectory costs nothing here."""
    if step.is_copied_context:
        return 0.0
    return step.metrics.cost_usd if step.metrics else None


def _turns(found: _Trajectory, where: str) -> Iterator[Turn]:
    first = True
    for spoken, group in groupby(found.steps, lambda step: step.source == "agent"):
        if spoken:
            for step in group:
                yield from _spoken(found, step, where)
        elif first:
            steps = list(group)
            said = tuple(_message(step) for step in steps)
            yield Turn(kind="input", messages=said, times=_times(steps, where))
        else:
            for step in group:
                yield Turn(
                    kind="human",
                    messages=(_message(step),),
                    agent=step.source,
                    times=_times([step], where),
                )
        first = False


def _message(step: _Step) -> MessageSpec:
    role: Literal["system", "user"] = "system" if step.source == "system" else "user"
    seen = [text_of(result.content) for result in _results(step)]
    return MessageSpec(role=role, content="\n".join(filter(None, [text_of(step.message), *seen])))


def _spoken(found: _Trajectory, step: _Step, where: str) -> Iterator[Turn]:
    """A step of the agent, and where it was shown something by no call of its own, that too."""
    calls = {call.tool_call_id: call.function_name for call in step.tool_calls or ()}
    answers = [result for result in _results(step) if result.source_call_id in calls]
    shown = [text_of(r.content) for r in _results(step) if r.source_call_id not in calls]
    times = _times([step], where)
    yield Turn(
        kind="model",
        messages=(_said(step), *(_answer(result, calls) for result in answers)),
        agent=found.agent.name,
        model=step.model_name or found.agent.model_name,
        usage=_tokens(step),
        cost_usd=_spent(step),
        times=times,
        attributes=_attributes(step),
    )
    if shown:
        message = MessageSpec(role="user", content="\n".join(shown))
        yield Turn(kind="human", messages=(message,), agent="environment", times=times)


def _said(step: _Step) -> MessageSpec:
    calls = (tool_call(c.tool_call_id, c.function_name, c.arguments) for c in step.tool_calls or ())
    return MessageSpec(role="assistant", content=text_of(step.message), tool_calls=tuple(calls))


def _answer(result: _Result, calls: dict[str, str]) -> MessageSpec:
    call_id = result.source_call_id or ""
    return MessageSpec(
        role="tool", content=text_of(result.content), tool_call_id=call_id, name=calls[call_id]
    )


def _results(step: _Step) -> tuple[_Result, ...]:
    return step.observation.results if step.observation else ()


def _tokens(step: _Step) -> Usage:
    if step.is_copied_context:
        return Usage()
    metrics = step.metrics or _Metrics()
    return Usage(
        input_tokens=metrics.prompt_tokens,
        output_tokens=metrics.completion_tokens,
        cached_tokens=metrics.cached_tokens,
        calls=1,
    )


def _attributes(step: _Step) -> JsonObject:
    known: JsonObject = {
        "reasoning": step.reasoning_content,
        "copied": step.is_copied_context,
        "subagents": [
            one for result in _results(step) for one in result.subagent_trajectory_ref or ()
        ]
        or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _times(steps: Sequence[_Step], where: str) -> tuple[float, float] | None:
    told = [step for step in steps if step.timestamp]
    if not told:
        return None
    moments = [seconds_of(s.timestamp or "", f"{where}: step {s.step_id}") for s in told]
    return min(moments), max(moments)


ATIF = Format(source=SOURCE, suffixes=(".json", ".json.gz"), samples=_samples)
"""ATIF trajectories; all files together are one run."""
