"""An episode's steps as a timeline: what was said and done, workers below those who asked them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.contracts import Exchange, Json, MessageSpec, Step, ToolCall
from workbench.bootstrap.remarks import Remark, remark


@dataclass(frozen=True, slots=True)
class Said:
    """A message as text."""

    role: str
    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Called:
    """A tool call with what came of it."""

    name: str
    arguments: str
    result: str | None
    error: str | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A step at its depth: 0 is the episode's own conversation, 1 a worker's."""

    step: Step
    depth: int
    said: tuple[Said, ...]
    calls: tuple[Called, ...]
    seconds: float | None
    remark: Remark | None = None
    """What the guard, the ladder or a person did there."""


def timeline(
    steps: Sequence[Step], exchanges: Sequence[Exchange], *, timed: bool = True
) -> list[Entry]:
    """Entries in order; `timed` is false where the recording kept no times."""
    tools = {(x.step_index, x.position): x for x in exchanges if x.kind == "tool"}
    return [_entry(step, depth, tools, timed=timed) for step, depth in _in_order(steps)]


def _in_order(steps: Sequence[Step]) -> Iterator[tuple[Step, int]]:
    """Each step, then those below it; one whose parent is not there yet stands at depth 1."""
    spans = {step.span_id for step in steps}
    below: dict[str | None, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda step: step.index):
        below[step.parent_span_id if step.parent_span_id in spans else None].append(step)
    waiting = [(step, int(step.parent_span_id is not None)) for step in reversed(below[None])]
    while waiting:
        step, depth = waiting.pop()
        yield step, depth
        children = below[step.span_id] if step.span_id != step.parent_span_id else []
        waiting += [(child, depth + 1) for child in reversed(children)]


def _entry(
    step: Step, depth: int, tools: Mapping[tuple[int, int], Exchange], *, timed: bool
) -> Entry:
    calls = [call for message in step.messages for call in message.tool_calls]
    results = {m.tool_call_id: m.content for m in step.messages if m.role == "tool"}
    asked = {call.id for call in calls}
    return Entry(
        step=step,
        depth=depth,
        said=tuple(_said(step.messages, asked)),
        calls=tuple(
            _called(call, results.get(call.id), tools.get((step.index, place)), timed=timed)
            for place, call in enumerate(calls, 1)
        ),
        seconds=step.ended_at - step.started_at if timed else None,
        remark=remark(step.kind, step.attributes),
    )


def _said(messages: Iterable[MessageSpec], asked: set[str]) -> Iterator[Said]:
    """Messages with a text, results that stand beside their call left out."""
    for message in messages:
        if message.content and not (message.role == "tool" and message.tool_call_id in asked):
            yield Said(message.role, message.name, message.content)


def _called(
    call: ToolCall, result: str | None, exchange: Exchange | None, *, timed: bool
) -> Called:
    error = exchange.error if exchange else None
    return Called(
        name=call.name,
        arguments=call.malformed if call.malformed is not None else pretty(call.arguments),
        result=None if result is None else _readable(result),
        error=f"{error.code}: {error.message}" if error else None,
        seconds=exchange.ended_at - exchange.started_at if exchange and timed else None,
    )


def pretty(value: Json) -> str:
    """JSON over several lines, letters of every script as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _readable(text: str) -> str:
    """A JSON object or list laid out; any other text as it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return pretty(json.loads(text))
    except (ValueError, RecursionError):
        return text
