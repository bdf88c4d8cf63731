"""One episode as it was recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from engine.contracts import REDACTED, Episode, Exchange, Fact, Step, StopReason
from engine.errors import BadInput


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
        return cls(episode, tuple(steps), tuple(exchanges))

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
        if any(step.kind == "human" and "action" in step.attributes for step in self.steps):
            return "a person decided in it"
        marks = (self.episode.metadata, *(step.attributes for step in self.steps))
        if any(REDACTED in mark for mark in marks):
            return "texts in it were masked when it was exported"
        if self.episode.stop_reason is StopReason.RECORDED:
            return "" if self.requests or self.steps else "it has no steps"
        return "" if self.requests else "it has no exchanges with a model"

    def check(self) -> None:
        """Raise `BadInput` where it cannot be replayed."""
        if reason := self.missing():
            raise BadInput(f"{self.episode.episode_id} cannot be replayed: {reason}")
