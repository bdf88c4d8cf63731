"""What is replayed of an episode that was recorded elsewhere: what was said, called and shown."""

from dataclasses import replace

from engine.contracts import Exchange, Json, Step
from engine.errors import BadInput
from engine.replay.recording import Recording


def heard(recording: Recording) -> Recording:
    """The recording as messages and tool calls alone.

    What its program asked models is that program's doing, so it is not compared. A tool that failed
    gives what its message says: so was the model told. A last step that calls a tool whose result
    was not recorded, as the one that ends an episode, is left out: nothing follows from it.

    Raises `BadInput` where an earlier call has no result.
    """
    steps = recording.steps
    if steps and _unanswered(steps[-1]):
        steps = steps[:-1]
    for step in steps:
        if tool := _unanswered(step):
            said = f"step {step.index} calls {tool}, and what that gave was not recorded"
            raise BadInput(f"{recording.episode.episode_id} cannot be replayed: {said}")
    kept = {step.index: step for step in steps}
    return replace(
        recording,
        steps=tuple(step.model_copy(update={"error": None}) for step in steps),
        exchanges=tuple(
            _as_shown(exchange, kept[exchange.step_index]) if exchange.error else exchange
            for exchange in recording.exchanges
            if exchange.kind == "tool" and exchange.step_index in kept
        ),
    )


def _unanswered(step: Step) -> str:
    """The tool whose call in that step has no result; empty: there is none."""
    answered = {message.tool_call_id for message in step.messages}
    calls = (call for message in step.messages for call in message.tool_calls)
    return next((call.name for call in calls if call.id not in answered), "")


def _as_shown(exchange: Exchange, step: Step) -> Exchange:
    calls = [call for message in step.messages for call in message.tool_calls]
    call_id = calls[exchange.position - 1].id
    shown: Json = next(m.content for m in step.messages if m.tool_call_id == call_id)
    return exchange.model_copy(update={"error": None, "response": shown})
