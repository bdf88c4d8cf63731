"""A router beside each of its tiers alone, over the same samples; and where it chose wrongly.

A misroute: a cheaper tier passes, or the chosen one fails and a dearer one passes. That can be
known only of samples which every tier has been tried on, so all figures here are of those, and
`left_out` says how many are not. Which samples are tried on every tier must not depend on how the
router did: let runs of the tiers alone hold the same tasks, or a seeded part of them (`--limit`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from engine.evals.summary import Sample, summarize
from engine.statistics import mean
from workbench.store.lake import Lake
from workbench.store.queries import routed

ORACLE: Final = "oracle"
"""The policy that knows every outcome: the cheapest tier that passes, or the cheapest of all."""
EFFORT: Final = ("calls", "tokens", "cost_usd", "duration_s")
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
MISROUTES: Final[dict[str, Any]] = {
    "episode_id": pl.String,
    "task_id": pl.String,
    "family": pl.String,
    "epoch": pl.Int64,
    "tier": pl.String,
    "reason": pl.String,
    "probability": pl.Float64,
    "passed": pl.Boolean,
    "fault": pl.String,
    "better": pl.String,
    "other_episode": pl.String,
}
_TARGETS: Final = 24
"""Points of a frontier at most."""


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Against:
    """A router beside its tiers; empty frames where no sample was tried on every tier."""

    policies: pl.DataFrame
    """The router, each tier alone and the oracle: columns `POLICIES`. Shares have 95 % intervals
    clustered by task; the rest are means an episode, null where one is unknown."""
    frontier: pl.DataFrame
    """What other quality targets would have come to, by what the tiers did: columns `FRONTIER`."""
    target: float | None
    """The quality target that the router had last; null: none is known."""
    misroutes: pl.DataFrame
    """The newest first: columns `MISROUTES`. `fault` is `too_low` or `too_high`, `better` the tier
    that would have been right, `other_episode` what it did."""
    left_out: int
    """Scored episodes of the router that were not tried on every tier, or went to several."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A sample that the router led and every tier was tried on."""

    own: Mapping[str, Any]
    """The router's episode, a row of `queries.routed.episodes`."""
    tiers: tuple[str, ...]
    """Cheapest first."""
    others: Mapping[str, Mapping[str, Any]]
    """Each tier's episode, a row of `queries.routed.alone`."""
    probabilities: Mapping[str, float | None]


def against(lake: Lake, led: pl.DataFrame) -> Against:
    """Weigh episodes that a router led, of `queries.routed.episodes`, against its tiers alone."""
    scored = led.filter(pl.col("passed").is_not_null()).unique(
        ["suite", "agent", "task_id", "epoch"], keep="first", maintain_order=True
    )
    tried = list(_tried(lake, scored.to_dicts()))
    found = [one for one in tried if one.own["tier"] is not None]
    return Against(
        policies=pl.DataFrame(list(_policies(found)), schema=POLICIES).fill_nan(None),
        frontier=pl.DataFrame(list(_frontier(found)), schema=FRONTIER),
        target=scored["quality_target"][0] if scored.height else None,
        misroutes=pl.DataFrame(list(_misroutes(found)), schema=MISROUTES),
        left_out=scored.height - len(found),
    )


def fault(tiers: Sequence[str], chosen: str, passed: bool, others: Mapping[str, bool]) -> str:  # noqa: FBT001 - an outcome
    """`too_high`, `too_low`, or empty where the choice was right; the cheapest of `tiers` first."""
    at = tiers.index(chosen)
    if any(others[tier] for tier in tiers[:at]):
        return "too_high"
    return "too_low" if not passed and any(others[tier] for tier in tiers[at + 1 :]) else ""


def _tried(lake: Lake, rows: Sequence[Mapping[str, Any]]) -> Iterator[_Tried]:
    decided = [orjson.loads(row["routing"])["decision"] for row in rows]
    models = {tier["model"] for decision in decided for tier in decision["tiers"]}
    alone: dict[tuple[Any, ...], dict[str, Mapping[str, Any]]] = {}
    suites = {row["suite"] for row in rows}
    for other in routed.alone(lake, sorted(suites), sorted(models)).iter_rows(named=True):
        alone.setdefault(_key(other), {})[other["model"]] = other
    for row, decision in zip(rows, decided, strict=True):
        found = alone.get(_key(row), {})
        tiers = decision["tiers"]
        if all(tier["model"] in found for tier in tiers):
            others = {tier["tier"]: found[tier["model"]] for tier in tiers}
            yield _Tried(
                own=_shadowed(row, decision["tier"], others) if decision.get("shadow") else row,
                tiers=tuple(others),
                others=others,
                probabilities={tier["tier"]: tier["probability"] for tier in tiers},
            )


