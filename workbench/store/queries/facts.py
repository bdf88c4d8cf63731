"""Recorded facts as the records they were, for replay, resumption and transcripts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar, cast

import polars as pl

from engine.contracts import Episode, Exchange, Fact, Run, Step
from engine.errors import NotFound
from engine.replay import Recording
from workbench.store.lake import Lake
from workbench.store.rows import decode_all
from workbench.store.tables import BY_FACT

F = TypeVar("F", bound=Fact)
_AT_ONCE = 32
"""Episodes read at a time: what a long one asked takes up to a megabyte."""


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


def first_step(lake: Lake, episode_id: str) -> Step | None:
    """The step that an episode begins with; none where none is recorded."""
    sql = 'FROM steps WHERE episode_id = ? ORDER BY "index" LIMIT 1'
    return next(iter(_all(Step, lake.frame(sql, [episode_id]))), None)


def exchanges(lake: Lake, episode_id: str) -> tuple[Exchange, ...]:
    """What the episode asked of models and tools, and what came back, in order."""
    sql = 'FROM exchanges WHERE episode_id = ? ORDER BY step_index, "position"'
    return _all(Exchange, lake.frame(sql, [episode_id]))


def recordings(lake: Lake, episode_ids: Sequence[str]) -> Iterator[Recording]:
    """All that is recorded of these episodes, in this order, a few read at a time.

    Raises `NotFound` where one of them has not ended.
    """
    for first in range(0, len(episode_ids), _AT_ONCE):
        yield from _some(lake, episode_ids[first : first + _AT_ONCE])


def _some(lake: Lake, ids: Sequence[str]) -> Iterator[Recording]:
    ended = {fact.episode_id: fact for fact in _of_episodes(Episode, lake, ids)}
    parts: defaultdict[str, list[Step | Exchange]] = defaultdict(list)
    for step in _of_episodes(Step, lake, ids):
        parts[step.episode_id].append(step)
    for exchange in _of_episodes(Exchange, lake, ids):
        parts[exchange.episode_id].append(exchange)
    for episode_id in ids:
        if episode_id not in ended:
            raise NotFound(f"no episode {episode_id} has ended")
        yield Recording.of([ended[episode_id], *parts[episode_id]])


def _of_episodes(kind: type[F], lake: Lake, ids: Sequence[str]) -> tuple[F, ...]:
    table = BY_FACT[kind].name
    sql = f"FROM {table} WHERE episode_id IN (SELECT unnest($ids))"
    return _all(kind, lake.frame(sql, {"ids": list(ids)}))


def _only(kind: type[F], frame: pl.DataFrame, otherwise: str) -> F:
    if frame.is_empty():
        raise NotFound(otherwise)
    return _all(kind, frame)[0]


def _all(kind: type[F], frame: pl.DataFrame) -> tuple[F, ...]:
    return cast(tuple[F, ...], decode_all(BY_FACT[kind], frame.iter_rows(named=True)))
