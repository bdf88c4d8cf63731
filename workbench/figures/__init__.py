"""Pictures of the store's tables: pure functions from a Polars frame to a Bokeh figure.

They serve dashboards and notebooks alike, know no store, and say `nothing yet` where a table is
empty. Whiskers are 95 % intervals; colours are those of Okabe and Ito, which colour-blind readers
tell apart; series that share a figure differ in their marker too.
"""

from workbench.figures.canary import PoolEvidence, TenantEvidence, canary_evidence
from workbench.figures.contrasts import differences_by_family
from workbench.figures.distributions import cost_distribution, latency_distribution
from workbench.figures.endings import stop_reasons
from workbench.figures.lengths import steps_by_outcome
from workbench.figures.pass_k import pass_curves
from workbench.figures.reliability import ROUTER, reliability_diagram
from workbench.figures.routing import router_frontier, tiers_over_time
from workbench.figures.scores import score_by_family
from workbench.figures.spend import spend_by_day, tokens_by_day
from workbench.figures.stability import score_by_epoch, task_outcomes
from workbench.figures.storm import attempts_by_second, well_by_second
from workbench.figures.tokens import tokens_by_step
from workbench.figures.tool_faults import cost_of_outage, endings_by_fault
from workbench.figures.tradeoff import score_against_cost, score_against_latency
from workbench.figures.trend import score_trend

__all__ = [
    "ROUTER",
    "PoolEvidence",
    "TenantEvidence",
    "attempts_by_second",
    "canary_evidence",
    "cost_distribution",
    "cost_of_outage",
    "differences_by_family",
    "endings_by_fault",
    "latency_distribution",
    "pass_curves",
    "reliability_diagram",
    "router_frontier",
    "score_against_cost",
    "score_against_latency",
    "score_by_epoch",
    "score_by_family",
    "score_trend",
    "spend_by_day",
    "steps_by_outcome",
    "stop_reasons",
    "task_outcomes",
    "tiers_over_time",
    "tokens_by_day",
    "tokens_by_step",
    "well_by_second",
]
