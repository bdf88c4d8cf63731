"""Episodes that wait for a person, and go on."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contracts import (
    Decision,
    GuardVerdict,
    ModelRequest,
    ModelResponse,
    Step,
    StopReason,
    user,
)
from engine.errors import BadInput, StoreFull
from engine.orchestration import Result
from tests.unit.orchestration.waiting import (
    APPROVE,
    STOP,
    Desk,
    Killed,
    calling,
    saying,
    team,
)

REFUND = ("refund", {"cents": 700})
SCRIPT = saying(calling(REFUND), "paid back")
ASKING = team(approvals=["refund"])
FREE = team(guard={"escalate": ["oscillation"]})  # keeps a log, and never has to wait


async def test_a_call_that_needs_approval_is_not_made_before() -> None:
    """The episode parks and says which call waits; the model has been asked once."""
    desk = Desk(ASKING, SCRIPT)
    result = await desk.run()
    assert (result.stop_reason, desk.effects, desk.asked) == (StopReason.PARKED, [], 1)
    assert result.wait
    assert result.wait.call == calling(REFUND).message.tool_calls[0]


async def test_an_approved_call_is_made_once_and_nothing_is_asked_again() -> None:
    """The episode ends as ever; each model answer was asked for once."""
    desk = Desk(ASKING, SCRIPT)
    result = await desk.led(APPROVE)
    assert (result.answer, desk.effects, desk.asked) == ("paid back", ["refund 700"], 2)


async def test_waiting_leaves_no_trace_in_the_conversation() -> None:
    """Transcript and state hash are those of an episode that never waited."""
    waited, free = Desk(ASKING, SCRIPT), Desk(FREE, SCRIPT)
    one, other = await waited.led(APPROVE), await free.run()
    assert (one.messages, one.state_hash) == (other.messages, other.state_hash)
    assert (one.usage, one.steps) == (other.usage, other.steps)


async def test_changed_arguments_are_called_and_told() -> None:
    """The call is made as the person wants it, and the model learns that."""
    desk = Desk(ASKING, SCRIPT)
    result = await desk.led(Decision(action="edit", arguments={"cents": 5}))
    assert desk.effects == ["refund 5"]
    assert 'changed the arguments to {"cents":5}' in result.messages[2].content


async def test_a_note_stands_in_for_a_calls_result() -> None:
    """The call is not made; the model is told the note."""
    desk = Desk(ASKING, SCRIPT)
    result = await desk.led(Decision(action="edit", note="the desk paid in cash"))
    assert (desk.effects, result.messages[2].content) == ([], "the desk paid in cash")


async def test_a_stopped_call_ends_the_episode_with_its_steps_whole() -> None:
    """The call is not made, and the last step holds what the model said."""
    desk = Desk(ASKING, SCRIPT)
    result = await desk.led(STOP)
    assert (result.stop_reason, desk.effects) == (StopReason.STOPPED, [])
    turn = next(step for step in desk.steps() if step.kind == "model")
    assert (turn.messages[0].tool_calls[0].name, turn.error) == ("refund", None)
    assert turn.state_hash == result.state_hash


async def test_siblings_of_a_waiting_call_are_done_once() -> None:
    """Calls beside it are made while it waits, and not again after."""
    both = calling(("refund", {"cents": 1}), ("look", {"what": "x"}))
    desk = Desk(team(approvals=["look"]), saying(both, "ok"))
    await desk.run()
    assert desk.effects == ["refund 1"]
    result = await desk.led(APPROVE)
    assert (desk.effects, result.messages[3].content) == (["refund 1"], "saw x")


async def test_an_episode_waits_as_often_as_it_has_to() -> None:
    """Two calls of one answer and one of the next are three waits with a decision each."""
    script = saying(calling(REFUND, ("refund", {"cents": 2})), calling(REFUND), "done")
    desk = Desk(ASKING, script)
    result = await desk.led(APPROVE, Decision(action="edit", note="no"), APPROVE)
    assert (result.answer, desk.effects) == ("done", ["refund 700", "refund 700"])
    actions = [s.attributes["action"] for s in desk.steps() if s.kind == "human"]
    assert actions == ["approve", "edit", "approve"]


ASK = ("ask_helper", {"question": "how much?"})


def by_agent(
    clerk: Callable[[ModelRequest], ModelResponse], helper: Callable[[ModelRequest], ModelResponse]
) -> Callable[[ModelRequest], ModelResponse]:
    """A script for each of the two."""
    scripts = {"Help.": clerk, "Look up.": helper}
    return lambda request: scripts[request.messages[0].content](request)


async def test_a_workers_call_waits_too() -> None:
    """The whole episode parks, and what the worker used counts once it has gone on."""
    script = by_agent(saying(calling(ASK), "all done"), saying(calling(REFUND), "three"))
    desk = Desk(team(approvals=["refund"], workers=["helper"]), script)
    result = await desk.led(APPROVE)
    assert (result.answer, desk.effects, result.steps) == ("all done", ["refund 700"], 4)
    assert [step.index for step in desk.steps()] == list(range(len(desk.steps())))


@pytest.mark.parametrize("calls", [[REFUND, ASK], [ASK, REFUND]])
async def test_a_wait_beside_a_worker_that_is_done_loses_no_step(
    calls: list[tuple[str, dict[str, Any]]],
) -> None:
    """Each step has an index of its own, and what the worker used is counted once."""
    worker = saying(calling(("look", {"what": "a"}), ("look", {"what": "b"})), "four")
    script = by_agent(saying(calling(*calls), "all done"), worker)
    desk = Desk(team(approvals=["refund"], workers=["helper"]), script)
    result = await desk.led(APPROVE)
    kinds = Counter(step.kind for step in desk.steps())
    assert kinds == {"input": 2, "model": 4, "human": 1}
    assert (result.steps, desk.asked) == (4, 4)


STUCK = saying(calling(("look", {"what": "y"})))
LOOPING = team(
    guard={"same_result": {"warn_at": None, "cut_at": 3}, "escalate": ["same_result", "max_steps"]},
    limits={"max_steps": 5},
)


async def test_a_cut_that_is_escalated_waits_with_its_evidence() -> None:
    """The verdict stands on the timeline and in the wait."""
    desk = Desk(LOOPING, STUCK)
    wait = (await desk.run()).wait
    assert wait
    assert wait.verdict == verdict_of(desk.steps()[-1])
    assert wait.verdict.evidence == (1, 2, 3)
    assert [s.attributes["action"] for s in desk.steps() if s.kind == "guard"] == ["escalate"]


async def test_an_approved_loop_is_counted_anew_and_a_limit_granted_once_more() -> None:
    """After a loop and the limit of five steps it may go on, with all of its tools again."""
    desk = Desk(LOOPING, STUCK)
    rules = []
    for _ in range(3):
        wait = (await desk.led(*([APPROVE] if rules else []))).wait
        assert wait
        assert wait.verdict
        rules.append((wait.verdict.rule, (await desk.run()).steps))
    assert rules == [("same_result", 3), ("max_steps", 5), ("same_result", 7)]


async def test_a_note_to_an_escalated_agent_is_a_message_to_it() -> None:
    """What the person says comes from the user's side."""
    script = saying(*[calling(("look", {"what": "y"}))] * 3, "sorry")
    desk = Desk(LOOPING, script)
    result = await desk.led(Decision(action="edit", note="look elsewhere"))
    assert (result.answer, user("look elsewhere") in result.messages) == ("sorry", True)


