"""What the Episode page shows beside its figure."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from engine.contracts import Exchange, Routing, RoutingDecision, Step
from workbench.dashboards.markup import render
from workbench.dashboards.views.timeline import timeline


def draw_episode_head(
    episode_id: str,
    run_id: str,
    row: dict[str, Any] | None,
    around: tuple[str | None, str | None],
    waits: dict[str, Any] | None,
) -> str:
    """Which episode it is, how it ended or what it waits for, the ways to run and neighbours."""
    before, after = around
    return render(
        "episode_head.html",
        episode_id=episode_id,
        run_id=run_id,
        row=row,
        before=before,
        after=after,
        waits=waits,
    )


def draw_episode_tiles(row: dict[str, Any] | None) -> str:
    """Verdict, ending, tokens, cost and latency; empty while it goes on."""
    return render("episode_tiles.html", row=row, timed=has_times(row)) if row else ""


def draw_verdicts(scores: pl.DataFrame) -> str:
    """What each scorer said last, and why; of scores made of parts each part's word."""
    latest = scores.unique("scorer", keep="first", maintain_order=True).to_dicts()
    parts = [json.loads(row["details"]).get("parts", []) for row in latest]
    return render("verdicts.html", scores=list(zip(latest, parts, strict=True)))


def draw_timeline(
    steps: Sequence[Step],
    exchanges: Sequence[Exchange],
    row: dict[str, Any] | None,
    waits: dict[str, Any] | None,
) -> str:
    """The transcript, step by step."""
    entries = timeline(steps, exchanges, timed=has_times(row))
    return render("timeline.html", entries=entries, going_on=row is None, waits=waits)


def draw_routing(rows: Sequence[RoutingDecision]) -> str:
    """Each decision with tiers, bounds, features and what would have changed it."""
    if not rows:
        return ""
    told = [(row, Routing.parse(row.details, where="routing_decisions")) for row in rows]
    return render("routing.html", rows=told)


def has_times(row: dict[str, Any] | None) -> bool:
    """Whether an episode's times are known; a recording need not have any."""
    if row is None or row["stop_reason"] != "recorded":
        return True
    return bool(row["ended_at"] > row["started_at"])
