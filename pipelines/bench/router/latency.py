"""How long a decision takes: with classifier and embedding, and on early exit."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from engine.contracts import JsonObject, ModelRequest, RouteAsk, RouterSpec, Tier, user
from engine.routing.decision import Router
from engine.routing.forecast import Classifier
from pipelines.bench.result import Result

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
    waits, cpu_s = _timed(router.decide, asks)
    p50, p99 = np.percentile(waits, [50, 99])
    note = f"{len(asks)} prompts, features, embedding, classifier and record; sd {waits.std():.3f}"
    yield Result("decision_p50_ms", float(p50), "ms", note)
    yield Result("decision_p99_ms", float(p99), "ms", f"largest {waits.max():.2f}")
    locked, _ = _timed(router.decide, [_strict(ask) for ask in asks])
    note = f"p50 {np.median(locked):.3f}, largest {locked.max():.2f}; a strict schema of 5 fields"
    yield Result("early_exit_p99_ms", float(np.percentile(locked, 99)), "ms", note)
    rate = len(asks) / cpu_s
    yield Result("decisions_per_cpu_s", rate, "decisions", "the same prompts, one process")


def _timed(
    decide: Callable[[RouteAsk], object], asks: Sequence[RouteAsk]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], float]:
    """Milliseconds of each decision, and CPU seconds of all."""
    for ask in asks[:_WARM]:
        decide(ask)
    gc.collect()
    waits, cpu = np.empty(len(asks)), time.process_time()
    for place, ask in enumerate(asks):
        began = time.perf_counter_ns()
        decide(ask)
        waits[place] = (time.perf_counter_ns() - began) / 1e6
    return waits, time.process_time() - cpu


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
