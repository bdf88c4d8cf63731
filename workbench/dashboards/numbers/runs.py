"""What the Runs page asks."""

from dataclasses import dataclass

import polars as pl

from engine.errors import BadInput
from workbench.bootstrap.comparison import Comparison, compare_runs
from workbench.bootstrap.curves import Tradeoff, tradeoff
from workbench.bootstrap.results import scoreboard
from workbench.dashboards.state import RunsState
from workbench.store import Store
from workbench.store.queries import labels, runs
from workbench.store.queries.run import differences

MOST = 500
"""Runs that the page looks through: the latest that fit the search and the tag."""
_PAIR = 2
_NO_CHOICE = ("run_id", "name", "started_at")
"""What no two runs have in common: it is no part of how they were configured."""


@dataclass(frozen=True, slots=True)
class TwoRuns:
    """Two runs side by side, in the order of their selection."""

    runs: pl.DataFrame
    board: pl.DataFrame
    differences: pl.DataFrame
    comparison: Comparison | None
    """The second against the first; null where they cannot be compared."""
    refused: str
    """Why they cannot; empty where they can."""


@dataclass(frozen=True, slots=True)
class Several:
    """What two runs or more score against what they take."""

    tradeoff: Tradeoff | None
    refused: str
    """Why they cannot be drawn together; empty where they can."""


@dataclass(frozen=True, slots=True)
class RunsNumbers:
    """The runs that fit, and what filters can be set to."""

    listed: pl.DataFrame
    choices: dict[str, list[str]]
    two: TwoRuns | None
    several: Several | None


def load_runs(store: Store, state: RunsState) -> RunsNumbers:
    """Runs as filtered, with those selected compared where they are two."""
    found = runs.latest(store.lake, MOST, search=state.search, tag=state.tag)
    wanted = {
        name: value
        for name in ("suite", "agent", "model", "status")
        if (value := getattr(state, name)) is not None
    }
    return RunsNumbers(
        listed=found.filter(**wanted),
        choices=_choices(store, found),
        two=_two(store, state.selected),
        several=_several(store, state.selected),
    )


def _choices(store: Store, found: pl.DataFrame) -> dict[str, list[str]]:
    names = ("suite", "agent", "model", "status")
    values = {name: found[name].unique().sort().to_list() for name in names}
    used = labels.tags(store.lake).filter(pl.col("runs") > 0)
    return {**values, "tag": used["tag"].to_list()}


def _two(store: Store, selected: tuple[str, ...]) -> TwoRuns | None:
    if len(selected) != _PAIR:
        return None
    one, other = selected
    comparison, refused = _compared(store, one, other)
    return TwoRuns(
        runs=runs.summaries(store.lake, [one, other]),
        board=scoreboard(store, [one, other]),
        differences=differences(store.lake, one, other).filter(~pl.col("name").is_in(_NO_CHOICE)),
        comparison=comparison,
        refused=refused,
    )


def _compared(store: Store, one: str, other: str) -> tuple[Comparison | None, str]:
    """The comparison, or why there is none."""
    try:
        return compare_runs(store, one, other), ""
    except BadInput as error:
        return None, str(error)


def _several(store: Store, selected: tuple[str, ...]) -> Several | None:
    if len(selected) < _PAIR:
        return None
    try:
        return Several(tradeoff(store, selected), "")
    except BadInput as error:
        return Several(None, str(error))
