"""Questions about episodes and what was said in them."""

import orjson
import polars as pl

from engine.errors import BadInput, NotFound
from workbench.store.lake import Lake
from workbench.store.queries.runs import PASSED

_WIDTH = 60
"""Characters of a snippet either side of what was found."""


def of_run(lake: Lake, run_id: str) -> pl.DataFrame:
    """A run's episodes, with whether they passed.

    Columns: those of the table `episodes` (see `workbench/store/migrations`), duration_s, passed
    (every scorer said yes; null: not scored); sorted by task_id, epoch.
    """
    return _listed(lake, run_id, None)


def one(lake: Lake, episode_id: str) -> pl.DataFrame:
    """One episode as a single row, columns as `of_run`; raises `NotFound`."""
    found = lake.frame("SELECT run_id FROM episodes WHERE episode_id = ? LIMIT 1", [episode_id])
    if found.is_empty():
        raise NotFound(f"no episode {episode_id}")
    return _listed(lake, found.item(), episode_id)


def _listed(lake: Lake, run_id: str, episode_id: str | None) -> pl.DataFrame:
    sql = f"""
        SELECT episodes.*, epoch(ended_at - started_at) AS duration_s, passed
        FROM episodes LEFT JOIN ({PASSED}) AS marks USING (run_id, episode_id)
        WHERE run_id = $first AND ($episode IS NULL OR episode_id = $episode)
        ORDER BY task_id, epoch, episode_id
    """  # noqa: S608
    return lake.frame(sql, {"first": run_id, "last": run_id, "episode": episode_id})


def steps(lake: Lake, episode_id: str) -> pl.DataFrame:
    """An episode's steps in order, also while it goes on.

    Columns: those of the table `steps`; messages, error and attributes are JSON text.
    """
    return lake.frame('FROM steps WHERE episode_id = ? ORDER BY "index"', [episode_id])


def exchanges(lake: Lake, episode_id: str) -> pl.DataFrame:
    """What an episode asked of models and tools and what came back, in order.

    Columns: those of the table `exchanges`; request, response and error are JSON text.
    """
    sql = 'FROM exchanges WHERE episode_id = ? ORDER BY step_index, "position"'
    return lake.frame(sql, [episode_id])


def recorded(lake: Lake, episode_id: str) -> tuple[bool, set[int], set[tuple[int, int]]]:
    """Whether its end is recorded, the indexes of its steps, the places of its exchanges."""
    ends = lake.frame("SELECT 1 FROM episodes WHERE episode_id = ? LIMIT 1", [episode_id])
    steps = lake.frame('SELECT "index" FROM steps WHERE episode_id = ?', [episode_id])
    sql = 'SELECT step_index, "position" FROM exchanges WHERE episode_id = ?'
    places = lake.frame(sql, [episode_id])
    return not ends.is_empty(), set(steps["index"]), set(places.iter_rows())


def scores(lake: Lake, episode_id: str) -> pl.DataFrame:
    """What each scorer said of an episode, the latest first. Columns: those of `scores`."""
    return lake.frame("FROM scores WHERE episode_id = ? ORDER BY scored_at DESC", [episode_id])


def search(lake: Lake, text: str, *, run_id: str | None = None, limit: int = 50) -> pl.DataFrame:
    """Steps whose messages or tool calls hold `text`, whatever its case, newest first.

    Columns: run_id, episode_id, index, kind, agent, started_at, snippet (what surrounds the first
    place where it was found). Raises `BadInput` for an empty text.
    """
    if not text.strip():
        raise BadInput("nothing to search for", where="text")
    sql = """
        SELECT run_id, episode_id, "index", kind, agent, started_at,
               trim(array_to_string(json_extract_string(messages, '$[*].content') ||
                    json_extract_string(messages, '$[*].tool_calls'), chr(10))) AS said
        FROM steps
        WHERE ($run IS NULL OR run_id = $run) AND contains(lower(messages), lower($quoted))
          AND (contains(lower(said), lower($text)) OR contains(lower(said), lower($quoted)))
        ORDER BY started_at DESC, episode_id, "index" LIMIT $limit
    """
    given = {"run": run_id, "text": text, "quoted": _quoted(text), "limit": limit}
    found = lake.frame(sql, given)
    snippets = [_snippet(said, text) for said in found["said"]]
    return found.drop("said").with_columns(pl.Series("snippet", snippets, dtype=pl.String))


def _quoted(text: str) -> str:
    """The text as it stands inside JSON."""
    return orjson.dumps(text)[1:-1].decode()


def _snippet(said: str, text: str) -> str:
    lowered = said.lower()
    at = max(lowered.find(text.lower()), lowered.find(_quoted(text).lower()), 0)
    start, end = max(0, at - _WIDTH), at + len(text) + _WIDTH
    middle = " ".join(said[start:end].split())
    return f"{'…' if start else ''}{middle}{'…' if end < len(said) else ''}"
