"""The agent loop on scripted models."""

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest

from engine.clock import ManualClock
from engine.contracts import (
    Exchange,
    Fact,
    Limits,
    Model,
    Step,
    StopReason,
    TeamSpec,
    Usage,
    user,
)
from engine.errors import ModelUnreachable, StoreFull
from engine.models.scripted import Answer, Scripted, reply, tool_call
from engine.orchestration import Key, Loop, Parts, Result
from engine.tools import Toolbox


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def hang() -> str:
    """Never answer."""
    await asyncio.Event().wait()
    return ""


TEAM = TeamSpec.parse(
    {
        "name": "desk",
        "entry": "front",
        "agents": [
            {
                "name": "front",
                "instructions": "Help.",
                "tools": ["add", "hang"],
                "handoffs": ["billing"],
                "workers": ["clerk"],
            },
            {"name": "billing", "instructions": "Bill."},
            {"name": "clerk", "instructions": "Look up."},
        ],
    }
)


def loop(script: Sequence[Answer | str], emit: Callable[[Fact], None], **limits: float) -> Loop:
    model = Scripted(script)
    team = TEAM.model_copy(update={"limits": Limits(**limits)})
    return Loop(team, parts(model, emit), Key("run-1", "ep-1"))


def parts(model: Model, emit: Callable[[Fact], None] | None = None) -> Parts:
    return Parts(
        model=lambda _name: model,
        tools=Toolbox.of(add, hang),
        emit=emit,
        clock=ManualClock(),
        rng=random.Random(0),
    )


async def run(*script: Answer | str, **limits: float) -> tuple[Result, list[Fact]]:
    facts: list[Fact] = []
    result = await loop(script, facts.append, **limits).run([user("hello")])
    return result, facts


def steps(facts: Sequence[Fact]) -> list[Step]:
    return sorted((f for f in facts if isinstance(f, Step)), key=lambda step: step.index)


def exchanges(facts: Sequence[Fact]) -> list[Exchange]:
    return [f for f in facts if isinstance(f, Exchange)]


async def test_an_answer_without_calls_ends_the_episode() -> None:
    """The first message without tool calls is the answer."""
    result, _ = await run("hello back")
    assert (result.stop_reason, result.answer) == (StopReason.ANSWERED, "hello back")


async def test_a_tool_result_goes_back_to_the_model() -> None:
    """The call's result stands in the transcript under the call's id."""
    result, _ = await run(reply("", tool_call("add", {"a": 2, "b": 3}, "c1")), "5")
    told = result.messages[2]
    assert (told.role, told.tool_call_id, told.content) == ("tool", "c1", "5")


async def test_parallel_calls_keep_their_order() -> None:
    """Several calls of one message run together and answer in the order asked."""
    calls = [tool_call("add", {"a": n, "b": n}, f"c{n}") for n in range(4)]
    result, _ = await run(reply("", *calls), "done")
    assert [m.content for m in result.messages[2:6]] == ["0", "2", "4", "6"]


async def test_numbers_of_any_size_pass_through_a_tool() -> None:
    """Arguments and results beyond 64 bits are recorded and told exactly."""
    big = 10**30
    result, facts = await run(reply("", tool_call("add", {"a": big, "b": 1})), "done")
    assert result.messages[2].content == str(big + 1)
    assert exchanges(facts)[1].request["arguments"] == {"a": big, "b": 1}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (tool_call("add", {"a": 1}), "b: "),
        (tool_call("nothing", {}), "no tool named nothing"),
        (tool_call("ask_clerk", {}), "question: Field required"),
    ],
)
async def test_a_failed_call_is_told_to_the_model(call: object, said: str) -> None:
    """A call that cannot be carried out becomes text, and the episode goes on."""
    result, _ = await run(reply("", call), "sorry")  # type: ignore[arg-type]
    assert said in result.messages[2].content
    assert result.stop_reason is StopReason.ANSWERED


async def test_a_slow_tool_is_cut_at_its_limit() -> None:
    """A tool that gives no answer in time fails alone."""
    result, _ = await run(reply("", tool_call("hang", {})), "gave up", tool_timeout_s=0.01)
    assert result.messages[2].content.startswith("Error: hang gave no answer within 0.01 s")


async def test_a_handoff_puts_the_other_agent_in_charge() -> None:
    """After a handoff the target's instructions are in force and its answer ends the episode."""
    result, facts = await run(reply("", tool_call("transfer_to_billing", {})), "billed")
    assert result.agents == ("front", "billing")
    assert exchanges(facts)[-1].request["messages"][0]["content"] == "Bill."  # type: ignore[index]


@pytest.mark.parametrize("broken", [{"arguments": {"why": "x"}}, {"malformed": "{"}])
async def test_a_handoff_that_breaks_its_contract_is_not_carried_out(broken: dict) -> None:  # type: ignore[type-arg]
    """The agent stays in charge and is told what was wrong."""
    call = tool_call("transfer_to_billing", {}).model_copy(update=broken)
    result, _ = await run(reply("", call), "sorry")
    assert result.agents == ("front",)
    assert result.messages[2].content.startswith("Error: transfer_to_billing: ")


async def test_arguments_that_break_a_contract_are_recorded() -> None:
    """The exchange's error leads to the field and to the episode, and tells no value."""
    _, facts = await run(reply("", tool_call("add", {"a": "hunter2", "b": 1})), "sorry")
    error = exchanges(facts)[1].error
    assert error
    assert (error.code, error.boundary, error.pointer) == ("tool_error", "tool.arguments", "/a")
    assert (error.expected, error.correlation_id) == ("a valid integer, not a string", "ep-1")


