"""Whether what comes now is what was recorded: pure, one fact beside the other."""

from collections.abc import Sequence
from typing import Final

from engine.contracts import (
    Episode,
    Exchange,
    Json,
    JsonObject,
    MessageSpec,
    Step,
    StopReason,
    canonical,
    digest,
)
from engine.orchestration import Result
from engine.replay.divergence import Difference, Divergence, Mode
from engine.replay.shown import difference

_OF_TIME: Final = frozenset({"used", "elapsed_s", "budget_left", "tool_calls"})
"""Attributes that depend on the time and on the tools' luck: what was said has been compared."""


def parting(
    kind: Difference, recorded: Json, now: Json, *, step: int, position: int = 0
) -> Divergence:
    """A divergence with its difference in words."""
    return Divergence(
        step=step,
        position=position,
        kind=kind,
        recorded=recorded,
        now=now,
        shown=difference(recorded, now),
    )


def request_parting(recorded: Exchange, now: Exchange, mode: Mode) -> Divergence | None:
    """Where a model is asked something else than it was."""
    at = recorded.step_index
    if recorded.name != now.name and mode is not Mode.MODEL_LIVE:
        return parting(Difference.MODEL_CHANGED, recorded.name, now.name, step=at)
    if _same_request(recorded, now):
        return None
    old, new = _asked(recorded.request, mode), _asked(now.request, mode)
    if canonical(old) == canonical(new):
        return None
    kind = Difference.SETTINGS_CHANGED
    if canonical(old.get("tools")) != canonical(new.get("tools")):
        kind = Difference.TOOL_SET_CHANGED
    if canonical(old.get("messages")) != canonical(new.get("messages")):
        kind = Difference.PROMPT_CHANGED
    return parting(kind, old, new, step=at)


def answer_parting(recorded: Exchange, now: Exchange) -> Divergence | None:
    """Where a model that was asked anew says something else, or calls something else."""
    old, new = _answer(recorded), _answer(now)
    if canonical(old) == canonical(new):
        return None
    return parting(Difference.ANSWER_CHANGED, old, new, step=recorded.step_index)


def call_parting(
    recorded: Sequence[Exchange], now: JsonObject, *, step: int, position: int
) -> Divergence | None:
    """Where a tool call is not the recorded one; `recorded` are the episode's calls from there."""
    here = next((e for e in recorded if (e.step_index, e.position) == (step, position)), None)
    if here is None:
        return parting(Difference.EXTRA_CALL, None, now, step=step, position=position)
    if canonical(here.request) == canonical(now):
        return None
    made_later = any(canonical(e.request) == canonical(now) for e in recorded if e is not here)
    kind = Difference.ORDER_CHANGED if made_later else Difference.TOOL_CHANGED
    if not made_later and here.request.get("name") == now.get("name"):
        kind = Difference.ARGUMENT_CHANGED
    return parting(kind, here.request, now, step=step, position=position)


def result_parting(recorded: Exchange, now: Exchange) -> Divergence | None:
    """Where a tool gives something else than it gave."""
    old, new = _outcome(recorded), _outcome(now)
    if canonical(old) == canonical(new):
        return None
    place = {"step": recorded.step_index, "position": recorded.position}
    return parting(Difference.RESULT_CHANGED, old, new, **place)


def step_parting(recorded: Step, now: Step, mode: Mode) -> Divergence | None:
    """Where a step is another, or leaves another state."""
    if _sort(recorded) != _sort(now):
        old, new = outline(recorded), outline(now)
        return parting(Difference.STEP_CHANGED, old, new, step=recorded.index)
    if recorded.kind == "guard" and _verdict(recorded) != _verdict(now):
        old, new = _verdict(recorded), _verdict(now)
        return parting(Difference.GUARD_CHANGED, old, new, step=recorded.index)
    return _state_parting(recorded, now, mode)


def _sort(step: Step) -> tuple[str, bool, str]:
    """What kind of step it is; people go by many names."""
    return step.kind, step.error is not None, "" if step.kind == "human" else step.agent


def _state_parting(recorded: Step, now: Step, mode: Mode) -> Divergence | None:
    at = recorded.index
    if recorded.state_hash == now.state_hash and recorded.messages == now.messages:
        return None
    old, new = _messages(recorded.messages, mode), _messages(now.messages, mode)
    if canonical(old) != canonical(new):
        return parting(_KINDS[recorded.kind], old, new, step=at)
    if mode is Mode.MODEL_LIVE:
        return None
    return parting(Difference.STATE_CHANGED, recorded.state_hash, now.state_hash, step=at)


def outline(step: Step) -> JsonObject:
    """A step as far as two of different kind can be compared."""
    found: JsonObject = {"kind": step.kind, "agent": step.agent}
    found["messages"] = _messages(step.messages, Mode.STRICT)
    if step.attributes:
        found["attributes"] = _verdict(step)
    if step.error:
        found["error"] = step.error.message
    return found


_KINDS: Final = {
    "input": Difference.PROMPT_CHANGED,
    "handoff": Difference.PROMPT_CHANGED,
    "human": Difference.PROMPT_CHANGED,
    "guard": Difference.GUARD_CHANGED,
    "model": Difference.ANSWER_CHANGED,
}


def ending_parting(episode: Episode, now: Result, mode: Mode, *, step: int) -> Divergence | None:
    """Where an episode ends for another reason or in another state; `step` is its last one."""
    if episode.stop_reason is StopReason.RECORDED:
        return None
    old, new = str(episode.stop_reason), str(now.stop_reason)
    if old == new and mode is not Mode.MODEL_LIVE:
        old, new = episode.state_hash, now.state_hash
    if old == new:
        return None
    return parting(Difference.ENDING_CHANGED, old, new, step=step)


def _same_request(recorded: Exchange, now: Exchange) -> bool:
    """Whether both are equal to the letter; the recorded digest is not believed unseen."""
    if recorded.request_hash != now.request_hash:
        return False
    return digest(canonical(recorded.request)) == now.request_hash


def _asked(request: JsonObject, mode: Mode) -> JsonObject:
    messages = request.get("messages")
    if mode is not Mode.MODEL_LIVE or not isinstance(messages, list):
        return request
    return {**request, "messages": [_without_ids(message) for message in messages]}


def _answer(exchange: Exchange) -> Json:
    if not isinstance(exchange.response, dict):
        return {"error": _said(exchange)}
    return _without_ids(exchange.response.get("message"))


def _outcome(exchange: Exchange) -> JsonObject:
    said = _said(exchange)
    return {"result": exchange.response} if said is None else {"error": said}


def _said(exchange: Exchange) -> str | None:
    return exchange.error.message if exchange.error else None


def _messages(messages: Sequence[MessageSpec], mode: Mode) -> list[Json]:
    plain: list[Json] = [m.model_dump(mode="json", exclude_defaults=True) for m in messages]
    return [_without_ids(message) for message in plain] if mode is Mode.MODEL_LIVE else plain


def _without_ids(message: Json) -> Json:
    """The message without the names that a model drew for its calls."""
    if not isinstance(message, dict):
        return message
    rest: JsonObject = {name: item for name, item in message.items() if name != "tool_call_id"}
    calls = rest.get("tool_calls")
    if isinstance(calls, list):
        rest["tool_calls"] = [
            {name: item for name, item in call.items() if name != "id"}
            for call in calls
            if isinstance(call, dict)
        ]
    return rest


def _verdict(step: Step) -> JsonObject:
    return {name: item for name, item in step.attributes.items() if name not in _OF_TIME}
