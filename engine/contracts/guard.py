"""What keeps an episode from going on for ever: thresholds, verdicts, the degradation ladder."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from engine.contracts.base import Record


class Action(StrEnum):
    """What a guard asks for, the mildest first."""

    CONTINUE = "continue"
    WARN = "warn"
    DEGRADE = "degrade"
    ESCALATE = "escalate"
    CUT = "cut"


class Rule(StrEnum):
    """What a guard watches."""

    MAX_STEPS = "max_steps"
    DEADLINE = "deadline"
    TOKEN_BUDGET = "token_budget"
    COST_BUDGET = "cost_budget"
    SAME_RESULT = "same_result"
    SAME_ERROR = "same_error"
    CYCLE = "cycle"
    SIMILAR_CALL = "similar_call"
    SIMILAR_TEXT = "similar_text"
    MONOLOGUE = "monologue"
    NO_PROGRESS = "no_progress"
    OSCILLATION = "oscillation"
    PING_PONG = "ping_pong"
    GROWTH = "growth"


LIMITS = frozenset({Rule.MAX_STEPS, Rule.DEADLINE, Rule.TOKEN_BUDGET, Rule.COST_BUDGET})
"""The rules that are checked before a call; the others see the step after it."""


class Threshold(Record):
    """Counts at which a rule speaks up: warn first, then degrade at each further one, then cut."""

    warn_at: int | None = Field(default=None, ge=1, description="Count of the warning; null: none.")
    cut_at: int | None = Field(
        default=None, ge=1, description="Count that ends the episode; null: never."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn_at is not None and self.cut_at is not None and self.cut_at < self.warn_at:
            raise ValueError("cut_at is below warn_at")
        return self


def _at(warn: int, cut: int, description: str) -> Threshold:
    return Field(default=Threshold(warn_at=warn, cut_at=cut), description=description)


class GuardPolicy(Record):
    """The named thresholds of every rule that looks at what an episode does.

    Counts are of steps unless said otherwise; a rule whose thresholds are both null is off.
    """

    window: int = Field(
        default=24, ge=4, le=200, description="Steps looked back at: older ones are forgotten."
    )
    same_result: Threshold = _at(3, 5, "Times the same call gave the same result.")
    same_error: Threshold = _at(2, 4, "Times the same call failed.")
    cycle: Threshold = _at(3, 4, "Repetitions in a row of a cycle of 2 to `cycle_length` steps.")
    cycle_length: int = Field(default=6, ge=2, le=12, description="Steps of the longest cycle.")
    similar_call: Threshold = _at(3, 5, "Calls like an earlier one, with a result like its result.")
    similar_text: Threshold = _at(
        3, 4, "Texts or instructions like an earlier one; the same words again count twice."
    )
    call_similarity: float = Field(
        default=0.6, gt=0, le=1, description="Jaccard index of the arguments' words."
    )
    text_similarity: float = Field(
        default=0.6, gt=0, le=1, description="Jaccard index of the texts' words."
    )
    monologue: Threshold = _at(3, 6, "Texts in a row of one agent, without a call or a reply.")
    no_progress: Threshold = _at(5, 9, "Steps in a row that brought nothing new.")
    oscillation: Threshold = _at(3, 5, "Returns to a state that had been left.")
    ping_pong: Threshold = _at(3, 5, "Handoffs in a row back to the agent that had handed over.")
    growth: Threshold = _at(
        16_000, 48_000, "Input tokens of calls since the last step that brought something new."
    )
    escalate: tuple[Rule, ...] = Field(
        default=(), description="Rules whose cut waits for a person instead."
    )

    def watches(self, rule: Rule) -> bool:
        """Whether that rule, which looks at what an episode does, is on."""
        threshold: Threshold = getattr(self, rule)
        return threshold.warn_at is not None or threshold.cut_at is not None


class GuardVerdict(Record):
    """What a guard says of a step, and why."""

    action: Action = Field(description="What it asks for.")
    rule: Rule | None = Field(default=None, description="Null where nothing is to be said.")
    count: float = Field(default=0, ge=0, description="What the rule counted.")
    limit: float = Field(default=0, ge=0, description="The threshold that it reached.")
    evidence: tuple[int, ...] = Field(default=(), description="Indexes of the steps that show it.")
    message: str = Field(default="", description="For the model: what to do differently.")


class Rung(StrEnum):
    """How an agent is made to do with less, the mildest first."""

    TELL = "tell"
    RESTRICT = "restrict"
    SHORTEN = "shorten"
    CHEAPER = "cheaper"
    FORCE = "force"
    STOP = "stop"


class RungSpec(Record):
    """One rung of a ladder; where it would change nothing it is passed over."""

    rung: Rung = Field(description="What is done.")
    at: float = Field(
        gt=0, le=1, description="Share of the most used limit at which it is entered."
    )
    tools: tuple[str, ...] = Field(default=(), description="Of `restrict`: the tools left.")
    messages: int = Field(
        default=12, ge=1, description="Of `shorten`: the latest messages that are still sent."
    )
    model: str | None = Field(default=None, description="Of `cheaper`: the model by name.")


DEFAULT_RUNGS = (
    RungSpec(rung=Rung.TELL, at=0.7),
    RungSpec(rung=Rung.SHORTEN, at=0.8),
    RungSpec(rung=Rung.FORCE, at=0.95),
    RungSpec(rung=Rung.STOP, at=1.0),
)


class LadderSpec(Record):
    """An agent's degradation ladder: rungs are entered in order and never left.

    Each is entered when so much of a limit is used, or the next one when the guard says degrade.
    `restrict` and `cheaper` need to be told what is left, so the default ladder has neither.
    """

    rungs: tuple[RungSpec, ...] = Field(
        default=DEFAULT_RUNGS, description="The mildest first, each at most once."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        order = [list(Rung).index(rung.rung) for rung in self.rungs]
        shares = [rung.at for rung in self.rungs]
        if order != sorted(set(order)) or shares != sorted(shares):
            raise ValueError("rungs stand in the order of their severity and of `at`")
        for rung in self.rungs:
            if rung.rung is Rung.CHEAPER and rung.model is None:
                raise ValueError("the rung `cheaper` needs a model")
        return self
