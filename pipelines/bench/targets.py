"""What each metric has to reach; a metric without a bound is shown as it is."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a metric."""

    sign: str
    bound: float

    def met(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return _COMPARE[self.sign](value, self.bound)

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


TARGETS: Final[Mapping[str, Mapping[str, Target]]] = {
    "store": {
        "events_per_s": Target(">=", 15_000),
        "events_per_s_200_tenants": Target(">=", 15_000),
        "lost": Target("==", 0),
        "errors": Target("==", 0),
        "query_p95_ms": Target("<=", 300),
    },
    "loop": {
        "step_overhead_us": Target("<=", 50),
        "ratio_vs_langgraph": Target(">=", 5),
    },
    "contracts": {"validate_us": Target("<=", 15)},
}
