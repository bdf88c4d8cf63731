"""What the Overview asks."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from workbench.store import Store
from workbench.store.queries import runs

_SPAN = timedelta(days=30)
_RUNS = 12
_POINTS = 200
_FAILURES = 8


@dataclass(frozen=True, slots=True)
class OverviewNumbers:
    """Tables with the columns of the queries of their names."""

    latest: pl.DataFrame
    trend: pl.DataFrame
    spend: pl.DataFrame
    failures: pl.DataFrame
    waiting: int
    """Episodes that wait for a person."""


def load_overview(store: Store) -> OverviewNumbers:
    """The latest runs, scores and failures; spend of the 30 days up to the newest run."""
    with store.at_one_moment() as now:
        return _load(now)


def _load(store: Store) -> OverviewNumbers:
    latest = runs.latest(store.lake, _RUNS)
    newest = latest["started_at"].to_list()[:1]
    return OverviewNumbers(
        latest=latest,
        trend=runs.trend(store.lake, limit=_POINTS),
        spend=runs.spend(store.lake, since=newest[0] - _SPAN if newest else None),
        failures=runs.failures(store.lake, _FAILURES),
        waiting=store.waits.counts().get("waiting", 0),
    )
