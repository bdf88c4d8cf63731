"""Replay from Python, in scripts and in notebooks alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from engine.errors import BadInput
from engine.replay import Mode, Replayed
from workbench.bootstrap.api import in_thread
from workbench.bootstrap.logs import configure_logs
from workbench.bootstrap.replaying import COUNTS, ReplayReport, replay_episodes, subjects
from workbench.settings import Settings
from workbench.store import Store

_EPISODES: Final[dict[str, Any]] = {
    "run_id": pl.String,
    "episode_id": pl.String,
    "task_id": pl.String,
    "steps": pl.Int64,
    "diverged": pl.Boolean,
    "step": pl.Int64,
    "position": pl.Int64,
    "kind": pl.String,
    "shown": pl.String,
}
_RUNS: Final[dict[str, Any]] = {"run_id": pl.String, **dict.fromkeys(COUNTS, pl.Int64)}
_SKIPPED: Final[dict[str, Any]] = {
    "run_id": pl.String,
    "episode_id": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True, slots=True, eq=False)  # frames have no truth value
class Replays:
    """What came of replaying episodes."""

    mode: Mode
    runs: pl.DataFrame
    """A row a run. Columns: run_id, episodes (replayed), steps (that came as they were recorded),
    diverged, skipped (episodes)."""
    episodes: pl.DataFrame
    """A row a replayed episode. Columns: run_id, episode_id, task_id, steps, diverged, and of the
    first divergence, null where there is none: step, position, kind, shown."""
    skipped: pl.DataFrame
    """Columns: run_id, episode_id, reason."""

    @property
    def diverged(self) -> pl.DataFrame:
        """The episodes that part from their recording."""
        return self.episodes.filter("diverged")

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {self.runs[name].sum()}" for name in COUNTS)
        return f"Replays({self.mode}: {counts})"


def replay(
    *names: str,
    mode: Mode | str = Mode.STRICT,
    tag: str | None = None,
    home: str | Path | None = None,
) -> Replays:
    """Replay episodes and runs, each by id, the beginning of one, or `last`.

    `mode` is `strict`, `tools-live` or `model-live`; with a `tag` the newest run of each agent and
    model that bears it is replayed as well. Works inside a running event loop too. Raises
    `NotFound`, and `BadInput` where there is nothing to replay, or nothing of it can be.
    """
    settings = Settings.load(home=None if home is None else Path(home))
    configure_logs(settings)
    with Store.open(settings) as store:
        ids = subjects(store, names, tag)
        report = in_thread(replay_episodes(settings, store, ids, mode=_mode(mode)))
    report.check()
    return _frames(report)


def _mode(name: Mode | str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        known = ", ".join(Mode)
        raise BadInput(f"no mode of replay is named {name!r}", hint=f"known: {known}") from None


def _frames(report: ReplayReport) -> Replays:
    counts = report.counts()
    runs = [{"run_id": run, **{name: n[name] for name in COUNTS}} for run, n in counts.items()]
    skipped: Sequence[dict[str, str]] = [
        {"run_id": s.run_id, "episode_id": s.episode_id, "reason": s.reason} for s in report.skipped
    ]
    return Replays(
        mode=report.mode,
        runs=pl.DataFrame(runs, schema=_RUNS),
        episodes=pl.DataFrame([_row(one) for one in report.replayed], schema=_EPISODES),
        skipped=pl.DataFrame(skipped, schema=_SKIPPED),
    )


def _row(one: Replayed) -> dict[str, Any]:
    found = one.divergence
    return {
        "run_id": one.run_id,
        "episode_id": one.episode_id,
        "task_id": one.task_id,
        "steps": one.steps,
        "diverged": found is not None,
        "step": found and found.step,
        "position": found and found.position,
        "kind": found and str(found.kind),
        "shown": found and found.shown,
    }
