"""The guard: a pure state machine that sees each step of an agent loop and says how to go on.

It makes no call, reads no clock and keeps no text. Shown the same steps it says the same, so it can
be fed live, from a recording, or in a test. It stands alone: any loop may call `before` ahead of a
model call and `after` once the step is done.
"""

from collections.abc import Sequence
from math import inf
from typing import Final, Protocol

from engine.contracts import (
    LIMITS,
    Action,
    Budget,
    GuardPolicy,
    GuardVerdict,
    Limits,
    Rule,
    Spend,
    Threshold,
)
from engine.orchestration.guard.advice import advice
from engine.orchestration.guard.budget import LocalBudget
from engine.orchestration.guard.conduct import Monologue, PingPong
from engine.orchestration.guard.likeness import SimilarCall, SimilarText
from engine.orchestration.guard.observation import Observation
from engine.orchestration.guard.progress import NoProgress, Novelty, Oscillation, Progress
from engine.orchestration.guard.repetition import Cycle, Same
from engine.orchestration.guard.trace import Finding, Trace, trace

CONTINUE: Final = GuardVerdict(action=Action.CONTINUE)
PATIENCE: Final = 4
"""How many times as often a call may come again whose result says that it is not ready yet."""
_FIELD: Final = {
    Rule.MAX_STEPS: "max_steps",
    Rule.DEADLINE: "deadline_s",
    Rule.TOKEN_BUDGET: "max_tokens",
    Rule.COST_BUDGET: "max_cost_usd",
}
_SEVERITY: Final = {action: at for at, action in enumerate(Action)}


class Watching(Protocol):
    """Looks at each step for what its rules are about."""

    def look(self, step: Trace) -> Sequence[Finding]:
        """What it finds; steps come in order."""
        ...

    def forgive(self) -> None:
        """Count anew."""
        ...


class Guard:
    """Watches one episode.

    `progress` measures how far the episode has come, where the caller knows better than the
    default: that a step brings something no step before had. `budget` may be shared with others.
    `steps` counts the calls let through, `progressed` says whether the latest step made progress.
    """

    def __init__(
        self,
        policy: GuardPolicy | None = None,
        limits: Limits | None = None,
        *,
        budget: Budget | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.policy = policy or GuardPolicy()
        self.limits = self._given = limits or Limits()
        self.budget = budget or LocalBudget(self.limits)
        self.steps = 0
        self.progressed = True
        self._novelty = Novelty(progress)
        self._rules = _watching(self.policy)

    def before(self, elapsed_s: float, worst: Spend) -> GuardVerdict:
        """Whether another model call may be made, `elapsed_s` into the episode.

        `worst` is the most that the call can use; it is set aside until `settle`. What does not
        fit is cut before it is made, never after.
        """
        rule: Rule | None = None
        if self.steps >= self.limits.max_steps:
            rule = Rule.MAX_STEPS
        elif elapsed_s >= self.limits.deadline_s:
            rule = Rule.DEADLINE
        else:
            rule = self.budget.reserve(worst)
        if rule is None:
            self.steps += 1
            return CONTINUE
        return self._stopped(rule)

    def overdue(self) -> GuardVerdict:
        """What is to be said where the deadline has passed during a step."""
        return self._stopped(Rule.DEADLINE)

    def settle(self, worst: Spend, actual: Spend) -> None:
        """Count what a call used in place of what was set aside for it."""
        self.budget.settle(worst, actual)

    def after(self, index: int, seen: Observation) -> GuardVerdict:
        """How to go on after the step of that index; indexes grow."""
        step = trace(index, seen)
        self.progressed = step.new = self._novelty.judge(step)
        worst: tuple[Action, Finding, float] | None = None
        for rule in self._rules:
            for finding in rule.look(step):
                action, limit = self._judge(finding)
                if _SEVERITY[action] > (_SEVERITY[worst[0]] if worst else 0):
                    worst = action, finding, limit
        return _verdict(*worst) if worst else CONTINUE

    def used(self, elapsed_s: float, *, ahead: int = 0) -> tuple[float, Rule]:
        """The share of the most used limit, 0 to 1, with so many steps `ahead`; and which it is."""
        limits = self.limits
        share, rule = self.budget.used()
        if (steps := (self.steps + ahead) / limits.max_steps) > share:
            share, rule = steps, Rule.MAX_STEPS
        if (time := elapsed_s / limits.deadline_s) > share:
            share, rule = time, Rule.DEADLINE
        return min(1.0, share), rule

    def allow(self, rule: Rule) -> None:
        """Let it go on as a person wants: count anew, or grant once more what a limit allows."""
        if rule not in LIMITS:
            for watching in self._rules:
                watching.forgive()
        elif rule is Rule.MAX_STEPS:
            self.limits = self.limits.model_copy(
                update={"max_steps": self.limits.max_steps + self._given.max_steps}
            )
        elif rule is Rule.DEADLINE:
            more = self.limits.deadline_s + self._given.deadline_s
            self.limits = self.limits.model_copy(update={"deadline_s": more})
        else:
            self.budget.grant(rule)

    def _judge(self, finding: Finding) -> tuple[Action, float]:
        """What follows from a finding, and the threshold it has reached."""
        threshold: Threshold = getattr(self.policy, finding.rule)
        warn, cut, times = threshold.warn_at or inf, threshold.cut_at or inf, finding.times
        if times < warn and times < cut:
            return Action.CONTINUE, 0
        if finding.waits:
            warn, cut = warn * PATIENCE, cut * PATIENCE
        if times >= cut:
            wait = finding.rule in self.policy.escalate
            return (Action.ESCALATE if wait else Action.CUT), cut
        if times >= warn:
            return (Action.WARN if times == warn else Action.DEGRADE), warn
        return Action.CONTINUE, 0

    def _stopped(self, rule: Rule) -> GuardVerdict:
        action = Action.ESCALATE if rule in self.policy.escalate else Action.CUT
        return _verdict(action, Finding(rule, self.steps, ()), getattr(self.limits, _FIELD[rule]))

    def __repr__(self) -> str:
        return f"Guard({self.steps} steps, {self.budget!r})"


def _watching(policy: GuardPolicy) -> tuple[Watching, ...]:
    """What watches for the rules of a policy; nothing does for a rule that is off."""
    every: tuple[tuple[Watching, tuple[Rule, ...]], ...] = (
        (Same(policy.window), (Rule.SAME_RESULT, Rule.SAME_ERROR)),
        (Cycle(policy.cycle_length), (Rule.CYCLE,)),
        (SimilarCall(policy), (Rule.SIMILAR_CALL,)),
        (SimilarText(policy), (Rule.SIMILAR_TEXT,)),
        (NoProgress(), (Rule.NO_PROGRESS, Rule.GROWTH)),
        (Oscillation(policy.window), (Rule.OSCILLATION,)),
        (Monologue(), (Rule.MONOLOGUE,)),
        (PingPong(), (Rule.PING_PONG,)),
    )
    return tuple(watching for watching, rules in every if any(map(policy.watches, rules)))


def _verdict(action: Action, finding: Finding, limit: float) -> GuardVerdict:
    return GuardVerdict(
        action=action,
        rule=finding.rule,
        count=finding.times,
        limit=limit,
        evidence=finding.evidence,
        message=advice(finding),
    )
