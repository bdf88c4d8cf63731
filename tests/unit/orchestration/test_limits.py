"""No episode passes a limit, whatever its model does."""

import asyncio
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import ManualClock
from engine.contracts import (
    AgentSpec,
    Limits,
    ModelRequest,
    ModelResponse,
    Step,
    StopReason,
    TeamSpec,
    Usage,
    user,
)
from engine.models.scripted import Scripted, reply, tool_call
from engine.orchestration import Key, Loop, Parts
from engine.orchestration.line import BYTES_PER_TOKEN
from engine.tools import Toolbox

PRICE_USD = 0.01  # a call of the dearest kind


def echo(text: str) -> str:
    """Say it again."""
    return text * 3


TEAM = TeamSpec(
    name="team",
    entry="lead",
    agents=(
        AgentSpec(name="lead", instructions="Lead.", tools=("echo",), workers=("hand",)),
        AgentSpec(name="hand", instructions="Work.", tools=("echo",), handoffs=("lead",)),
        ),
)  # fmt: skip
CALLS = st.sampled_from(
    [
        tool_call("echo", {"text": "kea"}),
        tool_call("echo", {"text": "x" * 500}),
        tool_call("echo", {"wrong": 1}),
        tool_call("ask_hand", {"question": "and?"}),
        tool_call("transfer_to_lead", {}),
        tool_call("no_such_tool", {}),
    ]
)
TURNS = st.lists(st.tuples(st.lists(CALLS, max_size=3), st.floats(0, 1)), min_size=1, max_size=40)


def answering(turns: list[tuple[list[object], float]]) -> Scripted:
    """A model that follows the turns over and over, within what a request allows it."""
    order = iter(range(10**9))

    def answer(request: ModelRequest) -> ModelResponse:
        calls, share = turns[next(order) % len(turns)]
        read = sum(len(m.content) + 40 for m in request.messages) // (2 * BYTES_PER_TOKEN)
        usage = Usage(
            input_tokens=read,  # a tokenizer counts the same text alike, call after call
            output_tokens=int(request.max_output_tokens * share),
            calls=1,
        )
        said = reply("well", *calls, usage=usage)  # type: ignore[arg-type]
        return said.model_copy(update={"cost_usd": PRICE_USD * share})

    return Scripted(answer, dearest_usd=PRICE_USD)


@settings(max_examples=60, deadline=None)
@given(TURNS, st.integers(1, 12), st.integers(300, 9_000), st.floats(0.01, 0.09))
def test_no_limit_is_passed(
    turns: list[tuple[list[object], float]], steps: int, tokens: int, cost_usd: float
) -> None:
    """Steps, tokens and cost stay within the limits under any script, and there is an ending."""
    limits = Limits(max_steps=steps, max_tokens=tokens, max_cost_usd=cost_usd)
    team = TEAM.model_copy(update={"limits": limits})
    model = answering(turns)
    parts = Parts(model=lambda _name: model, tools=Toolbox.of(echo), clock=ManualClock())
    result = asyncio.run(Loop(team, parts, Key("run", "ep")).run([user("go")]))
    assert (result.steps <= steps, result.usage.total_tokens <= tokens) == (True, True)
    assert (result.cost_usd or 0) <= cost_usd
    assert result.stop_reason is not StopReason.CANCELLED


async def test_an_answer_is_cut_to_what_is_left() -> None:
    """Near the end of the token budget a call may write less, instead of not being made."""
    model = Scripted(["done"])
    team = TEAM.model_copy(update={"limits": Limits(max_tokens=500)})
    await Loop(team, Parts(lambda _name: model, Toolbox.of(echo)), Key("r", "e")).run([user("go")])
    assert model.last is not None
    assert model.last.max_output_tokens < 500


async def test_the_last_step_is_a_forced_answer() -> None:
    """An agent that would be stopped next is asked for its answer, without tools."""
    model = Scripted([reply("", tool_call("echo", {"text": str(n)})) for n in range(3)] + ["so"])
    team = TEAM.model_copy(update={"limits": Limits(max_steps=4)})
    facts: list[object] = []
    parts = Parts(lambda _n: model, Toolbox.of(echo), facts.append, rng=random.Random(0))
    result = await Loop(team, parts, Key("r", "e")).run([user("go")])
    rungs = [fact.attributes for fact in facts if isinstance(fact, Step) and fact.kind == "guard"]
    assert (result.stop_reason, result.answer) == (StopReason.ANSWERED, "so")
    assert rungs[-1]["rung"] == "force"
    assert model.last is not None
    assert model.last.tools == ()


async def test_a_loop_ends_with_its_best_partial_answer() -> None:
    """What the guard cuts ends for the loop, with what was said last; each verdict is a step."""
    model = Scripted([reply("partly", tool_call("echo", {"text": "kea"}))], repeat=True)
    facts: list[object] = []
    parts = Parts(lambda _name: model, Toolbox.of(echo), facts.append)
    result = await Loop(TEAM, parts, Key("r", "e")).run([user("go")])
    verdicts = [f.attributes for f in facts if isinstance(f, Step) and f.kind == "guard"]
    assert (result.stop_reason, result.answer) == (StopReason.LOOP, "partly")
    assert [v["action"] for v in verdicts if "action" in v] == ["warn", "degrade", "cut"]


async def test_a_warning_reaches_the_model() -> None:
    """What the guard advises stands in the next prompt."""
    script = [reply("", tool_call("echo", {"text": "kea"}))] * 3 + ["then no"]
    model = Scripted(script)
    await Loop(TEAM, Parts(lambda _name: model, Toolbox.of(echo)), Key("r", "e")).run([user("go")])
    assert model.last is not None
    assert "3 times with the same arguments" in model.last.messages[-1].content


async def test_a_measure_of_progress_goes_before_the_guards_own() -> None:
    """Where the caller says that nothing moves, new results alone do not count as progress."""
    script = [reply("", tool_call("echo", {"text": f"kea {n}"})) for n in range(20)]
    model = Scripted(script)
    team = TEAM.model_copy(update={"limits": Limits(max_steps=20)})
    parts = Parts(lambda _name: model, Toolbox.of(echo), progress=lambda _seen: "not one nearer")
    result = await Loop(team, parts, Key("r", "e")).run([user("go")])
    assert (result.stop_reason, result.steps) == (StopReason.LOOP, 10)
