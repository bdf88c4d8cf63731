"""Decides what a conversation may do next, as guard, ladder and people leave it."""

from typing import NamedTuple, Protocol, Self, cast

from engine.contracts import (
    LIMITS,
    Action,
    AgentSpec,
    GuardVerdict,
    Json,
    JsonObject,
    ModelRequest,
    Rule,
    Rung,
    StepKind,
    StopReason,
    TeamSpec,
    ToolSpec,
    canonical,
)
from engine.orchestration import watch
from engine.orchestration.guard import Guard, Observation
from engine.orchestration.ladder import Ladder
from engine.orchestration.line import Line
from engine.orchestration.log import Log, Parked
from engine.orchestration.parts import Parts
from engine.orchestration.team import team_tools
from engine.orchestration.watch import Plan


class Say(Protocol):
    """Writes down a step that is no model call; its text is told to the model."""

    def __call__(self, line: Line, text: str, about: JsonObject, kind: StepKind = "guard") -> None:
        """Add the step to the conversation."""


class Gauge(NamedTuple):
    """What is used before a model call."""

    elapsed_s: float
    used: float
    """The share of the most used limit, 0 to 1."""
    rule: Rule
    """Which limit that is."""

    def to_json(self) -> Json:
        """As an entry of the log."""
        return [self.elapsed_s, self.used, self.rule.value]

    @classmethod
    def of(cls, entry: Json) -> Self:
        """What `to_json` made an entry of."""
        elapsed_s, used, rule = cast(tuple[float, float, str], entry)
        return cls(elapsed_s, used, Rule(rule))


