"""What an episode may use, in this process."""

from engine.contracts import Limits, Rule, Spend


class LocalBudget:
    """Tokens and cost of one episode; a call sets aside its worst case before it is made.

    A cost limit of 0 is none. A call whose price is unknown is not held against the cost limit:
    the episode's cost is then unknown too, and says so.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._max_tokens = limits.max_tokens
        self._max_usd = limits.max_cost_usd
        self._tokens = 0
        self._usd = 0.0
        self._open = 0
        self._ahead_tokens = 0
        self._ahead_usd = 0.0

    def reserve(self, worst: Spend) -> Rule | None:
        """Set the worst case aside, or name the limit that it would pass."""
        if self._tokens + self._ahead_tokens + worst.tokens > self._max_tokens:
            return Rule.TOKEN_BUDGET
        most, cost = self._max_usd, worst.cost_usd or 0.0
        if most and (self._usd >= most or self._usd + self._ahead_usd + cost > most):
            return Rule.COST_BUDGET
        self._open += 1
        self._ahead_tokens += worst.tokens
        self._ahead_usd += cost
        return None

    def settle(self, worst: Spend, actual: Spend) -> None:
        """Give back what was set aside for a call and count what it used."""
        self._open -= 1
        self._ahead_tokens -= worst.tokens
        # A sum of differences drifts; with no call open there is nothing to drift.
        self._ahead_usd = self._ahead_usd - (worst.cost_usd or 0.0) if self._open else 0.0
        self._tokens += actual.tokens
        self._usd += actual.cost_usd or 0.0

    def left(self) -> Spend:
        """What is neither spent nor set aside; no cost where there is no limit."""
        most = self._max_usd
        tokens = self._max_tokens - self._tokens - self._ahead_tokens
        usd = max(0.0, most - self._usd - self._ahead_usd) if most else None
        return Spend(max(0, tokens), usd)

    def used(self) -> tuple[float, Rule]:
        """The share of the more used limit that is spent, 0 to 1, and which it is."""
        tokens = self._tokens / self._max_tokens
        cost = self._usd / self._max_usd if self._max_usd else 0.0
        if cost > tokens:
            return min(1.0, cost), Rule.COST_BUDGET
        return min(1.0, tokens), Rule.TOKEN_BUDGET

    def grant(self, rule: Rule) -> None:
        """Allow once more what that limit allows."""
        if rule is Rule.TOKEN_BUDGET:
            self._max_tokens += self._limits.max_tokens
        else:
            self._max_usd += self._limits.max_cost_usd

    def __repr__(self) -> str:
        return f"LocalBudget({self._tokens} tokens, {self._usd:g} USD, {self._open} calls open)"
