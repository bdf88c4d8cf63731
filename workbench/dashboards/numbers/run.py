"""What the Run page asks."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.bootstrap.results import scoreboard
from workbench.bootstrap.stability import Stability, stability
from workbench.bootstrap.standing import judges
from workbench.dashboards.numbers.labels import LabelNumbers, load_labels
from workbench.store import Store
from workbench.store.queries import episodes, run, runs
from workbench.store.queries.beside import baselines
from workbench.store.queries.resolve import resolve_run


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """One run, with the baselines over the same samples."""

    run: dict[str, Any]
    board: pl.DataFrame
    """Its scoreboard, then those of its baselines."""
    stability: Stability
    stop_reasons: pl.DataFrame
    effort: pl.DataFrame
    """Of its episodes that no cache of answers helped: what they cost and took."""
    episodes: pl.DataFrame
    provenance: dict[str, Any]
    labels: LabelNumbers
    judges: pl.DataFrame
    """Who judged its answers, and whether that counts: columns of `standing.JUDGES`."""
    waiting: int
    """Episodes that wait for a person."""


def load_run(store: Store, text: str) -> RunNumbers:
    """The run of that id, the beginning of one, or `last`; raises `NotFound` or `BadInput`."""
    with store.at_one_moment() as now:
        return _load(now, text)


def _load(store: Store, text: str) -> RunNumbers:
    run_id = resolve_run(store.lake, text)
    beside = baselines(store.lake, run_id)["run_id"].to_list()
    return RunNumbers(
        run=runs.one(store.lake, run_id).to_dicts()[0],
        board=scoreboard(store, [run_id, *beside]),
        stability=stability(store, run_id),
        stop_reasons=run.stop_reasons(store.lake, run_id),
        effort=run.cost_latency(store.lake, run_id).filter(pl.col("kept") == 0),
        episodes=episodes.of_run(store.lake, run_id),
        provenance=run.provenance(store.lake, run_id),
        labels=load_labels(store, run_id, None),
        judges=judges(store, run_id),
        waiting=[wait.state for wait in store.waits.listed(run_id)].count("waiting"),
    )
