"""Runs and their episodes as lines of an export, a few episodes read at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from engine.contracts import EpisodeLine, Fact, RunLine
from engine.errors import NotFound
from workbench.store.lake import Lake
from workbench.store.rows import decode_all
from workbench.store.selection import REFERRED, Selection
from workbench.store.tables import BY_NAME

_AT_ONCE: Final = 64
"""Episodes read at a time: what a long one asked takes up to a megabyte."""
_OF_EPISODES: Final = tuple(name for name in EpisodeLine.model_fields if name in BY_NAME)
_OF_RUNS: Final = tuple(name for name in RunLine.model_fields if name in BY_NAME)


def run_line(lake: Lake, run_id: str) -> RunLine:
    """The run with all that is no episode's; raises `NotFound`."""
    there = Selection((run_id,)).rows(lake)
    if "runs" not in there:
        raise NotFound(f"no run {run_id}")
    found = {name: _of_run(lake, name, run_id) for name in _OF_RUNS if name in there}
    return RunLine(run_id=run_id, **found)  # type: ignore[arg-type]


def episode_ids(lake: Lake, run_id: str) -> list[str]:
    """Every episode of which anything is recorded, those that ended first, by task and epoch."""
    ids = "SELECT episode_id FROM {} WHERE run_id = $run"
    some = " UNION ".join(ids.format(name) for name in _OF_EPISODES)
    sql = f"""
        SELECT episode_id, min(task_id) AS task, min(epoch) AS epoch
        FROM ({some}) LEFT JOIN (FROM episodes WHERE run_id = $run) USING (episode_id)
        WHERE coalesce(episode_id, '') <> '' GROUP BY episode_id
        ORDER BY task NULLS LAST, epoch, episode_id
    """  # noqa: S608
    return lake.frame(sql, {"run": run_id})["episode_id"].to_list()


def episode_lines(lake: Lake, run_id: str, ids: Sequence[str]) -> Iterator[EpisodeLine]:
    """These episodes of the run, in this order."""
    there = [name for name in Selection((run_id,)).rows(lake) if name in _OF_EPISODES]
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        parts: defaultdict[str, defaultdict[str, list[Fact]]]
        parts = defaultdict(lambda: defaultdict(list))
        for name in there:
            for fact in _of_episodes(lake, name, run_id, some):
                parts[fact.episode_id][name].append(fact)  # type: ignore[attr-defined]
        for episode_id in some:
            found: dict[str, Any] = {n: tuple(facts) for n, facts in parts[episode_id].items()}
            yield EpisodeLine(run_id=run_id, episode_id=episode_id, **found)


def _of_run(lake: Lake, name: str, run_id: str) -> tuple[Fact, ...]:
    where = "run_id IN (SELECT unnest($runs))"
    if name in REFERRED:
        where = f"{where} OR {REFERRED[name]}"
    elif name in _OF_EPISODES:
        where = f"{where} AND coalesce(episode_id, '') = ''"
    sql = f"FROM {name} WHERE {where} ORDER BY ALL"
    frame = lake.frame(sql, {"runs": [run_id]})
    return decode_all(BY_NAME[name], frame.iter_rows(named=True))


def _of_episodes(lake: Lake, name: str, run_id: str, ids: Sequence[str]) -> tuple[Fact, ...]:
    sql = f"""
        FROM {name} WHERE run_id = $run AND episode_id IN (SELECT unnest($ids)) ORDER BY ALL
    """
    frame = lake.frame(sql, {"run": run_id, "ids": list(ids)})
    return decode_all(BY_NAME[name], frame.iter_rows(named=True))
