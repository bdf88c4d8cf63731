"""An episode that is parked, decided about and led on, all in one process."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.clock import ManualClock
from engine.contracts import (
    Decision,
    Exchange,
    Fact,
    Json,
    ModelRequest,
    ModelResponse,
    Step,
    TeamSpec,
    ToolCall,
    user,
)
from engine.models.scripted import Scripted, reply, tool_call
from engine.orchestration import Key, Log, Loop, Parts, Result
from engine.tools import Toolbox

APPROVE = Decision(action="approve")
STOP = Decision(action="stop", note="enough")


def team(**front: Any) -> TeamSpec:
    """A clerk that may refund and look, with a helper to ask; `front` goes to team or clerk."""
    outside = {name: front.pop(name) for name in ("guard", "limits") if name in front}
    clerk = {"name": "clerk", "instructions": "Help.", "tools": ["refund", "look"], **front}
    helper = {
        "name": "helper",
        "instructions": "Look up.",
        "tools": ["refund", "look"],
        "approvals": front.get("approvals", []),
    }
    spec = {"name": "desk", "entry": "clerk", "agents": [clerk, helper], **outside}
    return TeamSpec.parse(spec)


@dataclass
class Desk:
    """Runs an episode again and again with its log, as processes that die and come back would."""

    team: TeamSpec
    script: Callable[[ModelRequest], ModelResponse]
    effects: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    entries: dict[str, Json] = field(default_factory=dict)
    asked: int = 0
    die_at: int | None = None
    """The entry at which the process dies instead of keeping it, counted from 0."""
    _dead: bool = False

    async def run(self) -> Result:
        """Once more from the beginning; what is in the log is not done again."""
        self._dead = False
        model = Scripted(self.script)
        log = Log(self.entries, self._keep)
        clock = ManualClock()
        parts = Parts(
            model=lambda _name: model,
            tools=Toolbox.of(self._refund(), look),
            emit=self._emit,
            clock=clock,
            rng=random.Random(len(self.entries)),
            log=log,
            elapsed_s=log.elapsed_s,
        )
        result = await Loop(self.team, parts, Key("run-1", "ep-1")).run([user("hello")])
        self.asked += model.calls
        return result

    async def led(self, *decisions: Decision) -> Result:
        """Park, decide and go on, as often as there are decisions."""
        for decision in decisions:
            wait = (await self.run()).wait
            assert wait is not None
            self.entries[wait.key] = decision.model_dump(mode="json")
        return await self.run()

    def steps(self) -> list[Step]:
        """Every step once, in order."""
        steps = {f.index: f for f in self.facts if isinstance(f, Step)}
        return [steps[index] for index in sorted(steps)]

    def exchanges(self) -> set[tuple[int, int]]:
        """The places of the exchanges."""
        return {(f.step_index, f.position) for f in self.facts if isinstance(f, Exchange)}

    def _emit(self, fact: Fact) -> None:
        self.facts.append(fact)

    def _keep(self, key: str, value: Json) -> None:
        if self._dead or self.die_at == 0:
            self._dead, self.die_at = True, None
            raise Killed
        self.die_at = None if self.die_at is None else self.die_at - 1
        self.entries[key] = value

    def _refund(self) -> Callable[..., Any]:
        def refund(cents: int) -> str:
            """Pay back."""
            self.effects.append(f"refund {cents}")
            return f"paid {cents}"

        return refund


class Killed(BaseException):
    """The process is gone."""


def look(what: str) -> str:
    """Look."""
    return f"saw {what}"


def saying(*answers: ModelResponse | str) -> Callable[[ModelRequest], ModelResponse]:
    """The answer by how many answers stand in the conversation: the same after a restart."""

    def answer(request: ModelRequest) -> ModelResponse:
        at = sum(message.role == "assistant" for message in request.messages)
        said = answers[min(at, len(answers) - 1)]
        return reply(said) if isinstance(said, str) else said

    return answer


def calling(*calls: tuple[str, dict[str, Any]]) -> ModelResponse:
    """An answer that calls tools."""
    named: Sequence[ToolCall] = [
        tool_call(name, arguments, f"c{at}") for at, (name, arguments) in enumerate(calls)
    ]
    return reply("", *named)
