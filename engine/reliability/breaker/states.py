"""The state of circuit breakers in memory: for one process, and as the reference for all others."""

import threading
from collections.abc import Callable
from typing import TypeVar

from engine.contracts.reliability import BreakerState

T = TypeVar("T")


class MemoryBreakerStates:
    """The port `BreakerStates` for the threads of one process."""

    def __init__(self) -> None:
        self._states: dict[str, BreakerState] = {}
        self._lock = threading.Lock()

    def change(
        self, name: str, change: Callable[[BreakerState | None], tuple[BreakerState, T]]
    ) -> T:
        """Put what `change` makes of the state in its place, and give its answer."""
        with self._lock:
            self._states[name], answer = change(self._states.get(name))
            return answer

    def get(self, name: str) -> BreakerState | None:
        """The state as it is kept, null where there is none."""
        return self._states.get(name)

    def names(self) -> list[str]:
        """The breakers that have a state, in order of their names."""
        return sorted(self._states)

    def __repr__(self) -> str:
        return f"MemoryBreakerStates({len(self._states)} breakers)"
