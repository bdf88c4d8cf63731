"""Choices joined with what became of them later."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engine.contracts.bandit import LoggedChoice, Reward
from engine.routing.bandit import LinearBandit

WAIT_S: Final = 86_400.0
"""How long a reward may take before it counts as missed."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Choices by what is known of them."""

    rows: Sequence[tuple[LoggedChoice, float]]
    """Each with its reward, in the order of the choices."""
    waiting: int
    """Choices whose reward may still come."""
    missed: Mapping[str, int] = field(default_factory=dict)
    """Choices whose reward never came, by arm: more of one arm bend what is learnt."""
    unknown: int = 0
    """Rewards of no choice that is known."""
    repeated: int = 0
    """Rewards beyond the first of a choice; they count for nothing."""


def join(
    choices: Iterable[LoggedChoice],
    rewards: Iterable[Reward],
    now: float,
    wait_s: float = WAIT_S,
) -> Joined:
    """Each choice with its first reward; those without one are waited for, or counted as missed."""
    first: dict[str, Reward] = {}
    repeated = 0
    for reward in sorted(rewards, key=lambda one: one.given_at):
        repeated += reward.decision_id in first
        first.setdefault(reward.decision_id, reward)
    rows: list[tuple[LoggedChoice, float]] = []
    missed, waiting = Counter[str](), 0
    for choice in choices:
        found = first.pop(choice.decision_id, None)
        if found is not None:
            rows.append((choice, found.value))
        elif now - choice.chosen_at >= wait_s:
            missed[choice.arm] += 1
        else:
            waiting += 1
    return Joined(rows, waiting, dict(missed), unknown=len(first), repeated=repeated)


def learn(policy: LinearBandit, rows: Iterable[tuple[LoggedChoice, float]]) -> None:
    """Teach a policy what was logged, by itself or by another."""
    for choice, reward in rows:
        policy.update(np.array(choice.context), choice.arm, reward)
