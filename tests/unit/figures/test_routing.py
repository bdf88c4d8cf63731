"""Where a router sends requests, what that comes to, and what a canary's test has seen."""

from datetime import datetime

import polars as pl
import pytest

from tests.unit.figures.drawn import data, kinds, says, says_nothing_yet
from workbench.bootstrap.misroutes import FRONTIER, POLICIES
from workbench.figures import (
    PoolEvidence,
    TenantEvidence,
    canary_evidence,
    router_frontier,
    tiers_over_time,
)

AT = datetime(2026, 1, 1)  # noqa: DTZ001
LOOK = {"share": 0.1, "quality": 1.0, "error": 0.0, "latency": 0.0, "cost": 0.0, "safe": -0.5}


def policies(cost: float) -> pl.DataFrame:
    """A router between two tiers, each a point."""
    rows = [
        {"policy": name, "kind": kind, "passed": 0.5, "cost_usd": cost * part, "tokens": 100 * part}
        for name, kind, part in (("router", "router", 2), ("low", "tier", 1), ("high", "tier", 4))
    ]
    nothing = dict.fromkeys(POLICIES)
    return pl.DataFrame([nothing | row for row in rows], schema=POLICIES)


def test_decisions_are_stacked_by_tier() -> None:
    """A tier that was not used in a stretch of time counts nothing there."""
    rows = pl.DataFrame({"at": [AT, AT], "tier": ["low", "high"], "decisions": [3, 1]})
    paper = tiers_over_time(rows, 60)
    assert kinds(paper) == ["VBar", "VBar"]
    assert (data(paper)["low"], data(paper)["high"]) == ([3], [1])


@pytest.mark.parametrize(
    ("cost", "label"), [(0.1, "US dollars"), (0.0, "mean tokens of an episode")]
)
def test_what_is_free_is_drawn_against_tokens(cost: float, label: str) -> None:
    """A price of nothing would put every policy at one place."""
    paper = router_frontier(policies(cost), pl.DataFrame(schema=FRONTIER))
    assert label in str(paper.xaxis[0].axis_label)


def test_a_frontier_has_the_other_targets() -> None:
    """As points that are joined, beside the coin's line and the policies."""
    row = dict.fromkeys(FRONTIER, 0.5)
    paper = router_frontier(policies(0.1), pl.DataFrame([row, row], schema=FRONTIER))
    assert kinds(paper)[:3] == ["Line", "Line", "Scatter"]
    assert data(paper, 2)["passed"] == [0.5, 0.5]


def test_evidence_is_drawn_over_outcomes_with_its_limits() -> None:
    """A line and points for each hypothesis, and the two lines at which something happens."""
    paper = canary_evidence([{**LOOK, "outcomes": 10}, {**LOOK, "outcomes": 20}], 3.9, 3.0)
    assert kinds(paper).count("Line") == 5 + 2
    assert data(paper)["outcomes"] == [10, 20]


def test_a_pool_shows_its_tenants_over_their_own_outcomes() -> None:
    """The limit that all have, a point each, and the names of those nearest to it."""
    tenants = [TenantEvidence(name, 10, float(log_e), 5.0) for log_e, name in enumerate("abcd")]
    pool = PoolEvidence(tuple(tenants), limit=5.3)
    paper = canary_evidence([{**LOOK, "outcomes": 40}], 4.6, 3.0, pool=pool)
    assert kinds(paper)[-4:] == ["Line", "Segment", "Scatter", "Text"]
    assert data(paper, -4)["y"] == [5.3, 5.3]
    assert data(paper, -2)["log_e"] == [3.0, 2.0, 1.0, 0.0]
    assert data(paper, -1)["name"] == ["d", "c", "b", ""]


def test_without_rows_they_say_so() -> None:
    """Each figure says what it lacks."""
    empty = pl.DataFrame(schema={"at": pl.Datetime, "tier": pl.String, "decisions": pl.Int64})
    assert says_nothing_yet(tiers_over_time(empty, 60))
    nothing = router_frontier(pl.DataFrame(schema=POLICIES), pl.DataFrame(schema=FRONTIER))
    assert "tried on every tier" in says(nothing)[0]
    for trail in ([], [{**LOOK, "outcomes": 0}]):
        assert says(canary_evidence(trail, 1.0, 1.0)) == ["no outcome yet"]
