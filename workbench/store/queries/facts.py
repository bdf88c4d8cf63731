"""Recorded facts as the records they were, for replay, resumption and transcripts."""

from typing import TypeVar, cast

import polars as pl

from engine.contracts import Episode, Exchange, Fact, Run, Step
from engine.errors import NotFound
from workbench.store.lake import Lake
from workbench.store.rows import decode_all
from workbench.store.tables import BY_FACT

F = TypeVar("F", bound=Fact)


def run(lake: Lake, run_id: str) -> Run:
    """The run as it was started; raises `NotFound`."""
    frame = lake.frame("FROM runs WHERE run_id = ? ORDER BY started_at DESC LIMIT 1", [run_id])
    return _only(Run, frame, f"no run {run_id}")


def episode(lake: Lake, episode_id: str) -> Episode:
    """The episode; raises `NotFound` where none of that id has ended."""
    frame = lake.frame("FROM episodes WHERE episode_id = ? LIMIT 1", [episode_id])
    return _only(Episode, frame, f"no episode {episode_id}")


def steps(lake: Lake, episode_id: str) -> tuple[Step, ...]:
    """The episode's steps in order; also of one that has not ended."""
    frame = lake.frame('FROM steps WHERE episode_id = ? ORDER BY "index"', [episode_id])
    return _all(Step, frame)


def exchanges(lake: Lake, episode_id: str) -> tuple[Exchange, ...]:
    """What the episode asked of models and tools, and what came back, in order."""
    sql = 'FROM exchanges WHERE episode_id = ? ORDER BY step_index, "position"'
    return _all(Exchange, lake.frame(sql, [episode_id]))


def _only(kind: type[F], frame: pl.DataFrame, otherwise: str) -> F:
    if frame.is_empty():
        raise NotFound(otherwise)
    return _all(kind, frame)[0]


def _all(kind: type[F], frame: pl.DataFrame) -> tuple[F, ...]:
    return cast(tuple[F, ...], decode_all(BY_FACT[kind], frame.iter_rows(named=True)))
