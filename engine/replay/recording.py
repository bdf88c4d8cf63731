"""One episode as it was recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from engine.contracts import (
    BY_PROGRAM,
    REDACTED,
    Decision,
    Episode,
    Exchange,
    Fact,
    Step,
    StopReason,
)
from engine.errors import BadInput


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided, when the episode went on, and the step that asked for it."""

    decision: Decision
    at: float
    step: int | None


@dataclass(frozen=True)
class Recording:
    """An episode with its steps and exchanges, each in order."""

    episode: Episode
    steps: tuple[Step, ...]
    exchanges: tuple[Exchange, ...]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Self:
        """The recording that the facts of one episode make; raises `BadInput` without its end."""
        steps, exchanges, episode = [], [], None
        for fact in facts:
            if isinstance(fact, Step):
                steps.append(fact)
            elif isinstance(fact, Exchange):
                exchanges.append(fact)
            elif isinstance(fact, Episode):
                episode = fact
        if episode is None:
            raise BadInput("an episode that has not ended cannot be replayed")
        steps.sort(key=lambda step: step.index)
        exchanges.sort(key=lambda exchange: (exchange.step_index, exchange.position))
        whole = cls(episode, tuple(steps), tuple(exchanges))
        return whole._said() if BY_PROGRAM in episode.metadata else whole

    def _said(self) -> Self:
        """What a program's own agent said and called.

        What it asked models is its own code's doing, as is what becomes of a call that failed.
        """
        steps = tuple(step for step in self.steps if step.messages)
        exchanges = tuple(e for e in self.exchanges if e.kind == "tool")
        ended = self.episode.model_copy(update={"stop_reason": StopReason.RECORDED})
        indices = {step.index: at for at, step in enumerate(steps)}
        return replace(
            self,
            episode=ended,
            steps=tuple(s.model_copy(update={"index": indices[s.index]}) for s in steps),
            exchanges=tuple(
                e.model_copy(update={"step_index": indices[e.step_index]}) for e in exchanges
            ),
        )

    @cached_property
    def by_index(self) -> dict[int, Step]:
        """The steps by index."""
        return {step.index: step for step in self.steps}

    @cached_property
    def by_place(self) -> dict[tuple[int, int], Exchange]:
        """The exchanges by index of the step and position in it."""
        return {(e.step_index, e.position): e for e in self.exchanges}

    @cached_property
    def calls(self) -> dict[int, list[Exchange]]:
        """The tool calls by index of the step."""
        found: defaultdict[int, list[Exchange]] = defaultdict(list)
        for exchange in self.exchanges:
            if exchange.kind == "tool":
                found[exchange.step_index].append(exchange)
        return found

    @cached_property
    def requests(self) -> bool:
        """Whether what models were asked is recorded."""
        return any(exchange.kind == "model" for exchange in self.exchanges)

    @cached_property
    def decisions(self) -> list["Decided"]:
        """What people decided in it, in order."""
        asked = {step.span_id: step.index for step in self.steps}
        decided = [
            Decided(
                Decision.parse(step.attributes),
                step.started_at,
                asked.get(step.parent_span_id or ""),
            )
            for step in self.steps
            if step.kind == "human" and "action" in step.attributes
        ]
        return sorted(decided, key=lambda one: (one.decision.decided_at, one.at))

    @property
    def imported(self) -> bool:
        """Whether it was recorded elsewhere, by a program that is not here."""
        return self.episode.stop_reason is StopReason.RECORDED

    @cached_property
    def branched(self) -> bool:
        """Whether workers conversed beside the episode's own conversation."""
        return any(step.parent_span_id for step in self.steps)

    def missing(self) -> str:
        """Why it cannot be replayed; empty where it can."""
        marks = (self.episode.metadata, *(step.attributes for step in self.steps))
        if any(REDACTED in mark for mark in marks):
            return "texts in it were masked when it was exported"
        if any("conversation" in step.attributes for step in self.steps):
            return "its program led several conversations"
        if self.episode.stop_reason is StopReason.RECORDED:
            return "" if self.requests or self.steps else "it has no steps"
        return "" if self.requests else "it has no exchanges with a model"

    def check(self) -> None:
        """Raise `BadInput` where it cannot be replayed."""
        if reason := self.missing():
            raise BadInput(f"{self.episode.episode_id} cannot be replayed: {reason}")