async def test_a_stopped_loop_ends_with_the_best_answer() -> None:
    """`stop` is an ending of its own."""
    result = await Desk(LOOPING, STUCK).led(STOP)
    assert result.stop_reason is StopReason.STOPPED


async def test_a_deadline_that_may_be_granted_is_asked_for_between_steps() -> None:
    """No call is cut short; approved, the episode goes on."""
    slow = team(guard={"escalate": ["deadline"]}, limits={"deadline_s": 1e-9})
    desk = Desk(slow, saying("in time"))
    desk.entries["1:at0"] = [5.0, 1.0, "deadline"]
    wait = (await desk.run()).wait
    assert wait
    assert wait.message.startswith("deadline: ")


async def test_a_call_whose_outcome_is_unknown_is_never_made_unasked() -> None:
    """The process died after the effect and before the result was kept."""
    desk = Desk(FREE, SCRIPT)
    desk.die_at = _entries_before(await _dry(SCRIPT), "1.1:tool")
    with pytest.raises(Killed):
        await desk.run()
    wait = (await desk.run()).wait
    assert (wait and wait.kind, desk.effects) == ("unknown", ["refund 700"])


@pytest.mark.parametrize(
    ("decision", "effects", "told"),
    [
        (APPROVE, ["refund 700"] * 2, "paid 700"),
        (Decision(action="edit", note="it was paid"), ["refund 700"], "it was paid"),
    ],
)
async def test_a_person_says_what_became_of_an_unknown_call(
    decision: Decision, effects: list[str], told: str
) -> None:
    """Approved it is made again; a note is its result."""
    desk = Desk(FREE, SCRIPT)
    desk.die_at = _entries_before(await _dry(SCRIPT), "1.1:tool")
    with pytest.raises(Killed):
        await desk.run()
    result = await desk.led(decision)
    assert (desk.effects, result.messages[2].content) == (effects, told)


