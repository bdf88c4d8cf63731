"""What the routers of a run decided, kept as facts of the run."""

from collections.abc import Iterator

from engine.contracts import Exchange, Fact, Recorder, RoutingDecision


class KeepsRoutes:
    """A recorder that adds, for each model call that a router answered, what it decided."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def add(self, *facts: Fact) -> None:
        """Hand on, with the decisions."""
        self._recorder.add(*facts, *self._decisions(facts))

    def flush(self) -> None:
        """Flush what the facts were handed to."""
        self._recorder.flush()

    def _decisions(self, facts: tuple[Fact, ...]) -> Iterator[Fact]:
        for fact in facts:
            if isinstance(fact, Exchange) and (found := RoutingDecision.of(fact)):
                yield found
