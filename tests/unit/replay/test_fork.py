"""Episodes that go on live from one of their steps."""

from typing import Any

import pytest

from engine.clock import ManualClock
from engine.contracts import Fact
from engine.errors import BadInput, NotFound
from engine.models.scripted import Scripted, reply, tool_call
from engine.orchestration import Key, Result
from engine.replay import Edit, Recording, Setup, forked
from engine.tools import Toolbox
from tests.unit.replay.world import TOOLS, add, adds, record, setup

SCRIPT = [adds(1), adds(2, 3), "6"]


async def fork(
    recording: Recording, edit: Edit, today: Setup, live: Scripted
) -> tuple[Result, list[Fact]]:
    """The fork's end and facts, with that model from the step of the edit on."""
    facts: list[Fact] = []
    whole = Setup(today.team, today.inputs, today.tools, live=lambda _name: live)
    clock, key = ManualClock(), Key("run-2", "ep-2")
    loop = forked(recording, edit, whole, key=key, emit=facts.append, clock=clock)
    return await loop.run(edit.setup(whole).inputs), facts


async def test_a_fork_says_again_what_was_said_before_its_step() -> None:
    """Up to the step nothing is asked; from there on the model is."""
    recording, live = await record(SCRIPT), Scripted([adds(9), "18"])
    result, _ = await fork(recording, Edit.of(recording, 2), setup(), live)
    assert live.calls == 2
    assert [m.content for m in result.messages if m.role == "tool"] == ["2", "18"]
    assert result.answer == "18"


async def test_no_tool_is_called_before_the_step() -> None:
    """What tools did before is not done a second time; what they do after is."""
    called: list[int] = []

    def noted(a: int, b: int) -> int:
        """Add two numbers."""
        called.append(a)
        return a + b

    noted.__name__ = add.__name__
    tools = Toolbox.of(noted, TOOLS["fail"], TOOLS["hang"], TOOLS["tick"])
    recording = await record(SCRIPT)
    edit, live = Edit.of(recording, 2), Scripted([adds(9), "18"])
    await fork(recording, edit, setup(tools=tools), live)
    assert called == [9]


EDITS: dict[str, tuple[int, dict[str, Any], str]] = {
    "result": (1, {"result": "77"}, "77"),
    "second result": (2, {"result": "88", "position": 2}, "88"),
    "input": (0, {"message": "stop"}, "stop"),
    "answer": (1, {"message": "let me see"}, "let me see"),
    "instructions": (1, {"instructions": "Hinder."}, "Hinder."),
}


@pytest.mark.parametrize(("at", "changes", "said"), EDITS.values(), ids=EDITS)
async def test_the_live_model_is_told_what_was_edited(
    at: int, changes: dict[str, Any], said: str
) -> None:
    """The first live request has the edited message, result or prompt in it."""
    recording, live = await record(SCRIPT), Scripted(["done"])
    await fork(recording, Edit.of(recording, at, **changes), setup(), live)
    assert live.last
    assert said in [message.content for message in live.last.messages]


async def test_a_fork_may_have_other_tools() -> None:
    """The agent of the step is offered those named, beside the others of its team."""
    recording, live = await record(SCRIPT), Scripted(["done"])
    await fork(recording, Edit.of(recording, 1, tools=("fail",)), setup(), live)
    assert live.last
    names = [tool.name for tool in live.last.tools]
    assert ("fail" in names, "add" in names) == (True, False)


async def test_the_time_before_the_step_counts() -> None:
    """A fork has spent what its parent had when it was there."""
    recording, live = await record(SCRIPT), Scripted(["done"])
    result, _ = await fork(recording, Edit.of(recording, 3), setup(), live)
    assert result.elapsed_s == pytest.approx(4.0)


BAD: dict[str, tuple[int, dict[str, Any], type[Exception], str]] = {
    "no such step": (9, {}, NotFound, "no step 9"),
    "no such call": (1, {"result": "x", "position": 2}, BadInput, "step 1 has no tool call 2"),
}


@pytest.mark.parametrize(("at", "changes", "kind", "said"), BAD.values(), ids=BAD)
async def test_an_edit_of_what_is_not_there_is_refused(
    at: int, changes: dict[str, Any], kind: type[Exception], said: str
) -> None:
    """It is named before anything runs."""
    recording = await record(SCRIPT)
    with pytest.raises(kind, match=said):
        Edit.of(recording, at, **changes)


async def test_a_tool_that_is_not_there_is_refused() -> None:
    """The tools there are are named."""
    recording = await record([reply("", tool_call("add", {"a": 1, "b": 1})), "2"])
    with pytest.raises(NotFound, match="no tool named dance"):
        Edit.of(recording, 1, tools=("dance",)).setup(setup())
