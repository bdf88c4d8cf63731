"""Retries as a share of calls, so that they never multiply an outage.

A token bucket that time does not fill: each first call adds a share of a token, each retry takes a
whole one. One budget serves all calls of a client to the same place.
"""

import threading

from engine.contracts.reliability import RetryBudgetPolicy


class RetryBudget:
    """At most `burst` + `share` * calls retries, whatever fails; safe for threads."""

    __slots__ = ("_lock", "_policy", "_refused", "_tokens")

    def __init__(self, policy: RetryBudgetPolicy | None = None) -> None:
        self._policy = policy or RetryBudgetPolicy()
        self._tokens = self._policy.burst
        self._refused = 0
        self._lock = threading.Lock()

    def deposit(self) -> None:
        """A first call is made."""
        with self._lock:
            self._tokens = min(self._policy.burst, self._tokens + self._policy.share)

    def withdraw(self) -> bool:
        """Whether a retry may be made; takes its token."""
        with self._lock:
            if self._tokens < 1 - 1e-9:  # ten times a tenth is a whole
                self._refused += 1
                return False
            self._tokens = max(0.0, self._tokens - 1)
            return True

    @property
    def tokens(self) -> float:
        """Retries that are paid for."""
        return self._tokens

    @property
    def refused(self) -> int:
        """Retries that were not made."""
        return self._refused

    def __repr__(self) -> str:
        tokens = f"{self._tokens:.1f} of {self._policy.burst:g} tokens"
        return f"RetryBudget({tokens}, {self._refused} refused)"
