"""How reliable runs are over repeated tries, and what their scores cost in money and time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from engine.errors import BadInput
from engine.evals.summary import Sample, summarize
from engine.statistics import (
    Interval,
    clustered_standard_error,
    mean,
    pareto_front,
    pass_at_k,
    pass_hat_k,
    standard_error,
    t_interval,
    wilson_interval,
)
from workbench.bootstrap.comparable import must_be_comparable
from workbench.bootstrap.verdicts import verdicts
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_run

_RUN: Final = {"run_id": pl.String, "agent": pl.String, "model": pl.String}
RELIABILITY: Final[dict[str, Any]] = {
    **_RUN,
    "k": pl.Int64,
    "tasks": pl.Int64,
    **dict.fromkeys(("pass_hat", "hat_low", "hat_high"), pl.Float64),
    **dict.fromkeys(("pass_at", "at_low", "at_high"), pl.Float64),
}
TRADEOFF: Final[dict[str, Any]] = {
    **_RUN,
    "tasks": pl.Int64,
    "episodes": pl.Int64,
    **dict.fromkeys(("passed", "low", "high"), pl.Float64),
    **dict.fromkeys(("cost_usd", "cost_low", "cost_high"), pl.Float64),
    **dict.fromkeys(("latency_s", "latency_low", "latency_high"), pl.Float64),
    "on_cost_front": pl.Boolean,
    "on_latency_front": pl.Boolean,
}


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Tradeoff:
    """Scores of runs of one suite against what they took, over the tasks that all of them have."""

    suite: str
    points: pl.DataFrame
    """A row a run, the best score first; columns are `TRADEOFF`. Cost and latency are means an
    episode, with intervals clustered by task; null where one is unknown, and then on no front."""
    left_out: int
    """Tasks that some of the runs have no scored sample of."""
    notes: tuple[str, ...]
    """What a reader should know before believing the numbers."""


def reliability(store: Store, runs: Sequence[str]) -> pl.DataFrame:
    """pass^k and pass@k of each run, for every k that each of its tasks was tried.

    Columns are `RELIABILITY`: shares with 95 % intervals over tasks, null where undefined. Runs are
    named by id, the beginning of one, or `last`; raises `NotFound`.
    """
    rows = [
        about | row
        for run_id in _resolved(store, runs)
        for about in (_about(store, run_id),)
        for row in _repeats(verdicts(store, run_id))
    ]
    return pl.DataFrame(rows, schema=RELIABILITY).fill_nan(None)


def tradeoff(store: Store, runs: Sequence[str]) -> Tradeoff:
    """Score against cost and latency, with the Pareto front of each.

    Raises `NotFound` for an unknown run, and `BadInput` where runs are not over the same tasks: of
    several suites, of tasks that changed, unfinished, without a scored task in common.
    """
    run_ids = _resolved(store, runs)
    first, *others = run_ids
    notes = [note for other in others for note in must_be_comparable(store, first, other)]
    frames = {run_id: verdicts(store, run_id) for run_id in run_ids}
    tasks = [set(frame["task_id"]) for frame in frames.values()]
    common = set.intersection(*tasks)
    if not common:
        which = "the runs have no scored task in common" if others else f"{first} has no scores"
        raise BadInput(which, hint="see workbench episodes")
    rows = [
        _about(store, run_id) | _point(frame.filter(pl.col("task_id").is_in(common)))
        for run_id, frame in frames.items()
    ]
    points = pl.DataFrame(rows, schema=TRADEOFF).fill_nan(None)
    fronts = {"cost_usd": "on_cost_front", "latency_s": "on_latency_front"}
    return Tradeoff(
        suite=facts.run(store.lake, first).suite,
        points=points.with_columns(
            [_front(points, by).alias(name) for by, name in fronts.items()]
        ).sort("passed", "run_id", descending=[True, False]),
        left_out=len(set.union(*tasks) - common),
        notes=tuple(dict.fromkeys(notes)),
    )


def pareto(store: Store, runs: Sequence[str]) -> pl.DataFrame:
    """The points of `tradeoff`, which raises as it does."""
    return tradeoff(store, runs).points


def _resolved(store: Store, runs: Sequence[str]) -> list[str]:
    if not runs:
        raise BadInput("no run is named", hint="name one or more, or last")
    return list(dict.fromkeys(resolve_run(store.lake, text) for text in runs))


def _about(store: Store, run_id: str) -> dict[str, Any]:
    run = facts.run(store.lake, run_id)
    return {"run_id": run_id, "agent": run.agent, "model": run.model}


def _repeats(scored: pl.DataFrame) -> Iterator[dict[str, Any]]:
    counts = (
        scored.group_by("task_id", maintain_order=True)
        .agg(pl.col("passed").sum(), pl.len().alias("tries"))
        .select("passed", "tries")
        .rows()
    )
    for k in range(1, min((tries for _, tries in counts), default=0) + 1):
        row: dict[str, Any] = {"k": k, "tasks": len(counts)}
        for name, measure in (("hat", pass_hat_k), ("at", pass_at_k)):
            value, ends = _over_tasks(counts, measure, k)
            row |= {f"pass_{name}": value, f"{name}_low": ends.low, f"{name}_high": ends.high}
        yield row


def _over_tasks(
    counts: Sequence[tuple[int, int]],
    measure: Callable[[Iterable[tuple[int, int]], int], float],
    k: int,
) -> tuple[float, Interval]:
    """The mean over tasks, with Student's interval; Wilson's where all tasks went alike."""
    chances = [measure([task], k) for task in counts]
    value = mean(chances)
    if value in {0.0, 1.0}:
        return value, wilson_interval(round(value * len(chances)), len(chances))
    low, high = t_interval(value, standard_error(chances), len(chances) - 1)
    return value, Interval(max(low, 0.0), min(high, 1.0)) if low == low else Interval(low, high)  # noqa: PLR0124


def _point(scored: pl.DataFrame) -> dict[str, Any]:
    samples = scored.select("task_id", "family", "epoch", "passed").to_dicts()
    whole = summarize(Sample(**row, value=float(row["passed"])) for row in samples)[0]
    return {
        "tasks": whole.tasks,
        "episodes": whole.episodes,
        "passed": whole.passed,
        "low": whole.low,
        "high": whole.high,
        **_mean_of(scored, "cost_usd", ("cost_usd", "cost_low", "cost_high")),
        **_mean_of(scored, "duration_s", ("latency_s", "latency_low", "latency_high")),
    }


def _mean_of(scored: pl.DataFrame, column: str, names: tuple[str, str, str]) -> dict[str, Any]:
    """The mean an episode with its interval, by these names; nothing where a value is unknown."""
    if scored[column].null_count():
        return dict.fromkeys(names)
    values, tasks = scored[column].to_list(), scored["task_id"].to_list()
    centre, error = mean(values), clustered_standard_error(values, tasks)
    low, high = t_interval(centre, error, len(set(tasks)) - 1)
    return dict(zip(names, (centre, max(0.0, low) if low == low else low, high), strict=True))  # noqa: PLR0124


def _front(points: pl.DataFrame, by: str) -> pl.Series:
    """Whether each run is on the front, those of an unknown `by` being on none."""
    known = points.filter(pl.col(by).is_not_null())
    on = pareto_front(known[by].to_list(), known["passed"].to_list())
    found = dict(zip(known["run_id"], on, strict=True))
    return pl.Series([found.get(run_id) for run_id in points["run_id"]], dtype=pl.Boolean)
