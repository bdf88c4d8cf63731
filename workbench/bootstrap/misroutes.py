"""A router beside each of its tiers alone, over the samples that every tier was tried on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from engine.evals.summary import Sample, summarize
from engine.statistics import mean, wilson_interval
from workbench.store.lake import Lake
from workbench.store.queries.routing import Misroutes, misrouted
from workbench.store.queries.tried import EFFORT, Row, Tried, tried

ORACLE: Final = "oracle"
"""The policy that knows every outcome: the cheapest tier that passes, or the cheapest of all."""
_SHARES: Final = dict.fromkeys(("passed", "low", "high"), pl.Float64)
_EFFORT: Final = dict.fromkeys(EFFORT, pl.Float64)
POLICIES: Final[dict[str, Any]] = {
    "policy": pl.String,
    "kind": pl.String,
    "episodes": pl.Int64,
    **_SHARES,
    **dict.fromkeys(("misrouted", "misrouted_low", "misrouted_high"), pl.Float64),
    **_EFFORT,
}
FRONTIER: Final[dict[str, Any]] = {"target": pl.Float64, "passed": pl.Float64, **_EFFORT}
_SAMPLE: Final = ["suite", "agent", "task_id", "content_hash", "epoch"]
_TARGETS: Final = 24
"""Points of a frontier at most."""


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Against:
    """A router beside its tiers; empty frames where no sample was tried on every tier."""

    policies: pl.DataFrame
    """The router, each tier alone and the oracle: columns `POLICIES`. Shares have 95 % intervals
    clustered by task; the rest are means an episode, null where one is unknown."""
    frontier: pl.DataFrame
    """What other quality targets would have come to, by what the tiers did and within the same
    bounds: columns `FRONTIER`."""
    target: float | None
    """The quality target that the router had last; null: none is known."""
    misroutes: Misroutes


def against(lake: Lake, led: pl.DataFrame) -> Against:
    """Weigh episodes that a router led, of `queries.routing.episodes`, against its tiers alone.

    Of a sample that was routed several times the newest counts.
    """
    newest = led.unique(_SAMPLE, keep="first", maintain_order=True)
    found = tried(lake, newest)
    return Against(
        policies=pl.DataFrame(list(_policies(found)), schema=POLICIES).fill_nan(None),
        frontier=pl.DataFrame(list(_frontier(found)), schema=FRONTIER),
        target=newest["quality_target"][0] if newest.height else None,
        misroutes=misrouted(found, newest.height),
    )


def _policies(samples: Sequence[Tried]) -> Iterator[dict[str, Any]]:
    if not samples:
        return
    yield _policy("router", "router", [(one, one.own["tier"], one.own) for one in samples])
    for tier in dict.fromkeys(tier for one in samples for tier in one.tiers):
        some = [one for one in samples if tier in one.others]
        yield _policy(tier, "tier", [(one, tier, one.others[tier]) for one in some])
    best = [(one, one.best) for one in samples]
    yield _policy(ORACLE, "oracle", [(one, tier, one.others[tier]) for one, tier in best])


def _policy(name: str, kind: str, choices: Sequence[tuple[Tried, str, Row]]) -> dict[str, Any]:
    passed = _share((one, row["passed"]) for one, _, row in choices)
    wrong = sum(bool(one.fault(tier, passed=row["passed"])) for one, tier, row in choices)
    ends = wilson_interval(wrong, len(choices))
    return {
        "policy": name,
        "kind": kind,
        "episodes": len(choices),
        **dict(zip(("passed", "low", "high"), passed, strict=True)),
        "misrouted": wrong / len(choices),
        "misrouted_low": ends.low,
        "misrouted_high": ends.high,
        **_effort([row for _, _, row in choices]),
    }


def _share(outcomes: Iterator[tuple[Tried, bool]]) -> tuple[float, float, float]:
    """How many of the samples are so, with an interval clustered by task."""
    samples = [
        Sample(f"{one.own['suite']} {one.own['task_id']}", "", number, float(ok), ok)
        for number, (one, ok) in enumerate(outcomes)
    ]
    whole = summarize(samples)[0]
    return whole.passed, whole.low, whole.high


def _effort(rows: Sequence[Row]) -> dict[str, float | None]:
    """Means an episode; null where one is unknown."""
    columns = {name: [row[name] for row in rows] for name in EFFORT}
    return {
        name: None if None in values or not values else mean([float(value) for value in values])
        for name, values in columns.items()
    }


def _frontier(samples: Sequence[Tried]) -> Iterator[dict[str, Any]]:
    free = [one for one in samples if _moves(one)]
    said = sorted({round(p, 4) for one in free for p in one.probabilities.values() if p})
    if not said:
        return
    step = max(1, math.ceil(len(said) / _TARGETS))
    for target in dict.fromkeys((0.0, *said[::step], 1.0)):
        rows = [one.others[_at(one, target)] for one in samples]
        share = mean([float(row["passed"]) for row in rows])
        yield {"target": target, "passed": share, **_effort(rows)}


def _moves(one: Tried) -> bool:
    """Whether the target has a say: neither is it locked, nor is a probability unknown."""
    return not one.own["locked"] and None not in one.probabilities.values()


def _at(one: Tried, target: float) -> str:
    """Where the sample would have gone; one of which the target has no say stays."""
    if not _moves(one):
        return str(one.own["tier"])
    odds = {tier: p or 0.0 for tier, p in one.probabilities.items()}
    clear = [tier for tier, chance in odds.items() if chance >= target]
    return clear[0] if clear else max(odds, key=odds.__getitem__)
