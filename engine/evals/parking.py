"""Where the episodes of a run are kept that may come to wait for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.clock import Clock
from engine.contracts import Escalation, Escalations, Exchange, Fact, OpenEpisode, Step, Wait
from engine.orchestration import Emit, Log


@dataclass(frozen=True, slots=True)
class Past:
    """An episode that may wait for a person: what it has done, and where its facts go."""

    log: Log
    emit: Emit


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of an episode already."""

    ended: bool = False
    steps: frozenset[int] = frozenset()
    """Indexes of its steps."""
    exchanges: frozenset[tuple[int, int]] = frozenset()
    """Step index and position of its exchanges."""

    def lacks(self, fact: Fact) -> bool:
        """Whether the fact is a new one."""
        if isinstance(fact, Step):
            return fact.index not in self.steps
        if isinstance(fact, Exchange):
            return (fact.step_index, fact.position) not in self.exchanges
        return True


@dataclass(frozen=True, slots=True)
class Parking:
    """Opens, leads on, parks and finishes episodes.

    An episode that goes on is run from the beginning with its log: what it emits again is
    compared with what is `recorded`, by episode id, and dropped where it is there.
    """

    waits: Escalations
    recorded: Callable[[str], Recorded]
    on_wait: Callable[[Escalation], None] = lambda _escalation: None

    def begin(self, episode: OpenEpisode, emit: Emit) -> Past:
        """Open a new episode."""
        self.waits.begin(episode)
        return Past(Log(keep=partial(self.waits.keep, episode.episode_id)), emit)

    def tidy(self, run_id: str) -> None:
        """Finish episodes whose end was recorded just before their process died."""
        for episode in self.left(run_id):
            if self.recorded(episode.episode_id).ended:
                self.waits.finish(episode.episode_id)

    def left(self, run_id: str) -> list[OpenEpisode]:
        """The run's open episodes that do not wait."""
        waiting = {w.episode_id for w in self.waits.listed(run_id) if w.state == "waiting"}
        return [e for e in self.waits.open(run_id) if e.episode_id not in waiting]

    def take_up(self, episode: OpenEpisode, emit: Emit) -> Past:
        """An open episode as it was left; raises `BadInput` while it waits."""
        recorded = self.recorded(episode.episode_id)
        entries = self.waits.take_up(episode.episode_id)
        log = Log(entries, partial(self.waits.keep, episode.episode_id))

        def emit_new(fact: Fact) -> None:
            if recorded.lacks(fact):
                emit(fact)

        return Past(log, emit_new)

    def park(self, episode: OpenEpisode, wait: Wait, elapsed_s: float, clock: Clock) -> None:
        """Let it wait; its facts have to be durable before."""
        self.waits.keep(episode.episode_id, f"{wait.key}:at:parked", [elapsed_s])
        self.on_wait(self.waits.park(episode.episode_id, wait, clock.now()))
