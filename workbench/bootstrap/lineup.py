"""Which runs are read side by side."""

import polars as pl

from engine.errors import NotFound
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.queries.beside import baselines
from workbench.store.queries.resolve import resolve_run


def lineup(store: Store, run: str | None = None, *, tag: str | None = None) -> list[str]:
    """A run, and after it those that show what its score is worth.

    The run is the one named, else the newest that asked a model, else the newest. With a `tag`
    the newest run of each agent and model that bears it follows, those with a model first;
    without one, the baselines over the same samples. Raises `NotFound` where there is none.
    """
    if tag is None:
        first = _featured(store.runs()) if run is None else resolve_run(store.lake, run)
        return [first, *baselines(store.lake, first)["run_id"]]
    tagged = store.runs(tag=tag)
    if tagged.is_empty():
        raise NotFound(f"no run bears the tag {tag!r}", hint="see workbench runs")
    first = _featured(tagged) if run is None else resolve_run(store.lake, run)
    return [first, *_others(store, tagged, first)]


def _featured(runs: pl.DataFrame) -> str:
    """The newest run with a model, else the newest; `runs` has the newest first."""
    if runs.is_empty():
        raise NotFound("the store has no runs yet", hint="workbench eval makes one")
    asking = runs.filter(pl.col("model") != "")
    return str((runs if asking.is_empty() else asking)["run_id"][0])


def _others(store: Store, tagged: pl.DataFrame, first: str) -> list[str]:
    """Of the tagged runs of the same suite the newest of each agent and model but the first's."""
    named = facts.run(store.lake, first)
    newest = (
        tagged.filter(pl.col("suite") == named.suite)
        .unique(["agent", "model"], keep="first", maintain_order=True)
        .filter((pl.col("agent") != named.agent) | (pl.col("model") != named.model))
        .sort(pl.col("model") == "", "agent", "model")
    )
    return newest["run_id"].to_list()
