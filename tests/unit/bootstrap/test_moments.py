"""The states an episode went through."""

import pytest

from engine.contracts import Exchange, Step, Usage, assistant, system, user
from tests.browser.samples import Sample, a_run, rich_conversation, step
from tests.browser.world import FINISHED
from workbench.bootstrap.moments import Moment, moments

SAMPLE = Sample(a_run(FINISHED, "default", "small", 0), 0, "policy", 0, passed=True)


@pytest.fixture
def rich() -> list[Moment]:
    """Tools, a worker, a handoff, an error."""
    every = list(rich_conversation(SAMPLE))
    exchanges = [fact for fact in every if isinstance(fact, Exchange)]
    return moments([fact for fact in every if isinstance(fact, Step)], exchanges)


def a_step(index: int, kind: str, *messages, **fields) -> Step:
    return step(SAMPLE, index, kind, messages, (index, index + 1)).model_copy(update=fields)


def test_messages_grow_step_by_step() -> None:
    """Each moment has all of its conversation so far, and knows what is new."""
    told = [a_step(0, "input", system("s"), user("q")), a_step(1, "model", assistant("a"))]
    first, second = moments(told, [])
    assert [len(m.messages) for m in (first, second)] == [2, 3]
    assert second.added == (assistant("a"),)


def test_a_worker_has_messages_of_its_own(rich: list[Moment]) -> None:
    """What it is asked begins a conversation, and the asking one goes on without it."""
    worker = [m for m in rich if m.conversation]
    assert worker[0].messages == worker[0].added
    after = next(m for m in rich if m.step.index > worker[-1].step.index)
    assert worker[-1].added[0] not in after.messages


def test_what_is_used_adds_up() -> None:
    """Tokens, calls, cost and time are those of all steps so far."""
    used = Usage(input_tokens=10, output_tokens=2, calls=1)
    told = [
        a_step(n, "model", assistant("a"), usage=used, cost_usd=0.5, model="m") for n in range(3)
    ]
    last = moments(told, [])[-1]
    assert (last.used.calls, last.used.input_tokens, last.used.cost_usd) == (3, 30, 1.5)
    assert (last.used_before.calls, last.used.seconds) == (2, 3.0)


def test_an_unknown_price_stays_unknown() -> None:
    """The sum is not known again by a later step."""
    told = [a_step(0, "model", cost_usd=None), a_step(1, "model", cost_usd=0.5)]
    assert [m.used.cost_usd for m in moments(told, [])] == [None, None]


def test_a_change_of_agent_is_told(rich: list[Moment]) -> None:
    """The first step changes nobody, a handoff does."""
    handoff = next(m for m in rich if m.step.kind == "handoff")
    assert (rich[0].agent_changed, handoff.agent_changed) == (False, True)


def test_rungs_are_never_left() -> None:
    """The deepest one that was entered stands, with the share that the ladder told."""
    told = [
        a_step(0, "guard", attributes={"rungs": ["tell", "restrict"], "used": 0.8}),
        a_step(1, "model", assistant("a")),
        a_step(2, "guard", attributes={"rungs": ["tell"], "used": 0.9}),
    ]
    found = moments(told, [])
    assert [m.rung for m in found] == ["restrict"] * 3
    assert [m.share for m in found] == [0.8, 0.8, 0.9]
    assert (found[0].rung_before, len(found[2].remarks)) == (None, 2)


def test_exchanges_stand_at_their_step(rich: list[Moment]) -> None:
    """The model's apart from those of tools, in order."""
    placed = [(m.step.index, one) for m in rich for one in (m.model, *m.tools) if one]
    assert placed
    assert all(index == one.step_index for index, one in placed)
    assert all(one.kind == "tool" for m in rich for one in m.tools)


def test_no_steps_are_no_moments() -> None:
    """An episode that was cut before its first step has none."""
    assert moments([], []) == []
