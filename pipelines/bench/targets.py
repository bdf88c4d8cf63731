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
    within: float = 0.0
    """Of `~=`: how far off still counts."""

    def met(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        if self.sign == "~=":
            return abs(value - self.bound) <= self.within
        return _COMPARE[self.sign](value, self.bound)

    def __str__(self) -> str:
        near = f" (within {self.within:g})" if self.within else ""
        return f"{self.sign} {self.bound:g}{near}"


TARGETS: Final[Mapping[str, Mapping[str, Target]]] = {
    "store": {
        "events_per_s": Target(">=", 15_000),
        "events_per_s_200_tenants": Target(">=", 15_000),
        "lost": Target("==", 0),
        "errors": Target("==", 0),
        "query_p95_ms": Target("<=", 300),
    },
    "loop-guard": {
        "synthetic_precision": Target(">=", 0.95),
        "synthetic_recall": Target(">=", 0.95),
        "precision": Target(">=", 0.80),
        "recall": Target(">=", 0.60),
        "recall_gain_vs_verbatim": Target(">=", 0.10),
        "false_cuts": Target("==", 0),
        "false_alarms_unlabelled": Target("<=", 4),
        "guard_us": Target("<=", 20),
    },
    "loop": {
        "step_overhead_us": Target("<=", 50),
        "ratio_vs_langgraph": Target(">=", 5),
    },
    "judges": {
        "statistics_recomputed": Target("==", 1.0),
        "jury_minus_majority_natural": Target(">=", 0),
        "jury_minus_best_natural": Target(">=", 0),
    },
    "replay": {
        "false_divergences": Target("==", 0),
        "planted_divergences_found": Target("==", 1.0),
        "first_step_exact": Target("==", 1.0),
        "state_dependent_keys": Target("==", 2),
        "steps_per_s": Target(">=", 20_000),
    },
    "import": {"cpu_ratio_vs_inspect": Target(">=", 20)},
    "reliability": {
        "pipeline_us": Target("<=", 25),
        "breaker_us": Target("<=", 3),
        "half_open_admitted": Target("==", 10),
        "opens_at_half": Target("==", 1),
        "journal_intents_per_s": Target(">=", 5_000),
    },
    "router": {
        "mmlu_apgr": Target(">=", 0.63),
        "mmlu_gain_over_length": Target(">=", 0.03),
        "gsm8k_apgr": Target(">=", 0.60),
        "mmlu_ece": Target("<=", 0.05),
        "gsm8k_ece": Target("<=", 0.05),
        "mmlu_random_apgr": Target("~=", 0.50, within=0.02),
        "gsm8k_random_apgr": Target("~=", 0.50, within=0.03),
        "decision_p50_ms": Target("<=", 1),
        "decision_p99_ms": Target("<=", 10),
        "early_exit_p99_ms": Target("<=", 0.2),
        "decisions_per_cpu_s": Target(">=", 1_000),
        "canary_false_rollback": Target("<=", 0.05),
        "canary_detect_10pt": Target(">=", 0.95),
    },
    "contracts": {"validate_us": Target("<=", 15)},
}
