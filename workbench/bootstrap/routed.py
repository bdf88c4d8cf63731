"""What a router decided, and what came of it: for the page Router and for notebooks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from engine.errors import NotFound
from engine.statistics import Bin, calibration_error, mean, reliability
from workbench.bootstrap.misroutes import Against, against
from workbench.store import Store
from workbench.store.queries import routing
from workbench.store.queries.resolve import resolve_run

SPAN: Final = timedelta(days=30)
"""Decisions that are looked at: those of so long before the newest one."""
_EPISODES: Final = 5_000
"""The latest are weighed; more say little more and take a page's patience."""
_STRETCHES: Final = 40
"""A time axis is cut into so many stretches at most."""
_EVER: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - as the lake's own times, which are UTC
_BUCKETS_S: Final = (1, 10, 60, 600, 3_600, 21_600, 86_400)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether answers are as often good as was expected."""

    bins: tuple[Bin, ...]
    ece: float | None
    """Expected calibration error; null: no episode is known to compare."""
    brier: float | None
    """Mean squared error of the probabilities (Brier, 1950)."""
    brier_of_mean: float | None
    """The same, had the share that passed been said of each episode."""
    episodes: int

    @property
    def figures(self) -> dict[str, Any]:
        """What `workbench.figures.reliability_diagram` draws."""
        return {"bins": [{**part._asdict(), "count": part.size} for part in self.bins]}


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Routes:
    """A router's latest decisions and their outcomes; columns are those of `queries.routing`."""

    router: str
    """Its name; empty: no router has decided anything yet, and all frames are without rows."""
    run_id: str | None
    """The run that is looked at; null: all of them."""
    routers: pl.DataFrame
    """All that have decided anything, this one among them."""
    since: datetime
    latency: pl.DataFrame
    tiers: pl.DataFrame
    outcomes: pl.DataFrame
    reasons: pl.DataFrame
    over_time: pl.DataFrame
    bucket_s: int
    """Length of the stretches of `over_time`, in seconds."""
    episodes: pl.DataFrame
    calibration: Calibration
    against: Against
    """Beside each tier alone, with the misroutes."""


def routes(store: Store, router: str | None = None, *, run: str | None = None) -> Routes:
    """What the router of that name decided in the 30 days up to its newest decision.

    Of all runs, or of the one named by id, its beginning, or `last`. Without a name: the router
    that was used last. Raises `NotFound` for a router that has decided nothing there, or a run that
    is not there or no router led.
    """
    with store.at_one_moment() as now:
        return _load(now, router, run and resolve_run(now.lake, run))


def _load(store: Store, router: str | None, run_id: str | None) -> Routes:
    lake, known = store.lake, routing.routers(store.lake, run_id)
    rows = {row["router"]: row for row in known.to_dicts()}
    name = router or next(iter(rows), "")
    if name not in rows and (name or run_id):
        raise _nothing(name, run_id, list(rows))
    newest = rows[name]["last_at"] if name else _EVER
    since = max(newest - SPAN, rows[name]["first_at"]) if name else _EVER
    chosen, bucket_s = routing.Chosen(name, since, run_id), _bucket_s(newest - since)
    led = routing.episodes(lake, router=name, run_id=run_id, since=since, limit=_EPISODES)
    return Routes(
        router=name,
        run_id=run_id,
        routers=known,
        since=since,
        latency=routing.latency(lake, chosen),
        tiers=routing.by_tier(lake, chosen),
        outcomes=routing.outcomes(lake, chosen),
        reasons=routing.reasons(lake, chosen),
        over_time=routing.over_time(lake, chosen, bucket_s),
        bucket_s=bucket_s,
        episodes=led,
        calibration=_calibration(led),
        against=against(lake, led),
    )


def _nothing(name: str, run_id: str | None, known: list[str]) -> NotFound:
    where = f" in {run_id}" if run_id else ""
    what = f"no router {name!r} has" if name else "no router has"
    hint = f"known: {', '.join(known)}" if known else "workbench eval SUITE --model router:NAME"
    return NotFound(f"{what} decided anything{where}", hint=hint)


def _bucket_s(span: timedelta) -> int:
    """The shortest stretch that cuts the span into few enough."""
    wanted = span.total_seconds() / _STRETCHES
    return next((size for size in _BUCKETS_S if size >= wanted), _BUCKETS_S[-1])


def _calibration(led: pl.DataFrame) -> Calibration:
    """Of the scored episodes that one tier answered, whose probability was known."""
    known = led.filter(
        pl.col("tier").is_not_null()
        & pl.col("probability").is_not_null()
        & pl.col("passed").is_not_null()
    )
    said, right = known["probability"].to_list(), known["passed"].to_list()
    if not said:
        return Calibration((), None, None, None, 0)
    bins, share = reliability(said, right), mean([float(ok) for ok in right])
    return Calibration(
        bins=bins,
        ece=calibration_error(bins),
        brier=_brier(said, right),
        brier_of_mean=_brier([share] * len(right), right),
        episodes=len(right),
    )


def _brier(said: list[float], right: list[bool]) -> float:
    return mean([(p - ok) ** 2 for p, ok in zip(said, right, strict=True)])
