"""How long a decision takes: with classifier and embedding, and on early exit."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.contracts import JsonObject, ModelRequest, RouteAsk, RouterSpec, Tier, user
from engine.routing.decision import Router
from engine.routing.forecast import Classifier
from pipelines.bench.result import Result

Floats = npt.NDArray[np.float64]
ASKED: Final = 2_000
_WARM: Final = 50
_SCHEMA: Final[JsonObject] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "total", "lines"],
    "properties": {
        "name": {"type": "string"},
        "total": {"type": "number"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["article", "count"],
                "properties": {"article": {"type": "string"}, "count": {"type": "integer"}},
            },
        },
    },
}
METRICS: Final = {
    "decision_p50_ms": "ms",
    "decision_p99_ms": "ms",
    "early_exit_p99_ms": "ms",
    "decisions_per_cpu_s": "decisions",
}


def spec_of(weak: str, strong: str) -> RouterSpec:
    """Two tiers at a ratio of 1 to 50 in price."""
    return RouterSpec(
        name="bench",
        default_tier="small",
        tiers=(
            _tier("small", weak, price_usd=0.2),
            _tier("large", strong, price_usd=10.0),
        ),
    )


def on_decisions(model: Classifier, asks: Sequence[RouteAsk], spec: RouterSpec) -> Iterator[Result]:
    """Each metric, of whole decisions with their records."""
    router = Router(spec, model)
    free = _timed(router.decide, asks)
    locked = _timed(router.decide, [_strict(ask) for ask in asks])
    note = f"{len(asks)} prompts: features, embedding, classifier and record"
    yield Result("decision_p50_ms", free.wall(50), "ms", f"{note}; {free.told(50)}")
    yield Result("decision_p99_ms", free.wall(99), "ms", free.told(99))
    note = f"a strict schema of 5 fields; {locked.told(99)}"
    yield Result("early_exit_p99_ms", locked.wall(99), "ms", note)
    note = "the same prompts, one process"
    yield Result("decisions_per_cpu_s", 1e3 / float(free.cpu_ms.mean()), "decisions", note)


class _Times(NamedTuple):
    """Of each decision, by the clock and in CPU time."""

    wall_ms: Floats
    cpu_ms: Floats

    def wall(self, share: float) -> float:
        """A percentile by the clock."""
        return float(np.percentile(self.wall_ms, share))

    def told(self, share: float) -> str:
        """The same in CPU time, which other programs on the machine do not lengthen."""
        cpu_ms, load = np.percentile(self.cpu_ms, share), os.getloadavg()[0]
        most = self.wall_ms.max()
        return f"in CPU time {cpu_ms:.3f}; at load {load:.1f}, largest {most:.2f} by the clock"


def _timed(decide: Callable[[RouteAsk], object], asks: Sequence[RouteAsk]) -> _Times:
    for ask in asks[:_WARM]:
        decide(ask)
    gc.collect()
    times = np.empty((2, len(asks)))
    for place, ask in enumerate(asks):
        began, cpu = time.perf_counter_ns(), time.thread_time_ns()
        decide(ask)
        times[:, place] = time.perf_counter_ns() - began, time.thread_time_ns() - cpu
    return _Times(*(times / 1e6))


def _tier(name: str, model: str, *, price_usd: float) -> Tier:
    return Tier(
        name=name,
        model=model,
        max_context_tokens=128_000,
        json_schema=True,
        input_usd=price_usd,
        output_usd=4 * price_usd,
    )


def _strict(ask: RouteAsk) -> RouteAsk:
    text = ask.request.messages[0].content
    request = ModelRequest(messages=(user(text),), response_schema=_SCHEMA)
    return RouteAsk(request=request)
