"""Which judges gated a run and which informed alone, and what judging took."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from engine.contracts import Calibration, Score
from workbench.bootstrap.tables import percent, usd
from workbench.store import Store
from workbench.store.queries import judging

JUDGES: Final[dict[str, Any]] = {
    "scorer": pl.String,
    "judge": pl.String,
    "rubric": pl.String,
    "standing": pl.String,
    "why": pl.String,
    "answers": pl.Int64,
    "failed": pl.Int64,
    "passed": pl.Float64,
    "agreement": pl.Float64,
    "calls": pl.Int64,
    "tokens": pl.Int64,
    "cost_usd": pl.Float64,
}
_PEOPLE: Final = "people"


def judges(store: Store, run_id: str) -> pl.DataFrame:
    """A row for each judge of a run, and for people who rated it.

    Columns: scorer, judge, rubric, standing (`gates`, or `informs`: it decides nothing), why,
    answers, failed (askings without a judgement), passed (share of answers), agreement
    (self-consistency), calls, tokens, cost_usd (null: unknown).
    """
    said = _standings(judging.scores(store.lake, run_id))
    known = {fact.calibration_id: fact for fact in judging.calibrations(store.lake)}
    rows = []
    for row in judging.effort(store.lake, run_id).to_dicts():
        standing = said.pop(row["scorer"], {})
        rows.append({**row, **_stands(standing, known)})
    for scorer, standing in said.items():
        rows.append({"scorer": scorer, "judge": _PEOPLE, **_stands(standing, known)})
    return pl.DataFrame([{k: row.get(k) for k in JUDGES} for row in rows], schema=JUDGES)


def judged(store: Store, run_id: str) -> list[str]:
    """The same in sentences, a line a judge; empty where nobody was asked."""
    return [sentence(row) for row in judges(store, run_id).to_dicts()]


def sentence(row: Mapping[str, Any]) -> str:
    """What stands behind a judge's word, and what asking it took."""
    who = f"{row['scorer']}: judged by {row['judge']}"
    stands = (
        f"{who}, {row['standing']} ({row['why']})" if row["why"] else f"{who}, {row['standing']}"
    )
    if row["calls"] is None:
        return stands
    failed = f", {row['failed']} without a judgement" if row["failed"] else ""
    took = f"judging {usd(row['cost_usd'])}, {row['calls']} calls, {row['tokens']:,} tokens"
    passed = f", {percent(row['passed'])} of them passed by it" if row["answers"] else ""
    return f"{stands}; {row['answers']} answers{passed}{failed}; {took}"


def calibrated(fact: Calibration) -> str:
    """A calibration in a few words: when, and how far it agrees."""
    kappa = "undefined" if fact.kappa is None else f"{fact.kappa:.2f}"
    return f"calibrated {day(fact.calibrated_at)}, kappa {kappa}, {fact.labels} labels"


def stands(fact: Calibration | None) -> str:
    """Whether a judge with this calibration gates or informs, and why."""
    if fact is None:
        return "informs (no calibration of this judge for these tasks)"
    if fact.valid:
        return f"gates ({calibrated(fact)})"
    return f"informs ({calibrated(fact)}: {fact.reason})"


def day(seconds: float) -> str:
    """A moment's date, UTC."""
    return f"{pl.from_epoch(pl.Series([int(seconds)]), time_unit='s')[0]:%Y-%m-%d}"


def _standings(scores: Iterable[Score]) -> dict[str, dict[str, Any]]:
    """What the scores say of each judge, by its label; of several words the last."""
    found: dict[str, dict[str, Any]] = {}
    for score in scores:
        details: dict[str, Any] = score.details
        if "standing" in details:
            found[score.scorer] = details
        for part in details.get("parts", ()):
            inner = part.get("details", {})
            if "standing" in inner:
                found[f"{score.scorer}.{part['name']}"] = inner
    return found


def _stands(said: Mapping[str, Any], known: Mapping[str, Calibration]) -> dict[str, Any]:
    fact = known.get(said.get("calibration_id", ""))
    why = said.get("why", "")
    if fact is not None:
        why = calibrated(fact) + (f": {why}" if why else "")
    return {"standing": said.get("standing", "informs"), "why": why}
