"""Episodes in which people decided, replayed: they are told again what was said then."""

import pytest

from engine.contracts import Decision, Episode, Exchange, user
from engine.errors import BadInput
from engine.replay import Recording, Setup, replay
from engine.tools import Toolbox
from tests.unit.orchestration.waiting import APPROVE, STOP, Desk, calling, look, saying, team

TWO = saying(calling(("refund", {"cents": 5}), ("refund", {"cents": 7})), "done")
ONE = saying(calling(("refund", {"cents": 5}), ("look", {"what": "it"})), "done")
LOOPING = saying(*[calling(("look", {"what": "it"}))] * 6, "done")
PATIENT = {"same_result": {"warn_at": None, "cut_at": 3}, "escalate": ["same_result"]}


def refund(cents: int) -> str:
    """Pay back."""
    raise AssertionError(cents)


async def record(of, script, *decisions):
    """The recording of an episode that was parked and decided about, and its setup."""
    desk = Desk(of, script)
    result = await desk.led(*decisions)
    exchanges = {(f.step_index, f.position): f for f in desk.facts if isinstance(f, Exchange)}
    last = desk.steps()[-1]
    ended = Episode(
        run_id="run-1",
        episode_id="ep-1",
        task_id="t",
        family="f",
        epoch=0,
        agent="a",
        model="m",
        started_at=desk.steps()[0].started_at,
        ended_at=last.ended_at,
        stop_reason=result.stop_reason,
        steps=result.steps,
        usage=result.usage,
        cost_usd=result.cost_usd,
        state_hash=result.state_hash,
    )
    recording = Recording.of([*desk.steps(), *exchanges.values(), ended])
    made = Setup(team=of, inputs=(user("hello"),), tools=Toolbox.of(refund, look), model="scripted")
    return recording, made


@pytest.mark.parametrize(
    ("script", "decisions"),
    [
        (ONE, [APPROVE]),
        (ONE, [Decision(action="edit", note="paid by hand")]),
        (ONE, [Decision(action="edit", arguments={"cents": 3})]),
        (ONE, [STOP]),
        (TWO, [APPROVE, APPROVE]),
        (TWO, [Decision(action="edit", note="no"), APPROVE]),
        (TWO, [APPROVE, STOP]),
    ],
)
async def test_decisions_about_calls_are_told_again(script, decisions):
    """Whatever was said, every step comes as it was recorded."""
    recording, made = await record(team(approvals=["refund"]), script, *decisions)
    done = await replay(recording, made)
    assert (done.divergence, done.steps) == (None, len(recording.steps))


@pytest.mark.parametrize(
    "decision", [APPROVE, STOP, Decision(action="edit", note="look elsewhere")]
)
async def test_decisions_about_the_guard_are_told_again(decision):
    """A guard that was told to go on goes on, one that was not ends it."""
    recording, made = await record(team(guard=PATIENT), LOOPING, decision)
    done = await replay(recording, made)
    assert (done.divergence, done.steps) == (None, len(recording.steps))


async def test_a_word_about_a_call_that_waits_for_nobody_is_refused():
    """As about one that was cut short: it would be told of nothing."""
    recording, made = await record(team(approvals=["refund"]), ONE, APPROVE)
    changed = made.team.model_copy(
        update={
            "agents": (
                made.team.agents[0].model_copy(update={"approvals": ()}),
                *made.team.agents[1:],
            )
        }
    )
    with pytest.raises(BadInput, match="waits for nobody"):
        await replay(recording, Setup(team=changed, inputs=made.inputs, tools=made.tools))


async def test_a_wait_that_nobody_decided_ends_the_replay_there():
    """Where more is to be approved today than was then, that is a divergence."""
    recording, made = await record(team(approvals=["refund"]), ONE, APPROVE)
    stricter = team(approvals=["refund", "look"])
    done = await replay(recording, Setup(team=stricter, inputs=made.inputs, tools=made.tools))
    assert done.divergence
