"""A learning policy at work on decisions: what it looks at, and how it draws.

The draw is by a hash of the conversation, so that its requests go where the first one went as long
as the chances are the same, and every process draws alike. What is learnt stays as it is while a
process runs: a log is by one policy, whose propensities are the very chances of the draws.
"""

import math
import random
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts import Reason, RouteDecision, RouterSpec
from engine.contracts.bandit import LearntPolicy
from engine.errors import BadInput
from engine.routing.bandit import LinearBandit, bandit_of
from engine.routing.decision import instead
from engine.routing.features import FEATURES_VERSION
from engine.routing.history import logit
from engine.routing.sticky import sticky

Numbers = npt.NDArray[np.float64]

_SCALES: Final = {
    "log_words": 4.0,
    "numbers": 8.0,
    "turns": 4.0,
    "tool_results": 4.0,
    "code": 1.0,
    "maths": 1.0,
    "english_share": 1.0,
    "novelty": 1.0,
}
"""Features that a policy looks at, and by what they are divided; of the size of 1 then."""
_TOKENS: Final = 8.0
_MOST: Final = 2.0
_EDGE: Final = 0.01


def context_of(decision: RouteDecision) -> Numbers:
    """What a policy knows of a request: a bias, its length, its kind, each tier's chance.

    Of the features of the decision, which are logged with it, and of nothing else; chances as log
    odds, 0 where one is not known.
    """
    seen = decision.features
    told = [min(seen.get(name, 0.0) / scale, _MOST) for name, scale in _SCALES.items()]
    length = math.log1p(seen.get("token_count", 0.0)) / _TOKENS
    return np.array([1.0, length, *told, *(_odds(tier.probability) for tier in decision.tiers)])


class Drawing:
    """Draws a tier among those that a decision guarantees."""

    def __init__(self, spec: RouterSpec, learnt: LearntPolicy | None = None) -> None:
        """Nothing learnt: the router's choice, but for the share that is explored.

        Raises `BadInput` where what was learnt is of another router, or of other tiers.
        """
        self._explore = spec.learning.explore
        self._bandit: LinearBandit | None = None
        if learnt is not None:
            _check(spec, learnt)
            self._bandit = bandit_of(learnt.state)

    def draw(self, decision: RouteDecision, conversation: str | None) -> RouteDecision:
        """The decision with the tier that was drawn, its chance, and what it was drawn of."""
        arms = decision.guaranteed
        if len(arms) < 2:  # noqa: PLR2004 - nothing to draw
            return decision
        chances = self._chances(decision, arms)
        salt = f"{decision.router} policy"
        at = _place(chances, sticky(salt, decision.tenant, conversation) if conversation else None)
        drawn = instead(decision, arms[at], Reason.BANDIT, float(chances[at]))
        return drawn.model_copy(update={"arms": arms})

    def _chances(self, decision: RouteDecision, arms: Sequence[str]) -> Numbers:
        if self._bandit is not None:
            return self._bandit.probabilities(context_of(decision), arms)
        spread = np.full(len(arms), self._explore / len(arms))
        spread[arms.index(decision.tier)] += 1 - self._explore
        return spread

    def __repr__(self) -> str:
        return f"Drawing({self._bandit or f'nothing learnt, explores {self._explore:g}'})"


def _place(chances: Numbers, number: float | None) -> int:
    """Which of the chances a number from 0 to 1 falls into; null: one that is drawn now."""
    number = random.random() if number is None else number
    return min(int(np.searchsorted(np.cumsum(chances), number, side="right")), len(chances) - 1)


def _check(spec: RouterSpec, learnt: LearntPolicy) -> None:
    tiers = tuple(tier.name for tier in spec.tiers)
    hint = f"learn it anew: workbench router learn {spec.name}"
    if (learnt.router, learnt.tiers) != (spec.name, tiers):
        said = f"a policy of router {learnt.router}, tiers {', '.join(learnt.tiers)}"
        raise BadInput(said, where=spec.name, hint=hint)
    if learnt.features_version != FEATURES_VERSION:
        said = f"a policy of features of version {learnt.features_version}, not {FEATURES_VERSION}"
        raise BadInput(said, where=spec.name, hint=hint)


def _odds(probability: float | None) -> float:
    return 0.0 if probability is None else logit(probability, _EDGE) / 4
