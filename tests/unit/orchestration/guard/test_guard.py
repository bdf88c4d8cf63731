"""What a guard promises beside its rules: escalation, forgiveness, limits, repeatable verdicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import Action, GuardPolicy, GuardVerdict, Limits, Rule, Spend
from engine.orchestration.guard import Act, Guard, Observation

AGAIN = Observation("agent", (Act("search", {"q": "tea"}, "nothing"),))


def _fresh(number: int) -> Observation:
    """A step that shares no call, word or result with one of another number."""
    result = " ".join(f"w{number}x{at}" for at in range(5))
    return Observation("agent", (Act(f"tool{number % 3}", {"n": number}, result),))


def _verdicts(guard: Guard, steps: list[Observation]) -> list[GuardVerdict]:
    return [guard.after(index, step) for index, step in enumerate(steps)]


def _cut(steps: list[Observation]) -> int | None:
    verdicts = _verdicts(Guard(), steps)
    return next((at for at, said in enumerate(verdicts) if said.action is Action.CUT), None)


def test_actions_in_order() -> None:
    """Repetition is warned of once, then the agent is made to do with less, then it is cut."""
    actions = [verdict.action for verdict in _verdicts(Guard(), [AGAIN] * 5)]
    assert actions == ["continue", "continue", "warn", "degrade", "cut"]


def test_evidence() -> None:
    """A verdict names the steps that show it, what was counted and the threshold."""
    said = _verdicts(Guard(), [_fresh(1), AGAIN, _fresh(2), AGAIN, AGAIN])[-1]
    assert (said.evidence, said.count, said.limit) == ((1, 3, 4), 3, 3)


def test_evidence_of_a_cycle() -> None:
    """The steps of a cycle are named by their own indexes, whatever lies between them."""
    guard = Guard(GuardPolicy(same_result={"warn_at": None, "cut_at": None}))
    pair = [Observation("a", (Act(tool, {"x": 1}, f"{tool} says no"),)) for tool in ("f", "g")]
    verdicts = [guard.after(10 * n, step) for n, step in enumerate(pair * 4)]
    found = next(verdict for verdict in verdicts if verdict.rule is Rule.CYCLE)
    assert found.evidence == (0, 10, 20, 30, 40, 50)


def test_message() -> None:
    """What the model is told says what it did and how often."""
    said = _verdicts(Guard(), [AGAIN] * 3)[-1]
    assert said.message.startswith("You have called search 3 times with the same arguments")


def test_escalation() -> None:
    """A cut of a rule that waits for a person is an escalation."""
    guard = Guard(GuardPolicy(escalate=(Rule.SAME_RESULT,)))
    assert _verdicts(guard, [AGAIN] * 5)[-1].action is Action.ESCALATE


def test_limit_escalates() -> None:
    """So is reaching a limit that waits for a person."""
    guard = Guard(GuardPolicy(escalate=(Rule.DEADLINE,)), Limits(deadline_s=5.0))
    assert guard.before(5.0, Spend(1)).action is Action.ESCALATE


def test_forgiveness() -> None:
    """Once a person lets it go on, repetitions are counted anew."""
    guard = Guard()
    _verdicts(guard, [AGAIN] * 5)
    guard.allow(Rule.SAME_RESULT)
    assert [guard.after(5 + at, AGAIN).action for at in range(3)][-1] is Action.WARN


def test_steps_granted() -> None:
    """A person who allows more steps grants as many again, and no more."""
    guard = Guard(limits=Limits(max_steps=2))
    before = [guard.before(0.0, Spend(1)).action for _ in range(3)]
    guard.allow(Rule.MAX_STEPS)
    after = [guard.before(0.0, Spend(1)).action for _ in range(3)]
    assert before == after == ["continue", "continue", "cut"]


def test_time_granted() -> None:
    """A person who allows more time grants as much again."""
    guard = Guard(limits=Limits(deadline_s=10.0))
    guard.allow(Rule.DEADLINE)
    assert [guard.before(at, Spend(1)).rule for at in (19.9, 20.0)] == [None, Rule.DEADLINE]


@pytest.mark.parametrize(
    ("limits", "worst", "rule"),
    [
        (Limits(max_tokens=100), Spend(101), Rule.TOKEN_BUDGET),
        (Limits(max_cost_usd=0.5), Spend(1, 0.6), Rule.COST_BUDGET),
        (Limits(max_steps=1, max_tokens=1), Spend(1), None),
    ],
)
def test_before(limits: Limits, worst: Spend, rule: Rule | None) -> None:
    """A call whose worst case passes a limit is cut before it is made."""
    assert Guard(limits=limits).before(0.0, worst).rule == rule


def test_progress() -> None:
    """Where the caller measures progress, a step without any counts however new it looks."""
    guard = Guard(progress=lambda seen: seen.state)
    said = _verdicts(guard, [_fresh(n)._replace(state="same") for n in range(10)])
    assert (said[-1].action, said[-1].rule) == (Action.CUT, Rule.NO_PROGRESS)


_STEPS = st.lists(
    st.builds(
        Observation,
        st.sampled_from(["a", "b"]),
        st.lists(
            st.builds(
                Act,
                st.sampled_from(["read", "write"]),
                st.fixed_dictionaries(
                    {"q": st.sampled_from(["one", "two", "red green blue grey"])}
                ),
                st.sampled_from(["", "done", "pending", "one two three four"]),
                st.booleans(),
            ),
            max_size=2,
        ).map(tuple),
        text=st.sampled_from(["", "I will look at it now again", "something else"]),
        asks=st.sampled_from([(), ("look at it once more again please",)]),
        handoff=st.sampled_from([None, "a", "b"]),
        replied=st.booleans(),
        input_tokens=st.integers(0, 20_000),
        state=st.sampled_from([None, "on", "off"]),
    ),
    max_size=40,
)


@given(_STEPS)
def test_same_again(steps: list[Observation]) -> None:
    """Shown the same steps, two guards say the same."""
    assert _verdicts(Guard(), steps) == _verdicts(Guard(), steps)


@given(_STEPS)
def test_evidence_is_of_the_past(steps: list[Observation]) -> None:
    """Evidence names steps that were seen, in order, this one among them at the end."""
    for index, said in enumerate(_verdicts(Guard(), steps)):
        seen = list(said.evidence)
        assert seen == sorted(set(seen))
        assert not seen or (seen[0] >= 0 and seen[-1] == index)


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=60))
def test_new_steps(numbers: list[int]) -> None:
    """A run of steps that are all new is never cut, however long it is."""
    assert _cut([_fresh(number) for number in numbers]) is None


@given(st.integers(1, 6), st.integers(0, 30))
def test_verbatim_loops(period: int, before: int) -> None:
    """A loop of up to six steps is cut at the latest nine steps after its first round."""
    steps = [_fresh(number) for number in range(before)]
    round_ = [_fresh(100 + number) for number in range(period)]
    cut = _cut(steps + round_ * 12)
    assert cut is not None
    assert before + period <= cut < before + period + 9
