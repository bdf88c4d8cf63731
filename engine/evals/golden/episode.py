"""What a recorded episode asked, and answered, at one of its steps or as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.contracts import (
    Episode,
    Exchange,
    Json,
    JsonObject,
    MessageSpec,
    ModelRequest,
    Step,
    ToolCall,
)
from engine.errors import BadInput

_CALLS: Json = {"kind": "tool_calls", "extra": True}


@dataclass(frozen=True, slots=True)
class Taken:
    """An input as tasks have it, what was answered, and scorers where the answer needs its own."""

    input: str | tuple[MessageSpec, ...]
    answer: Json
    scorers: tuple[Json, ...] = ()


def whole(episode: Episode, steps: Sequence[Step]) -> Taken:
    """What was asked before the first answer, and the last word.

    Raises `BadInput` where nothing was asked. Instructions to the model are the team's, not the
    task's, and left out here and below.
    """
    asked: list[MessageSpec] = []
    for step in steps:
        if step.kind == "model":
            break
        asked += step.messages
    return Taken(_input(asked, episode.episode_id), episode.answer)


def at_step(
    episode: Episode, steps: Sequence[Step], exchanges: Sequence[Exchange], index: int
) -> Taken:
    """What the model of a step was asked, all before it included, and what it said.

    Where it called tools the answer is these calls, as the scorer `tool_calls` expects them.
    Raises `BadInput` where there is no such step or no model spoke in it.
    """
    where = f"{episode.episode_id} step {index}"
    step = next((step for step in steps if step.index == index), None)
    if step is None:
        raise BadInput("there is no such step", where=where, hint=f"it has {len(steps)}")
    spoken = [message for message in step.messages if message.role == "assistant"]
    if step.kind != "model" or not spoken:
        known = ", ".join(str(step.index) for step in steps if step.kind == "model")
        raise BadInput("no model answered in it", where=where, hint=f"a model did in {known}")
    taken = _input(_before(step, steps, exchanges), where)
    if calls := spoken[-1].tool_calls:
        return Taken(taken, [_expected(call) for call in calls], (_CALLS,))
    return Taken(taken, spoken[-1].content)


def _before(
    step: Step, steps: Sequence[Step], exchanges: Sequence[Exchange]
) -> Sequence[MessageSpec]:
    """As the model was asked, else what its own conversation said before."""
    own = (e for e in exchanges if (e.step_index, e.position) == (step.index, 0))
    for exchange in own:
        if messages := _asked(exchange.request):
            return messages
    earlier = (old for old in steps if old.index < step.index)
    return [
        message
        for old in earlier
        if old.parent_span_id == step.parent_span_id
        for message in old.messages
    ]


def _asked(request: JsonObject) -> Sequence[MessageSpec]:
    """The messages of a request in our own form; none where it is in another."""
    try:
        return ModelRequest.parse(request).messages
    except BadInput:  # recorded elsewhere: the steps say it
        return ()


def _input(messages: Sequence[MessageSpec], where: str) -> str | tuple[MessageSpec, ...]:
    asked = tuple(message for message in messages if message.role != "system")
    if not asked:
        raise BadInput("nothing was asked before it", where=where, hint="name a step: --step N")
    alone = asked[0]
    if len(asked) == 1 and alone == MessageSpec(role="user", content=alone.content):
        return alone.content
    return asked


def _expected(call: ToolCall) -> JsonObject:
    return {call.name: {name: [value] for name, value in call.arguments.items()}}
