"""Recorded episodes through the loop again."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.contracts import Limits, ModelRequest, ModelResponse, StopReason, ToolCall
from engine.errors import BadInput, ModelUnreachable
from engine.models.scripted import Answer, Scripted, reply, tool_call
from engine.replay import Difference, Mode, replay
from engine.tools import Toolbox
from tests.unit.replay.world import (
    TOOLS,
    Script,
    adds,
    asks,
    edited,
    record,
    setup,
    team,
    without,
)

TICK = reply("", tool_call("tick", {}))
MALFORMED = ToolCall(id="m", name="add", arguments={}, malformed="{a:")
SCRIPTS: dict[str, Script] = {
    "an answer": ["hello"],
    "calls": [adds(1), adds(2, 3), "6"],
    "the same call again": [adds(1), adds(1, call_id="d"), "2"],
    "a tool with a state": [TICK, TICK, "two ticks"],
    "a failing tool": [reply("", tool_call("fail", {"why": "no"})), "sorry"],
    "an unknown tool": [reply("", tool_call("dance", {})), "sorry"],
    "arguments that do not fit": [reply("", tool_call("add", {"a": "x"})), "sorry"],
    "malformed arguments": [reply("", MALFORMED), "sorry"],
    "a handoff": [reply("", tool_call("transfer_to_billing", {})), adds(4), "billed"],
    "a worker": [asks(("clerk", "how many?")), adds(5), "10", "ten"],
    "a model that fails": [adds(1), ModelUnreachable("gone")],
    "a bug in a model": [adds(1), RuntimeError("bug")],
    "a guard that warns": [*[adds(1, call_id=f"c{n}") for n in range(4)], "two"],
    "a guard that cuts": [adds(1, call_id=f"c{n}") for n in range(9)],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
async def test_an_episode_replays_to_the_same_steps(script: Script) -> None:
    """Whatever happened in it, the same code comes to the same steps, states and ending."""
    recording = await record(script)
    done = await replay(recording, setup())
    assert (done.divergence, done.steps) == (None, len(recording.steps))


LIMITS = {
    "steps": Limits(max_steps=6),
    "time": Limits(deadline_s=13.1),
    "tokens": Limits(max_tokens=3000),
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
async def test_rungs_and_limits_come_at_the_same_steps(limits: Limits) -> None:
    """The ladder is climbed, and the episode cut, where it was: also by the time it took then."""
    desk = team(limits=limits.model_dump())
    recording = await record([adds(n) for n in range(9)], desk)
    assert any("rung" in step.attributes for step in recording.steps)
    done = await replay(recording, setup(desk))
    assert (done.divergence, done.steps) == (None, len(recording.steps))


CUES = {
    "go": asks(("clerk", "a"), ("scout", "b")),
    "a": adds(7),
    "14": reply("fourteen"),
    "b": reply("nothing"),
}


class Late(Scripted):
    """Answers by the latest message; to `waits` only after the other worker has gone on."""

    def __init__(self, waits: str) -> None:
        super().__init__(lambda request: CUES.get(request.messages[-1].content, reply("done")))
        self.waits = waits

    async def complete(self, request: ModelRequest) -> ModelResponse:
        for _ in range(9 * (request.messages[-1].content == self.waits)):
            await asyncio.sleep(0)
        return await super().complete(request)


@pytest.mark.parametrize("waits", ["a", "b", "14"])
async def test_workers_at_once_may_come_in_another_order(waits: str) -> None:
    """Steps of workers that converse at once are found by what they say."""
    recording = await record(model=Late(waits))
    done = await replay(recording, setup(model="scripted"))
    assert (done.divergence, done.steps) == (None, len(recording.steps))


@pytest.mark.parametrize("hangs", ["model", "tool"])
async def test_an_interrupted_episode_is_interrupted_again(hangs: str) -> None:
    """An episode that its deadline cut short in the middle of a call ends there once more."""
    desk = team(limits={"deadline_s": 0.02})
    script = [reply("", tool_call("hang", {}))] if hangs == "tool" else []
    recording = await record(model=Hanging(script), of=desk)
    assert recording.episode.stop_reason is StopReason.DEADLINE
    done = await replay(recording, setup(desk, model="scripted"))
    assert (done.divergence, done.steps) == (None, len(recording.steps))


class Hanging(Scripted):
    """Says what the script says first, and then nothing for ever."""

    def __init__(self, script: Sequence[Answer]) -> None:
        super().__init__(script)
        self.scripted = bool(script)

    async def complete(self, request: ModelRequest) -> ModelResponse:
        if self.scripted and not self.calls:
            return await super().complete(request)
        return await asyncio.Future[ModelResponse]()


CHANGES: dict[str, tuple[dict[str, Any], Difference, tuple[int, int]]] = {
    "instructions": (
        {"team": team(agents=[{"name": "front", "instructions": "Hinder.", "tools": ["add"]}])},
        Difference.PROMPT_CHANGED,
        (0, 0),
    ),
    "tool set": (
        {"team": team(agents=[{"name": "front", "instructions": "Help.", "tools": ["add"]}])},
        Difference.TOOL_SET_CHANGED,
        (1, 0),
    ),
    "settings": ({"seed": 3}, Difference.SETTINGS_CHANGED, (1, 0)),
    "model": ({"model": "other"}, Difference.MODEL_CHANGED, (1, 0)),
    "limits": ({"team": team(limits={"max_steps": 2})}, Difference.STEP_CHANGED, (2, 0)),
}


@pytest.mark.parametrize(("changes", "kind", "place"), CHANGES.values(), ids=CHANGES)
async def test_a_change_of_the_agent_is_found(
    changes: dict[str, Any], kind: Difference, place: tuple[int, int]
) -> None:
    """What the agent is told, offered or allowed now differs from what it was: the first step."""
    done = await replay(await record(SCRIPTS["calls"]), setup(**changes))
    found = done.divergence
    assert found
    assert (found.kind, (found.step, found.position)) == (kind, place)


EDITS: dict[str, tuple[tuple[int, int], dict[str, Any], Difference]] = {
    "argument": (
        (2, 1),
        {"request": {"name": "add", "arguments": {"a": 2, "b": 9}}},
        Difference.ARGUMENT_CHANGED,
    ),
    "type of an argument": (
        (1, 1),
        {"request": {"name": "add", "arguments": {"a": True, "b": 1}}},
        Difference.ARGUMENT_CHANGED,
    ),
    "tool": ((2, 2), {"request": {"name": "sub", "arguments": {}}}, Difference.TOOL_CHANGED),
}


@pytest.mark.parametrize(("place", "changes", "kind"), EDITS.values(), ids=EDITS)
async def test_a_recording_that_says_otherwise_is_found(
    place: tuple[int, int], changes: dict[str, Any], kind: Difference
) -> None:
    """A recorded call that is not the one made now is found at its step and position."""
    recording = edited(await record(SCRIPTS["calls"]), *place, **changes)
    found = (await replay(recording, setup())).divergence
    assert found
    assert (found.kind, (found.step, found.position)) == (kind, place)


async def test_a_request_is_not_taken_for_equal_by_its_digest() -> None:
    """A recorded request that was changed under its old digest is found all the same."""
    recording = await record(SCRIPTS["calls"])
    request = {**recording.by_place[2, 0].request, "max_output_tokens": 7}
    found = (await replay(edited(recording, 2, 0, request=request), setup())).divergence
    assert found
    assert (found.kind, found.step) == (Difference.SETTINGS_CHANGED, 2)


async def test_a_step_is_not_taken_for_equal_by_its_state() -> None:
    """A recorded message that was changed under the old digest of its state is found as well."""
    recording = await record(SCRIPTS["calls"])
    first, second, *rest = recording.steps
    said = (second.messages[0].model_copy(update={"content": "hm"}), *second.messages[1:])
    changed = second.model_copy(update={"messages": said})
    found = (await replay(replace(recording, steps=(first, changed, *rest)), setup())).divergence
    assert found
    assert (found.kind, found.step) == (Difference.ANSWER_CHANGED, 1)


async def test_a_recorded_step_that_does_not_come_is_found() -> None:
    """Where the loop ends earlier than the recording, that is at the first step left."""
    recording = await record(SCRIPTS["calls"])
    extra = recording.steps[-1].model_copy(update={"index": 9})
    longer = replace(recording, steps=(*recording.steps, extra))
    found = (await replay(longer, setup())).divergence
    assert found
    assert (found.kind, found.step, found.now) == (Difference.ENDING_CHANGED, 9, None)


async def test_calls_in_another_order_are_found() -> None:
    """Two calls that have changed places are found at the first of them."""
    recording = await record(SCRIPTS["calls"])
    one, other = (recording.by_place[2, at] for at in (1, 2))
    turned = edited(recording, 2, 1, request=other.request, response=other.response)
    turned = edited(turned, 2, 2, request=one.request, response=one.response)
    found = (await replay(turned, setup())).divergence
    assert found
    assert (found.kind, found.step, found.position) == (Difference.ORDER_CHANGED, 2, 1)


@pytest.mark.parametrize("place", [(1, 1), (2, 2), (3, 0)])
async def test_a_call_that_was_not_recorded_is_extra(place: tuple[int, int]) -> None:
    """Where the recording lacks an exchange, the call made now is one too many."""
    found = (await replay(without(await record(SCRIPTS["calls"]), *place), setup())).divergence
    assert found
    assert (found.kind, (found.step, found.position)) == (Difference.EXTRA_CALL, place)


async def test_a_call_that_is_not_made_is_missing() -> None:
    """A recorded call that the loop makes no more is found at the end of its step."""
    recording = await record(SCRIPTS["calls"])
    more = recording.by_place[2, 2].model_copy(update={"position": 3})
    longer = type(recording).of([*recording.steps, *recording.exchanges, more, recording.episode])
    found = (await replay(longer, setup())).divergence
    assert found
    assert (found.kind, found.step, found.position) == (Difference.CALL_MISSING, 2, 3)


async def test_tools_may_be_called_anew() -> None:
    """With tools live the same results are no divergence, and another result is one."""
    recording = await record(SCRIPTS["calls"])

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return (a + b) * 1.0  # type: ignore[return-value] # the same to Python

    same = await replay(recording, setup(), Mode.TOOLS_LIVE)
    other = Toolbox.of(add, TOOLS["fail"], TOOLS["hang"], TOOLS["tick"])
    found = (await replay(recording, setup(tools=other), Mode.TOOLS_LIVE)).divergence
    assert same.divergence is None
    assert found
    assert (found.kind, found.step, found.position) == (Difference.RESULT_CHANGED, 1, 1)


def numbers(*answers: int) -> Script:
    return [*[adds(n, call_id="live") for n in answers], "done"]


@pytest.mark.parametrize(("answers", "kind"), [((1, 2), None), ((1, 3), "answer changed")])
async def test_models_may_be_asked_anew(answers: tuple[int, ...], kind: str | None) -> None:
    """With a live model the ids of calls do not matter; what is said and called does."""
    recording = await record([adds(1), adds(2), "done"])
    model = Scripted(numbers(*answers))
    today = setup(live=lambda _name: model)
    done = await replay(recording, today, Mode.MODEL_LIVE)
    assert (done.divergence and done.divergence.kind) == kind


async def test_the_difference_can_be_read() -> None:
    """What parts is shown as a unified difference."""
    changes = {"request": {"name": "add", "arguments": {"a": 1, "b": 9}}}
    recording = edited(await record(SCRIPTS["calls"]), 1, 1, **changes)
    found = (await replay(recording, setup())).divergence
    assert found
    assert '-    "b": 9' in found.shown
    assert '+    "b": 1' in found.shown


async def test_what_has_no_exchanges_cannot_be_replayed() -> None:
    """An episode of which no exchange with a model is kept is refused by name."""
    recording = await record(["hello"])
    with pytest.raises(BadInput, match="ep-1 cannot be replayed: it has no exchanges"):
        await replay(without(recording, 1, 0), setup())
