"""What the routers of a run decided: kept as facts of the run, and counted in their trials."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from engine.clock import Clock, SystemClock
from engine.contracts import Episode, Exchange, Fact, Recorder, RoutingDecision, Score
from engine.errors import StoreError
from engine.routing.trials import Trials
from engine.telemetry import get_logger
from workbench.bootstrap.canaries import canaries_of, count
from workbench.bootstrap.request import Bench

_EVERY_S: Final = 1.0
"""Between two counts: a trial that is to be rolled back waits no longer."""


class KeepsRoutes:
    """A recorder that adds, for each model call that a router answered, what it decided."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.trials: set[str] = set()
        """Trials that any of them was part of, by id."""

    def add(self, *facts: Fact) -> None:
        """Hand on, with the decisions."""
        decisions = list(self._decisions(facts))
        self.trials |= {one.canary_id for one in decisions if one.canary_id}
        self._recorder.add(*facts, *decisions)

    def flush(self) -> None:
        """Flush what the facts were handed to."""
        self._recorder.flush()

    def _decisions(self, facts: tuple[Fact, ...]) -> Iterator[RoutingDecision]:
        for fact in facts:
            if isinstance(fact, Exchange) and (found := RoutingDecision.of(fact)):
                yield found


class Counting:
    """Counts what becomes of a run's conversations in their trials, while the run goes on.

    Where that fails the run does not: what was not counted is when anybody counts next.
    """

    def __init__(
        self, bench: Bench, run_id: str, routes: KeepsRoutes, clock: Clock | None = None
    ) -> None:
        self._bench = bench
        self._run_id = run_id
        self._routes = routes
        self._clock = clock or SystemClock()
        self._last = self._clock.monotonic()

    def ended(self, episode: Episode, scores: tuple[Score, ...]) -> None:
        """Tell the bench's listener that an episode is kept, and count where it is time."""
        self._bench.listener.ended(episode, scores)
        if self._clock.monotonic() - self._last >= _EVERY_S:
            self.count()

    def count(self) -> None:
        """Count what is new; nothing is asked where the run is part of no trial."""
        if not self._routes.trials:
            return
        try:
            self._routes.flush()
            with closing(canaries_of(self._bench.settings)) as canaries:
                trials = Trials(canaries, self._clock)
                count(trials, canaries, self._bench.store, self._routes.trials, self._run_id)
        except StoreError as error:
            get_logger().warning("canaries_not_counted", error=str(error))
        self._last = self._clock.monotonic()
