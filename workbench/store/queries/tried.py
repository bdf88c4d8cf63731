"""Episodes that a router led, beside what each of its tiers did alone with the same tasks.

What a router lost by a choice can be known only of samples which every tier has been tried on: the
same task by the digest of its content, the same epoch and agent. Which samples these are must not
depend on how the router did: let runs of the tiers alone hold the same tasks, or a seeded part of
them (`--limit`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import polars as pl

from workbench.store.lake import Lake
from workbench.store.queries.runs import EVERY, PASSED

EFFORT: Final = ("calls", "tokens", "cost_usd", "duration_s")
"""What an episode took; a cost may be unknown."""
VERSIONS: Final = """
    SELECT run_id, task_id, any_value(content_hash) AS content_hash
    FROM task_versions GROUP BY run_id, task_id
"""
"""SQL of the digest of each task in each run that tells it."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample that a router led and every tier was tried on."""

    own: Row
    """The router's episode, a row of `queries.routing.episodes`; of one in shadow mode, what it
    would have been: it is judged by what it decided."""
    tiers: tuple[str, ...]
    """The cheapest first."""
    others: Mapping[str, Row]
    """Each tier's episode, a row of `alone`."""
    probabilities: Mapping[str, float | None]
    """What was expected of each tier that no bound kept out."""

    @property
    def best(self) -> str:
        """The cheapest tier that passes; the cheapest of all where none does."""
        return next((tier for tier in self.tiers if self.others[tier]["passed"]), self.tiers[0])

    def fault(self, tier: str, *, passed: bool) -> str:
        """What was wrong about going there, as `fault` says."""
        return fault(self.tiers, tier, passed, {n: o["passed"] for n, o in self.others.items()})


def fault(tiers: Sequence[str], chosen: str, passed: bool, others: Mapping[str, bool]) -> str:  # noqa: FBT001 - an outcome
    """`too_high`: a cheaper tier passes; `too_low`: it failed and a dearer one passes; else empty.

    `tiers` begins with the cheapest; `others` says of each whether it passes alone.
    """
    at = tiers.index(chosen)
    if any(others[tier] for tier in tiers[:at]):
        return "too_high"
    return "too_low" if not passed and any(others[tier] for tier in tiers[at + 1 :]) else ""


def tried(lake: Lake, led: pl.DataFrame) -> list[Tried]:
    """Of episodes of `queries.routing.episodes` those that can be judged, in the same order.

    Those are scored, went to one tier, and were tried on every tier alone.
    """
    rows = led.filter(pl.col("passed").is_not_null() & pl.col("tier").is_not_null()).to_dicts()
    return list(_tried(lake, rows))


def alone(lake: Lake, suites: Sequence[str], models: Sequence[str]) -> pl.DataFrame:
    """How these models did by themselves: the latest scored episode of each sample.

    Columns: suite, agent, task_id, content_hash (null: not told), family, epoch, model, run_id,
    episode_id, calls, tokens, cost_usd (null: unknown), duration_s, passed.
    """
    sql = f"""
        SELECT suite, episodes.agent, task_id, content_hash, family, epoch, episodes.model, run_id,
               episode_id, calls, input_tokens + output_tokens AS tokens, cost_usd,
               epoch(ended_at - episodes.started_at) AS duration_s, passed
        FROM episodes
        JOIN (SELECT DISTINCT run_id, suite FROM runs
              WHERE suite IN (SELECT unnest($suites)) AND source = 'eval') USING (run_id)
        JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        LEFT JOIN ({VERSIONS}) AS versions USING (run_id, task_id)
        WHERE episodes.model IN (SELECT unnest($models))
        QUALIFY row_number() OVER (
            PARTITION BY suite, episodes.agent, task_id, content_hash, epoch, episodes.model
            ORDER BY episodes.started_at DESC, episode_id DESC) = 1
        ORDER BY suite, episodes.agent, task_id, epoch, episodes.model
    """  # noqa: S608 - constants of ours
    given = {"suites": list(suites), "models": list(models), **EVERY}
    return lake.frame(sql, given)


def _tried(lake: Lake, rows: Sequence[Row]) -> Iterator[Tried]:
    decided = [orjson.loads(row["routing"])["decision"] for row in rows]
    models = {tier["model"] for decision in decided for tier in decision["tiers"]}
    suites = {row["suite"] for row in rows}
    by_sample: dict[tuple[Any, ...], dict[str, Row]] = {}
    for other in alone(lake, sorted(suites), sorted(models)).iter_rows(named=True):
        by_sample.setdefault(_sample(other), {})[other["model"]] = other
    for row, decision in zip(rows, decided, strict=True):
        found, tiers = by_sample.get(_sample(row), {}), decision["tiers"]
        if all(tier["model"] in found for tier in tiers):
            others = {tier["tier"]: found[tier["model"]] for tier in tiers}
            shadow = decision.get("shadow", False)
            yield Tried(
                own=_shadowed(row, decision["tier"], others) if shadow else row,
                tiers=tuple(others),
                others=others,
                probabilities={
                    tier["tier"]: tier.get("probability")
                    for tier in tiers
                    if not tier.get("bounds")
                },
            )


def _shadowed(row: Row, tier: str, others: Mapping[str, Row]) -> Row:
    return {**row, "tier": tier, **{name: others[tier][name] for name in ("passed", *EFFORT)}}


def _sample(row: Row) -> tuple[Any, ...]:
    return row["suite"], row["agent"], row["task_id"], row["content_hash"], row["epoch"]