@settings(max_examples=60)
@given(st.integers(0, 40), st.integers(0, 40))
def test_dying_at_any_entry_repeats_no_effect(first: int, second: int) -> None:
    """Wherever it dies, and dies again, effects are at most one a call, and the end is the same."""
    script = saying(
        calling(REFUND), calling(("refund", {"cents": 1}), ("look", {"what": "a"})), "b"
    )
    desk = Desk(ASKING, script)
    result = asyncio.run(_through(desk, [first, second]))
    unharmed = Desk(FREE, script)
    free = asyncio.run(unharmed.run())
    assert sorted(desk.effects) == ["refund 1", "refund 700"]
    assert (result.answer, result.steps) == (free.answer, free.steps)
    assert [step.index for step in desk.steps()] == list(range(len(desk.steps())))
    assert len(desk.exchanges()) == len(unharmed.exchanges())


async def test_a_log_that_cannot_be_kept_stops_the_run() -> None:
    """It is not told to the model as the tool's failure."""
    desk = Desk(FREE, SCRIPT)

    def full(_key: str, _value: object) -> None:
        if _key.endswith(":intents"):
            raise StoreFull("no space left")

    desk._keep = full  # type: ignore[method-assign]
    with pytest.raises(StoreFull):
        await desk.run()


def test_an_approval_of_a_tool_that_is_not_there_is_refused() -> None:
    """A slip of the pen must not let calls through unasked."""
    with pytest.raises(BadInput, match="approvals name no tool of clerk: refnud"):
        team(approvals=["refnud"])


def verdict_of(step: Step) -> GuardVerdict:
    return GuardVerdict.parse(step.attributes)


async def _dry(script: object) -> list[str]:
    """The keys of the log in the order of their keeping, where nobody has to be asked."""
    desk = Desk(FREE, script)  # type: ignore[arg-type]
    await desk.run()
    return list(desk.entries)


def _entries_before(keys: list[str], key: str) -> int:
    return keys.index(key)


async def _through(desk: Desk, deaths: list[int]) -> Result:
    """To the end, dying at those entries; approvals are given, unknown calls are left as made."""
    while True:
        desk.die_at = deaths.pop() if deaths else None
        try:
            result = await desk.run()
        except Killed:
            continue
        if result.wait is None:
            return result
        made = Decision(action="edit", note="made already")
        decision = APPROVE if result.wait.kind == "approval" else made
        desk.entries[result.wait.key] = decision.model_dump(mode="json")
