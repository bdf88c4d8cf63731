"""The one registry of metrics: name, kind, unit, labels and meaning, exported to Prometheus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

Kind = Literal["counter", "gauge", "histogram"]

# From a cached answer of a tiny model to a long episode of tools.
SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric is called and what it tells."""

    name: str
    kind: Kind
    unit: str
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[float, ...] = SECONDS
    """Upper bounds, of a histogram."""


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "episodes_total",
        "counter",
        "episodes",
        ("agent", "model", "stop_reason"),
        "Episodes that came to an end.",
    ),
    Metric("episode_seconds", "histogram", "s", ("agent", "model"), "Wall time of an episode."),
    Metric(
        "steps_total",
        "counter",
        "steps",
        ("agent", "kind"),
        "Steps: model calls with their tools, inputs, handoffs.",
    ),
    Metric(
        "model_calls_total",
        "counter",
        "calls",
        ("model", "outcome"),
        "Model calls, by ok, cached or error code.",
    ),
    Metric(
        "model_call_seconds",
        "histogram",
        "s",
        ("model",),
        "Wall time of a model call that no cache answered.",
    ),
    Metric(
        "model_cache_hits_total",
        "counter",
        "calls",
        ("model",),
        "Model calls that a cache answered, by the model that had.",
    ),
    Metric(
        "model_cache_saved_usd_total",
        "counter",
        "USD",
        ("model",),
        "Price that these would have had, where it is known.",
    ),
    Metric(
        "model_tokens_total",
        "counter",
        "tokens",
        ("model", "direction"),
        "Tokens sent (input) and received (output); those of cached answers are not.",
    ),
    Metric(
        "model_cost_usd_total", "counter", "USD", ("model",), "Price of all calls with a known one."
    ),
    Metric(
        "model_unpriced_total", "counter", "calls", ("model",), "Model calls without a known price."
    ),
    Metric(
        "tool_calls_total",
        "counter",
        "calls",
        ("tool", "outcome"),
        "Tool calls, by ok or error code.",
    ),
    Metric("tool_call_seconds", "histogram", "s", ("tool",), "Wall time of a tool call."),
    Metric(
        "tool_retries_total",
        "counter",
        "attempts",
        ("tool",),
        "Attempts of guarded tool calls beyond the first of each.",
    ),
    Metric(
        "idempotent_replays_total",
        "counter",
        "calls",
        ("tool",),
        "Tool calls that were not made again: their stored answer was given.",
    ),
    Metric(
        "breaker_state",
        "gauge",
        "state",
        ("tool",),
        "Breaker of a tool: 0 closed, 1 half open, 2 open, 3 held open by hand, 4 disabled, "
        "5 metrics only.",
    ),
    Metric("bulkhead_in_flight", "gauge", "calls", ("tool",), "Calls of a tool under way."),
    Metric("bulkhead_queued", "gauge", "calls", ("tool",), "Calls of a tool that wait for a slot."),
    Metric(
        "retry_budget_left",
        "gauge",
        "retries",
        ("tool",),
        "Retries of a tool that are paid for.",
    ),
    Metric(
        "tool_calls_in_doubt",
        "gauge",
        "calls",
        (),
        "Calls that may have had their effect and wait for a probe or a person.",
    ),
    Metric("scores_total", "counter", "scores", ("scorer", "passed"), "Verdicts of scorers."),
    Metric(
        "contract_violations_total",
        "counter",
        "violations",
        ("boundary", "code"),
        "Calls given up because data broke a contract, by where it came in and error code.",
    ),
    Metric(
        "wire_unknown_fields_total",
        "counter",
        "fields",
        ("source", "field"),
        "Fields of answers that nobody knows, dropped, by sender and place.",
    ),
    Metric("loop_cut_total", "counter", "episodes", ("rule",), "Episodes that the guard cut."),
    Metric("progress_events_total", "counter", "steps", (), "Steps that brought something new."),
    Metric(
        "safety_violations_total",
        "counter",
        "verdicts",
        ("rule",),
        "Verdicts of the guard other than to continue.",
    ),
    Metric(
        "degradations_total",
        "counter",
        "rungs",
        ("rung",),
        "Rungs of the degradation ladder that were entered.",
    ),
    Metric(
        "degradation_rung",
        "gauge",
        "rung",
        ("agent",),
        "Deepest rung of the latest episode: 0 none, 1 tell, 2 restrict, 3 shorten, 4 cheaper, "
        "5 force, 6 stop.",
    ),
    Metric(
        "budget_left_ratio",
        "gauge",
        "ratio",
        ("agent",),
        "What the latest episode left of its most used limit.",
    ),
    Metric(
        "router_decision_latency_ms",
        "histogram",
        "ms",
        ("router",),
        "Time in which a router decided.",
        (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),
    ),
    Metric(
        "tier_distribution",
        "gauge",
        "share",
        ("router", "tier"),
        "Share of a router's requests that a tier answered, since the process began.",
    ),
    Metric(
        "expected_vs_actual_cost",
        "gauge",
        "USD",
        ("router", "side"),
        "Sum of what answers were expected to cost, and did, where both are known.",
    ),
    Metric(
        "expected_vs_actual_latency",
        "gauge",
        "ms",
        ("router", "side"),
        "Sum of how long answers were expected to take, and did, where both are known.",
    ),
    Metric(
        "router_misroute_rate",
        "gauge",
        "share",
        ("router",),
        "Of tasks that each tier tried alone too: failed where a higher tier passes, or sent "
        "higher where a cheaper one passes; by the latest run.",
    ),
    Metric("escalations_waiting", "gauge", "episodes", (), "Episodes that wait for a person."),
)


class Metrics:
    """Values of every metric in `METRICS`; a name or label outside it is a KeyError."""

    def __init__(self, metrics: Sequence[Metric] = METRICS) -> None:
        self._registry = CollectorRegistry()
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        for metric in metrics:
            self._make(metric)

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc(amount)

    def set(self, name: str, value: float, /, **labels: str) -> None:
        """Set a gauge."""
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Add an observation to a histogram."""
        self._histograms[name].labels(**labels).observe(value)

    def value(self, name: str, **labels: str) -> float | None:
        """A counter's or gauge's value; null before the first report."""
        return self._registry.get_sample_value(name, labels)

    def exposition(self) -> bytes:
        """Everything in the Prometheus text format 0.0.4."""
        return generate_latest(self._registry)

    def _make(self, metric: Metric) -> None:
        about = (metric.name, f"{metric.meaning} Unit: {metric.unit}.", metric.labels)
        if metric.kind == "counter":
            self._counters[metric.name] = Counter(*about, registry=self._registry)
        elif metric.kind == "gauge":
            self._gauges[metric.name] = Gauge(*about, registry=self._registry)
        else:
            self._histograms[metric.name] = Histogram(
                *about, registry=self._registry, buckets=metric.buckets
            )