async def test_an_input_that_breaks_its_contract_ends_the_episode() -> None:
    """What the caller gives is checked as it comes."""
    result = await loop(["done"], lambda _: None).run([{"role": "boss", "content": "go"}])  # type: ignore[list-item]
    assert result.stop_reason is StopReason.ERROR
    assert result.error
    assert (result.error.boundary, result.error.pointer) == ("input", "/role")


async def test_only_the_first_of_two_handoffs_is_carried_out() -> None:
    """A second handoff in one message is refused."""
    call = [tool_call("transfer_to_billing", {}, f"c{n}") for n in range(2)]
    result, _ = await run(reply("", *call), "billed")
    assert "only one handoff" in result.messages[3].content


async def test_a_worker_answers_its_supervisor() -> None:
    """A worker's answer is the tool result, and its steps hang below the asking step."""
    asked = reply("", tool_call("ask_clerk", {"question": "where?"}))
    result, facts = await run(asked, "in the drawer", "It is in the drawer.")
    below = [step.agent for step in steps(facts) if step.parent_span_id]
    assert result.messages[2].content == "in the drawer"
    assert below == ["clerk", "clerk"]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_steps": 3}, StopReason.MAX_STEPS),
        ({"max_tokens": 6_000}, StopReason.TOKEN_BUDGET),
        ({"max_cost_usd": 0.3}, StopReason.COST_BUDGET),
    ],
)
async def test_every_limit_ends_with_its_own_reason(
    limits: dict[str, float], reason: StopReason
) -> None:
    """An agent that never answers is ended by the bound it reaches."""
    answer = reply("", tool_call("add", {"a": 1, "b": 1}), usage=Usage(input_tokens=1_900, calls=1))
    dear = answer.model_copy(update={"cost_usd": 0.1})
    result, _ = await run(*[dear] * 5, **limits)
    assert (result.stop_reason, result.steps) == (reason, 3)


async def test_the_deadline_ends_a_hanging_call() -> None:
    """Wall time bounds the episode also in the middle of a call."""
    result, _ = await run(reply("", tool_call("hang", {})), deadline_s=0.02)
    assert result.stop_reason is StopReason.DEADLINE


async def test_a_model_error_is_the_episodes_error() -> None:
    """A model call that fails ends the episode with its code; the step says so too."""
    result, facts = await run(ModelUnreachable("nobody there"))
    assert result.stop_reason is StopReason.ERROR
    assert steps(facts)[-1].error.code == "model_unreachable"  # type: ignore[union-attr]


async def test_an_unknown_price_makes_the_total_unknown() -> None:
    """A cost that is not known is never counted as zero."""
    result, _ = await run(reply("x").model_copy(update={"cost_usd": None}))
    assert result.cost_usd is None


async def test_cancellation_keeps_what_was_done() -> None:
    """A cancelled loop raises, and its result and steps hold all that happened before."""
    facts: list[Fact] = []
    script = [reply("", tool_call("add", {"a": 1, "b": 1})), reply("", tool_call("hang", {}))]
    episode = loop(script, facts.append)
    task = asyncio.create_task(episode.run([user("hello")]))
    while len(exchanges(facts)) < 3:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (episode.result.stop_reason, episode.result.steps) == (StopReason.CANCELLED, 2)
    assert [step.index for step in steps(facts)] == [0, 1, 2]


async def test_a_full_store_stops_the_run() -> None:
    """What cannot be kept is raised, not counted as the agent's error."""

    def refuse(_fact: Fact) -> None:
        raise StoreFull("no space left")

    with pytest.raises(StoreFull):
        await loop(["hi"], refuse).run([user("hello")])


async def test_every_state_has_its_own_hash() -> None:
    """Equal conversations hash alike at every step; a different word changes the hash."""
    first, second, other = [(await run("yes"))[1], (await run("yes"))[1], (await run("no"))[1]]
    hashes = [[step.state_hash for step in steps(facts)] for facts in (first, second, other)]
    assert hashes[0] == hashes[1]
    assert (hashes[0][0], hashes[0][1]) == (hashes[2][0], hashes[0][1])
    assert hashes[0][1] != hashes[2][1]


async def test_every_call_is_recorded_with_its_request() -> None:
    """One exchange for each model call and each tool call, at its place in the step."""
    _, facts = await run(reply("", tool_call("add", {"a": 1, "b": 1})), "2")
    places = [(e.step_index, e.position, e.kind) for e in exchanges(facts)]
    assert places == [(1, 0, "model"), (1, 1, "tool"), (2, 0, "model")]


async def test_a_reply_follows_each_answer() -> None:
    """What a person says in turn is a step of its own, and the model speaks again."""
    facts: list[Fact] = []
    result = await loop(["which?", "blue then"], facts.append).run([user("go")], ["blue"])
    assert [step.kind for step in steps(facts)] == ["input", "model", "human", "model"]
    assert (result.stop_reason, result.answer) == (StopReason.ANSWERED, "blue then")


async def test_no_reply_follows_what_is_no_answer() -> None:
    """Where a limit ends the episode, nothing more is said."""
    facts: list[Fact] = []
    script = [reply("", tool_call("add", {"a": 1, "b": 1}))]
    result = await loop(script, facts.append, max_steps=1).run([user("go")], ["blue"])
    assert result.stop_reason is StopReason.MAX_STEPS
    assert "human" not in [step.kind for step in steps(facts)]
