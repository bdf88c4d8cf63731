"""What the Router page shows beside its figures."""

import math
from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl
from bokeh.plotting import figure

from engine.contracts import Canary, CanaryState
from engine.contracts.canary import METRICS, Stratum
from engine.routing.canary_evidence import evidence, limit, tenant_limit, tenants_worse, totals
from workbench.bootstrap.misroutes import Against
from workbench.bootstrap.routed import Calibration, Routes
from workbench.dashboards.markup import render
from workbench.figures import (
    ROUTER,
    PoolEvidence,
    TenantEvidence,
    canary_evidence,
    reliability_diagram,
)

_HEIGHT = 344
"""Of the figure beside the frontier, whose legend takes two rows."""
TENANTS = 12
"""Of a pool, on the page; the figure has all."""
MISROUTES = 20
"""Rows to read on the page; `wb.routes` has all."""


def draw_router_head(found: Routes) -> str:
    """Which router it is, and the ways to the others."""
    return render("router_head.html", found=found, routers=found.routers.to_dicts())


def draw_router_tiles(found: Routes) -> str:
    """The metrics by name, as they are over the time that is looked at."""
    if not found.router:
        return ""
    policies = found.against.policies.filter(pl.col("kind") == "router").to_dicts()
    return render(
        "router_tiles.html",
        row=found.latency.to_dicts()[0],
        calibration=found.calibration,
        own=policies[0] if policies else None,
        wrong=found.against.misroutes,
        misses=int(found.episodes["passed"].null_count()),
    )


def draw_router_tiers(found: Routes) -> str:
    """What each tier got, what was expected of it and what it took; and why it got it."""
    if not found.router:
        return ""
    total = int(found.tiers["decisions"].sum())
    reasons = found.reasons.to_dicts()
    return render(
        "router_tiers.html",
        rows=found.tiers.to_dicts(),
        total=total,
        outcomes=found.outcomes.to_dicts(),
        reasons=reasons,
    )


def draw_policies(against: Against) -> str:
    """The router beside each tier alone and the oracle."""
    rows = against.policies.to_dicts()
    return render("router_policies.html", rows=rows, left_out=against.misroutes.left_out)


def draw_misroutes(against: Against) -> str:
    """The latest misroutes with the episodes to read."""
    if against.policies.is_empty():
        return ""
    found = against.misroutes.rows
    rows = found.head(MISROUTES).to_dicts()
    return render("misroutes.html", rows=rows, total=found.height)


def draw_calibration(found: Calibration) -> figure:
    """Episodes passed by what was expected of them."""
    return reliability_diagram(found.figures, of=ROUTER, height=_HEIGHT)


def draw_canaries(canaries: Sequence[Canary], chosen: Canary | None, routed: Sequence[str]) -> str:
    """Each trial with its state; `routed` are the routers that have a page of their own."""
    rows = [(one, totals(one, "error")) for one in canaries]
    shown = {"chosen": chosen, "routed": routed, "running": CanaryState.RUNNING}
    return render("canaries.html", rows=rows, **shown)


def draw_told(chosen: Canary | None) -> str:
    """What is known of the chosen trial by metric, and of a pool by tenant, the worst first."""
    if chosen is None:
        return ""
    told = [(one, one.log_e_safe) for one in evidence(chosen)]
    tenants = _tenants(chosen)
    return render(
        "canary_told.html",
        chosen=chosen,
        evidence=told,
        tenants=tenants[:TENANTS],
        left_out=len(tenants[TENANTS:]),
        tenant_limit=tenant_limit(chosen),
    )


def draw_evidence(chosen: Canary | None) -> figure:
    """The chosen trial's evidence over its outcomes."""
    if chosen is None:
        return canary_evidence([], 0.0, 0.0)
    trail = [*(look.model_dump(mode="json") for look in chosen.trail), _now(chosen)]
    safe, at = -math.log(chosen.policy.alpha), limit(chosen, "quality")
    return canary_evidence(trail, at, safe, pool=_pool(chosen), name=chosen.canary_id)


def _pool(canary: Canary) -> PoolEvidence | None:
    """The tenants' own evidence; null where there is but one."""
    if len(canary.tenants) == 1:
        return None
    points = [
        TenantEvidence(one.tenant, one.canary.count, one.worse.log_e, one.worse.peak)
        for one in _tenants(canary)
    ]
    return PoolEvidence(tuple(points), tenant_limit(canary))


def _tenants(canary: Canary) -> list[Stratum]:
    """What is known of the quality that each tenant of a pool gets, the worst first."""
    known = tenants_worse(canary)
    own = [one for one in canary.strata if one.metric == "quality" and one.tenant in known]
    return sorted(own, key=lambda one: known[one.tenant], reverse=True)


def _now(canary: Canary) -> dict[str, Any]:
    """What is known after the last outcome, as a look."""
    told = {one.metric: one for one in evidence(canary)}
    worse = {str(m): told[m].log_e_worse if m in told else 0.0 for m in METRICS}
    safe = told["quality"].log_e_safe if "quality" in told else 0.0
    outcomes = totals(canary, "error")[0].count
    return {"outcomes": outcomes, "share": canary.share, "safe": safe, **worse}


def draw_changes(changes: pl.DataFrame) -> str:
    """Each change of a trial, with who made it and what was known then."""
    rows = [_change(row) for row in changes.to_dicts()]
    return render("canary_changes.html", rows=rows) if rows else ""


def _change(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"evidence": orjson.loads(row["evidence"] or "[]")}
