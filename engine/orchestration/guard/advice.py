"""What a guard tells the model."""

from typing import Final

from engine.contracts import Rule
from engine.orchestration.guard.trace import Finding

_SAID: Final = {
    Rule.SAME_RESULT: "You have called {subject} {count} times with the same arguments, and it gave"
    " the same result each time.",
    Rule.SAME_ERROR: "{subject} has failed {count} times with the same arguments.",
    Rule.CYCLE: "The same {subject} steps have come {count} times in a row.",
    Rule.SIMILAR_CALL: "{count} calls of {subject} were like earlier ones and brought nothing new.",
    Rule.SIMILAR_TEXT: "You have said nearly the same thing {steps} times again.",
    Rule.MONOLOGUE: "You have written {count} texts in a row without doing anything.",
    Rule.NO_PROGRESS: "Your last {count} steps have brought nothing new.",
    Rule.OSCILLATION: "You keep going back and forth: {count} steps led back to an earlier state.",
    Rule.PING_PONG: "The task has been handed back {count} times without anything being done.",
    Rule.GROWTH: "{count} tokens have been read since anything new was found.",
    Rule.MAX_STEPS: "No step is left.",
    Rule.DEADLINE: "No time is left.",
    Rule.TOKEN_BUDGET: "The token budget does not cover another call.",
    Rule.COST_BUDGET: "The cost budget does not cover another call.",
}
_DO: Final = " Do something else, or answer with what you know."


def advice(finding: Finding) -> str:
    """The finding in words, with what to do about it."""
    said = _SAID[finding.rule].format(
        count=f"{finding.times:g}", steps=len(finding.evidence), subject=finding.subject
    )
    return said + _DO
