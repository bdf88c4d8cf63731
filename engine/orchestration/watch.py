"""How the loop heeds its guard: what may be asked next, and what is to be told."""

from typing import Final, NamedTuple

from engine.contracts import (
    LIMITS,
    GuardVerdict,
    JsonObject,
    Model,
    ModelRequest,
    ModelResponse,
    Rung,
    RungSpec,
    Spend,
    StopReason,
    Wait,
)
from engine.orchestration.calls import Called, is_handoff
from engine.orchestration.guard import Act, Guard, Observation
from engine.orchestration.ladder import FORCED
from engine.orchestration.line import Line
from engine.orchestration.team import ASK

_LEAST_OUTPUT: Final = 16  # tokens; an answer cut shorter than this is worth nothing


class Plan(NamedTuple):
    """A model call that is about to be made, and the most it can use."""

    request: ModelRequest
    model: Model
    worst: Spend


def planned(request: ModelRequest, model: Model, line: Line, left: Spend) -> Plan:
    """The call with its worst case, the answer shortened to what is left of the token budget."""
    reads, writes = line.prompt_tokens(), request.max_output_tokens
    worst = model.worst(reads, writes)
    if worst.tokens > left.tokens:
        room = left.tokens * (reads + writes) // worst.tokens - reads
        if room >= _LEAST_OUTPUT:
            request = request.model_copy(update={"max_output_tokens": room})
            worst = model.worst(reads, room)
    return Plan(request, model, worst)


def spent(response: ModelResponse) -> Spend:
    """What an answer has used."""
    return Spend(response.usage.total_tokens, response.cost_usd)


def observed(
    line: Line, response: ModelResponse, called: list[Called], handoff: str | None
) -> Observation:
    """A step as the guard sees it."""
    calls = response.message.tool_calls
    acts = [
        Act(call.name, call.arguments, done.text, done.failed)
        for call, done in zip(calls, called, strict=True)
        if not is_handoff(line, call)
    ]
    asks: list[str] = []
    if line.agent.workers:
        asked = (c.arguments.get("question") for c in calls if c.name.startswith(ASK))
        asks = [question for question in asked if isinstance(question, str)]
    return Observation(
        agent=line.agent.name,
        acts=tuple(acts),
        text=response.message.content,
        asks=tuple(asks),
        handoff=handoff,
        input_tokens=response.usage.input_tokens,
    )


def told(rungs: list[RungSpec], guard: Guard, elapsed_s: float) -> str:
    """What the model is told of the rungs entered; nothing of those that need no word."""
    entered = {rung.rung for rung in rungs}
    if Rung.FORCE in entered:
        return FORCED
    if not entered & {Rung.TELL, Rung.RESTRICT}:
        return ""
    fewer = " Some of your tools can no longer be used." if Rung.RESTRICT in entered else ""
    return f"{remaining(guard, elapsed_s)}{fewer} Finish soon."


def remaining(guard: Guard, elapsed_s: float) -> str:
    """What is left of each limit, in words."""
    steps = guard.limits.max_steps - guard.steps
    tokens = guard.budget.left().tokens
    seconds = max(0.0, guard.limits.deadline_s - elapsed_s)
    return f"Left: {steps} step{'s' * (steps != 1)}, {tokens:,} tokens, {seconds:.0f} s."


def answered(response: ModelResponse) -> JsonObject:
    """What the attributes of a step say of its model's answer."""
    about: JsonObject = {"finish_reason": response.finish_reason}
    if response.cached:
        about |= {"cached": True, "saved_usd": response.saved_usd}
    return about


def attributes(verdict: GuardVerdict) -> JsonObject:
    """A verdict as the attributes of a step."""
    return verdict.model_dump(mode="json", exclude_none=True)


def ending(verdict: GuardVerdict) -> StopReason:
    """Why an episode ended that this verdict cut: the limit's name, or `loop`."""
    if verdict.rule in LIMITS:
        return StopReason(str(verdict.rule))
    return StopReason.LOOP


def wait(verdict: GuardVerdict, line: Line, key: str) -> Wait:
    """What an episode waits for that this verdict escalated."""
    said = f"{verdict.rule}: {verdict.message}"
    return Wait(kind="guard", key=key, agent=line.agent.name, message=said, verdict=verdict)
