"""What a router's decisions come to, in sentences and small tables."""

from typing import Any, Final

import polars as pl

from engine.routing.drift import LIMIT
from workbench.bootstrap.drifting import drift_in
from workbench.bootstrap.misroutes import ORACLE
from workbench.bootstrap.routed import Routes
from workbench.bootstrap.tables import percent
from workbench.figures.routing import effort_of, took
from workbench.store import Store
from workbench.store.queries.routing import canary_changes

_CHANGES: Final = 50
_MADE: Final = (
    "The store had no router's decision, so one was made to look at: its tiers are scripts, and "
    "what they know is drawn by a seed."
)


def about(found: Routes, *, made: bool = False) -> str:
    """Which router it is, and how much there is to see; `made` says that it is an example."""
    if not found.router:
        return (
            "**No request has been routed yet.** This routes some: "
            "`workbench eval helpdesk --model router:embedded`."
        )
    row, where = found.latency.to_dicts()[0], f" in {found.run_id}" if found.run_id else ""
    said = (
        f"**{found.router}** has made {row['decisions']:,} decisions{where} since "
        f"{found.since:%Y-%m-%d %H:%M} UTC, half of them within {row['p50_ms']:.2f} ms (p99 "
        f"{row['p99_ms']:.2f} ms). Of {row['misses']:,} the outcome is not known yet."
    )
    return f"{_MADE} {said}" if made else said


def conclusion(found: Routes) -> str:
    """What the router gains over each tier alone, and over a coin that takes as much."""
    rows = {row["policy"]: row for row in found.against.policies.to_dicts()}
    if not rows:
        return "No scored sample was tried on every tier alone: what routing gains is not known."
    own = next(row for row in rows.values() if row["kind"] == "router")
    effort = effort_of(found.against.policies)
    said = [
        f"Over {own['episodes']} samples the router passes **{percent(own['passed'])}** "
        f"({_ends(own, '')}) for {took(own[effort], effort)} an episode."
    ]
    tiers = [row for row in rows.values() if row["kind"] == "tier"]
    said += [
        f"{row['policy']} alone passes {percent(row['passed'])} for {took(row[effort], effort)}."
        for row in tiers
    ]
    if (coin := _coin(own, tiers, effort)) is not None:
        said.append(f"A coin between tiers that takes as much passes {percent(coin)}.")
    said.append(
        f"The oracle: {percent(rows[ORACLE]['passed'])}. Misrouted: {percent(own['misrouted'])} "
        f"({_ends(own, 'misrouted_')})."
    )
    return " ".join(said)


def sureness(found: Routes) -> str:
    """How far expectation is from outcome."""
    kept = found.calibration
    if kept.ece is None or kept.brier is None or kept.brier_of_mean is None:
        return "No routed episode with a probability has been scored yet."
    better = "less" if kept.brier < kept.brier_of_mean else "no less"
    return (
        f"Over {kept.episodes} episodes, probabilities are off by **{100 * kept.ece:.0f} points** "
        f"in the mean (ECE). Their squared error is {kept.brier:.3f}, {better} than that of saying "
        f"the share that passed of each episode ({kept.brier_of_mean:.3f})."
    )


def expected(found: Routes) -> pl.DataFrame:
    """Expected beside actual, by tier: cost over all its decisions, latency of one.

    Columns: tier, decisions, cost expected, cost, latency expected, latency (US dollars, ms).
    """
    return found.tiers.select(
        "tier",
        "decisions",
        pl.col("expected_cost_usd").alias("cost expected"),
        pl.col("actual_cost_usd").alias("cost"),
        pl.col("expected_latency_ms").alias("latency expected"),
        pl.col("actual_latency_ms").alias("latency"),
    )


def canaries(store: Store, found: Routes) -> pl.DataFrame:
    """What became of the router's trials, the latest change first.

    Columns: changed_at, canary_id, tenants, before, after, cause, share, author, note.
    """
    changes = canary_changes(store.lake, found.router, _CHANGES)
    names = ("changed_at", "canary_id", "tenants", "before", "after", "cause", "share")
    return changes.select(*names, "author", "note").with_columns(pl.col("tenants").list.join(", "))


def drifted(store: Store, found: Routes) -> str:
    """Whether requests are still those that the classifier was trained on, and chances hold."""
    home = store.lake.location.home if store.lake.location else None
    seen = drift_in(home, store.lake, found.router) if home and found.router else None
    if seen is None:
        return "No classifier is trained: `workbench router train --run RUN`."
    if not seen.decisions:
        return "The classifier has decided nothing yet that reads the text."
    told = seen.report
    moved = [f"{one.feature} (PSI {one.psi:.2f})" for one in told.features if one.moved]
    features = f"moved: {', '.join(moved)}" if moved else "no feature has moved"
    chances = "no longer hold" if told.miscalibrated else "hold"
    return (
        f"Of the latest {seen.decisions:,} decisions beside training: {features}. "
        f"Chances {chances}, by {told.outcomes:,} outcomes: ln e {told.log_e_over:.2f} that they "
        f"are too high, {told.log_e_under:.2f} too low, {LIMIT:.2f} is needed."
    )


def _coin(own: dict[str, Any], tiers: list[dict[str, Any]], effort: str) -> float | None:
    """What the cheapest and the dearest tier pass, mixed to the router's effort; null: outside."""
    low, high = (f(tiers, key=lambda row: row[effort]) for f in (min, max))
    span = high[effort] - low[effort]
    if not span or not low[effort] <= own[effort] <= high[effort]:
        return None
    share = (own[effort] - low[effort]) / span
    return float(low["passed"] + share * (high["passed"] - low["passed"]))


def _ends(row: dict[str, Any], prefix: str) -> str:
    low, high = row[f"{prefix}low"], row[f"{prefix}high"]
    return "no interval" if low is None else f"{percent(low)} to {percent(high)}"
