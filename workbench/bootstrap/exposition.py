"""The metrics of everything in the store, in the Prometheus text format.

Values are sums over the stored facts, so they never fall when a process ends: the scrape of a
server started just now goes on where the last one's stopped. Counted is the work that was done
here; episodes recorded elsewhere and imported are not, for taking in a year of history would look
like an hour of traffic.

What each metric adds up:

- `episodes_total`, `episode_seconds`: rows of `episodes`, by agent, model (and stop reason);
- `steps_total`, `model_tokens_total`, `model_cost_usd_total`, `model_unpriced_total`: `steps`;
- `model_calls_total`, `model_call_seconds`, `tool_calls_total`, `tool_call_seconds`: `exchanges`,
  the outcome being `ok`, `cached` or the error's code; what a cache answered took no model's time;
- `model_cache_hits_total`, `model_cache_saved_usd_total`: `steps` that a cache answered;
- `contract_violations_total`: `exchanges` whose error says at which boundary data broke a contract;
- `wire_unknown_fields_total`: counts in `unknown_fields`;
- `scores_total`: rows of `scores`, every verdict once;
- `safety_violations_total`, `loop_cut_total`, `degradations_total`, `progress_events_total`: what
  the attributes of `steps` say;
- `budget_left_ratio`, `degradation_rung`: the metadata of each agent's latest episode;
- `tool_retries_total`, `idempotent_replays_total`: what the attributes of `steps` say of calls;
- `escalations_waiting`: what the store of episodes that wait says now;
- `breaker_state`, `bulkhead_in_flight`, `bulkhead_queued`, `retry_budget_left`: what the processes
  tell that have guarded tools now; `tool_calls_in_doubt`: what the keys of calls say;
- `router_decision_latency_ms`, `tier_distribution`, `expected_vs_actual_cost`,
  `expected_vs_actual_latency`: `routing_decisions`; `router_misroute_rate`: the latest routed
  episodes beside those of its tiers alone on the same tasks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from pydantic_core import from_json

from engine.telemetry import METRICS, Metric, Metrics, safety_gauges
from workbench.bootstrap.router_gauges import set_router_gauges
from workbench.bootstrap.tool_gauges import set_tool_gauges
from workbench.store import Store

_HERE: Final = "run_id IN (SELECT run_id FROM runs WHERE source = 'eval')"
_FROM_CACHE: Final = "coalesce(json_extract_string(response, '$.cached') = 'true', false)"
_CODE: Final = "json_extract_string(error, '$.code')"
_OUTCOME: Final = f"coalesce({_CODE}, 'ok') AS outcome"
_ANSWERED: Final = f"""
    coalesce({_CODE}, if({_FROM_CACHE}, 'cached', 'ok')) AS outcome
"""
_BOUNDARY: Final = "json_extract_string(error, '$.boundary')"
_BROKEN: Final = f"{_BOUNDARY} IS NOT NULL"
_CACHED: Final = "coalesce(json_extract_string(attributes, '$.cached') = 'true', false)"
_ASKED: Final = f"model IS NOT NULL AND NOT {_CACHED}"


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that a metric adds up, and its labels' columns."""

    labels: str
    table: str
    condition: str = "true"

    def select(self, *values: str) -> str:
        """A query for labels and values."""
        columns = ", ".join(filter(None, [self.labels, *values]))
        where = f"{self.condition} AND {_HERE}"
        return f"SELECT {columns} FROM {self.table} WHERE {where} GROUP BY ALL"  # noqa: S608 - ours


_SAID: Final = "json_extract_string(attributes, '$.{}')"
_RULE: Final = f"{_SAID.format('rule')} AS rule"
_RUNGS: Final = """(
    SELECT run_id, unnest(from_json(json_extract(attributes, '$.rungs'), '["VARCHAR"]')) AS rung
    FROM steps WHERE kind = 'guard'
)"""
_TOOL_CALLS: Final = """(
    SELECT run_id, json_extract_string(call, '$.tool') AS tool,
        coalesce(json_extract(call, '$.attempts')::INTEGER, 1) AS attempts,
        coalesce(json_extract_string(call, '$.replayed') = 'true', false) AS replayed
    FROM (SELECT run_id, unnest(json_extract(attributes, '$.tool_calls.*')) AS call FROM steps)
)"""
_LATEST: Final = f"""
    SELECT agent, arg_max(metadata, ended_at) AS metadata FROM episodes
    WHERE json_extract(metadata, '$.budget_left') IS NOT NULL AND {_HERE} GROUP BY agent
"""  # noqa: S608 - ours