class Steering:
    """One episode's guard, and what follows from its verdicts."""

    def __init__(self, team: TeamSpec, parts: Parts, log: Log | None, say: Say) -> None:
        self.guard = Guard(team.guard, team.limits, progress=parts.progress)
        self._parts = parts
        self._log = log
        self._say = say
        self._began = parts.clock.monotonic()
        self.deepest: Rung | None = None
        tools = {a.name: parts.tools.specs(a.tools) + team_tools(team, a) for a in team.agents}
        self._bare = {a.name: _bare(a, tools[a.name], parts.seed) for a in team.agents}
        self._tools_bytes = {
            name: sum(len(canonical(tool)) for tool in specs) for name, specs in tools.items()
        }

    @property
    def elapsed_s(self) -> float:
        """The episode's own time: what it spent waiting for a person is not in it."""
        return self._parts.elapsed_s + self._parts.clock.monotonic() - self._began

    @property
    def used(self) -> float:
        """The share of the most used limit, 0 to 1."""
        return self.guard.used(self.elapsed_s)[0]

    def plan(self, line: Line, place: str) -> Plan | StopReason:
        """The next model call as far as limits and ladder leave it, or why there is none."""
        attempt = 0
        while True:
            if line.ladder.stops_at <= 1:
                now = self._gauge(f"{place}:at{attempt}:stop")
                if now.used >= line.ladder.stops_at:
                    self._enter(line, [Rung.STOP], "", now.used)
                    return StopReason(now.rule.value)
            gauge = self._gauge(f"{place}:at{attempt}", ahead=1)
            plan = self._planned(line, gauge)
            key = f"{place}:before{attempt}"
            verdict = self._said(key, self.guard.before(gauge.elapsed_s, plan.worst))
            if verdict.action is Action.CONTINUE:
                return plan
            if stop := self.heed(verdict, line, key):
                return stop
            attempt += 1

    def overdue(self, line: Line) -> None:
        """Write down that the deadline has cut the episode, in the middle of a step."""
        self._say(line, "", watch.attributes(self.guard.overdue()))

    def judge(self, index: int, seen: Observation, place: str) -> GuardVerdict:
        """What the guard says of the step of that index."""
        return self._said(f"{place}:after", self.guard.after(index, seen))

    def heed(self, verdict: GuardVerdict, line: Line, key: str) -> StopReason | None:
        """Do what the guard says; the reason to end, if it is one. `key` is the verdict's place."""
        if verdict.action is Action.CONTINUE:
            return None
        tell = verdict.action in {Action.WARN, Action.DEGRADE}
        self._say(line, verdict.message if tell else "", watch.attributes(verdict))
        line.pushed = verdict.action is Action.DEGRADE
        if verdict.action is Action.CUT:
            return watch.ending(verdict)
        return self._consult(verdict, line, key) if verdict.action is Action.ESCALATE else None

    def _planned(self, line: Line, gauge: Gauge) -> Plan:
        line.tools_bytes = self._tools_bytes[line.agent.name]
        request = self._request(line)
        if self.guard.steps and self._climb(line, gauge, request):
            request = self._request(line)
        model = self._parts.model(line.ladder.model or line.agent.model)
        left = self.guard.budget.left()
        return watch.planned(line.ladder.reduced(request), model, line, left)

    def _climb(self, line: Line, gauge: Gauge, request: ModelRequest) -> bool:
        """Enter the rungs that are due before the next call; whether the model was told."""
        rungs = line.ladder.climb(gauge.used, request, pushed=line.pushed)
        line.pushed = False
        if rungs:
            text = watch.told(rungs, self.guard, gauge.elapsed_s)
            self._enter(line, [rung.rung for rung in rungs], text, gauge.used)
        return bool(rungs)

    def _enter(self, line: Line, rungs: list[Rung], text: str, used: float) -> None:
        """Write down the rungs entered, and remember the deepest."""
        deepest = (rung for rung in Rung if rung is self.deepest or rung in rungs)
        *_, self.deepest = deepest
        names: list[Json] = [rung.value for rung in rungs]
        self._say(line, text, {"rung": names[-1], "rungs": names, "used": round(used, 4)})

    def _consult(self, verdict: GuardVerdict, line: Line, key: str) -> StopReason | None:
        """Act on what a person has decided; raises `Parked` where nobody has."""
        key = f"{key}:decision"
        decision = self._log.decision(key) if self._log else None
        if decision is None or verdict.rule is None:
            raise Parked(watch.wait(verdict, line, key))
        stop = decision.action == "stop"
        elapsed_s = self._gauge(f"{key}:at").elapsed_s
        text = "" if stop else self._allow(verdict.rule, line, decision.note, elapsed_s)
        self._say(line, text, decision.model_dump(mode="json"), "human")
        return StopReason.STOPPED if stop else None

    def _allow(self, rule: Rule, line: Line, note: str, elapsed_s: float) -> str:
        """Let it go on; what the agent is told. A limit granted anew takes it off its ladder."""
        self.guard.allow(rule)
        if rule not in LIMITS or not line.ladder.entered:
            return note
        line.ladder = Ladder(line.agent.ladder)
        left = watch.remaining(self.guard, elapsed_s)
        return f"{note} {left} You may go on as before.".lstrip()

    def _said(self, key: str, verdict: GuardVerdict) -> GuardVerdict:
        """The verdict, as it was if it is known: workers at once may come by in another order."""
        return self._log.verdict(key, verdict) if self._log else verdict

    def _gauge(self, key: str, *, ahead: int = 0) -> Gauge:
        """What is used now and with so many steps ahead, as it was read there if it was."""
        elapsed_s = self.elapsed_s
        now = Gauge(elapsed_s, *self.guard.used(elapsed_s, ahead=ahead))
        return Gauge.of(self._log.once(key, now.to_json)) if self._log else now

    def _request(self, line: Line) -> ModelRequest:
        """The messages were checked one by one: a copy need not check the growing list again."""
        return self._bare[line.agent.name].model_copy(update={"messages": line.transcript.prompt()})


def _bare(agent: AgentSpec, tools: tuple[ToolSpec, ...], seed: int | None) -> ModelRequest:
    """What each request of an agent has, the messages aside."""
    return ModelRequest(
        messages=(),
        tools=tools,
        response_schema=agent.response_schema,
        temperature=agent.temperature,
        max_output_tokens=agent.max_output_tokens,
        seed=seed,
    )
