"""What notebooks conclude, in sentences and small tables computed from a run's frames."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from pipelines.flows.frames import text_of
from workbench.bootstrap.standing import judged
from workbench.bootstrap.tables import interval, percent, seconds, usd
from workbench.store import Store
from workbench.store.queries.run import provenance
from workbench.store.queries.runs import summaries

WHOLE = pl.col("family") == "all"
_UNSCORED = "None of its episodes is scored yet."


def about(store: Store, runs: Sequence[str]) -> pl.DataFrame:
    """What runs these are, a row each in the order given."""
    order = {run: place for place, run in enumerate(runs)}
    found = summaries(store.lake, list(runs)).sort(pl.col("run_id").replace_strict(order))
    return found.select(
        "run_id", "suite", "agent", "model", "status", "done", "planned", "tags", "started_at"
    )


def made_with(store: Store, run: str) -> pl.DataFrame:
    """A run's provenance. Columns: what, value."""
    facts = provenance(store.lake, run)
    facts["started_at"] = datetime.fromtimestamp(facts["started_at"], UTC)
    texts = [text_of(value) for value in facts.values()]
    return pl.DataFrame({"what": list(facts), "value": texts})


def verdict(board: pl.DataFrame) -> str:
    """How the board's first run did, and whether the best of those beside it is out of reach."""
    first, *others = _scored(board)
    if first is None:
        return _UNSCORED
    share = f"**{_who(first)}** passes {_share(first)} of {first['tasks']} tasks"
    said = f"{share} (95 % interval {interval(first['low'], first['high'])})."
    if not others:
        return f"{said} No other run over the same samples stands beside it."
    best = max(others, key=_passed)
    there = f"{_share(best)}, {_place(first, best)}"
    return f"{said} The best beside it, **{_who(best)}**, passes {there}."


def weakest(board: pl.DataFrame) -> str:
    """Where the board's first run does worst and best, and where another does better than it."""
    families = board.filter(~WHOLE, pl.col("run_id") == board["run_id"][0])
    if families.is_empty():
        return "All its tasks are of one family."
    rows = families.sort("passed", "family").to_dicts()
    worst = rows[0]
    tops = [row for row in rows if row["passed"] == rows[-1]["passed"]]
    names = " and ".join(f"**{row['family']}**" for row in tops)
    said = (
        f"It does worst in **{worst['family']}** ({_share(worst)} of {worst['tasks']} tasks) "
        f"and best in {names} ({_share(tops[0])})."
    )
    return " ".join([said, *_overtaken(board, rows)])


def _overtaken(board: pl.DataFrame, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each family in which a run beside it passes more."""
    others = board.filter(~WHOLE, pl.col("run_id") != board["run_id"][0])
    said = []
    for row in rows:
        beside = others.filter(pl.col("family") == row["family"]).sort("passed", descending=True)
        if beside.height and beside["passed"][0] > row["passed"]:
            best = beside.to_dicts()[0]
            said.append(f"In **{row['family']}** {_who(best)} passes more: {_share(best)}.")
    return said


def effort(board: pl.DataFrame) -> str:
    """What the board's first run cost."""
    first = board.filter(WHOLE).to_dicts()[0]
    return (
        f"**{_who(first)}** took {_tokens(first)} at a cost of "
        f"{usd(first['cost_usd'])}; half its episodes ended within "
        f"{seconds(first['latency_p50_s'])}, 95 % within {seconds(first['latency_p95_s'])}."
    )


def _tokens(row: Mapping[str, Any]) -> str:
    if row["tokens"] is None:
        return "tokens that were not recorded,"
    each = f" ({row['tokens'] / row['episodes']:,.0f} an episode)" if row["episodes"] else ""
    return f"{row['tokens']:,} tokens{each}"


def judging(store: Store, run: str) -> str:
    """Which models or people judged a run's answers, whether that gates, and what it took."""
    said = judged(store, run)
    return "\n".join(f"- {line}" for line in said) if said else "No model and nobody judged them."


def uncertainty(board: pl.DataFrame) -> str:
    """How much less certain a score is when repeated tries of a task are not taken as new tasks."""
    first = _scored(board)[0]
    if first is None:
        return _UNSCORED
    naive, clustered = first["error_naive"], first["error"]
    wider = f"{clustered / naive:.2f} times" if naive else "just"
    return (
        f"{_share(first)} of {first['episodes']} episodes pass. Taken as independent, their "
        f"standard error is {naive:.7f}; clustered by the {first['tasks']} tasks it is "
        f"**{clustered:.7f}**, {wider} as wide."
    )


def endurance(board: pl.DataFrame) -> str:
    """How passing at least once and passing every time drift apart over repeated tries."""
    first = _scored(board)[0]
    if first is None:
        return _UNSCORED
    every, once = first["pass_hat"], first["pass_at"]
    if len(every) < 2:  # noqa: PLR2004
        return "Each task was tried once: nothing is known of how it goes the next time."
    return (
        f"Of {first['tasks']} tasks {percent(once[-1])} pass in at least one of {len(once)} tries, "
        f"{percent(every[-1])} in every one."
    )


def longer(lengths: pl.DataFrame) -> str:
    """Whether failing episodes are longer than passing ones."""
    steps = dict(lengths.select("outcome", "median steps").iter_rows())
    if len(steps) < 2:  # noqa: PLR2004
        return f"All episodes {next(iter(steps), 'are missing')}: there is nothing to compare."
    passed, failed = steps["passed"], steps["failed"]
    return (
        f"In the median a failing episode takes {failed:g} steps, a passing one {passed:g}: "
        f"failing ones are **{_comparison(failed, passed)}** passing ones."
    )


def repeats(calls: pl.DataFrame) -> str:
    """How many repeated calls gave the same output, and which tools' did not."""
    if calls.is_empty():
        return "No call was made twice with equal arguments."
    total, same = int(calls["repeated"].sum()), int(calls["same"].sum())
    unlike = calls.filter(pl.col("same") < pl.col("repeated"))["tool"].to_list()
    rest = (
        f" The others are calls of {', '.join(f'`{tool}`' for tool in unlike)}." if unlike else ""
    )
    return f"Of {total} calls that were repeated, **{same}** gave the same output each time.{rest}"


def pass_k(board: pl.DataFrame) -> pl.DataFrame:
    """The first run's pass^k and pass@k. Columns: k, pass^k, pass@k."""
    first = board.filter(WHOLE).to_dicts()[0]
    every, once = first["pass_hat"] or [], first["pass_at"] or []
    ks = range(1, len(every) + 1)
    return pl.DataFrame({"k": list(ks), "pass^k": every, "pass@k": once})


def _scored(board: pl.DataFrame) -> list[Any]:
    """The whole of each run: of the first in any case, none where it has no score; then others'."""
    first, *others = board.filter(WHOLE).to_dicts()
    return [first if first["episodes"] else None, *(row for row in others if row["episodes"])]


def _passed(row: dict[str, Any]) -> float:
    return float(row["passed"])


def _who(row: dict[str, Any]) -> str:
    return " with ".join(filter(None, [row["agent"], row["model"]]))


def _share(row: dict[str, Any]) -> str:
    return percent(row["passed"])


def _comparison(one: float, other: float) -> str:
    if one == other:
        return "as long as"
    return "longer than" if one > other else "shorter than"


def _place(first: dict[str, Any], other: dict[str, Any]) -> str:
    """Where another run's share lies, seen from the first one's interval."""
    if other["passed"] < first["low"]:
        return "below that interval"
    return "above that interval" if other["passed"] > first["high"] else "inside that interval"