_COUNTERS: Final = (
    ("episodes_total", "count(*)", _Rows("agent, model, stop_reason", "episodes")),
    ("steps_total", "count(*)", _Rows("agent, kind", "steps")),
    ("scores_total", "count(*)", _Rows("scorer, lower(passed::VARCHAR) AS passed", "scores")),
    (
        "model_calls_total",
        "count(*)",
        _Rows(f"name AS model, {_ANSWERED}", "exchanges", "kind = 'model'"),
    ),
    (
        "tool_calls_total",
        "count(*)",
        _Rows(f"name AS tool, {_OUTCOME}", "exchanges", "kind = 'tool'"),
    ),
    (
        "model_tokens_total",
        "sum(input_tokens)",
        _Rows("model, 'input' AS direction", "steps", _ASKED),
    ),
    (
        "model_tokens_total",
        "sum(output_tokens)",
        _Rows("model, 'output' AS direction", "steps", _ASKED),
    ),
    (
        "model_cost_usd_total",
        "sum(cost_usd)",
        _Rows("model", "steps", f"{_ASKED} AND cost_usd IS NOT NULL"),
    ),
    (
        "model_unpriced_total",
        "count(*)",
        _Rows("model", "steps", f"{_ASKED} AND cost_usd IS NULL"),
    ),
    ("model_cache_hits_total", "count(*)", _Rows("model", "steps", _CACHED)),
    (
        "model_cache_saved_usd_total",
        "coalesce(sum(json_extract(attributes, '$.saved_usd')::DOUBLE), 0)",
        _Rows("model", "steps", _CACHED),
    ),
    (
        "contract_violations_total",
        "count(*)",
        _Rows(f"{_BOUNDARY} AS boundary, {_CODE} AS code", "exchanges", _BROKEN),
    ),
    ("wire_unknown_fields_total", "sum(count)", _Rows("source, field", "unknown_fields")),
    (
        "safety_violations_total",
        "count(*)",
        _Rows(_RULE, "steps", f"kind = 'guard' AND {_SAID.format('action')} IS NOT NULL"),
    ),
    (
        "loop_cut_total",
        "count(*)",
        _Rows(_RULE, "steps", f"kind = 'guard' AND {_SAID.format('action')} = 'cut'"),
    ),
    ("tool_retries_total", "sum(attempts - 1)", _Rows("tool", _TOOL_CALLS, "attempts > 1")),
    ("idempotent_replays_total", "count(*)", _Rows("tool", _TOOL_CALLS, "replayed")),
    ("degradations_total", "count(*)", _Rows("rung", _RUNGS)),
    (
        "progress_events_total",
        "count(*)",
        _Rows("", "steps", f"kind = 'model' AND {_SAID.format('progress')} = 'true'"),
    ),
)
_TOOK: Final = "epoch(ended_at - started_at)"
_HISTOGRAMS: Final = {
    "episode_seconds": (_TOOK, _Rows("agent, model", "episodes")),
    "model_call_seconds": (
        _TOOK,
        _Rows("name AS model", "exchanges", f"kind = 'model' AND NOT {_FROM_CACHE}"),
    ),
    "tool_call_seconds": (_TOOK, _Rows("name AS tool", "exchanges", "kind = 'tool'")),
    "router_decision_latency_ms": ("decided_in_us / 1000", _Rows("router", "routing_decisions")),
}


def exposition(store: Store) -> bytes:
    """Every metric of `engine.telemetry.METRICS` with its value now; raises `StoreError`."""
    metrics = Metrics([metric for metric in METRICS if metric.kind != "histogram"])
    for name, amount, rows in _COUNTERS:
        for row in store.lake.frame(rows.select(f"{amount} AS amount")).iter_rows(named=True):
            value = float(row.pop("amount"))
            metrics.count(name, value, **row)
    for row in store.lake.frame(_LATEST).iter_rows(named=True):
        for name, value in safety_gauges(from_json(row["metadata"])).items():
            metrics.set(name, value, agent=row["agent"])
    metrics.set("escalations_waiting", store.waits.counts().get("waiting", 0))
    set_router_gauges(metrics, store)
    if store.lake.location is not None:
        set_tool_gauges(metrics, store.lake.location.home)
    registry = CollectorRegistry()
    registry.register(_Histograms(store))
    return metrics.exposition() + generate_latest(registry)


class _Histograms(Collector):
    """Histograms whose buckets the store has counted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """A family for each histogram there is."""
        return (self._family(metric) for metric in METRICS if metric.kind == "histogram")

    def _family(self, metric: Metric) -> HistogramMetricFamily:
        about = f"{metric.meaning} Unit: {metric.unit}."
        family = HistogramMetricFamily(metric.name, about, labels=metric.labels)
        value, rows = _HISTOGRAMS[metric.name]
        bounds = (*map(str, map(float, metric.buckets)), "+Inf")
        sql = rows.select(*_counts(value, bounds), f"sum({value}) AS total")
        for row in self._store.lake.frame(sql).iter_rows(named=True):
            counts = [(bound, row[f"up_to_{bound}"]) for bound in bounds]
            labels = [row[label] for label in metric.labels]
            family.add_metric(labels, counts, sum_value=row["total"])
        return family


def _counts(value: str, bounds: Sequence[str]) -> list[str]:
    """Columns for the rows up to each bound."""
    return [
        f"""count(*) FILTER ({value} <= '{bound}'::DOUBLE) AS "up_to_{bound}" """
        for bound in bounds
    ]
