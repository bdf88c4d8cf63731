"""Seeded edits of a recording, each at one step, as a changed agent or tool would have left it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from engine.contracts import Exchange, Json, JsonObject, canonical, digest
from engine.replay import Difference, Recording


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed recording, and what a replay of it has to find."""

    recording: Recording
    step: int
    kind: Difference


def argument(recording: Recording, rng: random.Random) -> Edit | None:
    """One value among the arguments of one tool call is another."""
    call = _drawn([e for e in _calls(recording) if e.request["arguments"]], rng)
    if call is None:
        return None
    request: JsonObject = orjson.loads(canonical(call.request))
    request["arguments"] = _other(request["arguments"], rng)
    edited = _asking(call, request)
    later = (e for e in _calls(recording) if e.step_index > call.step_index)
    again = any(e.request == call.request for e in later)
    kind = Difference.ORDER_CHANGED if again else Difference.ARGUMENT_CHANGED
    return Edit(_with(recording, (call, edited)), call.step_index, kind)


def order(recording: Recording, rng: random.Random) -> Edit | None:
    """Two different tool calls have changed places, with what they gave."""
    first = _drawn(_calls(recording), rng)
    others = [e for e in _calls(recording) if first and e.request != first.request]
    second = _drawn(others, rng)
    if first is None or second is None:
        return None
    turned = _with(recording, (first, _as(first, second)), (second, _as(second, first)))
    step = min(first.step_index, second.step_index)
    return Edit(turned, step, Difference.ORDER_CHANGED)


def dropped(recording: Recording, rng: random.Random) -> Edit | None:
    """One call of the model or of a tool is missing."""
    gone = rng.choice(recording.exchanges)
    left = replace(recording, exchanges=tuple(e for e in recording.exchanges if e is not gone))
    return Edit(left, gone.step_index, Difference.EXTRA_CALL)


def prompt(recording: Recording, rng: random.Random) -> Edit | None:
    """In what the model was asked at one step, a word of one message is another."""
    call = rng.choice([e for e in recording.exchanges if e.kind == "model"])
    request: Any = orjson.loads(canonical(call.request))
    message = rng.choice([m for m in request["messages"] if m.get("content")])
    words = message["content"].split(" ")
    words[rng.randrange(len(words))] += "~"
    message["content"] = " ".join(words)
    edited = _with(recording, (call, _asking(call, request)))
    return Edit(edited, call.step_index, Difference.PROMPT_CHANGED)


KINDS: Final[Mapping[str, Callable[[Recording, random.Random], Edit | None]]] = {
    "argument": argument,
    "order": order,
    "dropped call": dropped,
    "prompt": prompt,
}


def edits(recordings: Sequence[Recording], count: int, seed: int) -> list[tuple[str, Edit]]:
    """So many edits, of each kind the same number, of recordings drawn with the seed."""
    rng = random.Random(seed)
    found: list[tuple[str, Edit]] = []
    names = list(KINDS)
    while len(found) < count:
        name = names[len(found) % len(names)]
        edit = KINDS[name](rng.choice(recordings), rng)
        if edit is not None:
            found.append((name, edit))
    return found


def _calls(recording: Recording) -> list[Exchange]:
    return [exchange for exchange in recording.exchanges if exchange.kind == "tool"]


def _drawn(exchanges: Sequence[Exchange], rng: random.Random) -> Exchange | None:
    return rng.choice(exchanges) if exchanges else None


def _as(place: Exchange, what: Exchange) -> Exchange:
    """Another exchange at the place of this one."""
    return what.model_copy(update={"step_index": place.step_index, "position": place.position})


def _asking(exchange: Exchange, request: JsonObject) -> Exchange:
    asked = {"request": request, "request_hash": digest(canonical(request))}
    return exchange.model_copy(update=asked)


def _with(recording: Recording, *changed: tuple[Exchange, Exchange]) -> Recording:
    """The recording with exchanges put in place of others."""
    by_id = {id(old): new for old, new in changed}
    exchanges = tuple(by_id.get(id(e), e) for e in recording.exchanges)
    return replace(recording, exchanges=exchanges)


def _other(value: Json, rng: random.Random) -> Json:
    """Another value of the same type, different in one leaf where there are several."""
    if isinstance(value, dict) and value:
        name = rng.choice(sorted(value))
        return {**value, name: _other(value[name], rng)}
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        return [*value[:at], _other(value[at], rng), *value[at + 1 :]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}~" if isinstance(value, str) else "~"
