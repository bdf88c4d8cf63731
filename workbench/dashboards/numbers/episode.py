"""What the Episode page asks."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.contracts import Exchange, RoutingDecision, Step
from engine.errors import NotFound
from workbench.bootstrap.moments import Moment, moments
from workbench.dashboards.numbers.labels import LabelNumbers, load_labels
from workbench.store import Store
from workbench.store.queries import episodes, facts, routing
from workbench.store.queries.resolve import resolve_episode
from workbench.store.waitlist import waitlist


@dataclass(frozen=True, slots=True)
class EpisodeNumbers:
    """One episode, ended or going on."""

    episode_id: str
    run_id: str
    suite: str
    """The suite of its run as it was asked for, or by name."""
    episode: dict[str, Any] | None
    """Its row of `queries.episodes.one`; none until it has ended."""
    scores: pl.DataFrame
    steps: tuple[Step, ...]
    tokens: pl.DataFrame
    exchanges: tuple[Exchange, ...]
    routed: tuple[RoutingDecision, ...]
    """What routers decided for its model calls."""
    moments: list[Moment]
    """Its states, step by step."""
    before: str | None
    after: str | None
    labels: LabelNumbers
    waits: dict[str, Any] | None
    """What it waits for, a row of `Store.escalations`; none where it does not wait."""


def load_episode(store: Store, text: str) -> EpisodeNumbers:
    """The episode of that id, or the beginning of one; raises `NotFound` or `BadInput`."""
    with store.at_one_moment() as now:
        return _load(now, text)


def _load(store: Store, text: str) -> EpisodeNumbers:
    lake = store.lake
    episode_id = resolve_episode(lake, text)
    steps = facts.steps(lake, episode_id)
    row = _row(store, episode_id)
    run_id = row["run_id"] if row else steps[0].run_id
    exchanges = facts.exchanges(lake, episode_id)
    before, after = _neighbours(store, run_id, episode_id)
    return EpisodeNumbers(
        episode_id=episode_id,
        run_id=run_id,
        suite=_suite(store, run_id),
        episode=row,
        scores=episodes.scores(lake, episode_id),
        steps=steps,
        tokens=episodes.steps(lake, episode_id),
        exchanges=exchanges,
        routed=routing.of_episode(lake, episode_id),
        moments=moments(steps, exchanges),
        before=before,
        after=after,
        labels=load_labels(store, run_id, episode_id),
        waits=_waits(store, run_id, episode_id),
    )


def _waits(store: Store, run_id: str, episode_id: str) -> dict[str, Any] | None:
    own = waitlist(store.waits, run_id).filter(episode_id=episode_id, state="waiting")
    return next(iter(own.to_dicts()), None)


def _row(store: Store, episode_id: str) -> dict[str, Any] | None:
    try:
        return episodes.one(store.lake, episode_id).to_dicts()[0]
    except NotFound:  # it has steps, but has not ended
        return None


def _suite(store: Store, run_id: str) -> str:
    run = facts.run(store.lake, run_id)
    return str(run.provenance.settings.get("suite", run.suite))


def _neighbours(store: Store, run_id: str, episode_id: str) -> tuple[str | None, str | None]:
    """The episodes before and after it in the run's order, by task and epoch."""
    ids = episodes.of_run(store.lake, run_id)["episode_id"].to_list()
    if episode_id not in ids:
        return None, None
    at = ids.index(episode_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)
