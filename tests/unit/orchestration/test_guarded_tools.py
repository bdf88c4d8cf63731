"""Episodes whose destructive tool leaves a call in doubt."""

from dataclasses import dataclass, field
from typing import Any

from engine.clock import ManualClock
from engine.contracts import Decision, Json, Step, StopReason, ToolPolicy, user
from engine.models.scripted import Scripted
from engine.orchestration import Key, Log, Loop, Parts, Result
from engine.tools import Toolbox
from engine.tools.adapter import guarded
from engine.tools.guards import Guards
from tests.spec.tools.tool import Faulty
from tests.unit.orchestration.waiting import APPROVE, calling, saying, team

TWICE = saying(calling(("refund", {"cents": 7})), calling(("refund", {"cents": 7})), "done")
ONCE = saying(calling(("refund", {"cents": 7})), "done")
PLAIN = team(tools=["refund"])


@dataclass
class Shop:
    """An episode with a guarded refund, run again and again over the same stores."""

    tool: Faulty
    script: Any = ONCE
    guards: Guards = field(default_factory=lambda: Guards(clock=ManualClock()))
    entries: dict[str, Json] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    async def run(self, *, durable: bool = True) -> Result:
        """From the beginning, or on from where the log ends."""
        self.tool.policy = ToolPolicy(attempt_s=0.05)
        self.tool.spec = self.tool.spec.model_copy(update={"policy": self.tool.policy})
        parts = Parts(
            model=lambda _name: Scripted(self.script),
            tools=Toolbox({"refund": guarded(self.tool, self.guards)}),
            emit=lambda fact: self.steps.append(fact) if isinstance(fact, Step) else None,
            clock=self.guards.clock,
            log=Log(self.entries, self.entries.__setitem__) if durable else None,
        )
        spec = PLAIN.model_copy(update={"agents": PLAIN.agents[:1]})
        return await Loop(spec, parts, Key("run-1", "ep-1")).run([user("hello")])

    async def decided(self, result: Result, decision: Decision) -> Result:
        """On with what a person has said."""
        assert result.wait
        self.entries[result.wait.key] = decision.model_dump(mode="json")
        return await self.run()


async def test_a_call_in_doubt_waits_for_a_person() -> None:
    """The episode parks; what is known of the call stands in the wait."""
    shop = Shop(Faulty(["server error"], happens=[True]))
    result = await shop.run()
    assert result.stop_reason is StopReason.PARKED
    assert result.wait
    assert (result.wait.kind, shop.tool.calls) == ("unknown", 1)
    assert "may have had its effect" in result.wait.message


async def test_a_person_who_approves_has_it_made_again() -> None:
    """They have seen that it did nothing."""
    shop = Shop(Faulty(["server error"]))
    result = await shop.decided(await shop.run(), APPROVE)
    assert (result.answer, shop.tool.effects) == ("done", 1)


async def test_a_person_who_knows_the_result_gives_it() -> None:
    """The call is not made again, the model is told what they say."""
    shop = Shop(Faulty(["server error"], happens=[True]))
    said = Decision(action="edit", note="It was paid.")
    result = await shop.decided(await shop.run(), said)
    assert (result.answer, shop.tool.calls) == ("done", 1)
    assert result.messages[-2].content == "It was paid."


async def test_without_a_log_the_model_is_told_and_cannot_have_it_made_again() -> None:
    """It asks for the same call in its next step."""
    shop = Shop(Faulty(["server error"], happens=[True]), TWICE)
    result = await shop.run(durable=False)
    said = [message.content for message in result.messages if message.role == "tool"]
    assert (result.answer, shop.tool.calls) == ("done", 1)
    assert "may have had its effect" in said[0]
    assert "is being made" in said[1]


async def test_after_a_crash_a_finished_call_is_not_asked_about() -> None:
    """Its answer lies under its key: the episode goes on without a person."""
    shop = Shop(Faulty())
    first = Shop(Faulty(), entries={}, guards=shop.guards)
    await first.run()
    kept = {name: value for name, value in first.entries.items() if name.endswith(":intents")}
    shop.entries |= kept  # the process died before the answer came into the log
    result = await shop.run()
    assert (result.answer, shop.tool.calls) == ("done", 0)


async def test_a_step_tells_of_attempts_beyond_the_first() -> None:
    """By the call's position in it."""
    shop = Shop(Faulty(["told to wait"]))
    await shop.run()
    told = [s.attributes["tool_calls"] for s in shop.steps if "tool_calls" in s.attributes]
    assert told == [{"1": {"tool": "refund", "attempts": 2}}]
