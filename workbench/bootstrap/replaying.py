"""Recorded episodes of the store led through today's suites, agents and loop."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.errors import BadInput
from engine.models.catalog import Catalog
from engine.replay import Mode, Recording, Replayed, heard
from engine.replay import replay as replay_recording
from workbench.bootstrap.lineup import lineup
from workbench.bootstrap.staging import Stage
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_episode, resolve_run


@dataclass(frozen=True, slots=True)
class Skipped:
    """An episode that cannot be replayed, and why."""

    run_id: str
    episode_id: str
    reason: str


COUNTS: Final = ("episodes", "steps", "diverged", "skipped")
OnReplayed = Callable[[Replayed | Skipped], None]


@dataclass(slots=True)
class ReplayReport:
    """What came of replaying episodes, in their order."""

    mode: Mode
    replayed: list[Replayed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def diverged(self) -> list[Replayed]:
        """Those that part from their recording."""
        return [episode for episode in self.replayed if episode.divergence is not None]

    def take(self, done: Replayed | Skipped) -> None:
        """Add an episode."""
        if isinstance(done, Replayed):
            self.replayed.append(done)
        else:
            self.skipped.append(done)

    def counts(self) -> dict[str, Counter[str]]:
        """By run: episodes replayed, steps that came as recorded, diverged, skipped."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for episode in self.replayed:
            gone = episode.divergence is not None
            counts[episode.run_id].update(episodes=1, steps=episode.steps, diverged=int(gone))
        for skip in self.skipped:
            counts[skip.run_id].update(skipped=1)
        return counts

    def reasons(self) -> Counter[str]:
        """Why episodes were skipped, and how many."""
        return Counter(skip.reason for skip in self.skipped)

    def check(self) -> None:
        """Raise `BadInput` with the first reason where nothing could be replayed."""
        if self.replayed or not self.skipped:
            return
        first, count = self.skipped[0], len(self.skipped)
        said = f"{first.episode_id} cannot be replayed: {first.reason}"
        raise BadInput(f"{said}; nor can {count - 1} others" if count > 1 else said)


def subjects(store: Store, names: Sequence[str], tag: str | None = None) -> list[str]:
    """The ids of the episodes that these runs and episodes come to, in order, each once.

    With a `tag` the newest run of each agent and model that bears it is added. Raises `NotFound`,
    and `BadInput` where there is no episode that has ended.
    """
    if not names and tag is None:
        raise BadInput("give an episode, a run or a tag", hint="workbench replay last")
    runs = lineup(store, tag=tag) if tag is not None else []
    found: dict[str, None] = {}
    for name in (*names, *runs):
        if name.startswith("ep-"):
            found[resolve_episode(store.lake, name)] = None
        else:
            run = resolve_run(store.lake, name)
            found |= dict.fromkeys(store.episodes(run)["episode_id"].to_list())
    if not found:
        raise BadInput(f"no episode has ended in {', '.join(names) or tag}")
    return list(found)


async def replay_episodes(
    settings: Settings,
    store: Store,
    episode_ids: Sequence[str],
    *,
    mode: Mode = Mode.STRICT,
    on_done: OnReplayed = lambda _done: None,
) -> ReplayReport:
    """Replay episodes one after the other; what cannot be replayed is skipped with its reason.

    `on_done` hears of each. Raises `NotFound` where an episode has not ended.
    """
    report = ReplayReport(mode)
    async with Catalog(settings.endpoints) as catalog:
        stage = Stage(store, catalog, mode)
        for recording in facts.recordings(store.lake, episode_ids):
            done = await _one(recording, stage)
            report.take(done)
            on_done(done)
    return report


async def _one(recording: Recording, stage: Stage) -> Replayed | Skipped:
    episode = recording.episode
    if reason := recording.missing():
        return Skipped(episode.run_id, episode.episode_id, reason)
    try:
        told = heard(recording) if recording.imported else recording
        return await replay_recording(told, stage.setup(told), stage.mode)
    except BadInput as error:
        return Skipped(episode.run_id, episode.episode_id, str(error))
