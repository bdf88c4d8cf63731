"""What the Router page says of the classifier and of what a policy has learnt."""

from typing import Final

from engine.contracts.bandit import LearntPolicy
from engine.errors import BadInput
from engine.routing.drift import LIMIT
from workbench.bootstrap.drifting import MARGIN, Drift
from workbench.dashboards.markup import render
from workbench.dashboards.views.notice import draw_notice

_FEATURES: Final = 8
"""Rows of the table, those that moved furthest; `workbench router drift --json` has all."""


def draw_drift(found: Drift | BadInput | None) -> str:
    """How far requests and chances are from training; empty where there is no classifier."""
    if not isinstance(found, Drift):
        return draw_notice(found)
    told = found.report
    return render(
        "drift.html",
        found=found,
        told=told,
        margin=MARGIN,
        limit=LIMIT,
        features=told.features[:_FEATURES],
        moved=sum(one.moved for one in told.features),
    )


def draw_learnt(learnt: LearntPolicy | BadInput | None) -> str:
    """The policy that was adopted, and what spoke for it; empty: none was."""
    if not isinstance(learnt, LearntPolicy):
        return draw_notice(learnt)
    return render("learnt.html", learnt=learnt, verdict=learnt.verdict)
