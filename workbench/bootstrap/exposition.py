"""The metrics of everything in the store, in the Prometheus text format.

Values are sums over the stored facts, so they never fall when a process ends: the scrape of a
server started just now goes on where the last one's stopped. Counted is the work that was done
here; episodes recorded elsewhere and imported are not, for taking in a year of history would look
like an hour of traffic.

What each metric adds up:

- `episodes_total`, `episode_seconds`: rows of `episodes`, by agent, model (and stop reason);
- `steps_total`, `model_tokens_total`, `model_cost_usd_total`, `model_unpriced_total`: `steps`;
- `model_calls_total`, `model_call_seconds`, `tool_calls_total`, `tool_call_seconds`: `exchanges`,
  the outcome being `ok` or the error's code;
- `contract_violations_total`: `exchanges` whose error says at which boundary data broke a contract;
- `wire_unknown_fields_total`: counts in `unknown_fields`;
- `scores_total`: rows of `scores`, every verdict once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from engine.telemetry import METRICS, Metric, Metrics
from engine.telemetry.metrics import SECONDS
from workbench.store import Store

_HERE: Final = "run_id IN (SELECT run_id FROM runs WHERE source = 'eval')"
_CODE: Final = "json_extract_string(error, '$.code')"
_OUTCOME: Final = f"coalesce({_CODE}, 'ok') AS outcome"
_BOUNDARY: Final = "json_extract_string(error, '$.boundary')"
_BROKEN: Final = f"{_BOUNDARY} IS NOT NULL"
_ASKED: Final = "model IS NOT NULL"


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that a metric adds up, and its labels' columns."""

    labels: str
    table: str
    condition: str = "true"

    def select(self, *values: str) -> str:
        """A query for labels and values."""
        columns = ", ".join([self.labels, *values])
        where = f"{self.condition} AND {_HERE}"
        return f"SELECT {columns} FROM {self.table} WHERE {where} GROUP BY ALL"  # noqa: S608 - ours


_COUNTERS: Final = (
    ("episodes_total", "count(*)", _Rows("agent, model, stop_reason", "episodes")),
    ("steps_total", "count(*)", _Rows("agent, kind", "steps")),
    ("scores_total", "count(*)", _Rows("scorer, lower(passed::VARCHAR) AS passed", "scores")),
    (
        "model_calls_total",
        "count(*)",
        _Rows(f"name AS model, {_OUTCOME}", "exchanges", "kind = 'model'"),
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
    (
        "contract_violations_total",
        "count(*)",
        _Rows(f"{_BOUNDARY} AS boundary, {_CODE} AS code", "exchanges", _BROKEN),
    ),
    ("wire_unknown_fields_total", "sum(count)", _Rows("source, field", "unknown_fields")),
)
_HISTOGRAMS: Final = {
    "episode_seconds": _Rows("agent, model", "episodes"),
    "model_call_seconds": _Rows("name AS model", "exchanges", "kind = 'model'"),
    "tool_call_seconds": _Rows("name AS tool", "exchanges", "kind = 'tool'"),
}
_TOOK: Final = "epoch(ended_at - started_at)"


def exposition(store: Store) -> bytes:
    """Every metric of `engine.telemetry.METRICS` with its value now; raises `StoreError`."""
    metrics = Metrics([metric for metric in METRICS if metric.kind == "counter"])
    for name, amount, rows in _COUNTERS:
        for row in store.lake.frame(rows.select(f"{amount} AS amount")).iter_rows(named=True):
            value = float(row.pop("amount"))
            metrics.count(name, value, **row)
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
        sql = _HISTOGRAMS[metric.name].select(*_counts(), f"sum({_TOOK}) AS total")
        for row in self._store.lake.frame(sql).iter_rows(named=True):
            counts = [(bound, row[f"up_to_{bound}"]) for bound in _BOUNDS]
            labels = [row[label] for label in metric.labels]
            family.add_metric(labels, counts, sum_value=row["total"])
        return family


_BOUNDS: Final = (*map(str, map(float, SECONDS)), "+Inf")


def _counts() -> list[str]:
    """Columns for the rows up to each bound."""
    return [
        f"""count(*) FILTER ({_TOOK} <= '{bound}'::DOUBLE) AS "up_to_{bound}" """
        for bound in _BOUNDS
    ]
