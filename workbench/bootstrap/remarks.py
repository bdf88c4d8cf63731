"""What the guard, the ladder, people and guarded tools did to an episode, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.contracts import JsonObject, json_text


@dataclass(frozen=True, slots=True)
class Remark:
    """A step of kind `guard` or `human` in words, or what it took to make the calls of one."""

    action: str
    """`warn`, `degrade`, `escalate`, `cut`, `ladder`, `tools`, or a person's `approve`, `edit`,
    `stop`."""
    text: str
    evidence: tuple[int, ...] = ()
    """Indexes of the steps that show it."""


def remark(kind: str, attributes: JsonObject) -> Remark | None:
    """What such a step says; null where nothing was done.

    Attributes of an imported step are its source's own, whatever their names.
    """
    if kind == "guard" and "rungs" in attributes:
        return _rungs(attributes)
    if kind == "guard" and "rule" in attributes:
        return _verdict(attributes)
    if kind == "human" and "action" in attributes:
        return _decision(attributes)
    return _tools(attributes) if kind == "model" and _guarded(attributes) else None


def _verdict(said: Mapping[str, Any]) -> Remark:
    counted = f"{said['rule']}: {said.get('count', 0):g} counted, limit {said.get('limit', 0):g}"
    return Remark(said["action"], counted, tuple(said.get("evidence", ())))


def _rungs(said: Mapping[str, Any]) -> Remark:
    return Remark("ladder", f"{', '.join(said['rungs'])} at {100 * said['used']:.0f} % of a limit")


def _guarded(attributes: JsonObject) -> bool:
    calls = attributes.get("tool_calls")
    return isinstance(calls, dict) and all(isinstance(call, dict) for call in calls.values())


def _tools(said: Mapping[str, Any]) -> Remark:
    return Remark("tools", "; ".join(_call(call) for call in said["tool_calls"].values()))


def _call(said: Mapping[str, Any]) -> str:
    parts = [str(said.get("tool"))]
    if said.get("attempts", 1) > 1:
        parts.append(f"tried {said['attempts']} times")
    if said.get("replayed"):
        parts.append("not called again, its stored answer given")
    if said.get("fallback"):
        parts.append(f"replaced by {said['fallback']}")
    if said.get("breaker"):
        parts.append(f"its breaker {said['breaker'].replace('_', ' ')}")
    return ", ".join(parts)


def _decision(said: Mapping[str, Any]) -> Remark:
    parts = [f"by {said.get('author') or 'someone'}"]
    if said.get("arguments") is not None:
        parts.append(f"arguments {json_text(said['arguments'])}")
    if said.get("note"):
        parts.append(f"“{said['note']}”")
    return Remark(said["action"], " ".join(parts))