def _shadowed(
    row: Mapping[str, Any], tier: str, others: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The episode as it would have been: a router in shadow mode is judged by what it decided."""
    return {**row, "tier": tier, **{name: others[tier][name] for name in ("passed", *EFFORT)}}


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["suite"], row["agent"], row["task_id"], row["epoch"]


def _policies(tried: Sequence[_Tried]) -> Iterator[dict[str, Any]]:
    if not tried:
        return
    yield _policy("router", "router", [(one, one.own["tier"], one.own) for one in tried])
    for tier in dict.fromkeys(tier for one in tried for tier in one.tiers):
        some = [one for one in tried if tier in one.others]
        yield _policy(tier, "tier", [(one, tier, one.others[tier]) for one in some])
    best = [(one, _best(one)) for one in tried]
    yield _policy(ORACLE, "oracle", [(one, tier, one.others[tier]) for one, tier in best])


def _best(one: _Tried) -> str:
    return next((tier for tier in one.tiers if one.others[tier]["passed"]), one.tiers[0])


def _policy(
    name: str, kind: str, choices: Sequence[tuple[_Tried, str, Mapping[str, Any]]]
) -> dict[str, Any]:
    passed = _share((one, row["passed"]) for one, _, row in choices)
    wrong = _share((one, bool(_fault(one, tier, row["passed"]))) for one, tier, row in choices)
    return {
        "policy": name,
        "kind": kind,
        "episodes": len(choices),
        **dict(zip(("passed", "low", "high"), passed, strict=True)),
        **dict(zip(("misrouted", "misrouted_low", "misrouted_high"), wrong, strict=True)),
        **_effort([row for _, _, row in choices]),
    }


def _fault(one: _Tried, tier: str, passed: bool) -> str:  # noqa: FBT001 - an outcome
    return fault(one.tiers, tier, passed, {name: o["passed"] for name, o in one.others.items()})


def _share(outcomes: Iterator[tuple[_Tried, bool]]) -> tuple[float, float, float]:
    """How many of the samples are so, with an interval clustered by task."""
    samples = [
        Sample(f"{one.own['suite']} {one.own['task_id']}", "", number, float(ok), ok)
        for number, (one, ok) in enumerate(outcomes)
    ]
    whole = summarize(samples)[0]
    return whole.passed, whole.low, whole.high


def _effort(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Means an episode; null where one is unknown."""
    columns = {name: [row[name] for row in rows] for name in EFFORT}
    return {
        name: None if None in values or not values else mean([float(value) for value in values])
        for name, values in columns.items()
    }


def _frontier(tried: Sequence[_Tried]) -> Iterator[dict[str, Any]]:
    known = [one for one in tried if None not in one.probabilities.values()]
    if not known:
        return
    said = sorted({round(p, 4) for one in known for p in one.probabilities.values() if p})
    step = max(1, math.ceil(len(said) / _TARGETS))
    for target in dict.fromkeys((0.0, *said[::step], 1.0)):
        rows = [one.others[_at(one, target)] for one in known]
        share = mean([float(row["passed"]) for row in rows])
        yield {"target": target, "passed": share, **_effort(rows)}


def _at(one: _Tried, target: float) -> str:
    """Where the sample would have gone; one that is locked stays."""
    if one.own["locked"]:
        return str(one.own["tier"])
    odds = {tier: p or 0.0 for tier, p in one.probabilities.items()}
    clear = [tier for tier in one.tiers if odds[tier] >= target]
    return clear[0] if clear else max(one.tiers, key=odds.__getitem__)


def _misroutes(tried: Sequence[_Tried]) -> Iterator[dict[str, Any]]:
    for one in tried:
        row = one.own
        if wrong := _fault(one, row["tier"], row["passed"]):
            better = _best(one)
            own = {name: row[name] for name in MISROUTES if name in row}
            other = one.others[better]["episode_id"]
            yield {**own, "fault": wrong, "better": better, "other_episode": other}
