"""The circuit breaker (Nygard, "Release It!", 2007): in one process, or shared by several."""

from engine.reliability.breaker.circuit import CircuitBreaker
from engine.reliability.breaker.machine import Breaker, Outcome, Reason, Transition
from engine.reliability.breaker.shared import SharedBreaker
from engine.reliability.breaker.shell import Snapshot
from engine.reliability.breaker.states import MemoryBreakerStates

__all__ = [
    "Breaker",
    "CircuitBreaker",
    "MemoryBreakerStates",
    "Outcome",
    "Reason",
    "SharedBreaker",
    "Snapshot",
    "Transition",
]
