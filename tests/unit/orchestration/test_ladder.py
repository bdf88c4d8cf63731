"""The degradation ladder, alone and inside the loop."""

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from engine.contracts import (
    LadderSpec,
    ModelRequest,
    Rung,
    RungSpec,
    ToolSpec,
    assistant,
    system,
    tool_result,
    user,
)
from engine.models.scripted import tool_call
from engine.orchestration.ladder import FORCED, Ladder, shortened

TOOLS = tuple(ToolSpec(name=name, parameters={"type": "object"}) for name in ("find", "send"))
SPEC = LadderSpec(
    rungs=(
        RungSpec(rung=Rung.TELL, at=0.5),
        RungSpec(rung=Rung.RESTRICT, at=0.6, tools=("find",)),
        RungSpec(rung=Rung.SHORTEN, at=0.7, messages=2),
        RungSpec(rung=Rung.CHEAPER, at=0.8, model="small"),
        RungSpec(rung=Rung.FORCE, at=0.9),
        RungSpec(rung=Rung.STOP, at=0.95),
    )
)
LONG = (system("Help."), user("go"), *(assistant(f"word {n}") for n in range(6)))


def request(messages: Sequence[object] = LONG) -> ModelRequest:
    return ModelRequest(messages=tuple(messages), tools=TOOLS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("used", "entered"),
    [
        (0.49, []),
        (0.5, ["tell"]),
        (0.65, ["tell", "restrict"]),
        (0.75, ["tell", "restrict", "shorten"]),
        (0.85, ["tell", "restrict", "shorten", "cheaper"]),
        (1.0, ["tell", "restrict", "shorten", "cheaper", "force"]),
    ],
)
def test_rungs_are_entered_as_a_limit_is_used_up(used: float, entered: list[str]) -> None:
    """All rungs up to the share that is used are entered, the mildest first."""
    assert [rung.rung for rung in Ladder(SPEC).climb(used, request())] == entered


def test_a_rung_is_entered_once() -> None:
    """What has been entered stays, and is not entered again."""
    ladder = Ladder(SPEC)
    ladder.climb(0.55, request())
    assert ladder.climb(0.55, request()) == []


def test_the_guard_pushes_one_rung_further() -> None:
    """A push enters the next rung whatever is used, and never the last one, which stops."""
    ladder = Ladder(SPEC)
    pushed = [ladder.climb(0.0, request(), pushed=True) for _ in range(6)]
    assert [[rung.rung for rung in rungs] for rungs in pushed] == [
        ["tell"], ["restrict"], ["shorten"], ["cheaper"], ["force"], [],
    ]  # fmt: skip


def test_a_rung_that_changes_nothing_is_passed_over() -> None:
    """Where there is no tool to take and no message to leave out, those rungs are skipped."""
    bare = ModelRequest(messages=(user("go"),))
    assert [rung.rung for rung in Ladder(SPEC).climb(1.0, bare)] == ["tell", "cheaper"]


def test_a_restricted_request_offers_the_tools_that_are_left() -> None:
    """Only the tools named by the rung can be called from then on."""
    ladder = Ladder(SPEC)
    ladder.climb(0.6, request())
    assert [tool.name for tool in ladder.reduced(request()).tools] == ["find"]
    assert (ladder.allows("find"), ladder.allows("send")) == (True, False)


def test_a_forced_request_offers_no_tool() -> None:
    """The final answer is asked for without tools, of the cheaper model if there is one."""
    ladder = Ladder(SPEC)
    ladder.climb(0.9, request())
    assert ladder.reduced(request()).tools == ()
    assert (ladder.model, ladder.allows("find")) == ("small", False)
    assert "final answer" in FORCED


def test_a_shortened_prompt_keeps_both_ends() -> None:
    """Instructions, the task and the latest messages stay, with a word on what was left out."""
    kept = [message.content for message in shortened(LONG, 2)]
    assert kept == ["Help.", "go", "(4 earlier messages are left out here.)", "word 4", "word 5"]


def test_a_shortened_prompt_orphans_no_result() -> None:
    """A tool's result goes where the call that asked for it goes."""
    call = tool_call("find", {}, "c1")
    talk = (*LONG, assistant("", call), tool_result(call, "found"), assistant("so"))
    assert [message.role for message in shortened(talk, 2)] == [
        "system", "user", "user", "assistant",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rungs",
    [
        (RungSpec(rung=Rung.FORCE, at=0.5), RungSpec(rung=Rung.TELL, at=0.6)),
        (RungSpec(rung=Rung.TELL, at=0.6), RungSpec(rung=Rung.FORCE, at=0.5)),
        (RungSpec(rung=Rung.TELL, at=0.6), RungSpec(rung=Rung.TELL, at=0.7)),
        (RungSpec(rung=Rung.CHEAPER, at=0.6),),
    ],
)
def test_a_ladder_out_of_order_is_refused(rungs: tuple[RungSpec, ...]) -> None:
    """Rungs stand in the order of severity and share, each once; a cheaper model has a name."""
    with pytest.raises(ValidationError):
        LadderSpec(rungs=rungs)
