"""Decides what a conversation may do next, as guard, ladder and people leave it."""

from typing import Protocol

from engine.contracts import (
    Action,
    GuardVerdict,
    Json,
    JsonObject,
    ModelRequest,
    StepKind,
    StopReason,
    TeamSpec,
    canonical,
)
from engine.orchestration import watch
from engine.orchestration.guard import Guard
from engine.orchestration.line import Line
from engine.orchestration.log import Log, Parked
from engine.orchestration.parts import Parts
from engine.orchestration.team import team_tools
from engine.orchestration.watch import Plan


class Say(Protocol):
    """Writes down a step that is no model call; its text is told to the model."""

    def __call__(self, line: Line, text: str, about: JsonObject, kind: StepKind = "guard") -> None:
        """Add the step to the conversation."""


class Steering:
    """One episode's guard, and what follows from its verdicts."""

    def __init__(self, team: TeamSpec, parts: Parts, log: Log | None, say: Say) -> None:
        self.guard = Guard(team.guard, team.limits)
        self._parts = parts
        self._log = log
        self._say = say
        self._began = parts.clock.monotonic()
        self._granted = 0
        tools = {a.name: parts.tools.specs(a.tools) + team_tools(team, a) for a in team.agents}
        self._tools = tools
        self._tools_bytes = {
            name: sum(len(canonical(tool.model_dump())) for tool in specs)
            for name, specs in tools.items()
        }

    @property
    def elapsed_s(self) -> float:
        """The episode's own time: what it spent waiting for a person is not in it."""
        return self._parts.elapsed_s + self._parts.clock.monotonic() - self._began

    def plan(self, line: Line, place: str) -> Plan | StopReason:
        """The next model call as far as limits and ladder leave it, or why there is none."""
        elapsed_s = self._reading(f"{place}:at")
        if line.ladder.stops_at <= 1:
            used, rule = self.guard.used(elapsed_s)
            if used >= line.ladder.stops_at:
                self._say(line, "", {"rung": "stop", "used": round(used, 4)})
                return StopReason(rule.value)
        line.tools_bytes = self._tools_bytes[line.agent.name]
        request = self._request(line)
        if self.guard.steps and self._climb(line, elapsed_s, request):
            request = self._request(line)
        model = self._parts.model(line.ladder.model or line.agent.model)
        left = self.guard.budget.left()
        plan = watch.planned(line.ladder.reduced(request), model, line, left)
        verdict = self.guard.before(elapsed_s, plan.worst)
        if verdict.action is Action.CONTINUE:
            return plan
        return self.heed(verdict, line, place) or self.plan(line, place)

    def _climb(self, line: Line, elapsed_s: float, request: ModelRequest) -> bool:
        """Enter the rungs that are due before the next call; whether the model was told."""
        used, _ = self.guard.used(elapsed_s, ahead=1)
        rungs = line.ladder.climb(used, request, pushed=line.pushed)
        line.pushed = False
        if rungs:
            names: list[Json] = [rung.rung.value for rung in rungs]
            about: JsonObject = {"rung": names[-1], "rungs": names, "used": round(used, 4)}
            self._say(line, watch.told(rungs, self.guard, elapsed_s), about)
        return bool(rungs)

    def heed(self, verdict: GuardVerdict, line: Line, place: str) -> StopReason | None:
        """Do what the guard says; the reason to end, if it is one."""
        if verdict.action is Action.CONTINUE:
            return None
        tell = verdict.action in {Action.WARN, Action.DEGRADE}
        self._say(line, verdict.message if tell else "", watch.attributes(verdict))
        line.pushed = verdict.action is Action.DEGRADE
        if verdict.action is Action.CUT:
            return watch.ending(verdict)
        return self._consult(verdict, line, place) if verdict.action is Action.ESCALATE else None

    def _consult(self, verdict: GuardVerdict, line: Line, place: str) -> StopReason | None:
        """Act on what a person has decided; raises `Parked` where nobody has."""
        key = f"{place}:{verdict.rule}{self._granted}"
        decision = self._log.decision(key) if self._log else None
        if decision is None or verdict.rule is None:
            raise Parked(watch.wait(verdict, line, key))
        self._say(line, decision.note, decision.model_dump(mode="json"), "human")
        if decision.action == "stop":
            return StopReason.STOPPED
        self._granted += 1
        self.guard.allow(verdict.rule)
        return None

    def _request(self, line: Line) -> ModelRequest:
        agent = line.agent
        return ModelRequest(
            messages=line.transcript.prompt(),
            tools=self._tools[agent.name],
            response_schema=agent.response_schema,
            temperature=agent.temperature,
            max_output_tokens=agent.max_output_tokens,
            seed=self._parts.seed,
        )

    def _reading(self, key: str) -> float:
        """The episode's own time, as it was read there if it was."""
        return self._log.reading(key, self.elapsed_s) if self._log else self.elapsed_s
